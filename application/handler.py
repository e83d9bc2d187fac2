"""Load, decide, append: once for every aggregate.

An act is decided on the state of its subject, the facts of the streams it consults and the standing (rulebook,
organisation, calendar), and appended whole with whatever the ``together`` hooks ask of other subjects. The journal
checks that nothing of it moved meanwhile; where something did, it is decided again. A refusal given on remembered state
is confirmed on fresh state first; one against authority, duty or access is journalled before it is raised.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5
from weakref import WeakValueDictionary

from application.acts import Act, Busy, Codec, CommandIdReused, Done, Envelope, StaleVersion, digest_of
from application.journal import Appended, Draft, Journal, Moved, Repeated, Reused, Submission
from application.queues import Queue
from application.standing import GOVERNING, Standing
from application.together import hooks
from domain import catalogue
from domain.governance.attempt import NotEmployed, RecordAttempt
from domain.governance.delegation import DelegationStanding, delegation_in_force
from domain.history import Recorded
from domain.kernel import SYSTEM, Basis, Command, Context, Fact, Refusal, Ruled, Stream

TRIES = 40
STATES_KEPT = 50_000


class UnknownSubject(LookupError):
    """There is no such kind of subject, or no subject of that number 没有该单据."""


@dataclass(slots=True)
class Unit:
    """What one act read and wants written."""

    act: Act
    now: datetime
    states: dict[Stream, tuple[Any, int]] = field(default_factory=dict)
    expected: dict[str, int] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    envelopes: list[Envelope] = field(default_factory=list)
    delegation: str | None = None


class Handler:
    """Takes acts, one at a time for each subject, many at once otherwise."""

    def __init__(
        self,
        journal: Journal,
        codec: Codec,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[datetime], UUID],
    ) -> None:
        self.journal = journal
        self.codec = codec
        self.clock = clock
        self.standing = Standing()
        self._new_id = new_id
        self._states: OrderedDict[Stream, tuple[Any, int]] = OrderedDict()
        self._doubted: dict[Stream, object] = {}
        """Streams that may have moved since their state was kept, each with a mark of who doubted last."""
        self._turns: WeakValueDictionary[Stream, asyncio.Lock] = WeakValueDictionary()
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.moved = 0
        """How often something moved while an act was decided, so that it was decided again."""
        self.waited = 0
        """How often an act waited for others at what they all write, and was decided again."""

    async def handle(self, act: Act) -> Done:
        """Do it, or raise the Refusal that stands against it.

        Raises StaleVersion, CommandIdReused, Busy, UnknownSubject, NoCalendar, EntryTooLarge, Unavailable. After
        Unavailable the act may or may not be stored: repeat it with the same ``command_id`` to learn which.
        """
        async with self._turn(act.subject):
            try:
                return await self._handle(act)
            except Refusal as refusal:
                if refusal.attempt:
                    # Tried again with the same id, it stands on record with the facts of the first time.
                    with suppress(CommandIdReused):
                        await self._handle(self._attempt(act, refusal))
                raise

    async def foresee(self, act: Act) -> tuple[Envelope, ...]:
        """What ``act`` would write now: decided as ``handle`` does, but nothing is stored, and no attempt journalled.

        Raises Refusal, StaleVersion, UnknownSubject, NoCalendar, Unavailable.
        """
        unit = Unit(act, act.at or self.clock())
        try:
            await self._decide(unit, believed_new=False)
        except (Refusal, StaleVersion):
            self._doubt(unit)
            await self.standing.refresh(self.journal, self.codec)
            unit = Unit(act, act.at or self.clock())
            await self._decide(unit, believed_new=False)
        return tuple(unit.envelopes)

    async def state(self, subject: Stream, up_to_position: int | None = None) -> tuple[Any, int]:
        """A subject's state and version now, or after the entries up to and including a position; version 0 is new."""
        aggregate = _aggregate(subject)
        entries = await self.journal.stream(str(subject), up_to_position=up_to_position)
        recorded = self.codec.decode_all(entries)
        return aggregate.fold(each.event for each in recorded), len(recorded)

    async def recent(self, subject: Stream) -> Any:
        """A subject's state as this process last saw it: quick, and behind only where another process acts too."""
        found = self._states.get(subject)
        return found[0] if found is not None else (await self.state(subject))[0]

    async def history(self, subject: Stream) -> list[Recorded]:
        """A subject's events in order."""
        return self.codec.decode_all(await self.journal.stream(str(subject)))

    async def _handle(self, act: Act) -> Done:
        queue = Queue(self._queues)
        try:
            return await self._tried(act, queue)
        finally:
            queue.leave()

    async def _tried(self, act: Act, queue: Queue) -> Done:
        digest = digest_of(act)
        fresh = False
        for attempt in range(TRIES):
            unit = Unit(act, act.at or self.clock())
            try:
                await self._decide(unit, believed_new=attempt == 0 and act.expected_version == 0)
            except (Refusal, StaleVersion):
                if (first := await self._first_result(act, digest)) is not None:
                    return first
                if fresh:
                    raise
                self._doubt(unit)
                await self.standing.refresh(self.journal, self.codec)
                fresh = True
                continue
            if not unit.envelopes:
                nothing = Done(act.subject, unit.states[act.subject][1], ())
                return await self._first_result(act, digest) or nothing
            if await queue.waited_for(unit.expected):
                # Others wrote there meanwhile: what was decided before the wait may not hold any more.
                self.waited += 1
                fresh = False
                continue
            outcome = await self.journal.append(self._submission(unit, digest))
            match outcome:
                case Appended(positions=positions):
                    self._remember(unit)
                    return _done(act, unit, positions)
                case Repeated(positions=positions):
                    return await self._repeated(act, positions)
                case Reused():
                    raise CommandIdReused(str(act.command_id))
                case Moved():
                    self.moved += 1
                    self._doubt(unit)
                    fresh = True
                    if outcome.stream is None:
                        await self.standing.refresh(self.journal, self.codec)
                    if outcome.stream is not None and outcome.stream != str(act.subject):
                        await queue.enter(outcome.stream)
        raise Busy(str(act.subject))

    async def _decide(self, unit: Unit, believed_new: bool) -> None:
        act = unit.act
        if self.standing.position < -1:
            await self.standing.refresh(self.journal, self.codec)
        if not act.by_house and act.actor != SYSTEM:
            for person in (act.actor, act.acting_for):
                if person is not None and not self._employed(person, unit.now):
                    raise NotEmployed(employee=person)
        if act.acting_for is not None:
            unit.delegation = await self._delegation(unit, act.acting_for)
        if believed_new and act.subject not in self._states:
            # The journal checks it: a stream that is there already comes back as moved, and is read then.
            unit.states[act.subject] = (_aggregate(act.subject).initial, 0)
        _, version = await self._load(unit, act.subject)
        if act.expected_version is not None and act.expected_version != version:
            raise StaleVersion(act.subject, act.expected_version, version)
        await self._run(unit, act.subject, act.command, act.by_house)

    async def _run(self, unit: Unit, subject: Stream, command: Command, by_house: bool) -> None:
        aggregate = _aggregate(subject)
        state, version = await self._load(unit, subject)
        context = Context(
            subject=subject,
            actor=unit.act.actor,
            now=unit.now,
            policy=self.standing.policy(unit.now),
            directory=self.standing.directory(unit.now),
            working_time=self.standing.working_time(),
            acting_for=unit.act.acting_for,
            delegation=unit.delegation,
            by_house=by_house,
            facts={stream: await self._fact(unit, stream) for stream in aggregate.consults(command, state)},
        )
        department = aggregate.department(command, state, context)
        if department is not None:
            context = replace(context, policy=self.standing.policy(unit.now, department))
        ruled = aggregate.decided(command, state, context)
        if ruled:
            unit.expected.setdefault(str(subject), version)
        after = []
        for item in ruled:
            version += 1
            state = aggregate.evolve(state, item.event)
            after.append(state)
            unit.envelopes.append(self._envelope(unit, subject, version, item, context))
        unit.states[subject] = (state, version)
        for item, state in zip(ruled, after, strict=True):
            for hook in hooks().get(type(item.event), ()):
                for asked in hook.asks(item.event, context, state):
                    await self._run(unit, asked.subject, asked.command, by_house=True)

    def _envelope(self, unit: Unit, subject: Stream, version: int, item: Ruled, context: Context) -> Envelope:
        event, act = item.event, unit.act
        basis = item.basis or (
            Basis(clause=event.clause, policy=context.policy.version, rule=type(event).__name__, outcome="recorded"),
        )
        return Envelope(
            event=event,
            subject=subject,
            version=version,
            event_id=self._new_id(unit.now),
            command_id=act.command_id,
            occurred_at=unit.now,
            recorded_at=self.clock(),
            actor=act.actor,
            acting_for=act.acting_for,
            delegation=unit.delegation,
            correlation=act.correlation or str(act.subject),
            causation=act.causation,
            basis=basis,
            source=act.source,
        )

    def _submission(self, unit: Unit, digest: bytes) -> Submission:
        drafts = [
            Draft(
                event_id=each.event_id,
                type=type(each.event).__name__,
                stream=str(each.subject),
                version=each.version,
                occurred_at=each.occurred_at,
                actor=each.actor,
                body=self.codec.encode(each),
            )
            for each in unit.envelopes
        ]
        return Submission(
            command_id=unit.act.command_id,
            digest=digest,
            drafts=drafts,
            expected=unit.expected,
            guards={stream: version for stream, version in unit.read.items() if stream not in unit.expected},
            standing=self.standing.position,
            governing=not GOVERNING.isdisjoint(unit.expected),
        )

    def _employed(self, actor: str, moment: datetime) -> bool:
        return actor in self.standing.directory(moment).employees

    async def _load(self, unit: Unit, stream: Stream) -> tuple[Any, int]:
        if stream in unit.states:
            return unit.states[stream]
        found = self._states.get(stream)
        if found is None:
            found = await self.state(stream)
            self._keep(stream, found)
        elif stream in self._doubted:
            found = await self._read_on(stream, found)
            self._keep(stream, found)
        else:
            self._states.move_to_end(stream)
        unit.states[stream] = found
        unit.read[str(stream)] = found[1]
        return found

    async def _fact(self, unit: Unit, stream: Stream) -> Fact | None:
        state, version = await self._load(unit, stream)
        aggregate = _aggregate(stream)
        if aggregate.fact is None:
            raise TypeError(f"{stream.aggregate} tells others nothing of itself")
        return aggregate.fact(state) if version else None

    async def _delegation(self, unit: Unit, acting_for: str) -> str:
        told = await self._fact(unit, Stream("delegation", acting_for))
        return delegation_in_force(
            told if isinstance(told, DelegationStanding) else None,
            acting_for=acting_for,
            delegate=unit.act.actor,
            now=unit.now,
            aggregate=unit.act.subject.aggregate,
        )

    async def _first_result(self, act: Act, digest: bytes) -> Done | None:
        """What came of the command when it was stored, None if it never was; raises CommandIdReused."""
        if await self.journal.positions_of(act.command_id) is None:
            return None
        # Asked with nothing to store, the journal says whether it was this command or another.
        match await self.journal.append(Submission(act.command_id, digest, (), {})):
            case Repeated(positions=positions):
                return await self._repeated(act, positions)
            case Reused():
                raise CommandIdReused(str(act.command_id)) from None
        return None

    async def _repeated(self, act: Act, positions: tuple[int, ...]) -> Done:
        recorded = self.codec.decode_all(await self.journal.entries(positions))
        versions = [each.version for each in recorded if each.subject == act.subject]
        return Done(act.subject, max(versions, default=0), tuple(recorded), repeated=True)

    def _doubt(self, unit: Unit) -> None:
        """What the unit read may be behind: read on before it is used again."""
        mark = object()
        self._doubted.update((stream, mark) for stream in unit.states if stream in self._states)

    async def _read_on(self, stream: Stream, known: tuple[Any, int]) -> tuple[Any, int]:
        doubt = self._doubted[stream]
        state, version = known
        entries = await self.journal.stream(str(stream), after_version=version)
        if self._doubted.get(stream) is doubt:
            del self._doubted[stream]
        recorded = self.codec.decode_all(entries)
        return _aggregate(stream).fold((each.event for each in recorded), state), version + len(recorded)

    def _remember(self, unit: Unit) -> None:
        for stream, found in unit.states.items():
            if str(stream) in unit.expected:
                self._keep(stream, found)
        if not GOVERNING.isdisjoint(unit.expected):
            self.standing.position = -2

    def _keep(self, stream: Stream, found: tuple[Any, int]) -> None:
        known = self._states.get(stream)
        if known is not None and known[1] > found[1]:
            return
        self._states[stream] = found
        self._states.move_to_end(stream)
        if len(self._states) > STATES_KEPT:
            gone, _ = self._states.popitem(last=False)
            self._doubted.pop(gone, None)

    def _turn(self, subject: Stream) -> AbstractAsyncContextManager[None]:
        lock = self._turns.get(subject)
        if lock is None:
            lock = self._turns[subject] = asyncio.Lock()
        return lock

    def _attempt(self, act: Act, refusal: Refusal) -> Act:
        return Act(
            subject=Stream("attempt", act.command_id.hex),
            command=RecordAttempt(
                who=act.actor,
                acting_for=act.acting_for,
                subject=str(act.subject),
                command=type(act.command).__name__,
                rule=type(refusal).__name__,
                decided_under=refusal.clause,
                facts=refusal.facts,
            ),
            actor=act.actor,
            command_id=uuid5(act.command_id, f"attempt/{type(refusal).__name__}/{digest_of(act).hex()}"),
            at=act.at,
            correlation=str(act.subject),
            by_house=True,
        )


def _aggregate(stream: Stream) -> Any:
    try:
        return catalogue.aggregates()[stream.aggregate]
    except KeyError:
        raise UnknownSubject(str(stream)) from None


def _done(act: Act, unit: Unit, positions: tuple[int, ...]) -> Done:
    events = tuple(each.recorded(at) for at, each in zip(positions, unit.envelopes, strict=True))
    return Done(act.subject, unit.states[act.subject][1], events)
