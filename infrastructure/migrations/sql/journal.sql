-- The journal 日志: tables, triggers and roles. Read together with append.sql.
-- Runs as whoever migrates (a superuser or a role that may create roles); everything belongs to guicheng_owner.

do $$
begin
    if current_setting('server_encoding') <> 'UTF8' then
        raise exception '数据库编码须为 UTF8 · the database must be encoded in UTF8, not %', current_setting('server_encoding');
    end if;
    if not exists (select from pg_roles where rolname = 'guicheng_owner') then
        create role guicheng_owner nologin;
    end if;
    if not exists (select from pg_roles where rolname = 'guicheng_app') then
        create role guicheng_app nologin;
    end if;
exception when duplicate_object or unique_violation then
    null; -- another database of the same server was migrated at the same moment
end
$$;

-- Whoever migrates without being superuser must own the database and be let into the owner's role to hand things over.
do $$
begin
    if not (select rolsuper from pg_roles where rolname = current_user) then
        begin
            execute format('grant guicheng_owner to %I', current_user);
        exception when insufficient_privilege then
            if not pg_has_role(current_user, 'guicheng_owner', case
                    when current_setting('server_version_num')::integer >= 160000 then 'SET' else 'MEMBER' end) then
                raise exception '请由超级用户执行 · let a superuser run: GRANT guicheng_owner, guicheng_app TO % '
                    'WITH ADMIN OPTION', current_user using errcode = 'insufficient_privilege';
            end if;
        end;
        execute format('grant create on database %I to guicheng_owner', current_database());
    end if;
end
$$;

create schema journal;

-- One row an entry. No check constraints: each costs every append its parsing, and append() sees to them.
-- position n is leaf n of the Merkle tree; leaf = sha256(0x00 || body bytes), RFC 6962, 2.1.
create table journal.entries (
    position    bigint      not null primary key,
    version     integer     not null,
    occurred_at timestamptz not null,
    event_id    uuid        not null unique,
    command_id  uuid        not null,
    type        text        collate "C" not null,
    stream      text        collate "C" not null,
    actor       text        collate "C" not null,
    leaf        bytea       not null,
    body        json        not null,
    unique (stream, version)
);

-- For readers that want a few types only, which may be rare.
create index entries_by_type on journal.entries (type, position);

-- One row a command: its entries stand at first, first + 1, … (count of them, 0 if it had nothing to say).
create table journal.commands (
    command_id uuid    not null primary key,
    digest     bytea   not null,
    first      bigint  not null,
    count      integer not null
);

-- Roots of the full subtrees of 256^level entries, level >= 1: the hashes of the tiles above level 0 (C2SP tlog-tiles).
create table journal.subtrees (
    level smallint not null check (level >= 1),
    index bigint   not null check (index >= 0),
    hash  bytea    not null check (octet_length(hash) = 32),
    primary key (level, index)
);

-- Where the journal ends: one row, locked by whoever appends.
-- frontier[l + 1] is the root of the full subtree of 2^l entries at the right edge wherever bit l of size is set.
-- standing is the position of the last governing entry (rulebook, organisation, calendar), -1 if there is none.
create table journal.head (
    one      boolean not null primary key default true check (one),
    size     bigint  not null,
    standing bigint  not null,
    root     bytea   not null,
    frontier bytea[] not null
) with (fillfactor = 10);

insert into journal.head (size, standing, root, frontier) values (0, -1, sha256(''), '{}');

-- Signed checkpoints 检查点 (C2SP tlog-checkpoint), and what witnesses 见证 added to them (C2SP tlog-cosignature).
create table journal.checkpoints (
    size bigint not null primary key check (size >= 0),
    root bytea  not null check (octet_length(root) = 32),
    note text   not null
);

create table journal.cosignatures (
    size bigint not null references journal.checkpoints,
    key  text   not null,
    line text   not null,
    primary key (size, key)
);

create function journal.refuse() returns trigger language plpgsql as $$
begin
    raise exception '日志只可追加，%.% 不接受 % · the journal only grows: % on %.% is refused',
        tg_table_schema, tg_table_name, tg_op, tg_op, tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege',
              hint = '更正请追加新的事件 · to correct something, append a new event';
end
$$;

create trigger only_grows before update or delete or truncate on journal.entries
    for each statement execute function journal.refuse();
create trigger only_grows before update or delete or truncate on journal.commands
    for each statement execute function journal.refuse();
create trigger only_grows before update or delete or truncate on journal.subtrees
    for each statement execute function journal.refuse();
create trigger only_grows before update or delete or truncate on journal.checkpoints
    for each statement execute function journal.refuse();
create trigger only_grows before update or delete or truncate on journal.cosignatures
    for each statement execute function journal.refuse();
create trigger only_moves before insert or delete or truncate on journal.head
    for each statement execute function journal.refuse();

alter schema journal owner to guicheng_owner;
alter table journal.entries owner to guicheng_owner;
alter table journal.commands owner to guicheng_owner;
alter table journal.subtrees owner to guicheng_owner;
alter table journal.head owner to guicheng_owner;
alter table journal.checkpoints owner to guicheng_owner;
alter table journal.cosignatures owner to guicheng_owner;
alter function journal.refuse owner to guicheng_owner;
grant usage on schema journal to guicheng_app;
grant select on all tables in schema journal to guicheng_app;
