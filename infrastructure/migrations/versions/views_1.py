"""Schemas of the views, who fills and who reads them."""

from alembic import op

revision = "views_1"
down_revision = None
branch_labels = ("views",)
depends_on = "journal_1"


def upgrade() -> None:
    """Schemas ``views`` and ``views_next``, roles guicheng_projector and guicheng_reader, how far every view has come.

    The tables of the views are made by whoever fills them, from their declarations: they can be filled again any time.
    """
    op.execute(
        """
        do $$
        declare
            wanted text;
        begin
            foreach wanted in array array['guicheng_projector', 'guicheng_reader'] loop
                if not exists (select from pg_roles where rolname = wanted) then
                    execute format('create role %I nologin', wanted);
                end if;
            end loop;
        exception when duplicate_object or unique_violation then
            null; -- another database of the same server was migrated at the same moment
        end
        $$;

        -- The application may do what the projector does: views hold nothing that the journal does not.
        grant guicheng_projector to guicheng_app;
        grant usage on schema journal to guicheng_projector;
        grant select on journal.entries, journal.head to guicheng_projector;

        create schema views authorization guicheng_projector;
        comment on schema views is '视图 what people ask, answered from the journal; filled by the house alone';
        create schema views_next authorization guicheng_projector;
        comment on schema views_next is '重建中的视图 views being filled again, before they take their place';

        create table views.progress (
            name        text        collate "C" primary key,
            fingerprint text        not null,
            position    bigint      not null,
            moved_at    timestamptz not null default now(),
            failed_at   bigint,
            error       text,
            since       timestamptz
        );
        comment on table views.progress is '视图进度 how far each view has read, and the error it stopped at';
        alter table views.progress owner to guicheng_projector;

        create table views_next.progress (like views.progress including all);
        alter table views_next.progress owner to guicheng_projector;

        grant usage on schema views to guicheng_reader;
        grant select on views.progress to guicheng_reader;
        alter default privileges for role guicheng_projector in schema views grant select on tables to guicheng_reader;
        """
    )
