"""The event feed 事件流: pull from any position, for ever, or listen; the cursor moves on even where nothing matches.

GET /api/feed?after=-1&types=RequisitionSubmitted&limit=500       a batch; go on with the cursor it names
GET /api/feed/stream?stream=requisition                           server-sent events, resumed by Last-Event-ID
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from application.journal import Entry, Unavailable
from domain import catalogue
from domain.governance.access_rules import SEES_ALL, NeedsTheRole, Sight, sight_of
from domain.history import Recorded
from domain.kernel import Stream
from interfaces.http.bodies import StrictRoute
from interfaces.http.callers import Caller, Follower, refuse
from interfaces.http.cloud_events import BATCH, CloudEvent, cloud_event
from interfaces.http.desk import Desk, desk_of
from interfaces.http.problems import Problem, unknown_subject
from interfaces.http.subjects import check_sight
from interfaces.http.validation import invalid
from interfaces.http.wire import ID_PATTERN, problems

MOST = 1000
SCAN = 5000
"""Entries looked through for one batch where the filter is by kind of subject."""
AT_ONCE = 100
"""Entries an open stream reads at once."""
RETRY = 3000
"""Milliseconds after which a browser connects again."""
FURTHEST = 2**63 - 1

CURSOR = "Guicheng-Cursor"
SIZE = "Guicheng-Size"

Types = Annotated[
    list[str] | None,
    Query(description="Only events of these types, e.g. `RequisitionSubmitted`; repeat or part by commas 事件类型"),
]
StreamName = Annotated[
    str | None,
    Query(
        alias="stream",
        max_length=130,
        description="Only of this subject (`requisition-PR261124-7K3Q9`) or kind of subject (`requisition`) 单据或类型",
    ),
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: of these stored names (None: all), of this subject or this kind of subject (None: all)."""

    names: tuple[str, ...] | None = None
    subject: Stream | None = None
    aggregate: str | None = None

    def fits(self, entry: Entry) -> bool:
        """Whether an entry is wanted."""
        if self.names is not None and entry.type not in self.names:
            return False
        if self.subject is not None:
            return entry.stream == str(self.subject)
        return self.aggregate is None or entry.stream.startswith(f"{self.aggregate}-")


async def wanted_of(caller: Follower, request: Request, types: Types = None, stream: StreamName = None) -> Wanted:
    """What the query asks for, if the caller may follow it; raises Problem."""
    names = _names(types)
    subject, aggregate = _subject(stream)
    wanted = Wanted(names, subject, aggregate)
    desk = desk_of(request)
    if subject is not None:
        recorded = await desk.handler.history(subject)
        if not recorded:
            raise unknown_subject(str(subject))
        await check_sight(desk, caller, request, catalogue.aggregates()[subject.aggregate], recorded)
    elif not caller.sight.everything:
        await refuse(desk, caller, request, NeedsTheRole(roles=", ".join(SEES_ALL)))
    return wanted


Asked = Annotated[Wanted, Depends(wanted_of)]


def router() -> APIRouter:
    """Pull and push."""
    made = APIRouter(route_class=StrictRoute, tags=["事件流 feed"])
    headers = {
        CURSOR: {"description": "Go on after this position 游标", "schema": {"type": "integer"}},
        SIZE: {"description": "How many events there are 日志大小", "schema": {"type": "integer"}},
        "Link": {"description": 'The next batch, `rel="next"` 下一批', "schema": {"type": "string"}},
    }
    schema = CloudEvent.model_json_schema(mode="serialization")
    made.add_api_route(
        "/api/feed",
        pull,
        response_class=Response,
        summary="事件批次 · A batch of events",
        operation_id="feed.pull",
        responses=problems(404)
        | {
            200: {
                "description": "Up to `limit` events in order; an empty list where nothing matches so far 事件",
                "headers": headers,
                "content": {BATCH: {"schema": {"type": "array", "items": schema}}},
            }
        },
    )
    made.add_api_route(
        "/api/feed/stream",
        push,
        response_class=EventSourceResponse,
        summary="事件推送 · Events as they happen",
        operation_id="feed.push",
        responses=problems(404),
    )
    return made


async def pull(
    wanted: Asked,
    caller: Follower,
    request: Request,
    after: Annotated[int, Query(ge=-1, le=FURTHEST, description="Position read last; -1 for the start 起始位置")] = -1,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Events a batch 每批事件数")] = 100,
) -> Response:
    """Events after a position, oldest first. The cursor moves on even where nothing matches: go on with it."""
    desk = desk_of(request)
    recorded, cursor, size = await batch(desk, wanted, after, limit)
    source = desk.house.settings.origin
    body = orjson.dumps([cloud_event(each, source, caller.sight) for each in recorded])
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    following = f"{request.url.path}?{urlencode([*query, ('after', str(cursor))])}"
    headers = {CURSOR: str(cursor), SIZE: str(size), "Link": f'<{following}>; rel="next"'}
    return Response(body, media_type=BATCH, headers=headers)


