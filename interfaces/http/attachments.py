"""Attachments 附件 over HTTP: brought in as they are, named by the SHA-256 of their content, never run by a browser."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import FileResponse

from infrastructure.attachments import Attachment, Attachments, Empty, TooLarge
from interfaces.http.bodies import StrictRoute, too_large
from interfaces.http.callers import Actor, Reader
from interfaces.http.desk import Desk, desk_of
from interfaces.http.problems import Problem
from interfaces.http.wire import problems

LIMIT = 20 << 20
"""Bytes an attachment may have."""

PATH = "/api/attachments"

ENDINGS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "text/plain": "txt",
    "text/csv": "csv",
    "application/zip": "zip",
    "application/ofd": "ofd",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/octet-stream": "bin",
}
"""What may be attached: photographs, scans, contracts, sheets; and the ending a file gets on its way out."""

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the content, hex 校验值")]


class AttachmentShown(BaseModel):
    """An attachment 附件; put ``sha256`` where a command asks for one."""

    sha256: str
    size: int = Field(description="Bytes 字节数")
    media_type: str


def router() -> APIRouter:
    """In and out."""
    made = APIRouter(route_class=StrictRoute, tags=["附件 attachments"])
    content = {name: {"schema": {"type": "string", "format": "binary"}} for name in ENDINGS}
    made.add_api_route(
        PATH,
        bring,
        methods=["POST"],
        status_code=201,
        response_model=AttachmentShown,
        summary="上传附件 · Bring an attachment",
        operation_id="attachments.bring",
        openapi_extra={"requestBody": {"required": True, "content": content}},
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
            200: {"description": "The content 内容", "content": content},
            206: {"description": "The part asked for 部分内容", "content": content},
            416: {"description": "That part is not there 范围无效"},
        },
    )
    return made


async def bring(caller: Actor, request: Request) -> AttachmentShown:
    """The content as the request's body, its media type as Content-Type; the same content again is the same file."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in ENDINGS:
        raise Problem(
            415,
            "unsupported-media-type",
            en=("This type of file is not taken.", f"Send one of these as Content-Type: {', '.join(ENDINGS)}."),
            zh=("不支持该文件类型。", f"请以下列 Content-Type 之一上传：{', '.join(ENDINGS)}。"),
            field="header.Content-Type",
        )
    desk = desk_of(request)
    try:
        kept = await _store(desk).keep(
            request.stream(), media_type=media_type, by=caller.employee, at=desk.house.clock(), limit=LIMIT
        )
    except TooLarge:
        raise too_large(LIMIT) from None
    except Empty:
        raise Problem(
            422,
            "invalid",
            en=("The body is empty.", "Send the file's content as the body."),
            zh=("请求正文为空。", "请将文件内容作为请求正文发送。"),
            field="body",
        ) from None
    return AttachmentShown(sha256=kept.sha256, size=kept.size, media_type=kept.media_type)


async def fetch(sha256: Sha256, caller: Reader, request: Request) -> Response:
    """The content, to be saved. Whoever may read a subject finds the SHA-256 of its attachments there."""
    found = await asyncio.to_thread(_store(desk_of(request)).find, sha256)
    if found is None:
        raise Problem(
            404,
            "not-found",
            en=(f"There is no attachment {sha256}.", "Check the SHA-256; it stands in the event it belongs to."),
            zh=(f"没有附件 {sha256}。", "请核对校验值，见相关事件。"),
        )
    attachment, path = found
    return FileResponse(path, media_type=attachment.media_type, headers=_headers(attachment))


def _headers(attachment: Attachment) -> dict[str, Any]:
    name = f"{attachment.sha256[:16]}.{ENDINGS.get(attachment.media_type, 'bin')}"
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "ETag": f'"{attachment.sha256}"',
        "Cache-Control": "private, max-age=31536000, immutable",
    }


def _store(desk: Desk) -> Attachments:
    return Attachments(desk.house.settings.home)
