"""Subjects 单据: what somebody may look at, now or as of a time or a position, and the whole history of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, Field

from domain import catalogue
from domain.governance.access_rules import NotYoursToSee
from domain.history import Recorded
from domain.kernel import Aggregate, Stream
from interfaces.http.bodies import StrictRoute
from interfaces.http.callers import Caller, Reader, refuse
from interfaces.http.desk import Desk, desk_of
from interfaces.http.problems import Problem, unknown_subject
from interfaces.http.validation import invalid
from interfaces.http.wire import EventShown, SubjectId, event_shown, plain, problems
from interfaces.http.withholding import seen_by

OPEN_TO_ALL = frozenset({"rulebook", "organisation", "calendar", "procedure"})
"""What every employee may look at: the rules, who works where, and when work is done (5.1)."""

PAGE = 100
MOST = 1000

AsOf = Annotated[
    str | None,
    Query(
        max_length=40,
        description="A position of the journal, or a time with a zone such as 2026-03-03T10:00:00+08:00 截至位置或时间",
        examples=["1200", "2026-03-03T10:00:00+08:00"],
    ),
]


class SubjectShown(BaseModel):
    """A subject as its history left it 单据."""

    subject: str = Field(description="Its name, e.g. `requisition-PR261124-7K3Q9` 单据")
    aggregate: str
    id: str
    version: int = Field(description="Also the ETag 版本")
    position: int = Field(description="Position of its last event 最后事件的日志位置")
    state: dict[str, Any] = Field(description="What its events made of it; decimals and times are strings 状态")


class HistoryShown(BaseModel):
    """A page of a subject's history 历史; ``next`` is the ``after`` of the next page, None at the end."""

    subject: str
    version: int
    events: list[EventShown]
    next: int | None


def router() -> APIRouter:
    """Two routes for each aggregate."""
    made = APIRouter(route_class=StrictRoute)
    for aggregate in catalogue.aggregates().values():
        tags: list[Any] = [f"{aggregate.zh} {aggregate.name}"]
        made.add_api_route(
            f"/api/{aggregate.name}/{{id}}",
            _look(aggregate),
            response_model=SubjectShown,
            tags=tags,
            summary=f"查看{aggregate.zh} · Look at a {aggregate.name}",
            operation_id=f"{aggregate.name}.look",
            responses={**problems(404), 304: {"description": "It is as you have it 未变更"}},
        )
        made.add_api_route(
            f"/api/{aggregate.name}/{{id}}/history",
            _history(aggregate),
            response_model=HistoryShown,
            tags=tags,
            summary=f"{aggregate.zh}的历史 · History of a {aggregate.name}",
            operation_id=f"{aggregate.name}.history",
            responses=problems(404),
        )
    return made


def area_of(aggregate: Aggregate[Any, Any, Any]) -> str:
    """The package below ``domain`` it lives in, e.g. ``operations.procurement``."""
    return ".".join(aggregate.decide.__module__.split(".")[1:-1])


async def look(
    desk: Desk, caller: Caller, request: Request, subject: Stream, as_of: str | None = None
) -> tuple[list[Recorded], Any]:
    """The events of a subject within the caller's sight (up to ``as_of``), and its state; raises Problem."""
    aggregate = catalogue.aggregates()[subject.aggregate]
    until = _until(as_of)
    recorded = await desk.handler.history(subject)
    if not recorded:
        raise unknown_subject(str(subject))
    await check_sight(desk, caller, request, aggregate, recorded)
    match until:
        case int():
            recorded = [each for each in recorded if each.position <= until]
        case datetime():
            recorded = [each for each in recorded if each.recorded_at <= until]
    if not recorded:
        raise _not_yet(subject, as_of or "")
    known = [seen_by(caller.sight, each) for each in recorded]
    return recorded, aggregate.fold(each.event for each in known)


