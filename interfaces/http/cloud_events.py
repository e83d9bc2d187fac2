"""Events as others read them 云事件: CloudEvents 1.0 in JSON, one envelope for every event of the journal.

Beside the attributes of the specification: ``sequence`` (the position, padded so that text order is journal order),
``streamversion``, ``actor``, ``actingfor``, ``correlation``, ``causation``, ``commandid``, ``recordedtime``,
``clauses`` and ``policies`` (of the rulings behind it), ``schemaversion``, and ``withheld`` where personal data were.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field

from domain.governance.access_rules import Sight
from domain.history import Recorded
from interfaces.http.withholding import data_for

EVENT = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
PREFIX = "guicheng."
"""Starts the type of every event, e.g. ``guicheng.RequisitionSubmitted``."""


class CloudEvent(BaseModel):
    """An event of the journal as a CloudEvent 1.0 云事件."""

    specversion: str = Field(pattern=r"^1\.0$")
    id: str = Field(description="Id of the event, a UUID 事件编号")
    source: str = Field(description="The journal's name, as in checkpoints 日志名称")
    type: str = Field(description="`guicheng.` and the event's name 事件类型")
    subject: str = Field(description="The subject, e.g. `requisition-PR261124-7K3Q9` 单据")
    time: str = Field(description="When it happened, UTC 发生时间")
    datacontenttype: str
    sequence: str = Field(description="Position in the journal, 19 digits 日志位置", pattern=r"^[0-9]{19}$")
    streamversion: int = Field(description="Version of the subject after it 版本")
    schemaversion: int = Field(description="Version of the event's shape; see docs/events 结构版本")
    actor: str = Field(description="Employee number, or SYSTEM 操作人")
    actingfor: str | None = Field(None, description="For whom he stood in 被代理人")
    recordedtime: str = Field(description="When it was recorded, UTC 入账时间")
    correlation: str | None = Field(None, description="The subject it all began with 关联单据")
    causation: str | None = Field(None, description="The event it follows from 起因事件")
    commandid: str
    clauses: str | None = Field(None, description="Clauses of the rulings behind it, with commas 依据条款")
    policies: str | None = Field(None, description="Policy versions of those rulings, with commas 制度版本")
    withheld: bool | None = Field(None, description="Personal data were withheld 有未显示的个人信息")
    data: dict[str, Any] = Field(description="The event's own fields 事件内容")


def cloud_event(recorded: Recorded, source: str, sight: Sight) -> dict[str, Any]:
    """An event as its reader may know it; attributes without a value are left out, as the specification has it."""
    data, withheld = data_for(sight, recorded)
    attributes = {
        "specversion": "1.0",
        "id": str(recorded.event_id),
        "source": source,
        "type": PREFIX + type(recorded.event).__name__,
        "subject": str(recorded.subject),
        "time": _instant(recorded.occurred_at),
        "datacontenttype": "application/json",
        "sequence": f"{recorded.position:019d}",
        "streamversion": recorded.version,
        "schemaversion": recorded.event.schema_version,
        "actor": recorded.actor,
        "actingfor": recorded.acting_for,
        "recordedtime": _instant(recorded.recorded_at),
        "correlation": recorded.correlation or None,
        "causation": str(recorded.causation) if recorded.causation else None,
        "commandid": str(recorded.command_id),
        "clauses": ",".join(dict.fromkeys(each.clause for each in recorded.basis)) or None,
        "policies": ",".join(dict.fromkeys(each.policy for each in recorded.basis)) or None,
        "withheld": withheld or None,
        "data": data,
    }
    return {name: value for name, value in attributes.items() if value is not None}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
