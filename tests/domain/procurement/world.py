"""Several aggregates folded by hand 纯内存业务环境: commands in, events out, hooks in the same breath, reactions after.

    world = World()
    world.act("rfq-RQ1", OpenRfq(…), by="BUD")
    assert world.state("requisition-PR1").status == "ordered"

No database: streams are lists of events. What an act and its hooks decide is kept whole or not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from application.figures import Figures
from application.reactions import Asked, reactions
from application.together import hooks
from domain import catalogue
from domain.directory import Directory
from domain.history import Recorded
from domain.kernel import SYSTEM, Command, Context, Event, Fact, Stream
from domain.policy import Policy
from tests.company import COMPANY, POLICY, WORKING_TIME
from tests.spec import NOW

_NAMESPACE = UUID("6f2b1f0a-2a53-5f0e-9d5c-3f0f5b1c7c11")


@dataclass
class World:
    """Streams of events, a clock that is set by hand, and how far the reactions have read."""

    policy: Policy = POLICY
    now: datetime = NOW
    streams: dict[Stream, list[Event]] = field(default_factory=dict)
    log: list[Recorded] = field(default_factory=list)
    figures: Figures | None = None
    """What the views answer to reactions that ask; set by a test that needs it."""
    _read: int = 0
    _numbers: Any = field(default_factory=count)

    def under(self, clause: str, **parameters: Any) -> None:
        """From now on the policy says otherwise."""
        changed = {**self.policy.parameters, clause: {**self.policy.parameters[clause], **parameters}}
        self.policy = replace(self.policy, parameters=changed)

    def given(self, subject: str, *events: Event) -> None:
        """These events happened there."""
        self.streams.setdefault(Stream.parse(subject), []).extend(events)

    def act(
        self, subject: str, command: Command, *, by: str, acting_for: str | None = None, by_house: bool = False
    ) -> tuple[Event, ...]:
        """Everything that comes of it, other subjects' events included; a refusal anywhere leaves no trace."""
        pending: dict[Stream, list[Event]] = {}
        happened: list[tuple[Stream, Event]] = []
        self._run(Stream.parse(subject), command, by, acting_for, by_house, pending, happened)
        for stream, event in happened:
            self.streams.setdefault(stream, []).append(event)
            self.log.append(self._recorded(stream, event, by))
        return tuple(event for _, event in happened)

    def react(self) -> None:
        """Let every reaction read what happened, until nothing follows any more."""
        while self._read < len(self.log):
            recorded = self.log[self._read]
            self._read += 1
            for reaction in reactions():
                if isinstance(recorded.event, reaction.events):
                    for asked in asyncio.run(_all(reaction.react(recorded, _Known(self)))):
                        self.act(str(asked.subject), asked.command, by=SYSTEM, by_house=True)

    def state(self, subject: str) -> Any:
        """A subject's state now."""
        stream = Stream.parse(subject)
        return catalogue.aggregates()[stream.aggregate].fold(self.streams.get(stream, ()))

    def events(self, subject: str) -> list[str]:
        """The names of a subject's events."""
        return [type(each).__name__ for each in self.streams.get(Stream.parse(subject), ())]

    def happened(self, kind: type[Event]) -> list[Event]:
        """Every event of a type, in order."""
        return [each.event for each in self.log if isinstance(each.event, kind)]

    def notices(self, kind: str) -> list[tuple[str, ...]]:
        """Who was told by notices whose kind begins so."""
        issued = (each for stream, events in self.streams.items() if stream.aggregate == "notice" for each in events)
        return [each.to for each in issued if getattr(each, "kind", "").startswith(kind)]  # type: ignore[attr-defined]

    def _run(
        self,
        subject: Stream,
        command: Command,
        by: str,
        acting_for: str | None,
        by_house: bool,
        pending: dict[Stream, list[Event]],
        happened: list[tuple[Stream, Event]],
    ) -> None:
        aggregate = catalogue.aggregates()[subject.aggregate]
        state = aggregate.fold(self._history(subject, pending))
        context = Context(
            subject=subject,
            actor=by,
            now=self.now,
            policy=self.policy,
            directory=COMPANY,
            working_time=WORKING_TIME,
            acting_for=acting_for,
            delegation="D1" if acting_for else None,
            by_house=by_house,
            facts={each: self._fact(each, pending) for each in aggregate.consults(command, state)},
        )
        ruled = aggregate.decided(command, state, context)
        for item in ruled:
            pending.setdefault(subject, []).append(item.event)
            happened.append((subject, item.event))
        for item in ruled:
            state = aggregate.evolve(state, item.event)
            for hook in hooks().get(type(item.event), ()):
                for asked in hook.asks(item.event, context, state):
                    self._run(asked.subject, asked.command, by, acting_for, True, pending, happened)

    def _history(self, stream: Stream, pending: dict[Stream, list[Event]]) -> list[Event]:
        return [*self.streams.get(stream, ()), *pending.get(stream, ())]

    def _fact(self, stream: Stream, pending: dict[Stream, list[Event]]) -> Fact | None:
        aggregate = catalogue.aggregates()[stream.aggregate]
        assert aggregate.fact is not None
        events = self._history(stream, pending)
        return aggregate.fact(aggregate.fold(events)) if events else None

    def _recorded(self, stream: Stream, event: Event, by: str) -> Recorded:
        number = next(self._numbers)
        return Recorded(
            position=number,
            event=event,
            subject=stream,
            version=len(self.streams[stream]),
            event_id=uuid5(_NAMESPACE, f"{number}"),
            command_id=uuid5(_NAMESPACE, f"command {number}"),
            occurred_at=self.now,
            recorded_at=self.now,
            actor=by,
        )


@dataclass(frozen=True)
class _Known:
    world: World

    async def state(self, subject: Stream, up_to_position: int | None = None) -> Any:
        if up_to_position is None:
            return self.world.state(str(subject))
        told = (each for each in self.world.log if each.position <= up_to_position)
        return catalogue.aggregates()[subject.aggregate].fold(each.event for each in told if each.subject == subject)

    def directory(self) -> Directory:
        return COMPANY

    @property
    def figures(self) -> Figures:
        assert self.world.figures is not None, "the test has to say what the views answer"
        return self.world.figures


async def _all(asked: Any) -> Iterable[Asked]:
    return list(await asked)
