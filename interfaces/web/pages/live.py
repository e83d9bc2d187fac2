"""Live 实时: tells a page which of the things it shows have changed, as server-sent events.

A page names topics: ``me`` (whatever concerns me), a subject (``requisition-PR261124-7K3Q9``), a list
(``view:requisitions``). What changed is told once the views behind it have read it; the page then asks for it again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from fastapi import Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from application.journal import Entry, Unavailable
from domain import catalogue
from domain.kernel import Stream
from interfaces.http.reading import NotFilled, NotReadYet, ViewStopped
from interfaces.http.subjects import concerns
from interfaces.http.views import scope_of
from interfaces.web.page import Page
from interfaces.web.pages.subject import may_look
from interfaces.web.visitor import Person, Visitor
from projections.asking import may_see
from projections.catalogue import views
from projections.view import View

PAGE = Page()
RETRY = 3000
"""Milliseconds after which a browser connects again."""
AT_ONCE = 500
TOPICS = 80
_MINE = ("what_waits_for_me", "what_i_asked_for", "obligations")


@PAGE.router.get("/live", response_class=EventSourceResponse, response_model=None)
async def live(person: Person, topic: Annotated[list[str], Query(max_length=TOPICS)]) -> AsyncIterator[ServerSentEvent]:
    """One event for each topic that changed, with the topic as its data."""
    wanted = await _allowed(person, dict.fromkeys(topic))
    cursor = await person.desk.journal.size() - 1
    yield ServerSentEvent(comment="live", retry=RETRY)
    try:
        while await person.desk.access.holds(person.caller.bearer):
            entries = await person.desk.journal.read(cursor, AT_ONCE)
            if entries:
                cursor = entries[-1].position
                for changed in [each for each in wanted if _touches(person, each, entries)]:
                    await _shown_by_views(person, changed, cursor, "me" in wanted)
                    yield ServerSentEvent(event="changed", raw_data=changed)
                continue
            async for _ in person.desk.journal.follow(cursor + 1):
                break
    except Unavailable:
        # The browser connects again after a while, and asks for everything it shows.
        return


async def _allowed(person: Visitor, topics: dict[str, None]) -> list[str]:
    """The topics the visitor may follow; of the others nothing is told."""
    found: list[str] = []
    for topic in topics:
        if topic == "me":
            found.append(topic)
        elif topic.startswith("view:"):
            view = views().get(topic.removeprefix("view:"))
            if view is not None and may_see(view, scope_of(person.caller.sight, view)):
                found.append(topic)
        else:
            kind = catalogue.aggregates().get(topic.partition("-")[0])
            if kind and "-" in topic and await may_look(person, Stream.parse(topic)):
                found.append(topic)
    return found


def _touches(person: Visitor, topic: str, told: Sequence[Entry]) -> bool:
    if topic == "me":
        return any(concerns(each, person.employee) for each in person.desk.handler.codec.decode_all(told))
    if topic.startswith("view:"):
        view = views()[topic.removeprefix("view:")]
        return view.always is not None or any(each.type in _heard(view) for each in told)
    return any(each.stream == topic for each in told)


def _heard(view: View) -> frozenset[str]:
    if view.drawn is not None:
        return frozenset(name for each in views().values() if each.drawn is None for name in each.listens)
    return frozenset(view.listens)


async def _shown_by_views(person: Visitor, topic: str, position: int, work: bool) -> None:
    """Wait until what the topic shows has read that far; where that takes too long the page asks all the same."""
    names = (topic.removeprefix("view:"),) if topic.startswith("view:") else _MINE if work else ()
    for name in names:
        try:
            await person.desk.reading.wait(views()[name], position)
        except (NotReadYet, NotFilled, ViewStopped):
            return
