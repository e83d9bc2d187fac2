-- Appending 追加: the only way anything enters the journal.

-- Takes a group of commands, each whole or not at all, in order. Arrays, one element each:
--   a command:  commands, digests, standings (what it relied on, null for nothing), governing,
--               check_ends and entry_ends (up to which check and entry, counted from 1, it reaches)
--   a check:    check_streams (index into streams, from 1), check_versions (the version it saw, 0 for a new stream)
--   an entry:   owners (index of its command), event_ids, types, entry_streams (index into streams), versions,
--               occurred, actors, bodies
-- Gives base, the position of the first entry appended; those of a command follow those of the command before it.
-- A command not appended is named in left_out (its index, ascending), with reasons and facts a, b, c:
--   1 repeated, 2 its id was used for another (a = first position then, b = number of entries then)
--   3 a stream moved (a = version expected, b = actual, c = index into streams), 4 governance moved (a, b positions)
--
-- Written for few statements and few expressions: each costs a microsecond or two to set up in every transaction.
create function journal.append(
    commands uuid[], digests bytea[], standings bigint[], governing boolean[], check_ends integer[],
    entry_ends integer[], check_streams integer[], check_versions integer[], streams text[], owners integer[],
    event_ids uuid[], types text[], entry_streams integer[], versions integer[], occurred timestamptz[],
    actors text[], bodies bytea[],
    out base bigint, out left_out integer[], out reasons integer[], out a bigint[], out b bigint[], out c integer[]
) language plpgsql security definer
set search_path = pg_catalog, pg_temp
-- Plans are kept for the life of a connection: made on an empty table, they must still hold for a million rows.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
    repeats  boolean;
    current  integer[];                                                      -- version of every stream
    gaps     integer[] := array_fill(0, array[cardinality(commands)]);       -- entries left out before a command;
                                                                             -- null where it is left out itself
    gap      integer := 0;
    checked  integer := 0;
    entered  integer := 0;
    reason   integer;
    known    record;
    s        integer;
    stand    bigint;
    grown    bigint;   -- size of the tree as it grows, its frontier and its root
    edge     bytea[];
    top      bytea;
    leaves   bytea[];
    h        bytea;
    bits     bigint;
    height   integer;
