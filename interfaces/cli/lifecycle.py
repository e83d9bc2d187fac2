"""Setting up, serving, working and stopping 安装、服务、后台与停止."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Iterable
from typing import Annotated

import typer

from application.standing import CALENDAR, RULEBOOK
from domain.directory import Role
from infrastructure.access import Access
from infrastructure.embedded import Server
from infrastructure.journal.checkpoint import signing_key
from infrastructure.settings import Settings
from interfaces.bootstrap import House
from interfaces.cli.output import AsJson, fail, out, say_fields, say_json, say_table
from interfaces.cli.running import interrupted_by_sigterm, on_house
from interfaces.working import InBackground, work

Host = Annotated[str | None, typer.Option("--host", help="Address to listen on 监听地址")]
Port = Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port to listen on 监听端口")]


def commands(app: typer.Typer) -> None:
    """Put the commands at the top."""
    for command in (init, serve, work_on, stop):
        app.command(command.__name__.removesuffix("_on"))(command)


def init(as_json: AsJson = False) -> None:
    """Set up: database, keys, regulation and calendar. Safe to repeat 初始化."""
    settings = Settings.load()

    async def do(house: House) -> dict[str, object]:
        await house.adopt()
        await asyncio.to_thread(house.runner().finish)
        state, _ = await house.handler.state(RULEBOOK)
        calendar, _ = await house.handler.state(CALENDAR)
        expected = [str(each.year) for each in calendar.years.values() if each.status == "provisional"]
        return {
            "home": str(settings.home),
            "policy": state.versions[-1].version,
            "calendar": f"{min(calendar.years)}-{max(calendar.years)}",
            "provisional_years": ", ".join(expected) or "none 无",
            "entries": await house.journal.size(),
            "verifier_key": str(signing_key(settings).verifier),
        }

    found = on_house(do)
    if as_json:
        say_json(found)
        return
    say_fields("Set up 已初始化", found)
    out.print(
        "Next 下一步: guicheng import org FILE, then guicheng serve; keep the verifier key off this machine "
        "请将公钥另存他处。",
        soft_wrap=True,
    )


def serve(
    host: Host = None,
    port: Port = None,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes 进程数")] = 1,
    alone: Annotated[bool, typer.Option("--work/--no-work", help="Do the background work too 同时执行后台作业")] = True,
) -> None:
    """Serve the API and the page, and do the background work unless `guicheng work` runs elsewhere 启动服务."""
    from interfaces.http import serve as serve_http

    settings = Settings.load()
    place = _free(host or settings.host, settings.port if port is None else port)

    async def do(house: House) -> dict[str, str]:
        await house.adopt()
        await house.handler.standing.refresh(house.journal, house.codec)
        return await give_passwords(house, administrators(house))

    passwords = on_house(do)
    if passwords:
        say_table("Administrators' first passwords, shown once 管理员初始密码，仅显示一次", _WHO, passwords.items())
    name = f"[{place[0]}]" if ":" in place[0] else place[0]
    out.print(f"Guicheng 规程 serves at http://{name}:{place[1]}/ — stop with Ctrl-C 按 Ctrl-C 停止")
    background = InBackground(settings) if alone else contextlib.nullcontext()
    with contextlib.suppress(KeyboardInterrupt), interrupted_by_sigterm(), background:
        serve_http(settings, *place, workers)
    out.print("Stopped 已停止.")


_WHO = ("employee 员工", "password 密码")


def _free(host: str, port: int) -> tuple[str, int]:
    """Where to listen, port 0 made a number; fails where that cannot be."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family) as listening:
            return host, listening.getsockname()[1]
    except OSError as error:
        raise fail(
            f"Cannot listen on {host} port {port}: {error.strerror or error}. Choose another with --host and --port.",
            f"无法在 {host} 端口 {port} 监听；请用 --host 与 --port 另选。",
            2,
        ) from error


def work_on() -> None:
    """Keep the views up to date, react, keep time, deliver notices, until stopped 后台作业."""

    async def do(house: House) -> None:
        out.print("At work; stop with Ctrl-C 后台作业已启动，按 Ctrl-C 停止。")
        await work(house)

    with contextlib.suppress(KeyboardInterrupt):
        on_house(do)
    out.print("Stopped 已停止.")


def stop() -> None:
    """End the embedded database server 停止内置数据库."""
    ended = Server(Settings.load().home).stop()
    out.print(
        "The embedded server has stopped 内置数据库已停止."
        if ended
        else "The embedded server was not running 未在运行."
    )


async def give_passwords(house: House, employees: Iterable[str]) -> dict[str, str]:
    """A fresh password for each employee that has none; the others are left alone."""
    made: dict[str, str] = {}
    async with Access(house.url) as access:
        for employee in employees:
            if not await access.has_password(employee):
                made[employee] = secrets.token_urlsafe(12)
                await access.set_password(employee, made[employee], by="SYSTEM")
    return made


def administrators(house: House) -> tuple[str, ...]:
    """Who administers, today."""
    return house.handler.standing.directory(house.clock()).holders(Role.ADMINISTRATOR)
