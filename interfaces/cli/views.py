"""``guicheng views``: how far the views have read, and filling them again 视图."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from infrastructure.projecting.connecting import connect
from infrastructure.projecting.progress import status
from infrastructure.projecting.rebuild import BeingRebuilt, RebuildFailed, rebuild
from infrastructure.settings import Settings
from interfaces.bootstrap import opener
from interfaces.cli.output import AsJson, fail, out, progress, say_json, say_table
from interfaces.cli.running import house_url
from projections import catalogue

app = typer.Typer(help="How far the views have read; fill them again 视图", no_args_is_help=True)


@app.command("status")
def show_status(as_json: AsJson = False) -> None:
    """Every view's position, lag and error; exit code 1 where one has stopped 视图进度."""
    with connect(house_url()) as connection:
        found = status(connection)
    if as_json:
        say_json([{**_as_row(each), "error": each.error} for each in found])
    else:
        rows = [(*(_as_row(each) | {"position": str(each.position)}).values(), each.error or "") for each in found]
        columns = ("view 视图", "position 位置", "lag 落后", "moved at 更新时间", "stale 待重建", "error 错误")
        say_table("Views 视图", columns, rows, numeric=(1, 2))
    raise typer.Exit(1 if any(each.error for each in found) else 0)


@app.command("rebuild")
def fill_again(
    names: Annotated[list[str] | None, typer.Argument(help="Which views; none means all 视图名称")] = None,
    as_json: AsJson = False,
) -> None:
    """Fill views again from the journal, beside the old ones, which serve until then 重建视图."""
    known = catalogue.views()
    unknown = sorted(set(names or ()) - known.keys())
    if unknown:
        raise fail(
            f"There is no view {', '.join(unknown)}; known: {', '.join(known)}.",
            f"没有视图 {'、'.join(unknown)}；现有视图见上。",
        )
    url = house_url()
    try:
        with progress("rebuilding 重建", quiet=as_json) as report:
            found = rebuild(url, opener(Settings.load()), names or None, tell=report)
    except (BeingRebuilt, RebuildFailed) as error:
        raise fail(str(error), "视图重建未完成；原视图继续提供服务。") from error
    if as_json:
        say_json({"views": list(found.names), "entries": found.entries, "seconds": round(found.seconds, 3)})
    else:
        out.print(
            f"✓ {len(found.names)} views from {found.entries:,} entries in {found.seconds:.1f} s 重建完成",
        )


def _as_row(status: Any) -> dict[str, Any]:
    return {
        "view": status.name,
        "position": status.position,
        "lag": status.lag,
        "moved_at": status.moved_at,
        "stale": status.stale,
    }
