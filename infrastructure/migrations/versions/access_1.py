"""Access 访问: passwords, sessions, API keys, failed sign-ins."""

from alembic import op

revision = "access_1"
down_revision = None
branch_labels = ("access",)
depends_on = "journal_1"


def upgrade() -> None:
    """The schema ``access``: tokens are kept as their sha256 only, passwords as argon2id."""
    op.execute(
        """
        create schema access authorization guicheng_owner;

        create table access.users (
            employee text        collate "C" primary key,
            password text        not null,
            set_at   timestamptz not null,
            set_by   text        not null
        );
        comment on table access.users is '用户 who may sign in; the name is the employee number';

        create table access.sessions (
            id         uuid        primary key,
            token      bytea       not null unique check (octet_length(token) = 32),
            employee   text        collate "C" not null,
            opened_at  timestamptz not null,
            expires_at timestamptz not null,
            ended_at   timestamptz,
            address    text        not null default '',
            agent      text        not null default ''
        );
        create index on access.sessions (employee, opened_at);
        comment on table access.sessions is '登录会话 sessions; ended ones stay on record';

        create table access.keys (
            id         uuid        primary key,
            token      bytea       not null unique check (octet_length(token) = 32),
            employee   text        collate "C" not null,
            name       text        not null,
            scopes     text[]      not null check (cardinality(scopes) > 0),
            made_at    timestamptz not null,
            expires_at timestamptz,
            revoked_at timestamptz
        );
        create index on access.keys (employee, made_at);
        comment on table access.keys is '访问密钥 API keys; revoked ones stay on record';

        create table access.failures (
            employee text        collate "C" not null,
            address  text        collate "C" not null,
            at       timestamptz not null
        );
        create index on access.failures (employee, at);
        create index on access.failures (address, at);
        create index on access.failures (at);
        comment on table access.failures is '登录失败 sign-ins tried and not yet succeeded, for a day';

        alter table access.users owner to guicheng_owner;
        alter table access.sessions owner to guicheng_owner;
        alter table access.keys owner to guicheng_owner;
        alter table access.failures owner to guicheng_owner;
        grant usage on schema access to guicheng_app;
        grant select, insert, update on access.users, access.sessions, access.keys to guicheng_app;
        grant select, insert, delete on access.failures to guicheng_app;
        """
    )


def downgrade() -> None:
    """Everybody is signed out, and every key is void."""
    op.execute("drop schema access cascade")
