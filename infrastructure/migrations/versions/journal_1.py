"""The journal 日志: entries, commands, tree, checkpoints, and the function that appends."""

from alembic import op

from infrastructure.migrations import run

revision = "journal_1"
down_revision = None
branch_labels = ("journal",)
depends_on = None


def upgrade() -> None:
    """Creates schema ``journal`` and the roles guicheng_owner and guicheng_app."""
    run("journal")
    run("append")


def downgrade() -> None:
    """Refused: dropping a journal loses history."""
    op.execute("do $$ begin raise exception '日志不可删除 · the journal is never dropped'; end $$")
