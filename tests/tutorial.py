"""Runs the pages that teach: the sample company, a server on its clock, every command of the pages in one shell.

``python -m tests.tutorial`` writes the pages again with what their commands print now.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from datetime import time as hours
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from application.simulator.agenda import Agenda
from application.simulator.running import START, run
from application.simulator.running import House as Surroundings
from application.simulator.simulation import Simulation
from domain.working_time import SHANGHAI
from infrastructure.access import Access
from infrastructure.blobs import BlobStore
from infrastructure.server import Server
from infrastructure.settings import Settings
from interfaces.bootstrap import House, running, set_up
from interfaces.docs.specs import HOUSE
from interfaces.http.application import build
from interfaces.http.desk import opened
from interfaces.working import work

PAGES = tuple(HOUSE / "docs" / name for name in ("tutorial.md", "how-to/add-a-procedure.md", "how-to/audit.md"))
"""In the order in which a reader goes through them: the later ones use what the earlier ones made."""
MARK = "\x1e"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[tuple[str, str]]:
    """Every command of the page with the output told: ``$`` starts one, ``>`` goes on with it."""
    found: list[tuple[list[str], list[str]]] = []
    for block in BLOCK.findall(text):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(([line[2:]], []))
            elif line.startswith("> ") and not found[-1][1]:
                found[-1][0].append(line[2:])
            else:
                found[-1][1].append(line)
    return [("\n".join(asked), "\n".join(told)) for asked, told in found]


def run_pages(texts: Sequence[str], url: str, settings: Settings, passwords: dict[str, str]) -> list[str]:
    """What the commands of the pages print, one after the other in one shell."""
    asked = [each for text in texts for each, _ in commands(text)]
    with tempfile.TemporaryDirectory(prefix="guicheng-tutorial-") as name:
        folder = Path(name)
        (folder / "docs").symlink_to(HOUSE / "docs")
        program = folder / "guicheng"
        program.write_text(f"#!/bin/sh\nexec {sys.executable} -c 'from interfaces.cli import main; main()' \"$@\"\n")
        program.chmod(0o755)
        script = "".join(f"{each}\nprintf '{MARK}'\n" for each in asked)
        (folder / "page.sh").write_text(script, "utf-8")
        variables = {
            "PATH": f"{folder}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(HOUSE),
            "URL": url,
            "GUICHENG_HOME": str(settings.home),
            "GUICHENG_DATABASE_URL": settings.database_url or "",
            "TZ": "Asia/Shanghai",
            "LC_ALL": "C.UTF-8",
            **{f"PASSWORD_{employee}": password for employee, password in passwords.items()},
        }
        done = subprocess.run(
            ["sh", "page.sh"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=folder,
            env={**os.environ, **variables},
            check=False,
            timeout=600,
        )
    if done.stdout.count(MARK) != len(asked):
        raise RuntimeError(f"the pages stop in the middle:\n{done.stdout[-2000:]}")
    return ["\n".join(line.rstrip() for line in each.strip("\n").splitlines()) for each in done.stdout.split(MARK)[:-1]]


def rewritten(text: str, printed: Iterator[str]) -> str:
    """The page with what was printed in the place of what it told."""

    def block(match: re.Match[str]) -> str:
        lines = []
        for asked, _ in commands(match[0] + "\n"):
            lines.append("$ " + asked.replace("\n", "\n> "))
            lines += [said] if (said := next(printed)) else []
        return "```console\n" + "\n".join(lines) + "\n```"

    return BLOCK.sub(block, text)


def as_told(printed: str) -> str:
    """Without what differs from run to run: numbers of subjects, positions, hashes, ids, times."""
    printed = re.sub(r"\b([A-Z]{2})\d{6}-[0-9A-Z]{5}\b", r"\1#", printed)
    printed = re.sub(r"^ *\d+( |$)", "# ", printed, flags=re.MULTILINE)
    printed = re.sub(r"[A-Za-z0-9+/]{80,}={0,2}|[A-Za-z0-9+/]{43}=|\b[0-9a-f]{64}\b", "#", printed)
    printed = re.sub(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\+[0-9a-f]{8}\+\S{44}", "#", printed)
    printed = re.sub(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?", "#", printed)
    return re.sub(r"\b\d[\d,]*\b(?= entries| checkpoint| subjects| of guicheng)", "#", printed)


@contextmanager
def company_at_work(settings: Settings, days: int) -> Iterator[tuple[str, dict[str, str]]]:
    """The sample company after some simulated days, served on its own clock: the address, and passwords by employee."""
    ready, ended = threading.Event(), threading.Event()
    told: list[tuple[str, dict[str, str]]] = []
    failed: list[BaseException] = []

    def serve() -> None:
        try:
            asyncio.run(_serve(settings, days, told, ready, ended))
        except BaseException as error:
            failed.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=serve, name="tutorial", daemon=True)
    thread.start()
    ready.wait(600)
    try:
        if failed or not told:
            raise RuntimeError("the sample company does not come to work") from (failed[0] if failed else None)
        yield told[0]
    finally:
        ended.set()
        thread.join(30)


async def _serve(
    settings: Settings,
    days: int,
    told: list[tuple[str, dict[str, str]]],
    ready: threading.Event,
    ended: threading.Event,
) -> None:
    await asyncio.to_thread(set_up, settings)
    agenda = Agenda(datetime.combine(START, hours(8), SHANGHAI))
    begun = time.monotonic()
    live = False

    def clock() -> datetime:
        return agenda() + timedelta(seconds=time.monotonic() - begun if live else 0)

    async with running(settings, clock=clock) as house:
        await _work_before(house, agenda, days)
        passwords = await _passwords(house)
        agenda.now = datetime.combine(START + timedelta(days=days), hours(10), SHANGHAI)
        begun, live = time.monotonic(), True

        @asynccontextmanager
        async def lifespan(made: FastAPI):  # type: ignore[no-untyped-def]
            async with opened(made, house):
                yield

        server = uvicorn.Server(uvicorn.Config(build(lifespan), host="127.0.0.1", port=0, log_level="warning"))
        serving = asyncio.create_task(server.serve())
        working = asyncio.create_task(work(house))
        while not server.started and not serving.done():
            await asyncio.sleep(0.02)
        told.append((f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", passwords))
        ready.set()
        await asyncio.to_thread(ended.wait)
        server.should_exit = True
        await serving
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def _work_before(house: House, agenda: Agenda, days: int) -> None:
    await house.adopt(first_year=START.year - 1, effective_from=START)
    blobs = BlobStore(house.settings.home)
    simulation = Simulation(house.handler, agenda, 7, lambda content: blobs.put(content, "text/plain").sha256)
    runner = house.runner()

    async def tick(now: datetime) -> None:
        await asyncio.to_thread(runner.finish)
        await house.timers.tick(now)

    await run(simulation, Surroundings(house.reactor.drain, tick), days=days)
    await house.reactor.drain()
    await asyncio.to_thread(runner.finish)


async def _passwords(house: House) -> dict[str, str]:
    """A password for everybody the pages sign in as."""
    wanted = dict.fromkeys(each for page in PAGES for each in re.findall(r"\bsign-in (E\d+)", page.read_text("utf-8")))
    found = dict.fromkeys(wanted, "only for this sample")
    async with Access(house.url) as access:
        for employee, password in found.items():
            await access.set_password(employee, password, by="SYSTEM")
    return found


def main() -> None:
    """Write the pages again."""
    folder = Path(tempfile.mkdtemp(prefix="guicheng-tutorial-"))
    folder.chmod(0o711)
    settings = Settings(home=folder / "home")
    texts = [page.read_text("utf-8") for page in PAGES]
    try:
        with company_at_work(settings, days=1) as (url, passwords):
            printed = iter(run_pages(texts, url, settings, passwords))
        for page, text in zip(PAGES, texts, strict=True):
            page.write_text(rewritten(text, printed), "utf-8")
    finally:
        Server(settings.home).remove()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
