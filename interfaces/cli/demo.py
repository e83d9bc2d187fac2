"""``guicheng demo`` and ``guicheng simulate``: a sample company at work, and what came of it 演示."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta
from typing import Annotated, Any

import typer

from application.simulator.agenda import Agenda
from application.simulator.company import CEO, GENERAL_MANAGER, VICE_BUSINESS
from application.simulator.finance_year import BUDGET_YEAR_START, NEEDS_PERCENT
from application.simulator.house import House as Surroundings
from application.simulator.running import NEEDS_A_DAY, START
from application.simulator.running import run as run_company
from application.simulator.simulation import Simulation
from domain.directory import ROLE_ZH, Role
from domain.working_time import SHANGHAI
from infrastructure.blobs import BlobStore
from infrastructure.journal import checkpoint
from interfaces.bootstrap import House
from interfaces.cli.lifecycle import Host, Port, give_passwords, serve
from interfaces.cli.output import AsJson, out, progress, say_json, say_table, tell
from interfaces.cli.running import on_house
from interfaces.cli.summary import summary

Days = Annotated[int, typer.Option("--days", min=1, max=2000, help="Working days to simulate 模拟工作日数")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="One seed gives one course of events 随机种子")]
Needs = Annotated[int, typer.Option("--needs", min=0, max=500, help="New purchases a day 每日采购需求数")]
BudgetYear = Annotated[
    bool | None,
    typer.Option(
        "--budget-year/--no-budget-year",
        help="First a budget year, 2024-10-08 to 2026-01-23; by default where --days is not given 先演示一个预算年度",
    ),
]
DEFAULT_DAYS = 60


def commands(app: typer.Typer) -> None:
    """Put the commands at the top."""
    for command in (demo, simulate):
        app.command(command.__name__)(command)


def demo(
    days: Annotated[
        int | None, typer.Option("--days", min=1, max=2000, help="Busy working days, 60 if not given 模拟工作日数")
    ] = None,
    budget_year: BudgetYear = None,
    serving: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve what came of it 随后启动服务")] = True,
    seed: Seed = 7,
    host: Host = None,
    port: Port = None,
    as_json: AsJson = False,
) -> None:
    """A sample company of 200 people lives a budget year, then works some busy days; then look around 演示."""
    whole = days is None if budget_year is None else budget_year
    agenda = Agenda(datetime.combine(BUDGET_YEAR_START if whole else START, time(8), SHANGHAI))

    async def do(house: House) -> dict[str, Any]:
        if await house.journal.size():
            tell(
                "There is a journal already, so nothing was simulated; `guicheng simulate` goes on with it, "
                "GUICHENG_HOME names another place.",
                "日志已存在，未再模拟；可用 guicheng simulate 继续，或以 GUICHENG_HOME 另设目录。",
                mark="!",
                style="yellow",
            )
            await asyncio.to_thread(house.runner().finish)
        else:
            await let_work(house, agenda, days or DEFAULT_DAYS, seed, NEEDS_A_DAY, quiet=as_json)
        return await summary(house)

    found = on_house(do, clock=agenda)
    if as_json:
        say_json(found)
    else:
        _show(found)
    if serving:
        rows = on_house(_welcome)
        say_table("Sign in as 登录帐号", ("employee 员工", "role 角色", "password 密码"), rows)
        serve(host, port)


def simulate(days: Days = 20, seed: Seed = 11, needs: Needs = NEEDS_A_DAY, as_json: AsJson = False) -> None:
    """Let the sample company work on, from the working day after its last event 继续模拟."""
    agenda = Agenda(datetime.combine(START, time(8), SHANGHAI))

    async def do(house: House) -> dict[str, Any]:
        size = await house.journal.size()
        if size:
            last = house.codec.decode_all(await house.journal.read(max(size - 500, 0) - 1, 500))
            latest = max(each.occurred_at for each in last).astimezone(SHANGHAI)
            agenda.now = max(agenda.now, datetime.combine(latest.date() + timedelta(days=1), time(8), SHANGHAI))
        await let_work(house, agenda, days, seed, needs, quiet=as_json)
        return await summary(house)

    found = on_house(do, clock=agenda)
    if as_json:
        say_json(found)
    else:
        _show(found)


async def let_work(
    house: House,
    agenda: Agenda,
    days: int,
    seed: int,
    needs: int,
    quiet: bool,
    quiet_needs_percent: int = NEEDS_PERCENT,
) -> Simulation:
    """Adopt the regulation, found the company if need be, and let it work ``days`` days from ``agenda.now``.

    Before ``START`` it lives its budget year first, in which something is bought on so many in a hundred days.
    """
    begun = agenda.now.astimezone(SHANGHAI)
    await house.adopt(first_year=min(START, begun.date()).year - 1, effective_from=begun.date())
    year, seen = begun.year, 0
    blobs = BlobStore(house.settings.home)
    simulation = Simulation(house.handler, agenda, seed, lambda content: blobs.put(content, "text/plain").sha256)
    runner = house.runner()

    async def tick(now: datetime) -> None:
        nonlocal year, seen
        if now.astimezone(SHANGHAI).year > year:
            year += 1
            await house.adopt(first_year=year)
        if (size := await house.journal.size()) > seen:
            await asyncio.to_thread(runner.finish)
            seen = size
        await house.timers.tick(now)

    surroundings = Surroundings(house.reactor.drain, tick)
    with progress(f"simulating {days} working days 模拟", quiet=quiet) as report:
        await run_company(
            simulation,
            surroundings,
            days=days,
            needs_a_day=needs,
            quiet_needs_percent=quiet_needs_percent,
            progress=report,
        )
    await house.reactor.drain()
    await asyncio.to_thread(runner.finish)
    # A log cut off at its end and joined up again shows only against a checkpoint.
    await checkpoint.make(house.journal, checkpoint.signing_key(house.settings))
    return simulation


def _show(found: dict[str, Any]) -> None:
    out.print(
        f"\n{found['entries']:,} events 事件 · {found['subjects']:,} subjects 单据 · "
        f"{found['from']} – {found['until']}\n",
    )
    for table in found["tables"]:
        rows = [tuple(row.values()) for row in table["rows"]]
        say_table(table["title"], table["columns"], rows, numeric=table["numeric"])


def _sign_ins(house: House) -> dict[str, str]:
    """Somebody of each role that matters, with the role's name."""
    directory = house.handler.standing.directory(house.clock())
    found = {
        CEO: Role.CEO,
        GENERAL_MANAGER: Role.GENERAL_MANAGER,
        VICE_BUSINESS: Role.VICE_PRESIDENT,
    }
    for role in (Role.FINANCE_MANAGER, Role.BUYER, Role.WAREHOUSE_KEEPER, Role.IT, Role.AUDITOR, Role.ADMINISTRATOR):
        holders = [person for person in directory.holders(role) if person not in found]
        if holders:
            found[holders[-1]] = role
    heads = [head for head in directory.holders(Role.DEPARTMENT_HEAD, "D10") if head not in found]
    staff = sorted(each.id for each in directory.employees.values() if each.department == "D10")
    named = {who: f"{role.value} {ROLE_ZH[role]}" for who, role in found.items()}
    named |= {head: f"department_head {ROLE_ZH[Role.DEPARTMENT_HEAD]} (D10)" for head in heads[:1]}
    return named | ({staff[-1]: "employee 员工 (D10)"} if staff else {})


async def _welcome(house: House) -> list[tuple[str, str, str]]:
    await house.handler.standing.refresh(house.journal, house.codec)
    accounts = _sign_ins(house)
    passwords = await give_passwords(house, accounts)
    return [(who, role, passwords.get(who, "(as before 不变)")) for who, role in accounts.items()]