async def push(
    wanted: Asked,
    caller: Follower,
    request: Request,
    after: Annotated[int, Query(ge=-1, le=FURTHEST, description="Position read last; -1 for the start 起始位置")] = -1,
    last_event_id: Annotated[
        int | None, Header(alias="Last-Event-ID", ge=-1, le=FURTHEST, description="Goes before `after` 上次事件编号")
    ] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Events as they happen. Every event's id is its position; `cursor` events tell it where nothing matched."""
    desk = desk_of(request)
    cursor = after if last_event_id is None else last_event_id
    yield ServerSentEvent(comment="规程 guicheng", retry=RETRY)
    try:
        while True:
            sight = await _still(desk, caller, wanted)
            if sight is None:
                return
            async for event, reached in _to_the_end(desk, wanted, cursor, sight):
                yield event
                cursor = reached
            async for _ in desk.journal.follow(cursor + 1):
                break
    except Unavailable:
        # The browser, or whoever listens, connects again after a while and goes on after the last id it saw.
        return


async def batch(desk: Desk, wanted: Wanted, after: int, limit: int) -> tuple[list[Recorded], int, int]:
    """Up to ``limit`` wanted events after a position, where to go on, and how many entries there are."""
    size = await desk.journal.size()
    end = max(after, size - 1)
    if wanted.subject is not None:
        of_subject = await desk.journal.stream(str(wanted.subject))
        found = [each for each in of_subject if each.position > after and wanted.fits(each)]
        full = len(found) > limit
    elif wanted.aggregate is not None:
        scanned = await desk.journal.read(after, SCAN, wanted.names)
        found = [each for each in scanned if wanted.fits(each)]
        full = len(found) > limit
        if len(scanned) == SCAN:
            end = scanned[-1].position
    else:
        found = list(await desk.journal.read(after, limit, wanted.names))
        full = len(found) == limit
    found = found[:limit]
    cursor = found[-1].position if full else max([end, *(each.position for each in found[-1:])])
    return desk.handler.codec.decode_all(found), cursor, size


async def _to_the_end(
    desk: Desk, wanted: Wanted, cursor: int, sight: Sight
) -> AsyncIterator[tuple[ServerSentEvent, int]]:
    """Everything there is by now, with where to go on after each."""
    source = desk.house.settings.origin
    while True:
        recorded, reached, size = await batch(desk, wanted, cursor, AT_ONCE)
        for each in recorded:
            told = orjson.dumps(cloud_event(each, source, sight)).decode()
            yield ServerSentEvent(raw_data=told, id=str(each.position)), each.position
        if reached > (recorded[-1].position if recorded else cursor):
            yield ServerSentEvent(event="cursor", raw_data=str(reached), id=str(reached)), reached
        cursor = max(cursor, reached)
        if cursor >= size - 1:
            return


async def _still(desk: Desk, caller: Caller, wanted: Wanted) -> Sight | None:
    """How far the caller sees by now; None once his token or his role has ended."""
    if not await desk.access.holds(caller.bearer):
        return None
    sight = sight_of(caller.employee, await desk.directory())
    return sight if sight.everything or wanted.subject is not None else None


def _names(types: Sequence[str] | None) -> tuple[str, ...] | None:
    if types is None:
        return None
    known = catalogue.events()
    asked = [name.removeprefix("guicheng.") for each in types for name in each.split(",") if name]
    unknown = [name for name in asked if name not in known]
    if unknown or not asked:
        raise Problem(
            422,
            "invalid",
            en=(f"There is no event type {unknown[0][:80] if unknown else ''!r}.", "docs/events lists every type."),
            zh=(f"没有事件类型 {unknown[0][:80] if unknown else ''!r}。", "全部事件类型见 docs/events。"),
            field="query.types",
        )
    kinds = [known[name] for name in asked]
    return tuple(dict.fromkeys(name for kind in kinds for name in (kind.__name__, *kind.aliases)))


def _subject(stream: str | None) -> tuple[Stream | None, str | None]:
    if stream is None:
        return None, None
    aggregate, dash, id = stream.partition("-")
    if aggregate not in catalogue.aggregates():
        raise Problem(
            422,
            "invalid",
            en=(f"There is no kind of subject {aggregate[:80]!r}.", f"There are {', '.join(catalogue.aggregates())}."),
            zh=(f"没有单据类型 {aggregate[:80]!r}。", f"现有 {'、'.join(catalogue.aggregates())}。"),
            field="query.stream",
        )
    if not dash:
        return None, aggregate
    if re.fullmatch(ID_PATTERN.removesuffix("$"), id) is None:
        raise invalid([{"type": "string_pattern_mismatch", "loc": ("query", "stream"), "ctx": {"pattern": ID_PATTERN}}])
    return Stream(aggregate, id), None
