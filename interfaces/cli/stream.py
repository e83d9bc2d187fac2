"""``guicheng stream``: the journal as it grows 事件流."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from application.journal import Entry
from domain import catalogue
from interfaces.bootstrap import House
from interfaces.cli.output import AsJson, fail, out, shown
from interfaces.cli.running import on_house, plain

app = typer.Typer(help="The journal as it grows 事件流", no_args_is_help=True)
BATCH = 500
SHOWN = 20


@app.command("tail")
def tail(
    after: Annotated[int | None, typer.Option("--after", min=-1, help="From after this position 起始位置")] = None,
    types: Annotated[list[str] | None, typer.Option("--type", help="Only events of this type 事件类型")] = None,
    follow: Annotated[bool, typer.Option("--follow/--no-follow", "-f", help="Go on as it grows 持续跟随")] = False,
    as_json: AsJson = False,
) -> None:
    """Print events: the last 20, or from a position on; with --follow for ever. With --json a line each 输出事件."""
    unknown = sorted(set(types or ()) - catalogue.events().keys())
    if unknown:
        raise fail(
            f"There is no event {', '.join(unknown)}; docs/reference/events.md lists all, e.g. RequisitionSubmitted.",
            f"没有事件类型 {'、'.join(unknown)}；全部事件见 docs/reference/events.md。",
        )

    async def do(house: House) -> None:
        size = await house.journal.size()
        place = await _before_the_last(house, types or None) if after is None else after
        while True:
            while entries := await house.journal.read(place, BATCH, types or None):
                for entry in entries:
                    _say(house, entry, as_json)
                place = entries[-1].position
            if not follow:
                return
            async for grown in house.journal.follow(max(place + 1, size)):
                size = grown
                break

    on_house(do)


async def _before_the_last(house: House, types: list[str] | None, count: int = SHOWN) -> int:
    """The position after which the last ``count`` entries (of these types) come."""
    found = await house.journal.rows(
        "select position from journal.entries where %b::text[] is null or type = any(%b) "
        "order by position desc limit %b",
        (types, types, count),
    )
    return int(found[-1][0]) - 1 if found else -1


def _say(house: House, entry: Entry, as_json: bool) -> None:
    each = house.codec.decode(entry)
    if as_json:
        line: dict[str, Any] = {
            "position": each.position,
            "type": type(each.event).__name__,
            "subject": str(each.subject),
            "version": each.version,
            "occurred_at": each.occurred_at.isoformat(),
            "actor": each.actor,
            "acting_for": each.acting_for,
            "basis": plain(each.basis),
            "data": plain(each.event),
        }
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        return
    clauses = ", ".join(dict.fromkeys(basis.clause for basis in each.basis))
    who = each.actor + (f" for {each.acting_for}" if each.acting_for else "")
    out.print(
        f"{each.position:>7}  {shown(each.occurred_at)}  {type(each.event).__name__} {each.event.zh}  "
        f"{each.subject}  {who}  [{clauses}]",
        soft_wrap=True,
    )
