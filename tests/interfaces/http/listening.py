"""Listens to an open stream of the application as a browser does, without a network and without waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI


@dataclass(frozen=True, slots=True)
class Heard:
    """One server-sent event."""

    event: str = "message"
    id: str = ""
    data: str = ""


class Listener:
    """What an open response sends, event by event; comments are passed over."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.gone = asyncio.Event()
        self._asked = False
        self._rest = ""

    async def receive(self) -> dict[str, Any]:
        """What the application reads: an empty request, then nothing until we go."""
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def started(self) -> tuple[int, dict[str, str]]:
        """Status and headers."""
        message = await self.sent.get()
        return message["status"], {name.decode(): value.decode() for name, value in message["headers"]}

    async def next(self) -> Heard:
        """The next event."""
        while True:
            block, parted, rest = self._rest.partition("\n\n")
            if not parted:
                message = await asyncio.wait_for(self.sent.get(), 10)
                if not message.get("more_body"):
                    raise EOFError("the stream ended")
                self._rest += message["body"].decode()
                continue
            self._rest = rest
            fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
            fields.pop("retry", None)
            if fields:
                return Heard(**fields)

    async def ends(self) -> None:
        """Reads on to the end of the stream."""
        try:
            while True:
                await self.next()
        except EOFError:
            return


@asynccontextmanager
async def listening(app: FastAPI, path: str, token: str, **headers: str) -> AsyncIterator[Listener]:
    """The stream at ``path`` (with its query), open as long as the block."""
    listener = Listener()
    plain, _, query = path.partition("?")
    told = {"host": "guicheng.example", "authorization": f"Bearer {token}", **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": plain,
        "raw_path": plain.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in told.items()],
        "client": ("127.0.0.1", 1),
        "server": ("guicheng.example", 80),
    }
    task = asyncio.create_task(app(scope, listener.receive, listener.sent.put))  # type: ignore[arg-type]
    try:
        yield listener
    finally:
        listener.gone.set()
        await asyncio.wait_for(task, 10)
