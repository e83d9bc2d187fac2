"""The HTTP application: routes made from the catalogue, problems, limits, headers."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain import catalogue
from infrastructure.blobs import LARGEST
from interfaces.http import (
    attachments,
    budget,
    commands,
    explaining,
    feed,
    health,
    sessions,
    subjects,
    tlog,
    views,
)
from interfaces.http.bodies import LIMIT, BodyLimit
from interfaces.http.decimals import tell_decimals
from interfaces.http.desk import House, opened
from interfaces.http.problems import Problem, kebab, problem_of
from interfaces.http.validation import invalid
from interfaces.http.wire import add_problems

LOG = logging.getLogger("guicheng.http")

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

DESCRIPTION = """规程: people act; every act is decided under a clause of the regulation and becomes an event.
一切操作均依据制度条款裁定，并作为引用该条款的事件入账。

Sign in with `POST /session` or send an API key as `Authorization: Bearer …`. Amounts and quantities are strings.
Problems are `application/problem+json` (RFC 9457) in the language of `Accept-Language` (`zh`, `en`)."""


def app(house: House) -> FastAPI:
    """The application on a house that runs."""

    @asynccontextmanager
    async def lifespan(made: FastAPI) -> AsyncIterator[None]:
        async with opened(made, house):
            yield

    return build(lifespan)


def build(lifespan: Lifespan | None = None) -> FastAPI:
    """The application without a house; ``opened(app, house)`` gives it one."""
    # The pages stand on the parts of this package, so they are found once it is there.
    from interfaces.web import routes as web

    made = FastAPI(
        title="Guicheng 规程",
        version="1",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for part in (sessions, views, feed, attachments, tlog, health, explaining, web, budget, subjects, commands):
        made.include_router(part.router())
    made.add_exception_handler(RequestValidationError, _invalid)
    made.add_exception_handler(HTTPException, _http)
    made.add_middleware(Careful)
    made.add_middleware(BodyLimit, limits=_limit)
    made.openapi = lambda: _openapi(made)  # type: ignore[method-assign]
    return made


class Careful:
    """Turns every error into a problem, and sends the headers that keep browsers careful."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def careful(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(each for each in SAFE_HEADERS if each[0] not in present)]
            await send(message)

        try:
            await self._app(scope, receive, careful)
        except ClientDisconnect:
            return
        except Exception as error:
            problem = problem_of(error)
            if problem.kind == "defect":
                LOG.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
            elif problem.status_code >= 500:
                LOG.warning("%s %s: %s: %s", scope["method"], scope["path"], type(error).__name__, error)
            if started:
                raise
            await problem.response(Request(scope))(scope, receive, careful)


SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)


def _limit(scope: Scope) -> int:
    return LARGEST if scope["path"] == attachments.PATH else LIMIT


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return invalid(list(error.errors())).response(request)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error, Problem):
        return error.response(request)
    problem = _of_starlette(request, error)
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return problem.response(request)
    from interfaces.web.page import told

    return told(request, problem)


def _of_starlette(request: Request, error: HTTPException) -> Problem:
    """What the router itself refuses."""
    if error.status_code == 404:
        return _not_found(request.url.path)
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        return Problem(
            405,
            "method-not-allowed",
            en=(f"{request.method} is not possible here.", f"Use {allowed}; a command to a subject needs its number."),
            zh=(f"此处不支持 {request.method}。", f"请使用 {allowed}；对已有单据的命令须带单号。"),
            headers=dict(error.headers or {}),
        )
    return Problem(
        error.status_code,
        "malformed",
        en=("The request cannot be read.", "See /openapi.json for what is taken here."),
        zh=("请求无法解析。", "请参照 /openapi.json。"),
    )


def _not_found(path: str) -> Problem:
    """404 that says how far the path is right."""
    parts = path.strip("/").split("/")
    known = catalogue.aggregates()
    if parts[0] == "api" and len(parts) > 2 and parts[1] in known:
        names = ", ".join(kebab(kind.__name__) for kind in commands.open_commands(known[parts[1]]))
        return Problem(
            404,
            "not-found",
            en=(f"{parts[1]} takes no command {parts[-1][:64]}.", f"It takes: {names or 'none, the house writes it'}."),
            zh=(f"{known[parts[1]].zh}没有命令 {parts[-1][:64]}。", f"可用命令：{names or '无，由系统记录'}。"),
        )
    if parts[0] == "api" and len(parts) > 2:
        return Problem(
            404,
            "not-found",
            en=(f"There is no kind of subject called {parts[1][:64]}.", f"There are: {', '.join(known)}."),
            zh=(f"没有名为 {parts[1][:64]} 的单据类型。", f"现有：{'、'.join(known)}。"),
        )
    return Problem(
        404,
        "not-found",
        en=("There is nothing at this address.", "See /openapi.json for all addresses."),
        zh=("该地址不存在。", "全部地址见 /openapi.json。"),
    )


def _openapi(made: FastAPI) -> dict[str, Any]:
    if made.openapi_schema is None:
        schema = get_openapi(title=made.title, version=made.version, description=made.description, routes=made.routes)
        add_problems(schema)
        tell_decimals(schema)
        made.openapi_schema = schema
    return made.openapi_schema