begin
    select size, size, standing, frontier into base, grown, stand, edge from journal.head for no key update;

    select array(
               select coalesce((select e.version from journal.entries e where e.stream = streams[i]
                                order by e.version desc limit 1), 0)
               from generate_series(1, cardinality(streams)) i),
           exists(
               select from generate_series(1, cardinality(commands)) i,
                           lateral (select from journal.commands e where e.command_id = commands[i] limit 1))
        into current, repeats;

    for i in 1 .. cardinality(commands) loop
        reason := 0;
        if repeats then
            select e.digest, e.first, e.count into known from journal.commands e where e.command_id = commands[i];
            if found then
                reason := case when known.digest = digests[i] then 1 else 2 end;
                a := a || known.first;
                b := b || known.count::bigint;
                c := c || 0;
            end if;
        end if;
        if reason = 0 and standings[i] <> stand then
            reason := 4;
            a := a || standings[i];
            b := b || stand;
            c := c || 0;
        end if;
        if reason = 0 then
            for k in checked + 1 .. check_ends[i] loop
                s := check_streams[k];
                if check_versions[k] <> current[s] then
                    reason := 3;
                    a := a || check_versions[k]::bigint;
                    b := b || current[s]::bigint;
                    c := c || s;
                    exit;
                end if;
            end loop;
        end if;
        if reason > 0 then
            left_out := left_out || i;
            reasons := reasons || reason;
            gaps[i] := null;
            gap := gap + entry_ends[i] - entered;
        else
            if gap > 0 then
                gaps[i] := gap;
            end if;
            for k in entered + 1 .. entry_ends[i] loop
                s := entry_streams[k];
                current[s] := current[s] + 1;
                if (versions[k] = current[s] and owners[k] = i and octet_length(bodies[k]) <= 65535) is not true then
                    raise exception '事件不合规 · entry % of stream %: version % must be %, its % bytes at most 65535 '
                        '(large content belongs in an attachment 附件), its command % must be %', k, streams[s],
                        versions[k], current[s], octet_length(bodies[k]), owners[k], i using errcode = 'check_violation';
                end if;
            end loop;
            if governing[i] and entry_ends[i] > entered then
                stand := base + entry_ends[i] - 1 - gap;
            end if;
        end if;
        checked := check_ends[i];
        entered := entry_ends[i];
    end loop;

    with remembered as (
        insert into journal.commands (command_id, digest, first, count)
        select commands[i], digests[i], base + coalesce(entry_ends[i - 1], 0) - gaps[i],
               entry_ends[i] - coalesce(entry_ends[i - 1], 0)
        from generate_series(1, cardinality(commands)) i where gaps[i] is not null
    ), stored as (
        insert into journal.entries
            (position, version, occurred_at, event_id, command_id, type, stream, actor, leaf, body)
        select base + k - 1 - gaps[owners[k]], versions[k], occurred[k], event_ids[k], commands[owners[k]], types[k],
               streams[entry_streams[k]], actors[k], sha256('\x00'::bytea || bodies[k]),
               convert_from(bodies[k], 'UTF8')::json
        from generate_series(1, entered) k where gaps[owners[k]] is not null
        returning position, leaf
    )
    select array_agg(leaf order by position) into leaves from stored;

    if leaves is null then
        return;
    end if;

    -- Each new leaf joins the full subtrees to its left, smallest first, as long as there is one of its own size.
    foreach h in array leaves loop
        bits := grown;
        height := 1;
        while bits & 1 = 1 loop
            h := sha256('\x01'::bytea || edge[height] || h);
            bits := bits >> 1;
            height := height + 1;
            if height & 7 = 1 then
                insert into journal.subtrees (level, index, hash) values ((height - 1) / 8, bits, h);
            end if;
        end loop;
        edge[height] := h;
        grown := grown + 1;
    end loop;

    -- The root: the subtrees of the frontier, joined from the smallest on.
    bits := grown;
    height := 1;
    while bits > 0 loop
        if bits & 1 = 1 then
            if top is null then
                top := edge[height];
            else
                top := sha256('\x01'::bytea || edge[height] || top);
            end if;
        else
            edge[height] := null;
        end if;
        bits := bits >> 1;
        height := height + 1;
    end loop;

    update journal.head set size = grown, standing = stand, root = top, frontier = edge;
    perform pg_notify('journal', grown::text);
end
$$;

-- Keeps a signed checkpoint 检查点 of the journal as it is or was; repeating the same one changes nothing.
create function journal.keep_checkpoint(size bigint, root bytea, note text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    tip journal.head;
begin
    select * into tip from journal.head for no key update;
    if keep_checkpoint.size > tip.size or (keep_checkpoint.size = tip.size and keep_checkpoint.root <> tip.root) then
        raise exception '检查点与日志不符 · a checkpoint of size % does not fit the journal of size %',
            keep_checkpoint.size, tip.size using errcode = 'check_violation';
    end if;
    insert into journal.checkpoints values (keep_checkpoint.size, keep_checkpoint.root, keep_checkpoint.note)
        on conflict do nothing;
end
$$;

-- Keeps a witness's 见证 signature line under a checkpoint; repeating it changes nothing.
create function journal.keep_cosignature(size bigint, key text, line text) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
    insert into journal.cosignatures values (keep_cosignature.size, keep_cosignature.key, keep_cosignature.line)
        on conflict do nothing;
end;

alter function journal.append owner to guicheng_owner;
alter function journal.keep_checkpoint owner to guicheng_owner;
alter function journal.keep_cosignature owner to guicheng_owner;
revoke all on function journal.append, journal.keep_checkpoint, journal.keep_cosignature from public;
grant execute on function journal.append, journal.keep_checkpoint, journal.keep_cosignature to guicheng_app;
