"""Serving 服务: uvicorn, as many worker processes as wanted; each has a house of its own."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields

import uvicorn
from fastapi import FastAPI

from infrastructure.settings import Settings
from interfaces.http.application import build
from interfaces.http.desk import opened


def serve(settings: Settings, host: str | None = None, port: int | None = None, workers: int = 1) -> None:
    """Serve until stopped by a signal; a worker that dies is started again."""
    for field in fields(settings):
        value = getattr(settings, field.name)
        if value is not None:
            os.environ[f"GUICHENG_{field.name.upper()}"] = str(value)
    uvicorn.run(
        "interfaces.http.serving:worker",
        factory=True,
        host=host or settings.host,
        port=settings.port if port is None else port,
        workers=workers,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=10,
    )


def worker() -> FastAPI:
    """The application of one process, on the settings in the environment."""
    settings = Settings.load()

    @asynccontextmanager
    async def lifespan(made: FastAPI) -> AsyncIterator[None]:
        from interfaces.bootstrap import running

        async with running(settings) as house, opened(made, house):
            yield

    return build(lifespan)
