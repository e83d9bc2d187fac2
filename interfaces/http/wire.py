"""Shapes that travel 数据结构: what routes answer with, and the parameters they share."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Path
from pydantic import BaseModel, Field

from application.acts import Done
from domain.governance.access_rules import Sight
from domain.history import Recorded
from domain.kernel import Stream
from interfaces.http.problems import MEDIA_TYPE, ProblemDetails
from interfaces.http.withholding import data_for

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"

SubjectId = Annotated[
    str, Path(pattern=ID_PATTERN, description="The subject's number 单号", examples=["PR261124-7K3Q9"])
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="Any text of yours; the same request sent again with it gets the first answer 幂等键",
    ),
]
ActingFor = Annotated[
    str | None,
    Header(
        alias="X-Acting-For",
        pattern=ID_PATTERN,
        description="Employee number of whom you stand in for, under a delegation in force 代理的员工编号",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        pattern=r'^("[0-9]{1,9}"|\*)$',
        description='The version you have seen, as in ETag, e.g. `"3"`; the command is refused if it moved on 版本',
    ),
]


class BasisShown(BaseModel):
    """Why it was decided 依据: the clause, the policy version, what was looked at, what came of it."""

    clause: str
    policy: str
    rule: str
    inputs: dict[str, str]
    outcome: str


class EventShown(BaseModel):
    """An event as recorded 事件."""

    position: int = Field(description="Its place in the journal, from 0 日志位置")
    subject: str = Field(description="The subject it belongs to, e.g. `requisition-PR261124-7K3Q9` 单据")
    version: int = Field(description="Version of the subject after it, from 1 版本")
    type: str = Field(description="Name of the event 事件类型")
    name: str = Field(description="Its name in Chinese 事件名称")
    event_id: UUID
    command_id: UUID
    occurred_at: datetime = Field(description="When it happened 发生时间")
    recorded_at: datetime = Field(description="When it was recorded 入账时间")
    actor: str = Field(description="Employee number of who acted, or SYSTEM 操作人")
    acting_for: str | None = Field(description="For whom he stood in 被代理人")
    delegation: str | None = Field(description="The delegation he acted under 代理编号")
    correlation: str = Field(description="The subject it all began with 关联单据")
    causation: UUID | None = Field(description="The event it follows from 起因事件")
    basis: list[BasisShown] = Field(description="The rulings behind it 依据")
    source: str | None = Field(description="Where an imported event comes from 来源")
    data: dict[str, Any] = Field(description="The event's own fields; its JSON Schema stands in docs/events 事件内容")
    withheld: bool = Field(
        description="Whether personal data that you may not read were withheld 是否有未显示的个人信息"
    )


class DoneShown(BaseModel):
    """What came of a command 结果: it is in the journal."""

    subject: str = Field(description="The subject, e.g. `requisition-PR261124-7K3Q9` 单据")
    id: str = Field(description="Its number 单号")
    version: int = Field(description="Its version now; also the ETag 版本")
    position: int = Field(
        description="Position of the last event, -1 where nothing had to be done; a view asked with this "
        "`min_position` shows it 日志位置"
    )
    repeated: bool = Field(
        description="Whether this is the first answer again, by Idempotency-Key 是否为重复请求的结果"
    )
    events: list[EventShown] = Field(description="Everything that happened, in order 事件")


def done_shown(done: Done, sight: Sight) -> DoneShown:
    """A result as its reader may know it."""
    return DoneShown(
        subject=str(done.subject),
        id=done.subject.id,
        version=done.version,
        position=done.position,
        repeated=done.repeated,
        events=[event_shown(each, sight) for each in done.events],
    )


def event_shown(recorded: Recorded, sight: Sight) -> EventShown:
    """An event as its reader may know it."""
    event = recorded.event
    data, withheld = data_for(sight, recorded)
    return EventShown(
        position=recorded.position,
        subject=str(recorded.subject),
        version=recorded.version,
        type=type(event).__name__,
        name=event.zh,
        event_id=recorded.event_id,
        command_id=recorded.command_id,
        occurred_at=recorded.occurred_at.astimezone(UTC),
        recorded_at=recorded.recorded_at.astimezone(UTC),
        actor=recorded.actor,
        acting_for=recorded.acting_for,
        delegation=recorded.delegation,
        correlation=recorded.correlation,
        causation=recorded.causation,
        basis=[BasisShown(**each.model_dump()) for each in recorded.basis],
        source=recorded.source,
        data=data,
        withheld=withheld,
    )


def plain(value: Any) -> Any:
    """A frozen value as JSON has it: decimals and times as strings, sets in order, properties included."""
    match value:
        case None | bool() | int() | str() if not isinstance(value, Enum):
            return value
        case Enum():
            return plain(value.value)
        case Decimal() | UUID() | Stream():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case BaseModel():
            return value.model_dump(mode="json")
        case Mapping():
            return {_key(key): plain(each) for key, each in value.items()}
        case set() | frozenset():
            return sorted((plain(each) for each in value), key=str)
        case tuple() if hasattr(value, "_fields"):
            return {name: plain(getattr(value, name)) for name in value._fields}
        case list() | tuple():
            return [plain(each) for each in value]
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        names += [name for name, found in vars(type(value)).items() if isinstance(found, property)]
        return {name: plain(getattr(value, name)) for name in names if not name.startswith("_")}
    return str(value)


def _key(key: Any) -> str:
    shown = plain(key)
    return shown if isinstance(shown, str) else "/".join(map(str, shown)) if isinstance(shown, list) else str(shown)


_TEXTS = {
    400: "The body or a parameter cannot be read 请求无法解析",
    401: "Nobody is signed in 未登录",
    403: "Not yours to see or do (4.3.2.1); journalled 无权访问，已记录",
    404: "There is no such thing 未找到",
    409: "The regulation refuses it; `rule`, `clause` and `remedy` say why and what to do 制度不允许",
    412: "The subject moved past the version you saw 单据版本已更新",
    413: "Too large 内容过大",
    415: "Not JSON 不支持的内容类型",
    416: "That part is not there 范围无效",
    422: "A field is wrong; `errors` names each 字段无效",
    429: "Too many tries; see Retry-After 尝试次数过多",
    503: "The database cannot be reached; see Retry-After 数据库暂不可用",
    507: "The storage is full 存储空间已满",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems a route may answer with, for its ``responses``; those every route may have are added."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": _TEXTS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in sorted({*statuses, 401, 403, 422, 503})
    }


def add_problems(schema: dict[str, Any]) -> None:
    """Adds what ``problems`` refers to, in place. One model for all of them keeps the start short."""
    told = ProblemDetails.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    components.update(told.pop("$defs", {}))
    components["Problem"] = told
