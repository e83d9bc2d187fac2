"""The house at work 后台作业: views, reactions, timers, erasures, checkpoints and the delivery of notices.

As many processes as wanted: views are shared by claim, one process at a time reacts and keeps time, and whoever is left
takes over from one that dies. Nothing that goes wrong here ends the work: it is told in the log and tried again, and
every part keeps the place it had reached.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from application.journal import Unavailable
from infrastructure.delivery import deliver
from infrastructure.embedded import Server
from infrastructure.journal import checkpoint
from infrastructure.settings import Settings
from interfaces.bootstrap import House, running

TICK = 20.0
"""Seconds between two looks at the clock's agenda, and between two checkpoints of a journal that grows."""
RETRY = 2.0
log = logging.getLogger(__name__)


async def work(house: House) -> None:
    """Until cancelled."""
    views = _Views(house)
    views.start()
    try:
        await _at_once(
            _minding(house.settings),
            _lasting(house.reactor.run),
            _regularly(house, lambda: _keep_time(house)),
            _regularly(house, house.publish_calendars),
            _regularly(house, house.eraser.drain),
            _regularly(house, lambda: _sign(house)),
            _lasting(lambda: deliver(house.handler, house.url, house.settings)),
        )
    finally:
        await asyncio.to_thread(views.stop)


async def _at_once(*works: Coroutine[Any, Any, None]) -> None:
    """All of them until they end, one fails, or it is cancelled; then the others are ended too."""
    tasks = [asyncio.create_task(each) for each in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for each in done:
            each.result()
    finally:
        # A cancellation can get lost where what was waited for comes at the same moment: it is said until all ended.
        while left := [each for each in tasks if not each.done()]:
            for each in left:
                each.cancel()
            await asyncio.wait(left, timeout=1)


class _Views:
    """Keeps the views up to date in a thread of its own."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._runner = house.runner()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="views", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the batch at hand."""
        self._stopped.set()
        self._runner.stop()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._runner.run()
            except Exception as error:
                _tell(error)
                self._stopped.wait(RETRY)


async def _lasting(run: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await run()
        except Exception as error:
            _tell(error)
        await asyncio.sleep(RETRY)


async def _regularly(house: House, do: Callable[[], Awaitable[object]]) -> None:
    """Every ``TICK`` seconds, in the one process that leads; what fails is told and tried again."""
    while True:
        try:
            if await house.reactor.leads():
                await do()
        except Exception as error:
            _tell(error)
        await asyncio.sleep(TICK)


async def _minding(settings: Settings) -> None:
    """Starts the embedded server again where it crashed; one that was stopped stays stopped."""
    while settings.database_url is None:
        try:
            await asyncio.to_thread(_revive, Server(settings.home))
        except Exception as error:
            _tell(error)
        await asyncio.sleep(RETRY)


def _revive(server: Server) -> None:
    if server.crashed:
        log.warning("the embedded server crashed and is started again 内置数据库异常终止，正在重新启动")
        server.start()


def _tell(error: Exception) -> None:
    if isinstance(error, Unavailable):
        log.warning("waiting for the database 等待数据库: %s", error)
    else:
        log.error("will be tried again 稍后重试: %s: %s", type(error).__name__, error, exc_info=error)


async def _keep_time(house: House) -> None:
    try:
        await house.timers.tick(house.clock())
    except ExceptionGroup as failures:
        for failure in failures.exceptions:
            log.error("%s: %s", failures.message, failure)


async def _sign(house: House) -> None:
    await checkpoint.make(house.journal, checkpoint.signing_key(house.settings))


class InBackground:
    """The work in a thread of this process, for a server that is alone: ``with InBackground(settings): serve(…)``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="work", daemon=True)

    def __enter__(self) -> InBackground:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._loop is not None and self._task is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(15)

    def _run(self) -> None:
        # A house that cannot be opened, or breaks, is opened again: the server goes on meanwhile.
        while not self._ended.is_set():
            try:
                asyncio.run(self._work())
            except asyncio.CancelledError:
                return
            except Exception as error:
                _tell(error)
                self._ended.wait(RETRY)

    async def _work(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        if self._ended.is_set():
            return
        async with running(self._settings) as house:
            await work(house)
