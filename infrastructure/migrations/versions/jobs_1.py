"""The queue of jobs, how far notices were handed to it, and what became of every letter."""

from alembic import op
from dramatiq_postgres import generate_init_sql

revision = "jobs_1"
down_revision = None
branch_labels = ("jobs",)
depends_on = "journal_1"


def upgrade() -> None:
    """Schema ``jobs``: the tables of dramatiq-postgres, and beside them ``place`` and ``deliveries``."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    driver.execute(generate_init_sql(schema="jobs"), prepare=False)
    op.execute(
        """
        comment on schema jobs is '后台任务 jobs that follow from the journal: the delivery of notices';

        create table jobs.place (
            name     text   primary key,
            position bigint not null,
            moved_at timestamptz not null default now()
        );
        comment on table jobs.place is '投递进度 how far each feed has read the journal';

        create table jobs.deliveries (
            id         uuid        primary key,
            notice     text        not null,
            channel    text        not null,
            recipients text[]      not null,
            attempts   integer     not null default 0,
            outcome    text,
            error      text,
            first_at   timestamptz not null default now(),
            last_at    timestamptz not null default now()
        );
        create index on jobs.deliveries (notice);
        comment on table jobs.deliveries is '投递记录 what became of every letter; no outcome until it is delivered';

        alter schema jobs owner to guicheng_owner;
        alter table jobs.queue owner to guicheng_owner;
        alter table jobs.worker owner to guicheng_owner;
        alter table jobs.result owner to guicheng_owner;
        alter table jobs.place owner to guicheng_owner;
        alter table jobs.deliveries owner to guicheng_owner;
        alter type jobs.state owner to guicheng_owner;
        grant usage on schema jobs to guicheng_app;
        grant usage on type jobs.state to guicheng_app;
        grant select, insert, update, delete on jobs.queue, jobs.worker, jobs.result to guicheng_app;
        grant select, insert, update on jobs.place, jobs.deliveries to guicheng_app;
        """
    )
