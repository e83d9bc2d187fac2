"""Commands 命令: one route for each command of each aggregate, made from the catalogue.

    POST /api/requisition/submit-requisition                     a new subject, under a number of its own
    POST /api/requisition/PR261124-7K3Q9/approve                 a command to a subject

Who acts is whoever is signed in; for whom, ``X-Acting-For``; nothing of it stands in the body.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request, Response

from application.acts import Act, CommandIdReused, Done, StaleVersion
from application.standing import CALENDAR, ORGANISATION, RULEBOOK
from domain import catalogue
from domain.governance.approvals import ApprovalCommand
from domain.kernel import Aggregate, Command, Stream
from domain.working_time import SHANGHAI
from interfaces.http.bodies import StrictRoute
from interfaces.http.callers import Actor, Caller
from interfaces.http.desk import Desk, command_id, desk_of
from interfaces.http.problems import Problem, kebab
from interfaces.http.wire import (
    ActingFor,
    DoneShown,
    IdempotencyKey,
    IfMatch,
    SubjectId,
    done_shown,
    problems,
)

SINGLE = {stream.aggregate: stream.id for stream in (RULEBOOK, ORGANISATION, CALENDAR)}
"""Aggregates of which there is one subject, and its id."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: nothing in it is mistaken for something else when read aloud."""

_DIGITS = 5
_NUMBERS_TRIED = 20
_PROBLEMS = (400, 404, 409, 412, 413, 415, 507)
_DECIDE = frozenset(ApprovalCommand.__args__)


def router() -> APIRouter:
    """Every command that people may issue."""
    made = APIRouter(route_class=StrictRoute)
    for aggregate in catalogue.aggregates().values():
        for kind in open_commands(aggregate):
            _add(made, aggregate, kind)
    return made


def open_commands(aggregate: Aggregate[Any, Any, Any]) -> list[type[Command]]:
    """The commands of ``aggregate`` that are not the house's own."""
    return [kind for kind in aggregate.commands if not kind.by_house]


def begins(aggregate: Aggregate[Any, Any, Any], kind: type[Command]) -> bool:
    """Whether the command may be sent without a number: it is no decision on something that stands already."""
    return aggregate.name not in SINGLE and kind not in _DECIDE


def _add(made: APIRouter, aggregate: Aggregate[Any, Any, Any], kind: type[Command]) -> None:
    summary = f"{kind.zh} · {_words(kind.__name__)}"
    description = " ".join((kind.__doc__ or "").split())
    common: dict[str, Any] = {
        "response_model": DoneShown,
        "tags": [f"{aggregate.zh} {aggregate.name}"],
        "description": f"{description}\n\n{_rules(aggregate)}",
    }
    made.add_api_route(
        f"/api/{aggregate.name}/{{id}}/{kebab(kind.__name__)}",
        _to_subject(aggregate, kind),
        methods=["POST"],
        summary=summary,
        operation_id=f"{aggregate.name}.{kind.__name__}",
        responses=problems(*_PROBLEMS) | {200: _with_headers("It is in the journal 已入账")},
        **common,
    )
    if begins(aggregate, kind):
        made.add_api_route(
            f"/api/{aggregate.name}/{kebab(kind.__name__)}",
            _to_new_subject(aggregate, kind),
            methods=["POST"],
            status_code=201,
            summary=f"{summary} (new 新建)",
            operation_id=f"{aggregate.name}.{kind.__name__}.new",
            responses=problems(*_PROBLEMS) | {201: _with_headers("It is in the journal 已入账", "Location")},
            **common,
        )


def _to_subject(aggregate: Aggregate[Any, Any, Any], kind: type[Command]) -> Callable[..., Any]:
    async def issue(
        id: SubjectId,
        command: Command,
        caller: Actor,
        request: Request,
        response: Response,
        key: IdempotencyKey = None,
        acting_for: ActingFor = None,
        if_match: IfMatch = None,
    ) -> DoneShown:
        subject = Stream(aggregate.name, id)
        done = await issue_to(
            desk_of(request), caller, subject, command, key=key, acting_for=acting_for, if_match=if_match
        )
        return _answer(done, caller, response)

    return _typed(issue, kind)


def _to_new_subject(aggregate: Aggregate[Any, Any, Any], kind: type[Command]) -> Callable[..., Any]:
    async def issue(
        command: Command,
        caller: Actor,
        request: Request,
        response: Response,
        key: IdempotencyKey = None,
        acting_for: ActingFor = None,
    ) -> DoneShown:
        done = await issue_new(desk_of(request), caller, aggregate, command, key=key, acting_for=acting_for)
        response.headers["Location"] = f"/api/{aggregate.name}/{done.subject.id}"
        return _answer(done, caller, response)

    return _typed(issue, kind)


