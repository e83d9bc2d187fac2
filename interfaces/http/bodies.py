"""Reading bodies 请求正文: JSON as the standard has it, up to a limit, refused while it is read and not after."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interfaces.http.problems import Problem
from interfaces.http.validation import invalid

LIMIT = 1 << 20
"""Bytes a body may have, but for attachments."""


def too_large(limit: int) -> Problem:
    """413, with the limit."""
    size = f"{limit / (1 << 20):g} MB"
    return Problem(
        413,
        "too-large",
        en=(f"The body is larger than {size}.", "Shorten it; send large content to POST /api/attachments."),
        zh=(f"请求正文超过 {size}。", "请精简内容；大文件请用 POST /api/attachments 上传。"),
        facts={"limit_bytes": str(limit)},
        headers={"Connection": "close"},
    )


class BodyLimit:
    """Stops reading where a body grows over its limit, before it fills the memory."""

    def __init__(self, app: ASGIApp, limits: Callable[[Scope], int] = lambda scope: LIMIT) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limits(scope)
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        read, started, over = 0, False, announced.isdigit() and int(announced) > limit

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise too_large(limit)
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            if over:
                raise too_large(limit)
            await self._app(scope, counted, watched)
        except Problem as problem:
            if started:
                raise
            await problem.response(Request(scope))(scope, receive, send)


class StrictRequest(Request):
    """Reads JSON strictly: UTF-8, no NaN, no lone surrogates, no NUL characters."""

    async def json(self) -> Any:
        """The body read; raises Problem."""
        if not hasattr(self, "_json"):
            self._json = read_json(await self.body())
        return self._json


class StrictRoute(APIRoute):
    """A route whose body is read by ``StrictRequest``."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, given a strict request."""
        handler = super().get_route_handler()
        typed = self.body_field is not None

        async def strict(request: Request) -> Response:
            if typed:
                _check_media_type(request)
            return await handler(StrictRequest(request.scope, request.receive))

        return strict


def read_json(body: bytes) -> Any:
    """A JSON text; raises Problem with the place of the error."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        what = f"{error.msg}, line {error.lineno}, column {error.colno}"
        raise Problem(
            400,
            "malformed",
            en=(f"The body is not JSON: {what}.", "Send one JSON object in UTF-8, without NaN or lone surrogates."),
            zh=(
                f"请求正文不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 列（{error.msg}）。",
                "请发送一个 UTF-8 编码的 JSON 对象，不含 NaN 或不成对的代理字符。",
            ),
            field="body",
        ) from None
    found = next(_nul_characters(value, ("body",)), None)
    if found is not None:
        raise invalid([{"type": "nul_character", "loc": found}])
    return value


def _nul_characters(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    waiting = [(value, path)]
    while waiting:
        value, path = waiting.pop()
        if isinstance(value, str):
            if "\0" in value:
                yield path
        elif isinstance(value, dict):
            for name, each in value.items():
                if "\0" in name:
                    yield (*path, name)
                waiting.append((each, (*path, name)))
        elif isinstance(value, list):
            waiting.extend((each, (*path, index)) for index, each in enumerate(value))


def _check_media_type(request: Request) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != "application/json" and not (given.startswith("application/") and given.endswith("+json")):
        raise Problem(
            415,
            "unsupported-media-type",
            en=("The body is taken as JSON only.", "Send it with Content-Type: application/json."),
            zh=("请求正文只接受 JSON。", "请以 Content-Type: application/json 发送。"),
            field="header.Content-Type",
        )
