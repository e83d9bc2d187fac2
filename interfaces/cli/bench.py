"""``guicheng bench``: measure this machine, each figure with its goal, baselines in the same run 性能测试.

Every bench works in a database of its own beside the installation's and drops it at the end.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from infrastructure import server
from infrastructure.bench_import import bench_import
from infrastructure.identifiers import uuid7
from infrastructure.journal import bench as journal_bench
from infrastructure.journal.bench import scratch_database
from infrastructure.projecting import bench as views_bench
from infrastructure.settings import Settings
from interfaces.bench import as_of as as_of_bench
from interfaces.bench import budget as budget_bench
from interfaces.bench import budget_report
from interfaces.bench import lifecycle as lifecycle_bench
from interfaces.bootstrap import running, set_up
from interfaces.cli.output import AsJson, fail, progress, say_fields, say_json

app = typer.Typer(help="Measure this machine; goals beside the figures 性能测试", no_args_is_help=True)
Entries = Annotated[int, typer.Option("--entries", min=1_000, help="Size of the journal 日志条数")]


@app.command("append")
def append(as_json: AsJson = False) -> None:
    """64 concurrent commands, and one at a time, against pgbench 并发写入."""
    _say(journal_bench.append(_owner()), {"ratio": "≥ 1.2", "sequential_ratio": "≥ 0.5"}, as_json)


@app.command("lifecycle")
def lifecycle(
    each: Annotated[int, typer.Option("--each", min=1, help="Purchases a client 每客户端采购数")] = 60,
    processes: Annotated[int, typer.Option("--processes", min=1, max=16, help="Processes 进程数")] = 2,
    as_json: AsJson = False,
) -> None:
    """Whole purchases, from requisition to stock, 16 clients, durable commits, live views 采购全程."""
    settings = Settings.load()
    with scratch_database(_owner()) as place:
        found = lifecycle_bench.run(_on(settings, place), each=each, processes=processes)
    _say(found, {"lifecycles_per_s": "≥ 100"}, as_json)


@app.command("budget")
def budget(
    each: Annotated[int, typer.Option("--each", min=1, help="Reservations a client 每客户端预留数")] = 100,
    processes: Annotated[int, typer.Option("--processes", min=1, max=16, help="Processes 进程数")] = 1,
    as_json: AsJson = False,
) -> None:
    """32 clients reserving on 10 shared budget lines, none exceeded; a large company's monthly report 预算."""
    settings = Settings.load()
    with scratch_database(_owner()) as place:
        found = budget_bench.run(_on(settings, place), each=each, processes=processes)
    with scratch_database(_owner()) as place:
        found |= asyncio.run(budget_report.run(_on(settings, place)))
    _say(found, {"reservations_per_s": "≥ 500", "overspent": "0", "report_seconds": "≤ 2"}, as_json)


@app.command("rebuild")
def rebuild(entries: Entries = 1_000_000, as_json: AsJson = False) -> None:
    """Fill every view again, each alone and all together 视图重建."""
    with progress("rebuilding 重建", quiet=as_json) as tell:
        found = views_bench.rebuild(_owner(), entries=entries, tell=lambda what, done, of: tell(done, of))
    goals = {name: "≥ 50,000" for name in found} | {"all_views_seconds": "≤ 60"}
    _say(found, goals, as_json)


@app.command("lag")
def lag(as_json: AsJson = False) -> None:
    """From commit to visible in every view, at 500 events a second 视图延迟."""
    with progress("measuring 测量", quiet=as_json) as tell:
        found = views_bench.lag(_owner(), tell=lambda what, done, of: tell(done, of))
    _say(found, {"p99_ms": "≤ 100"}, as_json)


@app.command("verify")
def verify(entries: Entries = 300_000, as_json: AsJson = False) -> None:
    """Verify the whole tree from stored bytes 全量校验."""
    with progress("filling 准备", quiet=as_json) as tell:
        found = journal_bench.verify(_owner(), entries=entries, progress=tell)
    _say(found, {"entries_per_s": "≥ 150,000"}, as_json)


@app.command("as-of")
def as_of(entries: Entries = 1_000_000, as_json: AsJson = False) -> None:
    """Random subjects as of random positions 历史状态."""
    with progress("filling 准备", quiet=as_json) as tell:
        found = as_of_bench.run(_owner(), entries=entries, tell=tell)
    _say(found, {"p99_ms": "≤ 20"}, as_json)


@app.command("import")
def import_history(
    file: Annotated[Path, typer.Argument(help="XES, plain or gzip 审批历史文件")],
    procedure: Annotated[Path, typer.Option("--procedure", help="Procedure file, YAML 流程文件")],
    as_json: AsJson = False,
) -> None:
    """Import a real history of approvals 导入审批历史."""
    if not file.exists():
        raise fail(f"There is no file {file}.", f"没有文件 {file}。")
    with scratch_database(_owner()) as place:
        found = asyncio.run(_import(_on(Settings.load(), place), file, procedure))
    _say(found, {"events_per_s": "≥ 5,000"}, as_json)


async def _import(settings: Settings, log: Path, procedure: Path) -> dict[str, Any]:
    async with running(settings) as house:
        await house.adopt()
        await house.handler.standing.refresh(house.journal, house.codec)
        return await bench_import(
            house.journal, house.codec, clock=house.clock, new_id=uuid7, log=log, procedure=procedure
        )


def _owner() -> str:
    settings = Settings.load()
    set_up(settings)
    return server.database_url(settings)


def _on(settings: Settings, place: str) -> Settings:
    """The same installation on another database of its server, keys included."""
    there = replace(settings, database_url=place, keys_database_url=place)
    set_up(there)
    return there


def _say(found: dict[str, Any], goals: dict[str, str], as_json: bool) -> None:
    if as_json:
        say_json(found)
    else:
        say_fields("Measured 实测", {name: _with_goal(value, goals.get(name)) for name, value in found.items()})


def _with_goal(value: Any, goal: str | None) -> str:
    shown = f"{value:,}" if isinstance(value, int | float) else str(value)
    return f"{shown}   (goal 目标 {goal})" if goal else shown
