"""Attachments 附件 over HTTP: brought in as they are, named by the SHA-256 of their content, never run by a browser."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import FileResponse

from infrastructure.blobs import LARGEST, BlobStore, BlobTooLarge
from interfaces.http.bodies import StrictRoute, too_large
from interfaces.http.callers import Actor, Reader
from interfaces.http.desk import Desk, desk_of
from interfaces.http.problems import Problem
from interfaces.http.wire import problems

PATH = "/api/attachments"
BINARY = "application/octet-stream"

TYPES = (
    "application/pdf",
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "text/plain",
    "text/csv",
    "application/zip",
    "application/ofd",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    BINARY,
)
"""What may be attached: photographs, scans, contracts, sheets."""

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the content, hex 校验值")]


class AttachmentShown(BaseModel):
    """An attachment 附件; put ``sha256`` where a command asks for one."""

    sha256: str
    size: int = Field(description="Bytes 字节数")
    media_type: str


def router() -> APIRouter:
    """In and out."""
    made = APIRouter(route_class=StrictRoute, tags=["附件 attachments"])
    binary: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
    made.add_api_route(
        PATH,
        bring,
        methods=["POST"],
        status_code=201,
        response_model=AttachmentShown,
        summary="上传附件 · Bring an attachment",
        operation_id="attachments.bring",
        openapi_extra={"requestBody": {"required": True, "content": dict.fromkeys(TYPES, binary)}},
        responses=problems(413, 415, 507),
    )
    made.add_api_route(
        f"{PATH}/{{sha256}}",
        fetch,
        response_class=Response,
        summary="下载附件 · Fetch an attachment",
        operation_id="attachments.fetch",
        responses=problems(404)
        | {
            200: {"description": "The content 内容", "content": {BINARY: binary}},
            206: {"description": "The part asked for 部分内容", "content": {BINARY: binary}},
            416: {"description": "That part is not there 范围无效"},
        },
    )
    return made


async def bring(caller: Actor, request: Request) -> AttachmentShown:
    """The content as the request's body, its media type as Content-Type; the same content again is the same file."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in TYPES:
        raise Problem(
            415,
            "unsupported-media-type",
            en=("This type of file is not taken.", f"Send one of these as Content-Type: {', '.join(TYPES)}."),
            zh=("不支持该文件类型。", f"请以下列 Content-Type 之一上传：{', '.join(TYPES)}。"),
            field="header.Content-Type",
        )
    try:
        kept = await _store(desk_of(request)).put_stream(request.stream(), media_type)
    except BlobTooLarge:
        raise too_large(LARGEST) from None
    if kept.size == 0:
        raise Problem(
            422,
            "invalid",
            en=("The body is empty.", "Send the file's content as the body."),
            zh=("请求正文为空。", "请将文件内容作为请求正文发送。"),
            field="body",
        )
    return AttachmentShown(sha256=kept.sha256, size=kept.size, media_type=kept.media_type)


async def fetch(sha256: Sha256, caller: Reader, request: Request) -> Response:
    """The content, to be saved. Whoever may read a subject finds the SHA-256 of its attachments there."""
    try:
        with _store(desk_of(request)).get(sha256) as file:
            path = file.name
    except LookupError:
        raise Problem(
            404,
            "not-found",
            en=(f"There is no attachment {sha256}.", "Check the SHA-256; it stands in the event it belongs to."),
            zh=(f"没有附件 {sha256}。", "请核对校验值，见相关事件。"),
        ) from None
    headers = {
        "Content-Disposition": f'attachment; filename="{sha256[:16]}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "ETag": f'"{sha256}"',
        "Cache-Control": "private, max-age=31536000, immutable",
    }
    return FileResponse(path, media_type=BINARY, headers=headers)


def _store(desk: Desk) -> BlobStore:
    return BlobStore(desk.house.settings.home)
