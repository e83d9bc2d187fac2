"""``bench lifecycle``: whole purchases a second, through the handler, with durable commits and live views 采购全程."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from multiprocessing.synchronize import Event
from typing import Any
from uuid import uuid4

from application.acts import Act, Done
from application.simulator.agenda import Agenda
from application.simulator.founding import found
from application.simulator.lifecycle import lifecycle
from application.simulator.simulation import Simulation
from domain.kernel import Command, Stream
from domain.operations.procurement.order_messages import PlacePurchaseOrder
from domain.operations.procurement.receipt_messages import RecordArrival
from domain.operations.procurement.requisition_messages import SubmitRequisition
from domain.operations.procurement.rfq_messages import OpenRfq
from domain.working_time import SHANGHAI
from infrastructure.projecting.connecting import connect
from infrastructure.projecting.progress import status
from infrastructure.server import role_url
from infrastructure.settings import Settings
from interfaces.bootstrap import APP, House, real_clock, running

CLIENTS = 16
WARM_UP = 2
"""Purchases each client makes before the clock starts: plans, caches and pages are warm in any server that runs."""


def run(settings: Settings, *, clients: int = CLIENTS, each: int = 60, processes: int = 2) -> dict[str, Any]:
    """``clients`` at once, ``each`` purchases apiece, spread over ``processes``, while another projects every view."""
    asyncio.run(founded(settings))
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    views = context.Process(target=_project, args=(settings, stop), daemon=True)
    views.start()
    share = [clients // processes + (number < clients % processes) for number in range(processes)]
    ready, go = context.Barrier(processes + 1), context.Event()
    said: Any = context.SimpleQueue()
    workers = [
        context.Process(target=_work, args=(settings, number, share[number], each, ready, go, said), daemon=True)
        for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    ready.wait(120)
    began = time.perf_counter()
    go.set()
    results = [said.get() for _ in workers]
    seconds = time.perf_counter() - began
    lag = _lag(settings)
    stop.set()
    for process in (*workers, views):
        process.join(30)
    latencies = sorted(value for result in results for value in result["latencies"])
    return {
        "lifecycles_per_s": round(clients * each / seconds, 1),
        "commands_per_s": round(len(latencies) / seconds),
        "p50_ms": round(latencies[len(latencies) // 2] * 1000, 2),
        "p99_ms": round(latencies[int(len(latencies) * 0.99)] * 1000, 2),
        "clients": clients,
        "processes": processes,
        "lifecycles": clients * each,
        "views_behind_entries": lag,
    }


async def founded(settings: Settings) -> None:
    """Adopt the regulation and found the sample company, where that is still to be done."""
    async with running(settings) as house:
        await house.adopt()
        await house.handler.standing.refresh(house.journal, house.codec)
        simulation = Simulation(house.handler, Agenda(real_clock()), 1, lambda content: "")
        if not simulation.directory.employees:
            await found(simulation)


def _project(settings: Settings, stop: Event) -> None:
    async def run() -> None:
        async with running(settings) as house:
            runner = house.runner()
            thread = asyncio.create_task(asyncio.to_thread(runner.run))
            await asyncio.to_thread(stop.wait)
            runner.stop()
            await thread

    asyncio.run(run())


def _work(settings: Settings, number: int, clients: int, each: int, ready: Any, go: Event, said: Any) -> None:
    async def run() -> None:
        async with running(settings) as house:
            await house.handler.standing.refresh(house.journal, house.codec)
            client = _Client(house)
            await asyncio.gather(*(client.purchases(f"{number}W{one}", WARM_UP) for one in range(clients)))
            client.latencies.clear()
            await asyncio.to_thread(ready.wait)
            await asyncio.to_thread(go.wait)
            await asyncio.gather(*(client.purchases(f"{number}C{one}", each) for one in range(clients)))
            said.put({"latencies": client.latencies})

    try:
        import uvloop
    except ImportError:
        asyncio.run(run())
    else:
        uvloop.run(run())


_FIRST = (SubmitRequisition, OpenRfq, PlacePurchaseOrder, RecordArrival)
"""What begins a subject under a fresh number, as a form does."""


class _Client:
    """Makes purchases and notes how long each command took."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._run = uuid4().hex[:6]
        self.latencies: list[float] = []

    async def purchases(self, name: str, count: int) -> None:
        """One after the other."""
        directory = self._house.handler.standing.directory(real_clock())
        today = real_clock().astimezone(SHANGHAI).date()
        for one in range(count):
            await lifecycle(self._ask, f"B{self._run}{name}N{one}", directory, today)

    async def _ask(self, subject: Stream, command: Command, by: str) -> Done:
        began = time.perf_counter()
        new = 0 if isinstance(command, _FIRST) else None
        done = await self._house.handler.handle(Act(subject, command, by, uuid4(), expected_version=new))
        self.latencies.append(time.perf_counter() - began)
        return done


def _lag(settings: Settings) -> int:
    with connect(role_url(settings, APP)) as connection:
        return max(each.lag for each in status(connection))
