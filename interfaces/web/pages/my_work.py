"""My work 我的工作: what waits for me and why it reached me, decided on the spot; my requests; my obligations."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal
from uuid import uuid4

from fastapi import Form, Path, Query
from starlette.responses import RedirectResponse, Response

from application.acts import Done, StaleVersion
from domain.governance.approvals import Approve, Reject, Return
from domain.kernel import Command, Refusal, Stream
from interfaces.http.commands import issue_to
from interfaces.http.views import found_in
from interfaces.http.wire import ID_PATTERN
from interfaces.web.digest import Digest, approval_of, digest, read_subject
from interfaces.web.page import Nav, Page, shown
from interfaces.web.standing_in import principals_of
from interfaces.web.visitor import Person, Visitor
from interfaces.web.words import N_, said
from projections.asking import Scope
from projections.catalogue import view

PAGE = Page(Nav("/", N_("My work"), 10))
CARDS = 20
ROWS = 10

Decision = Literal["approve", "reject", "return"]
DONE = {"approve": N_("Approved"), "reject": N_("Rejected"), "return": N_("Returned")}


@dataclass(frozen=True, slots=True)
class Card:
    """Something that waits for a decision; ``acting_for`` is set where it waits for whom the visitor stands in."""

    subject: Stream
    row: dict[str, Any]
    digest: Digest
    version: int
    steps: int
    acting_for: str | None = None
    key: str = ""
    text: str = ""
    error: tuple[str, str, str] | None = None
    """The rule's sentence, its clause and what to do, where a decision was refused."""

    @property
    def live(self) -> str:
        """What it listens to."""
        return str(self.subject)


@dataclass(frozen=True, slots=True)
class Request:
    """Something asked for, and its state in the view."""

    row: dict[str, Any]
    digest: Digest


@PAGE.get("/")
async def my_work(person: Person, cursor: Annotated[str | None, Query(max_length=4000)] = None) -> Response:
    """Everything that concerns me today."""
    (cards, more), requests, obligations = await asyncio.gather(
        _cards(person, cursor), _requests(person), _obligations(person)
    )
    topics = ["me", *(card.live for card in cards), *(each.row["subject"] for each in requests)]
    return shown(
        person, "my_work.html", cards=cards, more=more, first=cursor is None, requests=requests,
        obligations=obligations, topics=" ".join(dict.fromkeys(topics)),
    )  # fmt: skip


@PAGE.post("/decide/{aggregate}/{id}/{decision}")
async def decide(
    person: Person,
    aggregate: str,
    id: Annotated[str, Path(pattern=ID_PATTERN)],
    decision: Decision,
    text: Annotated[str, Form(max_length=2000)] = "",
    acting_for: Annotated[str | None, Form(pattern=ID_PATTERN)] = None,
    version: Annotated[int, Form(ge=0, le=2**31)] = 0,
    key: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Decide from the card; what is refused stays on the card with the rule's words and what was typed."""
    subject = Stream(aggregate, id)
    text = text.replace("\0", "").strip()
    error: tuple[str, str, str] | None = None
    if decision != "approve" and not text:
        error = (said("Say why: whoever asked has to know what to change.", person.language), "", "")
    else:
        try:
            done = await issue_to(
                person.desk, person.caller, subject, _command(decision, text), key=key or None,
                acting_for=acting_for, if_match=f'"{version}"',
            )  # fmt: skip
            return await _result(person, subject, decision, done)
        except Refusal as refusal:
            lang = person.language
            error = (refusal.sentence(lang), type(refusal).clause, refusal.remedy(lang))
        except StaleVersion:
            error = (
                said("It has changed since you saw it. Look at it again, then decide.", person.language), "", "",
            )  # fmt: skip
    again = await _card_again(person, subject, acting_for)
    if again is None:
        return await _result(person, subject, decision, None, error)
    card = replace(again, text=text, error=error)
    return shown(person, "card.html", card=card, decision=decision, status=200 if _by_htmx(person) else 409)


def _command(decision: Decision, text: str) -> Command:
    match decision:
        case "approve":
            return Approve(comment=text)
        case "reject":
            return Reject(reason=text)
        case "return":
            return Return(reason=text)


async def _result(
    person: Visitor, subject: Stream, decision: Decision, done: Done | None, error: tuple[str, str, str] | None = None
) -> Response:
    """What came of it, in the place of the card; without htmx, the page again."""
    if not _by_htmx(person):
        return RedirectResponse("/", 303)
    history, state = await read_subject(person.desk, subject)
    return shown(
        person, "result.html", subject=subject, decision=DONE[decision], digest=digest(history, state),
        approval=approval_of(state), done=done, error=error,
    )  # fmt: skip


async def _cards(person: Visitor, cursor: str | None) -> tuple[list[Card], str | None]:
    waits = view("what_waits_for_me")
    mine = await found_in(
        person.desk, waits, Scope("own", person.employee), filters={"signer": person.employee}, limit=CARDS,
        cursor=cursor,
    )  # fmt: skip
    rows: list[tuple[dict[str, Any], str | None]] = [(row, None) for row in mine.page.rows]
    if cursor is None:
        for principal, told in (await principals_of(person)).items():
            theirs = await found_in(
                person.desk, waits, Scope("own", principal), filters={"signer": principal}, limit=CARDS
            )
            rows += [
                (row, principal)
                for row in theirs.page.rows
                if told.in_force(person.employee, person.now, row["aggregate"])
            ]
    return list(await asyncio.gather(*(_card(person, row, who) for row, who in rows))), mine.page.next


async def _card(person: Visitor, row: dict[str, Any], acting_for: str | None) -> Card:
    subject = Stream.parse(row["subject"])
    history, state = await read_subject(person.desk, subject)
    approval = approval_of(state)
    return Card(
        subject,
        row,
        digest(history, state),
        len(history),
        len(approval.path) if approval else 0,
        acting_for,
        uuid4().hex,
    )


async def _card_again(person: Visitor, subject: Stream, acting_for: str | None) -> Card | None:
    """The card of a subject that still waits."""
    found = await found_in(
        person.desk, view("what_waits_for_me"), Scope("own", acting_for or person.employee),
        filters={"subject": str(subject), "signer": acting_for or person.employee}, limit=1,
    )  # fmt: skip
    return await _card(person, found.page.rows[0], acting_for) if found.page.rows else None


async def _requests(person: Visitor) -> Sequence[Request]:
    found = await found_in(
        person.desk, view("what_i_asked_for"), Scope("own", person.employee),
        filters={"requester": person.employee}, limit=ROWS,
    )  # fmt: skip

    async def told(row: dict[str, Any]) -> Request:
        return Request(row, digest(*await read_subject(person.desk, Stream.parse(row["subject"]))))

    return await asyncio.gather(*map(told, found.page.rows))


async def _obligations(person: Visitor) -> Sequence[dict[str, Any]]:
    found = await found_in(
        person.desk, view("obligations"), Scope("own", person.employee),
        filters={"owed_by": person.employee, "status": ["open", "missed"]}, limit=ROWS,
    )  # fmt: skip
    return found.page.rows


def _by_htmx(person: Visitor) -> bool:
    return "hx-request" in person.request.headers