async def check_sight(
    desk: Desk, caller: Caller, request: Request, aggregate: Aggregate[Any, Any, Any], recorded: Sequence[Recorded]
) -> None:
    """Refuse whoever may not look at this subject; raises Problem 403."""
    if aggregate.name in OPEN_TO_ALL:
        return
    subject = recorded[0].subject
    if not sees(caller, aggregate, recorded):
        await refuse(desk, caller, request, NotYoursToSee(subject=subject), str(subject))


def sees(caller: Caller, aggregate: Aggregate[Any, Any, Any], recorded: Sequence[Recorded]) -> bool:
    """Whether these events of one subject are within the caller's sight."""
    if aggregate.name in OPEN_TO_ALL or caller.sight.everything:
        return True
    state = aggregate.fold(each.event for each in recorded)
    department = getattr(state, "department", None)
    if not isinstance(department, str) or not department:
        department = caller.directory.department_of(recorded[0].actor)
    people = {caller.employee} if any(concerns(each, caller.employee) for each in recorded) else set()
    return caller.sight.covers(area=area_of(aggregate), department=department, people=people)


def concerns(recorded: Recorded, employee: str) -> bool:
    """Whether somebody made it, signs it or is named by it: his number is the whole of some field."""
    if employee in (recorded.actor, recorded.acting_for):
        return True
    waiting: list[Any] = [recorded.event.model_dump(mode="python")]
    while waiting:
        value = waiting.pop()
        if value == employee:
            return True
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list | tuple | set | frozenset):
            waiting.extend(value)
    return False


def _look(aggregate: Aggregate[Any, Any, Any]) -> Any:
    async def endpoint(
        id: SubjectId,
        caller: Reader,
        request: Request,
        response: Response,
        as_of: AsOf = None,
        if_none_match: Annotated[str | None, Header(alias="If-None-Match", max_length=200)] = None,
    ) -> Any:
        subject = Stream(aggregate.name, id)
        recorded, state = await look(desk_of(request), caller, request, subject, as_of)
        version = recorded[-1].version
        etag = f'"{version}"'
        if if_none_match is not None and etag in re.split(r"\s*,\s*", if_none_match.replace("W/", "")):
            return Response(status_code=304, headers={"ETag": etag})
        response.headers["ETag"] = etag
        return SubjectShown(
            subject=str(subject),
            aggregate=aggregate.name,
            id=id,
            version=version,
            position=recorded[-1].position,
            state=plain(state),
        )

    return endpoint


def _history(aggregate: Aggregate[Any, Any, Any]) -> Any:
    async def endpoint(
        id: SubjectId,
        caller: Reader,
        request: Request,
        as_of: AsOf = None,
        after: Annotated[int, Query(ge=0, le=2**31 - 1, description="Version to go on after 起始版本")] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST, description="Events a page 每页事件数")] = PAGE,
    ) -> HistoryShown:
        subject = Stream(aggregate.name, id)
        recorded, _ = await look(desk_of(request), caller, request, subject, as_of)
        rest = [each for each in recorded if each.version > after]
        page = rest[:limit]
        return HistoryShown(
            subject=str(subject),
            version=recorded[-1].version,
            events=[event_shown(each, caller.sight) for each in page],
            next=page[-1].version if len(rest) > len(page) else None,
        )

    return endpoint


def _until(as_of: str | None) -> int | datetime | None:
    if as_of is None:
        return None
    if re.fullmatch(r"[0-9]{1,18}", as_of):
        return int(as_of)
    # A plus sign that was not escaped arrives as a space.
    text = re.sub(r" (?=\d\d:\d\d$)", "+", as_of)
    try:
        moment = datetime.fromisoformat(text) if text.isascii() else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        kind = "datetime_parsing" if moment is None else "timezone_aware"
        raise invalid([{"type": kind, "loc": ("query", "as_of")}])
    return moment


def _not_yet(subject: Stream, as_of: str) -> Problem:
    return Problem(
        404,
        "unknown-subject",
        en=(f"There was no {subject} as of {as_of}.", "Give a later time or position."),
        zh=(f"截至 {as_of} 尚无 {subject}。", "请指定更晚的时间或位置。"),
        facts={"subject": str(subject), "as_of": as_of},
    )
