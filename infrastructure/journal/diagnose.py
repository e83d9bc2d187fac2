"""Says more about a stretch of the journal that does not hold: which entry, and what was done to it."""

from __future__ import annotations

from typing import Any

import orjson
import psycopg

from infrastructure.journal.chunk import Finding


def diagnose(
    connection: psycopg.Connection[Any], start: int, end: int, finding: Finding | None = None
) -> Finding | None:
    """The first entry of the stretch that does not stand where its command was registered; None if all do.

    With ``finding``, an edited entry: whether its bytes are those of another one.
    """
    if finding is not None and finding.body:
        return _exchanged(connection, finding)
    row = connection.execute(
        "select e.position, c.command_id is null "
        "from journal.entries e left join journal.commands c using (command_id) "
        "where e.position >= %s and e.position < %s "
        "and (c.command_id is null or e.position < c.first or e.position >= c.first + c.count) "
        "order by e.position limit 1",
        (start, end),
    ).fetchone()
    if row is None:
        return None
    if row[1]:
        return Finding(row[0], "inserted", "its command was never registered", "其命令从未登记")
    return Finding(row[0], "swapped", "its command was registered elsewhere", "其命令登记于别处")


def _exchanged(connection: psycopg.Connection[Any], finding: Finding) -> Finding | None:
    try:
        event_id = orjson.loads(finding.body)["id"]
    except (ValueError, KeyError, TypeError):
        return None
    row = connection.execute(
        "select position from journal.entries where event_id::text = %s and position <> %s",
        (str(event_id), finding.position),
    ).fetchone()
    if row is None:
        return None
    en, zh = f"it holds the bytes of entry {row[0]}", f"其内容属于条目 {row[0]}"
    return Finding(finding.position, "swapped", en, zh)
