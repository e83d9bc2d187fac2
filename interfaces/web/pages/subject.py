"""A subject 单据, of whatever kind: what it is now, what I may do and which rule forbids the rest, its approval, its
timeline.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from domain import catalogue
from domain.governance.access_rules import Sight
from domain.governance.approval_state import Approval
from domain.governance.approvals import ApprovalGiven, ApprovalRejected, ApprovalReturned, ApprovalStepOpened
from domain.history import Recorded
from domain.kernel import Event, Stream
from interfaces.http.commands import SINGLE
from interfaces.http.problems import Problem, kebab, unknown_subject
from interfaces.http.subjects import check_sight, sees
from interfaces.http.wire import ID_PATTERN
from interfaces.http.withholding import seen_by
from interfaces.web import trying
from interfaces.web.digest import approval_of, digest
from interfaces.web.display import Display, Node
from interfaces.web.page import Page, shown
from interfaces.web.standing_in import principals_of, standing_in_for
from interfaces.web.visitor import Person, Visitor

PAGE = Page()
NEWEST = 60
"""Events of the timeline that are shown at once; the list of the timeline has them all."""

SubjectId = Annotated[str, Path(pattern=ID_PATTERN)]


@dataclass(frozen=True, slots=True)
class Stop:
    """A step of the approval's path as it is drawn: ``state`` is done, open, refused or ahead."""

    authority: str
    signers: tuple[str, ...]
    mode: str
    clause: str
    policy: str
    state: str
    signed: tuple[Signed, ...] = ()
    opened_at: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """A decision at a step."""

    what: type[Event]
    signer: str
    acting_for: str | None
    at: datetime
    remark: str


@dataclass(frozen=True, slots=True)
class Moment:
    """An event of the timeline as it is shown."""

    recorded: Recorded
    what: type[Event]
    data: tuple[tuple[str, Node], ...]


@PAGE.get("/subjects/{aggregate}/{id}")
async def subject(person: Person, aggregate: str, id: SubjectId) -> Response:
    """The page of any subject."""
    stream = Stream(aggregate, id)
    history, principals = await looked_at(person, stream)
    kind = catalogue.aggregates()[aggregate]
    known = [seen_by(person.caller.sight, each) for each in history]
    state = kind.fold(each.event for each in known)
    able = await trying.actions(person.desk.handler, stream, person.employee, principals, person.now)
    display = Display(person.caller.directory, person.language, kind.commands)
    approval = approval_of(state)
    return shown(
        person,
        "subject.html",
        subject=stream,
        single=aggregate in SINGLE,
        digest=digest(known, state),
        state=display.pairs(state),
        stands=getattr(state, "status", None),
        approval=approval,
        stops=stops(approval, known) if approval else (),
        actions=[each for each in able if each.refusal is None],
        forbidden=[each for each in able if each.refusal is not None],
        command_path=lambda command: kebab(command.__name__),
        timeline=[_moment(display, each) for each in reversed(known[-NEWEST:])],
        older=max(0, len(known) - NEWEST),
        began=known[0],
        version=history[-1].version,
    )


async def looked_at(person: Visitor, stream: Stream) -> tuple[list[Recorded], list[str]]:
    """A subject's history, if the visitor may look at it, himself or for whom he stands in; and whom that is for."""
    kind = catalogue.aggregates().get(stream.aggregate)
    if kind is None:
        raise _no_such_kind(stream.aggregate)
    history, principals = await asyncio.gather(person.desk.handler.history(stream), principals_of(person))
    if not history:
        raise unknown_subject(str(stream))
    mine = standing_in_for(principals, person, stream.aggregate)
    if not _sees_for(person, mine, history):
        await check_sight(person.desk, person.caller, person.request, kind, history)
    return history, mine


async def may_look(person: Visitor, stream: Stream) -> bool:
    """Whether the visitor may look at a subject that exists, himself or for whom he stands in."""
    history = await person.desk.handler.history(stream)
    if not history:
        return False
    if sees(person.caller, catalogue.aggregates()[stream.aggregate], history):
        return True
    return _sees_for(person, standing_in_for(await principals_of(person), person, stream.aggregate), history)


def _sees_for(person: Visitor, principals: Sequence[str], history: Sequence[Recorded]) -> bool:
    """Whether the subject concerns somebody he stands in for: then he sees it as the matter needs."""
    kind = catalogue.aggregates()[history[0].subject.aggregate]
    return any(sees(replace(person.caller, employee=who, sight=Sight(who)), kind, history) for who in principals)


def stops(approval: Approval, history: Sequence[Recorded]) -> tuple[Stop, ...]:
    """The path of the current round with who decided what and when."""
    opened: dict[int, Recorded] = {}
    signed: dict[int, list[Signed]] = {}
    for each in history:
        event = each.event
        if getattr(event, "round", None) != approval.round:
            continue
        match event:
            case ApprovalStepOpened(step=step):
                opened[step] = each
                signed = {number: told for number, told in signed.items() if number < step} | {
                    step: signed.get(step, [])
                }
            case ApprovalGiven(step=step, signer=signer, comment=remark):
                signed.setdefault(step, []).append(
                    Signed(type(event), signer, event.acting_for, each.occurred_at, remark)
                )
            case (
                ApprovalRejected(step=step, signer=signer, reason=remark)
                | ApprovalReturned(step=step, signer=signer, reason=remark)
            ):
                signed.setdefault(step, []).append(
                    Signed(type(event), signer, event.acting_for, each.occurred_at, remark)
                )
    return tuple(
        Stop(
            authority=step.authority,
            signers=approval.waits_for if number == approval.at and approval.status == "open" else step.signers,
            mode=step.mode,
            clause=step.clause,
            policy=step.policy,
            state=_state(approval, number, signed.get(number, [])),
            signed=tuple(signed.get(number, ())),
            opened_at=opened[number].occurred_at if number in opened else None,
            due_at=approval.due_at if number == approval.at and approval.status == "open" else None,
        )
        for number, step in enumerate(approval.path, 1)
    )


def _state(approval: Approval, number: int, signed: Sequence[Signed]) -> str:
    if approval.status == "open" and number == approval.at:
        return "open"
    if any(each.what is not ApprovalGiven for each in signed):
        return "refused"
    return "done" if signed and number <= approval.at else "ahead"


def _moment(display: Display, recorded: Recorded) -> Moment:
    return Moment(recorded, type(recorded.event), display.pairs(recorded.event, without=("path",)))


def _no_such_kind(name: str) -> Problem:
    return Problem(
        404,
        "not-found",
        en=(f"There is no kind of subject called {name[:64]}.", "Go to it from a list."),
        zh=(f"没有名为 {name[:64]} 的单据类型。", "请从列表进入。"),
    )
