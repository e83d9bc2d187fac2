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
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import date, datetime, timedelta
from datetime import time as hours
from functools import partial
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
from infrastructure.tabular import read_table
from interfaces.bootstrap import House, running, set_up
from interfaces.cli.practice import AT_WORK, found
from interfaces.docs.specs import HOUSE
from interfaces.http.application import build
from interfaces.http.desk import opened
from interfaces.practice import practice_clock
from interfaces.working import work
from tests.forked import client

PAGES = tuple(HOUSE / "docs" / name for name in ("tutorial.md", "how-to/add-a-procedure.md", "how-to/audit.md"))
"""In the order in which a reader goes through them: the later ones use what the earlier ones made."""
PRACTISED = tuple(HOUSE / "docs" / name for name in ("budget-year.md", "how-to/close-a-month.md"))
"""The same for the pages on a practice clock, which their own commands move."""
PRACTICE = HOUSE / "docs" / "examples" / "budget-year" / "organisation.csv", date(2024, 9, 30)
"""The organisation they begin with, and the day."""
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
        environment = {**os.environ, **variables}
        with client(folder / "guicheng", environment):
            done = subprocess.run(
                ["sh", "page.sh"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=folder,
                env=environment,
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


Served = tuple[str, dict[str, str]]
"""Where the server is, and passwords by employee."""


@contextmanager
def company_at_work(settings: Settings, days: int) -> Iterator[Served]:
    """The sample company after some simulated days, served on its own clock."""
    with _served(partial(_sample_company, settings, days)) as served:
        yield served


@contextmanager
def practice_at_work(settings: Settings) -> Iterator[Served]:
    """A small company on a practice clock, as ``guicheng practice begin`` makes it, served."""
    with _served(partial(_small_company, settings)) as served:
        yield served


class _Serving:
    """A server in a thread: what it tells when it is ready, and when it is to end."""

    def __init__(self) -> None:
        self.ready, self.ended = threading.Event(), threading.Event()
        self.told: Served | None = None
        self.failed: BaseException | None = None

    def run(self, serve: Callable[[_Serving], Coroutine[None, None, None]]) -> None:
        """Until it is to end."""
        try:
            asyncio.run(serve(self))
        except BaseException as error:
            self.failed = error
        finally:
            self.ready.set()


@contextmanager
def _served(serve: Callable[[_Serving], Coroutine[None, None, None]]) -> Iterator[Served]:
    serving = _Serving()
    thread = threading.Thread(target=serving.run, args=[serve], name="tutorial", daemon=True)
    thread.start()
    serving.ready.wait(600)
    try:
        if serving.failed or serving.told is None:
            raise RuntimeError("the company does not come to work") from serving.failed
        yield serving.told
    finally:
        serving.ended.set()
        thread.join(30)


async def _sample_company(settings: Settings, days: int, serving: _Serving) -> None:
    await asyncio.to_thread(set_up, settings)
    agenda = Agenda(datetime.combine(START, hours(8), SHANGHAI))
    begun = time.monotonic()
    live = False

    def clock() -> datetime:
        return agenda() + timedelta(seconds=time.monotonic() - begun if live else 0)

    async with running(settings, clock=clock) as house:
        await _work_before(house, agenda, days)
        wanted = (each for page in PAGES for each in re.findall(r"\bsign-in (E\d+)", page.read_text("utf-8")))
        passwords = await _passwords(house, wanted)
        agenda.now = datetime.combine(START + timedelta(days=days), hours(10), SHANGHAI)
        begun, live = time.monotonic(), True
        await _serve(house, passwords, serving)


async def _small_company(settings: Settings, serving: _Serving) -> None:
    await asyncio.to_thread(set_up, settings)
    organisation, day = PRACTICE
    clock, moment = practice_clock(settings), datetime.combine(day, AT_WORK, SHANGHAI)
    clock.set(moment)
    async with running(settings) as house:
        await found(house, clock, moment, read_table(organisation.read_bytes()))
        everybody = house.handler.standing.directory(moment).employees
        await _serve(house, await _passwords(house, everybody), serving)


async def _serve(house: House, passwords: dict[str, str], serving: _Serving) -> None:
    @asynccontextmanager
    async def lifespan(made: FastAPI):  # type: ignore[no-untyped-def]
        async with opened(made, house):
            yield

    server = uvicorn.Server(uvicorn.Config(build(lifespan), host="127.0.0.1", port=0, log_level="warning"))
    running_server = asyncio.create_task(server.serve())
    working = asyncio.create_task(work(house))
    while not server.started and not running_server.done():
        await asyncio.sleep(0.02)
    serving.told = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", passwords
    serving.ready.set()
    await asyncio.to_thread(serving.ended.wait)
    server.should_exit = True
    await running_server
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


async def _passwords(house: House, employees: Iterable[str]) -> dict[str, str]:
    """The same password for each of them: the pages sign in as everybody, and nobody else does."""
    given = dict.fromkeys(employees, "only for this sample")
    async with Access(house.url) as access:
        for employee, password in given.items():
            await access.set_password(employee, password, by="SYSTEM")
    return given


def main() -> None:
    """Write the pages again."""
    for pages, at_work in ((PAGES, partial(company_at_work, days=1)), (PRACTISED, practice_at_work)):
        folder = Path(tempfile.mkdtemp(prefix="guicheng-tutorial-"))
        folder.chmod(0o711)
        settings = Settings(home=folder / "home")
        texts = [page.read_text("utf-8") for page in pages]
        try:
            with at_work(settings) as (url, passwords):
                printed = iter(run_pages(texts, url, settings, passwords))
            for page, text in zip(pages, texts, strict=True):
                page.write_text(rewritten(text, printed), "utf-8")
        finally:
            Server(settings.home).remove()
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
