"""``guicheng practice``: an installation for learning, on a clock that stands still until it is moved 演练."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid5

import psycopg
import typer

from application.import_organisation import import_organisation, plan
from application.tables import BadRows, BadTable, Table
from domain.directory import ROLE_ZH
from domain.governance.organisation import Organisation
from domain.kernel import SYSTEM
from domain.working_time import SHANGHAI
from infrastructure.projecting.runner import Runner
from infrastructure.settings import Settings
from interfaces.bootstrap import NAMESPACE, House
from interfaces.cli.lifecycle import give_passwords
from interfaces.cli.output import fail, out, progress, say_table
from interfaces.cli.running import on_house
from interfaces.practice import PracticeClock, practice_clock, practises

app = typer.Typer(help="Learn on a clock that you move yourself 演练", no_args_is_help=True)

MORNING, AT_WORK = time(9), time(10)
"""When the calendar and the reactions have their turn on a day that passes; when the day that was asked for begins."""
Day = Annotated[str, typer.Argument(help="A day, e.g. 2024-10-08 日期")]


@app.command("begin")
def begin(
    day: Day,
    org: Annotated[Path, typer.Option("--org", help="Departments, people and roles, CSV or XLSX 组织架构文件")],
) -> None:
    """Make an empty installation one for practice, standing at a day 开始演练.

    Adopts the regulation, brings in the organisation, and gives everybody a password, shown once.
    """
    from infrastructure.tabular import read_table  # reads workbooks too, and takes a while to load

    settings, moment = Settings.load(), _morning_of(day)
    try:
        data = org.read_bytes()
    except OSError as error:
        raise fail(f"{org} cannot be read: {error.strerror or error}.", f"无法读取 {org}。") from error

    async def do(house: House) -> list[tuple[str, str, str, str]]:
        if await house.journal.size():
            raise fail(
                "There is a journal here already; set GUICHENG_HOME to a new folder to practise in.",
                "此处已有日志；请将 GUICHENG_HOME 设为新目录后再演练。",
            )
        await found(house, practice_clock(settings), moment, read_table(data))
        directory = house.handler.standing.directory(moment)
        passwords = await give_passwords(house, sorted(directory.employees))
        return [
            (
                each,
                directory.employees[each].department,
                ", ".join(f"{role.value} {ROLE_ZH[role]}" for role in sorted(directory.roles_of(each)))
                or "employee 员工",
                password,
            )
            for each, password in passwords.items()
        ]

    try:
        rows = on_house(do, clock=lambda: moment)
    except BadRows as wrong:
        say_table(
            f"{org}: nothing was applied, this is wrong 未导入任何内容，错误如下",
            ("line 行", "column 列", "what is wrong", "错误"),
            [(each.line, each.column, each.en, each.zh) for each in wrong.errors],
        )
        raise typer.Exit(1) from None
    except BadTable as wrong:
        raise fail(f"{org}: {wrong.en}", wrong.zh) from None
    say_table("Sign in as 登录帐号", ("employee 员工", "department 部门", "roles 角色", "password 密码"), rows)
    out.print(f"It is {moment:%Y-%m-%d %H:%M} here 演练时间. Next 下一步: guicheng serve", soft_wrap=True)


@app.command("until")
def until(day: Day) -> None:
    """Let the days pass up to the morning of a day 时间推进.

    What the calendar and the rules bring about by themselves happens on its day, whether the server runs or not.
    """
    settings, target = Settings.load(), _morning_of(day)
    if not practises(settings):
        raise fail(
            "This installation goes by the real time; `guicheng practice begin` makes an empty one for practice.",
            "本机按真实时间运行；可在空目录中用 guicheng practice begin 开始演练。",
        )
    clock = practice_clock(settings)
    now = clock().astimezone(SHANGHAI)
    if target <= now:
        raise fail(
            f"It is {now:%Y-%m-%d %H:%M} here already; time only goes on.",
            f"演练时间已是 {now:%Y-%m-%d %H:%M}，只能向前推进。",
        )

    async def do(house: House) -> int:
        return await pass_days(house, clock, target)

    out.print(f"{target:%Y-%m-%d %H:%M} · {on_house(do)} events by themselves 系统自动产生的事件", soft_wrap=True)


async def found(house: House, clock: PracticeClock, moment: datetime, organisation: Table) -> None:
    """Let an empty house begin at ``moment``: regulation, calendar, organisation.

    Raises BadTable or BadRows before anything of it is done.
    """
    plan(organisation, Organisation(), moment.date())
    clock.set(moment)
    await house.adopt()
    await import_organisation(house.handler, organisation, actor=SYSTEM, command_id=uuid5(NAMESPACE, "practice"))
    await house.handler.standing.refresh(house.journal, house.codec)


async def pass_days(house: House, clock: PracticeClock, target: datetime) -> int:
    """Move ``clock`` on day by day to ``target``; on every day, what the calendar and the reactions do gets done.

    How many events that were; what still followed from the day that was left is not counted.
    """
    day = clock().astimezone(SHANGHAI).date()
    mornings = [
        datetime.combine(day + timedelta(days=number), MORNING, SHANGHAI)
        for number in range((target.date() - day).days)
    ]
    async with await psycopg.AsyncConnection.connect(house.url, autocommit=True) as connection:
        settled = _Settled(house, connection)
        await settled()
        before = await house.journal.size()
        with progress("days pass 时间推进") as report:
            for number, moment in enumerate((*(each for each in mornings if each > clock()), target), 1):
                clock.set(moment)
                if moment.day == 1:
                    await house.publish_calendars()
                await house.timers.tick(moment)
                await settled()
                report(number, len(mornings) + 1)
        return await house.journal.size() - before


_BEHIND = """
    select name, error from (
        select name, position, error from reactions.places union all select name, position, error from views.progress
    ) follower
    where position < (select size from journal.head) - 1
"""
_PAUSE = 0.005


class _Settled:
    """Waits until reactions and views have read all there is: done here, or by the server beside this command."""

    def __init__(self, house: House, connection: psycopg.AsyncConnection[Any]) -> None:
        self._house, self._connection = house, connection
        self._runner: Runner | None = None
        self._size = -1

    async def __call__(self) -> None:
        while self._size != (size := await self._house.journal.size()):
            self._size = size
            if await self._house.reactor.leads():
                self._runner = self._runner or self._house.runner()
                await asyncio.to_thread(self._runner.finish)
                await self._house.reactor.drain()
                await asyncio.to_thread(self._runner.finish)
            while behind := await (await self._connection.execute(_BEHIND)).fetchall():
                if stopped := [f"{name}: {error}" for name, error in behind if error]:
                    raise fail(
                        f"Something stopped at an error: {'; '.join(stopped)}. See `guicheng views status`.",
                        "视图或后续处理因错误停止；请查看 guicheng views status。",
                    )
                await asyncio.sleep(_PAUSE)


def _morning_of(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), AT_WORK, SHANGHAI)
    except ValueError:
        raise fail(f"{text!r} is no day. Write 2024-10-08.", f"{text!r} 不是日期；请写作 2024-10-08。") from None