async def issue_to(
    desk: Desk,
    caller: Caller,
    subject: Stream,
    command: Command,
    *,
    key: str | None = None,
    acting_for: str | None = None,
    if_match: str | None = None,
) -> Done:
    """Ask this of a subject by its number; ``key`` makes it repeatable. Raises what the handler raises, and Problem."""
    if SINGLE.get(subject.aggregate, subject.id) != subject.id:
        raise _only_one(catalogue.aggregates()[subject.aggregate])
    act = Act(
        subject=subject,
        command=command,
        actor=caller.employee,
        command_id=command_id(caller.employee, key) if key else uuid4(),
        acting_for=acting_for,
        expected_version=await _version(desk, subject, if_match),
    )
    return await desk.handler.handle(act)


async def issue_new(
    desk: Desk,
    caller: Caller,
    aggregate: Aggregate[Any, Any, Any],
    command: Command,
    *,
    key: str | None = None,
    acting_for: str | None = None,
) -> Done:
    """Ask this of a new subject under a number of its own; raises what the handler raises."""
    id = command_id(caller.employee, key) if key else uuid4()
    known = await _number_of(desk, aggregate, id) if key else None
    for attempt in range(_NUMBERS_TRIED):
        act = Act(
            subject=Stream(aggregate.name, known or _number(desk, aggregate, id.bytes, attempt)),
            command=command,
            actor=caller.employee,
            command_id=id,
            acting_for=acting_for,
            expected_version=None if known else 0,
        )
        try:
            return await desk.handler.handle(act)
        except StaleVersion:
            continue
    raise StaleVersion(act.subject, 0, 1)


async def _number_of(desk: Desk, aggregate: Aggregate[Any, Any, Any], id: Any) -> str | None:
    """The number this command got when it was sent before."""
    positions = await desk.journal.positions_of(id)
    if not positions:
        return None
    stream = Stream.parse((await desk.journal.entries(positions[:1]))[0].stream)
    if stream.aggregate != aggregate.name:
        raise CommandIdReused(str(id))
    return stream.id


def _number(desk: Desk, aggregate: Aggregate[Any, Any, Any], seed: bytes, attempt: int) -> str:
    """A number such as ``PR261124-7K3Q9``: prefix, day in Shanghai, 25 bits made from the command's id."""
    bits = int.from_bytes(hashlib.sha256(seed + bytes((attempt,))).digest()[:4])
    digits = "".join(ALPHABET[bits >> 5 * place & 31] for place in range(_DIGITS))
    return f"{aggregate.prefix}{desk.house.clock().astimezone(SHANGHAI):%y%m%d}-{digits}"


async def _version(desk: Desk, subject: Stream, if_match: str | None) -> int | None:
    if if_match is None:
        return None
    if if_match != "*":
        return int(if_match.strip('"'))
    _, version = await desk.handler.state(subject)
    if version == 0:
        raise StaleVersion(subject, 1, 0)
    return version


def _answer(done: Done, caller: Caller, response: Response) -> DoneShown:
    response.headers["ETag"] = f'"{done.version}"'
    return done_shown(done, caller.sight)


def _typed(endpoint: Callable[..., Any], kind: type[Command]) -> Callable[..., Any]:
    """``endpoint`` with the command's own class as its body."""
    endpoint.__annotations__["command"] = kind
    return endpoint


def _only_one(aggregate: Aggregate[Any, Any, Any]) -> Problem:
    own = SINGLE[aggregate.name]
    return Problem(
        404,
        "unknown-subject",
        en=(f"There is one {aggregate.name} only, {own}.", f"Send it to /api/{aggregate.name}/{own}/…"),
        zh=(f"{aggregate.zh}只有一份，编号为 {own}。", f"请发送至 /api/{aggregate.name}/{own}/…"),
    )


def _with_headers(description: str, *more: str) -> dict[str, Any]:
    told = {"ETag": "Version of the subject, for If-Match 单据版本", "Location": "Where the new subject is 新单据地址"}
    return {
        "description": description,
        "headers": {name: {"description": told[name], "schema": {"type": "string"}} for name in ("ETag", *more)},
    }


def _words(name: str) -> str:
    return kebab(name).replace("-", " ").capitalize()


def _rules(aggregate: Aggregate[Any, Any, Any]) -> str:
    """The rules stated beside the aggregate, by name and clause."""
    home = aggregate.decide.__module__
    found = sorted(
        f"`{name}` ({kind.clause})" for name, kind in catalogue.refusals().items() if kind.__module__.startswith(home)
    )
    return f"May be refused by 可能适用的规则: {', '.join(found)}." if found else ""
