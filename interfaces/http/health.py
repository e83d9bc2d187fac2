"""Health 运行状况: whether the database answers, how far views and reactions are behind, which of them stopped."""

from __future__ import annotations

import asyncio
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from application.journal import Unavailable
from interfaces.http.desk import desk_of
from interfaces.http.reading import Progress

SECONDS = 5.0
"""How long the database may take to answer."""


class Reader(BaseModel):
    """Somebody who reads the journal: a view or a reaction."""

    name: str
    lag: int = Field(description="Entries not yet read 未读条数")
    stopped: bool = Field(description="Whether it stopped at an error 是否因错误停止")


class Health(BaseModel):
    """How the house is."""

    status: Literal["ok", "degraded", "unavailable"] = Field(description="degraded: something stopped 状态")
    database: bool
    entries: int | None = Field(description="Size of the journal 日志大小")
    views: list[Reader]
    reactions: list[Reader]


def router() -> APIRouter:
    """One route, open to monitors."""
    made = APIRouter()
    made.add_api_route(
        "/health",
        health,
        response_model=Health,
        summary="运行状况 · Health",
        operation_id="health",
        tags=["运行状况 health"],
        responses={503: {"model": Health, "description": "The database cannot be reached 数据库不可用"}},
    )
    return made


async def health(request: Request) -> Response:
    """Whether the database answers, and how far views and reactions are behind. 503 where it does not."""
    desk = desk_of(request)
    try:
        async with asyncio.timeout(SECONDS):
            size, views, reactions = await desk.reading.health()
    except (Unavailable, TimeoutError):
        told = Health(status="unavailable", database=False, entries=None, views=[], reactions=[])
        return JSONResponse(told.model_dump(), 503, {"Retry-After": "5"})
    stopped = any(each.error for each in (*views, *reactions))
    told = Health(
        status="degraded" if stopped else "ok",
        database=True,
        entries=size,
        views=[_reader(each, size) for each in views],
        reactions=[_reader(each, size) for each in reactions],
    )
    return JSONResponse(told.model_dump())


def _reader(progress: Progress, size: int) -> Reader:
    behind = max(0, size - 1 - progress.position)
    return Reader(name=progress.name, lag=behind, stopped=progress.error is not None)
