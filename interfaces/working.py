"""The house at work 后台作业: views, reactions, timers and the delivery of notices, until told to stop.

As many processes as wanted: views are shared by claim, one process at a time reacts and keeps time, and whoever is left
takes over from one that dies.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading

from application.journal import Unavailable
from infrastructure.settings import Settings
from interfaces.bootstrap import House, running

TICK = 20.0
"""Seconds between two looks at the clock's agenda."""
RETRY = 2.0
log = logging.getLogger(__name__)


async def work(house: House) -> None:
    """Until cancelled."""
    runner = house.runner()
    views = threading.Thread(target=runner.run, name="views", daemon=True)
    views.start()
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_react(house))
            tasks.create_task(_keep_time(house))
    finally:
        runner.stop()
        await asyncio.to_thread(views.join, 10)


async def _react(house: House) -> None:
    while True:
        try:
            await house.reactor.run()
        except Unavailable as error:
            log.warning("the reactions wait for the database 反应等待数据库: %s", error)
            await asyncio.sleep(RETRY)


async def _keep_time(house: House) -> None:
    while True:
        try:
            if await house.reactor.leads():
                await house.timers.tick(house.clock())
        except Unavailable as error:
            log.warning("the timers wait for the database 定时等待数据库: %s", error)
        except ExceptionGroup as failures:
            for failure in failures.exceptions:
                log.error("%s: %s", failures.message, failure)
        await asyncio.sleep(TICK)


class InBackground:
    """The work in a thread of this process, for a server that is alone: ``with InBackground(settings): serve(…)``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="work", daemon=True)

    def __enter__(self) -> InBackground:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._task is not None:
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(15)

    def _run(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self._work())

    async def _work(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        async with running(self._settings) as house:
            await work(house)
