"""Problems 错误响应, RFC 9457: what went wrong, by which rule, and what to do, in the caller's language.

raise Problem(404, "unknown-subject", en=("There is no …", "Check …"), zh=("没有…", "请核对…"))
"""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from application.acts import Busy, CommandIdReused, StaleVersion
from application.handler import UnknownSubject
from application.journal import EntryTooLarge, Unavailable
from domain.kernel import Refusal
from domain.working_time import NoCalendar
from infrastructure.projecting.progress import ViewsBehind
from infrastructure.settings import SettingError
from interfaces.http.languages import language_of

MEDIA_TYPE = "application/problem+json"

RETRY_SECONDS = 2
_DISK_FULL = ("53100", "53000")


class FieldError(BaseModel):
    """What is wrong with one field 字段错误."""

    field: str = Field(description="Path of the field, e.g. `body.lines.0.quantity` 字段路径")
    code: str = Field(description="Kind of error, stable across languages 错误类别")
    message: str = Field(description="What is wrong and what to write instead, in the caller's language 说明")


class ProblemDetails(BaseModel):
    """A problem 错误响应 (RFC 9457). Texts are in the caller's language, as `Content-Language` says."""

    model_config = ConfigDict(title="Problem", extra="forbid")

    type: str = Field(description="What kind of problem; opens as a page that explains it 错误类型")
    title: str = Field(description="The kind in words 标题")
    status: int = Field(ge=400, le=599, description="HTTP status 状态码")
    detail: str = Field(description="What happened here 详情")
    instance: str = Field(description="The request's path 请求路径")
    remedy: str = Field(description="What to do next 如何处理")
    rule: str | None = Field(None, description="Name of the rule that refused it 规则名称")
    clause: str | None = Field(None, description="Clause of the regulation the rule stands in 条款")
    facts: dict[str, str] | None = Field(None, description="The facts that decided 决定性事实")
    field: str | None = Field(None, description="The field it is about 相关字段")
    errors: list[FieldError] | None = Field(None, description="Every field that is wrong 全部字段错误")


class Problem(HTTPException):
    """Something is wrong with a request: ``en`` and ``zh`` are what happened and what to do.

    ``more`` are further members of ``ProblemDetails``; those that are callable are asked with the language.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        *,
        en: tuple[str, str],
        zh: tuple[str, str],
        title: tuple[str, str] | None = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(status, en[0], headers)
        self.kind, self.en, self.zh, self.more = kind, en, zh, more
        self.name = title or TITLES.get(kind, (kind.replace("-", " ").capitalize(), kind))

    def response(self, request: Request) -> Response:
        """As the caller reads it."""
        language = language_of(request)
        detail, remedy = self.zh if language == "zh" else self.en
        body = ProblemDetails(
            type=f"/problems/{self.kind}",
            title=self.name[1 if language == "zh" else 0],
            status=self.status_code,
            detail=detail,
            instance=request.url.path,
            remedy=remedy,
            **{name: value(language) if callable(value) else value for name, value in self.more.items()},
        )
        headers = {"Content-Language": language, "Cache-Control": "no-store", "Vary": "Accept-Language"}
        return JSONResponse(
            body.model_dump(mode="json", exclude_none=True),
            self.status_code,
            {**headers, **(self.headers or {})},
            media_type=MEDIA_TYPE,
        )


TITLES: dict[str, tuple[str, str]] = {
    "refused": ("Refused by the regulation", "制度不允许"),
    "stale-version": ("The subject has moved on", "单据已更新"),
    "idempotency-key-reused": ("The Idempotency-Key was used before", "幂等键已被使用"),
    "invalid": ("The request is not valid", "请求内容无效"),
    "malformed": ("The body cannot be read", "请求正文无法解析"),
    "unsupported-media-type": ("The body is of a type not taken here", "不支持该内容类型"),
    "not-found": ("There is no such thing here", "未找到"),
    "unknown-subject": ("There is no such subject", "没有该单据"),
    "method-not-allowed": ("Not done this way", "不支持该方法"),
    "not-signed-in": ("Nobody is signed in", "未登录"),
    "sign-in-refused": ("Sign-in refused", "登录失败"),
    "too-many-tries": ("Too many failed sign-ins", "登录失败次数过多"),
    "foreign-page": ("The request comes from a foreign page", "请求来自其他网站"),
    "too-large": ("Too large", "内容过大"),
    "no-calendar": ("No working calendar for that year", "该年度尚无工作日历"),
    "busy": ("The subject is busy", "单据正被频繁更新"),
    "unavailable": ("The database cannot be reached", "数据库暂不可用"),
    "storage-full": ("The storage is full", "存储空间已满"),
    "not-read-yet": ("The view has not read that far", "视图尚未更新到该位置"),
    "defect": ("A defect of the software", "软件缺陷"),
}
"""The kinds of problems in words, English and Chinese."""


def kebab(name: str) -> str:
    """``SubmitRequisition`` as ``submit-requisition``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def refused(refusal: Refusal, status: int = 409) -> Problem:
    """The rule that refuses, its clause and its remedy."""
    kind = type(refusal)
    return Problem(
        status,
        f"rules/{kind.__name__}",
        title=TITLES["refused"],
        en=(refusal.sentence("en"), refusal.remedy("en")),
        zh=(refusal.sentence("zh"), refusal.remedy("zh")),
        rule=kind.__name__,
        clause=kind.clause,
        facts=refusal.facts,
        field=refusal.field,
    )


