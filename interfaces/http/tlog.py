"""The journal as a tiled transparency log 可验证日志 over HTTP (C2SP tlog-tiles, tlog-checkpoint, tlog-proof).

Checkpoint, hashes and proofs say nothing of what happened and are open to every verifier and witness; the entries
themselves are for auditors.
"""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from domain.governance.access_rules import SEES_ALL, NeedsTheRole
from infrastructure.journal.checkpoint import Checkpoint, HistoryChanged, make, signing_key
from infrastructure.journal.proof import EXTENSION, prove
from infrastructure.journal.signed_note import Note
from infrastructure.journal.tiles import Log, Tile
from interfaces.http.bodies import StrictRoute
from interfaces.http.callers import Auditor, refuse
from interfaces.http.desk import Desk, desk_of
from interfaces.http.problems import Problem
from interfaces.http.wire import problems

FRESH = 1.0
"""Seconds for which a checkpoint is handed out again, so that asking often does not sign often."""

TEXT = "text/plain; charset=utf-8"
BINARY = "application/octet-stream"
FOREVER = "max-age=31536000, immutable"

TilePath = Annotated[str, Path(description="As in C2SP tlog-tiles, e.g. `0/x001/234` or `1/000.p/3` 分块路径")]
BundlePath = Annotated[str, Path(description="As in C2SP tlog-tiles, e.g. `x001/234` or `000.p/3` 分块路径")]


def router() -> APIRouter:
    """The paths of the specification, below ``/tlog``."""
    made = APIRouter(route_class=StrictRoute, prefix="/tlog", tags=["可验证日志 tlog"])
    text: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}
    binary: dict[int | str, dict[str, Any]] = {
        200: {"content": {BINARY: {"schema": {"type": "string", "format": "binary"}}}}
    }
    made.add_api_route(
        "/checkpoint", checkpoint, response_class=Response, operation_id="tlog.checkpoint",
        summary="检查点 · The signed checkpoint", responses=_open() | text,
    )  # fmt: skip
    made.add_api_route(
        "/key", key, response_class=Response, operation_id="tlog.key",
        summary="验证公钥 · The key to verify it with", responses=_open() | text,
    )  # fmt: skip
    made.add_api_route(
        "/proof/{position}", proof, response_class=Response, operation_id="tlog.proof",
        summary="入账证明 · Proof that an entry is in the journal", responses=_open(404, 422) | text,
    )  # fmt: skip
    made.add_api_route(
        "/tile/entries/{path:path}", entries, response_class=Response, operation_id="tlog.entries",
        summary="事件分块 · A bundle of entries", responses=problems(404) | binary,
    )  # fmt: skip
    made.add_api_route(
        "/tile/{path:path}", tile, response_class=Response, operation_id="tlog.tile",
        summary="散列分块 · A tile of hashes", responses=_open(404) | binary,
    )  # fmt: skip
    return made


async def checkpoint(request: Request) -> Response:
    """Size and root of the journal, signed (Ed25519), with what witnesses added. Keep one: it makes you a witness."""
    return Response(str(await _checkpoint(desk_of(request))), media_type=TEXT)


async def key(request: Request) -> Response:
    """The verifier key, `name+id+key`. Compare it with one you got another way: a thief would serve his own."""
    return Response(f"{signing_key(desk_of(request).house.settings).verifier}\n", media_type=TEXT)


async def proof(
    position: Annotated[int, Path(ge=0, le=2**63 - 1, description="Position of the entry 日志位置")], request: Request
) -> Response:
    """A `.tlog-proof` file: with it and the entry's bytes anybody can check, without us, that the entry is in."""
    desk = desk_of(request)
    note = await _checkpoint(desk)
    if position >= Checkpoint.parse(note.text).size:
        note = await _checkpoint(desk, at_most=0)
    if position >= (size := Checkpoint.parse(note.text).size):
        raise Problem(
            404,
            "not-found",
            en=(f"There is no entry {position}; the journal ends at {size - 1}.", "Send a position you were given."),
            zh=(f"没有位置 {position} 的事件，日志止于 {size - 1}。", "请使用系统返回的位置。"),
        )
    made = await prove(desk.house.journal, position, note)
    headers = {"Content-Disposition": f'attachment; filename="{position}{EXTENSION}"'}
    return Response(str(made), media_type=TEXT, headers=headers)


async def tile(path: TilePath, request: Request) -> Response:
    """Up to 256 hashes of one level."""
    return await _read(desk_of(request), f"tile/{path}", f"public, {FOREVER}")


async def entries(path: BundlePath, caller: Auditor, request: Request) -> Response:
    """Up to 256 entries, each after its length in two bytes; for those who see everything."""
    desk = desk_of(request)
    if not caller.sight.everything:
        await refuse(desk, caller, request, NeedsTheRole(roles=", ".join(SEES_ALL)), "journal")
    return await _read(desk, f"tile/entries/{path}", f"private, {FOREVER}")


async def _read(desk: Desk, path: str, cache: str) -> Response:
    try:
        content = await Log(desk.house.journal).read(Tile.parse(path))
    except (ValueError, LookupError):
        raise Problem(
            404,
            "not-found",
            en=(f"The journal has no {path[:100]}.", "Fetch /tlog/checkpoint and ask for tiles of its size."),
            zh=(f"日志中没有 {path[:100]}。", "请先获取 /tlog/checkpoint，再按其大小请求分块。"),
        ) from None
    return Response(content, media_type=BINARY, headers={"Cache-Control": cache})


async def _checkpoint(desk: Desk, at_most: float = FRESH) -> Note:
    """The journal's checkpoint, no older than ``at_most`` seconds."""
    known = desk.checkpoints.get("note")
    if known is not None and time.monotonic() - known[0] < at_most:
        return known[1]
    try:
        note = await make(desk.house.journal, signing_key(desk.house.settings))
    except HistoryChanged as error:
        raise Problem(
            503,
            "history-changed",
            title=("The journal does not contain its last checkpoint", "日志与检查点不一致"),
            en=(str(error), "Keep every old checkpoint you have and call the auditor; nothing is signed until then."),
            zh=(str(error), "请保留已有的检查点并联系审计人员；在查明之前不再签署。"),
        ) from error
    desk.checkpoints["note"] = (time.monotonic(), note)
    return note


def _open(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of a route that needs no sign-in."""
    return {status: told for status, told in problems(*statuses).items() if status in (*statuses, 422, 503)}
