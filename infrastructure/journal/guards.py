"""Whether what keeps the journal still stands 日志防护: triggers, functions, owners, privileges, unique keys.

Every hash may hold while a trigger is off or the application may write: then nothing was done yet, or was done in a way
that leaves no trace. Compared with the SQL this release ships; a revision that changes it is named in ``_SCRIPTS``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import psycopg

from infrastructure import migrations

OWNER, APP = "guicheng_owner", "guicheng_app"

_SCRIPTS = ("journal", "append")
"""In the order they run: of a function defined twice, the last counts."""

_BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 2, 4, 8, 16, 32  # pg_trigger.tgtype
_GROWS = _BEFORE | _UPDATE | _DELETE | _TRUNCATE
_TRIGGERS = {
    **{(table, "only_grows"): _GROWS for table in ("entries", "commands", "subtrees", "checkpoints", "cosignatures")},
    ("head", "only_moves"): _BEFORE | _INSERT | _DELETE | _TRUNCATE,
}
_TABLES = sorted({table for table, _ in _TRIGGERS})

_PATH = "search_path=pg_catalog, pg_temp"
_FUNCTIONS = {
    "refuse": ("plpgsql", False, set[str]()),
    "append": ("plpgsql", True, {_PATH, "plan_cache_mode=force_generic_plan", "enable_seqscan=off"}),
    "keep_checkpoint": ("plpgsql", True, {_PATH}),
    "keep_cosignature": ("sql", True, {_PATH}),
}
"""Language, whether it runs as its owner, its settings."""

_UNIQUE = {
    ("entries", "position"),
    ("entries", "event_id"),
    ("entries", "stream, version"),
    ("commands", "command_id"),
    ("subtrees", "level, index"),
    ("checkpoints", "size"),
    ("cosignatures", "size, key"),
    ("head", "one"),
}

Weakness = tuple[str, str]
"""In English and in Chinese."""


def weakened(connection: psycopg.Connection[Any]) -> list[Weakness]:
    """Every guard that is not as shipped; anybody who may log in may ask."""
    with connection.transaction():
        # Names are spelt in full whatever the role's own search path is.
        connection.execute("set local search_path = pg_catalog, pg_temp")
        return [
            *_triggers(connection),
            *_functions(connection),
            *_owners(connection),
            *_privileges(connection),
            *_keys(connection),
            *_settings(connection),
        ]


def _triggers(connection: psycopg.Connection[Any]) -> list[Weakness]:
    rows = connection.execute(
        "select c.relname, t.tgname, t.tgtype, t.tgenabled in ('O', 'A') and t.tgqual is null "
        "and t.tgfoid = to_regproc('journal.refuse') and cardinality(t.tgattr::smallint[]) = 0 "
        "from pg_trigger t join pg_class c on c.oid = t.tgrelid "
        "where c.relnamespace = to_regnamespace('journal') and not t.tgisinternal order by 1, 2"
    ).fetchall()
    kept = {(table, name) for table, name, type_, whole in rows if whole and type_ == _TRIGGERS.get((table, name))}
    found = [
        (
            f"trigger {name} on journal.{table} is missing, off or changed",
            f"触发器 {name} on journal.{table} 缺失、停用或被改",
        )
        for table, name in _TRIGGERS
        if (table, name) not in kept
    ]
    found += [
        (f"trigger {name} on journal.{table} is none of ours", f"触发器 {name} on journal.{table} 不属于本系统")
        for table, name, _, _ in rows
        if (table, name) not in _TRIGGERS
    ]
    rules = connection.execute(
        "select c.relname, r.rulename from pg_rewrite r join pg_class c on c.oid = r.ev_class "
        "where c.relnamespace = to_regnamespace('journal') and c.relname = any(%s) order by 1, 2",
        (_TABLES,),
    ).fetchall()
    return found + [
        (f"rule {name} on journal.{table} is none of ours", f"规则 {name} on journal.{table} 不属于本系统")
        for table, name in rules
    ]


def _functions(connection: psycopg.Connection[Any]) -> list[Weakness]:
    rows = connection.execute(
        "select p.proname, l.lanname, p.prosecdef, coalesce(p.proconfig, '{}'), "
        "coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) "
        "from pg_proc p join pg_language l on l.oid = p.prolang "
        "where p.pronamespace = to_regnamespace('journal') order by 1"
    ).fetchall()
    found: list[Weakness] = []
    kept: list[str] = []
    for name, language, definer, config, body in rows:
        if name not in _FUNCTIONS or name in kept:
            found.append((f"function journal.{name} is none of ours", f"函数 journal.{name} 不属于本系统"))
        elif (language, definer, set(config)) == _FUNCTIONS[name] and _plain(body) == _shipped()[name]:
            kept.append(name)
    return found + [
        (f"function journal.{name} is missing or not the one shipped", f"函数 journal.{name} 缺失或与发布的不同")
        for name in _FUNCTIONS
        if name not in kept
    ]


@cache
def _shipped() -> dict[str, str]:
    """Bodies of the functions, from the packaged SQL."""
    bodies: dict[str, str] = {}
    for script in _SCRIPTS:
        text = (migrations.HERE / "sql" / f"{script}.sql").read_text(encoding="utf-8")
        for part in re.split(r"create (?:or replace )?function journal\.", text)[1:]:
            quoted = re.search(r"\bas \$\$(.*?)\$\$", part, re.DOTALL) or re.search(
                r"\b(begin atomic\b.*?\bend);", part, re.DOTALL
            )
            if quoted is not None:
                bodies[part.partition("(")[0]] = _plain(quoted[1])
    return bodies


def _plain(body: str) -> str:
    """Without what PostgreSQL writes differently from us where it gives a parsed body back."""
    if body.lstrip().lower().startswith("begin atomic"):
        body = re.sub(r"\bcosignatures \(size, key, line\)", "cosignatures", body).lower()
        return re.sub(r"\s+", " ", body).strip().replace("( ", "(").replace(" )", ")")
    return body


def _owners(connection: psycopg.Connection[Any]) -> list[Weakness]:
    rows = connection.execute(
        "select distinct name, pg_get_userbyid(owner) from ("
        "select 'journal' as name, nspowner as owner from pg_namespace where nspname = 'journal' union all "
        "select 'journal.' || relname, relowner from pg_class "
        "where relnamespace = to_regnamespace('journal') and relname = any(%s) union all "
        "select 'journal.' || proname, proowner from pg_proc where pronamespace = to_regnamespace('journal')) owned "
        "where pg_get_userbyid(owner) <> %s order by 1",
        (_TABLES, OWNER),
    ).fetchall()
    return [(f"{name} belongs to {who}, not to {OWNER}", f"{name} 属于 {who} 而非 {OWNER}") for name, who in rows]


def _privileges(connection: psycopg.Connection[Any]) -> list[Weakness]:
    """Beyond reading, and for the application executing, whoever holds them; and roles it got into."""
    rows = connection.execute(
        "with granted as ("
        "select n.nspname as name, n.nspowner as owner, a.* from pg_namespace n, aclexplode(n.nspacl) a "
        "where n.nspname = 'journal' union all "
        "select 'journal.' || c.relname, c.relowner, a.* from pg_class c, aclexplode(c.relacl) a "
        "where c.relnamespace = to_regnamespace('journal') union all "
        "select 'journal.' || c.relname || '.' || t.attname, c.relowner, a.* "
        "from pg_class c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a "
        "where c.relnamespace = to_regnamespace('journal') union all "
        "select 'journal.' || p.proname, p.proowner, a.* "
        "from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a "
        "where p.pronamespace = to_regnamespace('journal') and p.proname <> 'refuse') "
        "select case grantee when 0 then 'public' else pg_get_userbyid(grantee) end, privilege_type, name "
        "from granted where grantee <> owner and pg_get_userbyid(grantee) <> %(owner)s and (is_grantable or not ("
        "privilege_type in ('SELECT', 'USAGE') or privilege_type = 'EXECUTE' and pg_get_userbyid(grantee) = %(app)s)) "
        "order by 3, 1, 2",
        {"owner": OWNER, "app": APP},
    ).fetchall()
    found = [(f"{who} was granted {what} on {name}", f"{who} 被授予 {what} on {name}") for who, what, name in rows]
    into = connection.execute(
        "select other.rolname from pg_roles app, pg_roles other where app.rolname = %s and app.oid <> other.oid "
        "and (other.rolname in (%s, 'pg_write_all_data') or other.rolsuper) "
        "and (app.rolsuper or pg_has_role(app.oid, other.oid, 'MEMBER')) order by 1",
        (APP, OWNER),
    ).fetchall()
    return found + [(f"{APP} may act as {who}", f"{APP} 可以 {who} 的身份行事") for (who,) in into]


def _keys(connection: psycopg.Connection[Any]) -> list[Weakness]:
    rows = connection.execute(
        "select c.relname, string_agg(a.attname, ', ' order by k.at) "
        "from pg_index i join pg_class c on c.oid = i.indrelid, "
        "unnest(i.indkey::smallint[]) with ordinality k (number, at), pg_attribute a "
        "where c.relnamespace = to_regnamespace('journal') and a.attrelid = c.oid and a.attnum = k.number "
        "and i.indisunique and i.indisvalid and i.indimmediate and i.indpred is null and i.indexprs is null "
        "group by i.indexrelid, c.relname"
    ).fetchall()
    return [
        (f"the unique key of journal.{table} ({key}) is missing", f"journal.{table} ({key}) 的唯一约束缺失")
        for table, key in sorted(_UNIQUE - {(table, key) for table, key in rows})
    ]


def _settings(connection: psycopg.Connection[Any]) -> list[Weakness]:
    """Triggers stay silent in a session whose replication role is not ``origin``."""
    rows = connection.execute(
        "select coalesce(nullif(setrole, 0)::regrole::text, 'everybody') from pg_db_role_setting "
        "where setdatabase in (0, (select oid from pg_database where datname = current_database())) "
        "and exists (select from unnest(setconfig) s where lower(s) ~ '^session_replication_role=(?!origin$)') "
        "union select 'this session' where current_setting('session_replication_role') <> 'origin' order by 1"
    ).fetchall()
    return [
        (
            f"session_replication_role is set for {who}: triggers are off",
            f"session_replication_role 已为 {who} 设定，触发器失效",
        )
        for (who,) in rows
    ]
