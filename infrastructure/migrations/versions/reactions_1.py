"""Where the reactions keep their places."""

from alembic import op

revision = "reactions_1"
down_revision = None
branch_labels = ("reactions",)
depends_on = "journal_1"


def upgrade() -> None:
    """The schema ``reactions``: one row a reaction."""
    op.execute(
        """
        create schema reactions authorization guicheng_owner;
        create table reactions.places (
            name text primary key,
            position bigint not null,
            error text,
            moved_at timestamptz not null default now()
        );
        alter table reactions.places owner to guicheng_owner;
        comment on table reactions.places is
            '反应进度 how far each reaction has read the journal, and the error it stopped at';
        grant usage on schema reactions to guicheng_app;
        grant select, insert, update on reactions.places to guicheng_app;
        """
    )