def problem_of(error: Exception) -> Problem:
    """What an error of the application is to a caller."""
    match error:
        case Problem():
            return error
        case Refusal():
            return refused(error, 403 if error.clause == "4.3.2.1" else 409)
        case StaleVersion():
            return Problem(
                412,
                "stale-version",
                en=(
                    f"{error.subject} is at version {error.actual}, not {error.expected}.",
                    "Look at it again, then decide; send the new ETag in If-Match.",
                ),
                zh=(
                    f"{error.subject} 现为版本 {error.actual}，而非 {error.expected}。",
                    "请重新查看后再操作，并在 If-Match 中发送新的 ETag。",
                ),
                headers={"ETag": f'"{error.actual}"'},
                facts={"expected": str(error.expected), "actual": str(error.actual)},
            )
        case CommandIdReused():
            return Problem(
                422,
                "idempotency-key-reused",
                en=("This Idempotency-Key was sent before with another request.", "Use a new key for a new request."),
                zh=("该幂等键已用于另一请求。", "新的请求请使用新的幂等键。"),
                field="header.Idempotency-Key",
            )
        case Busy():
            return Problem(
                503,
                "busy",
                en=(f"{error} kept moving while this was decided; nothing was stored.", "Try again."),
                zh=(f"{error} 正被频繁更新，本次未作任何记录。", "请重试。"),
                headers={"Retry-After": "1"},
            )
        case UnknownSubject():
            return unknown_subject(str(error))
        case EntryTooLarge():
            return Problem(
                413,
                "too-large",
                en=(str(error), "Shorten the texts, or attach the content as a file."),
                zh=(str(error), "请精简文字，或将内容作为附件上传。"),
            )
        case NoCalendar():
            return Problem(
                409,
                "no-calendar",
                en=(
                    f"No working calendar is published for {error.year}, so no deadline can be set.",
                    f"Have the administrator or HR publish {error.year} (POST /api/calendar/CN/publish-year).",
                ),
                zh=(
                    f"尚未发布{error.year}年工作日历，无法计算时限。",
                    f"请系统管理员或人力资源部发布{error.year}年工作日历（POST /api/calendar/CN/publish-year）。",
                ),
                clause="5.1",
                facts={"year": str(error.year)},
            )
        case ViewsBehind():
            return Problem(
                503,
                "not-read-yet",
                en=("The views behind these figures have not read everything yet.", "Try again in a moment."),
                zh=("这些数据所用的视图尚未更新到最新。", "请稍后重试。"),
                headers={"Retry-After": "1"},
            )
        case Unavailable() | OSError() | SettingError():
            return storage_full() if _disk_full(error) else unavailable()
    return Problem(
        500,
        "defect",
        en=("The software failed at this; it was logged.", "Report it to the administrator with the time."),
        zh=("系统处理时出错，已记录。", "请将发生时间告知系统管理员。"),
    )


def unknown_subject(subject: str) -> Problem:
    """404 for a subject that has no history."""
    return Problem(
        404,
        "unknown-subject",
        en=(f"There is no {subject}.", "Check its number in the views."),
        zh=(f"没有单据 {subject}。", "请在列表中核对单号。"),
        facts={"subject": subject},
    )


def unavailable() -> Problem:
    """503: the database is away."""
    return Problem(
        503,
        "unavailable",
        en=(
            "The database cannot be reached. What was acknowledged is kept.",
            "Try again in a moment with the same Idempotency-Key: a command that was stored is answered, not repeated.",
        ),
        zh=(
            "数据库暂不可用；已确认的内容不会丢失。",
            "请稍后以相同的 Idempotency-Key 重试：已入账的命令只会返回结果，不会重复执行。",
        ),
        headers={"Retry-After": str(RETRY_SECONDS)},
    )


def storage_full() -> Problem:
    """507: a disk is full."""
    return Problem(
        507,
        "storage-full",
        en=("The disk is full; nothing was stored.", "Have the operator free space, then send it again."),
        zh=("磁盘空间已满，本次未保存。", "请运维人员腾出空间后重新提交。"),
        headers={"Retry-After": "60"},
    )


def _disk_full(error: BaseException | None) -> bool:
    while error is not None:
        if getattr(error, "sqlstate", None) in _DISK_FULL or getattr(error, "errno", None) in (27, 28, 122):
            return True
        error = error.__cause__ or error.__context__
    return False
