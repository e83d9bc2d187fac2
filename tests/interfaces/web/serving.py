"""Servers 服务 for browsers: the application on the company of the specs, views that follow, ports of their own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from infrastructure.codec import Codec
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.projecting.runner import Runner
from interfaces.http import build, opened
from tests.database import Database
from tests.house import Clock, OpenSealer
from tests.interfaces.http.conftest import QUICK, HttpHouse

PASSWORD = "红豆生南国 spring"


@contextmanager
def served(database: Database, home: Path, people: tuple[str, ...], workers: int = 2) -> Iterator[tuple[str, ...]]:
    """The addresses of so many servers, which share the database and nothing else; ``people`` have PASSWORD."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(workers)]
    servers = [uvicorn.Server(uvicorn.Config(build(), log_level="error", lifespan="off")) for _ in sockets]
    ready = threading.Barrier(workers + 1)
    threads = [
        threading.Thread(target=_run, args=(server, each, database, home, people if number == 0 else (), ready))
        for number, (server, each) in enumerate(zip(servers, sockets, strict=True))
    ]
    runner = Runner(database.app_url, lambda: Codec(OpenSealer()).event)
    threads.append(threading.Thread(target=runner.run))
    for thread in threads:
        thread.start()
    try:
        ready.wait(60)
        yield tuple(f"http://127.0.0.1:{each.getsockname()[1]}" for each in sockets)
    finally:
        runner.stop()
        for server in servers:
            server.should_exit = server.force_exit = True
        for thread in threads:
            thread.join()


def _run(
    server: uvicorn.Server,
    listening: socket.socket,
    database: Database,
    home: Path,
    people: tuple[str, ...],
    ready: threading.Barrier,
) -> None:
    async def serve() -> None:
        async with PostgresJournal(database.app_url) as journal:
            house = HttpHouse(journal, Clock(), database, home)
            async with opened(server.config.app, house, hasher=QUICK) as desk:  # type: ignore[arg-type]
                for person in people:
                    await desk.access.set_password(person, PASSWORD, by="ADA")
                await asyncio.to_thread(ready.wait, 60)
                await server.serve([listening])

    asyncio.run(serve())
