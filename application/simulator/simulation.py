"""One run of the simulator: the clock, the dice, and acts with what came of them counted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid5

from application.acts import Act, Done
from application.handler import Handler
from application.simulator.agenda import Agenda
from domain import catalogue
from domain.directory import Directory, Role
from domain.kernel import Command, Refusal, Stream
from domain.working_time import SHANGHAI

NAMESPACE = UUID("4b0f6a54-7d0c-5c39-8a8e-2f8f3f0d6a10")
T = TypeVar("T")


class Simulation:
    """A seed, a clock and the company's memory of who is away. Everything random comes from the seed's dice."""

    def __init__(self, handler: Handler, agenda: Agenda, seed: int, attach: Callable[[bytes], str]) -> None:
        self.handler = handler
        self.agenda = agenda
        self.seed = seed
        self.dice = random.Random(seed)
        self.attach = attach
        """Keeps an attachment and gives its sha256."""
        self.away: dict[str, str] = {}
        """Who is away, and who stands in for him."""
        self.done: Counter[str] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()
        """Refusals by clause and rule."""
        self._begun = agenda.now.isoformat()
        self._acts = 0
        self._numbers: Counter[str] = Counter()

    @property
    def now(self) -> datetime:
        """The simulated time."""
        return self.agenda.now

    @property
    def directory(self) -> Directory:
        """The organisation today."""
        return self.handler.standing.directory(self.now)

    def number(self, aggregate: str) -> Stream:
        """A fresh number for a subject, e.g. ``requisition-PR260302-0007``; of another seed, another."""
        prefix = catalogue.aggregates()[aggregate].prefix
        day = f"{prefix}{self.now.astimezone(SHANGHAI):%y%m%d}"
        self._numbers[day] += 1
        return Stream(aggregate, f"{day}-{self.seed % 1000:03}{self._numbers[day]:04}")

    async def ask(self, subject: Stream, command: Command, by: str, acting_for: str | None = None) -> Done | Refusal:
        """Have somebody do it; a refusal is an answer too."""
        self._acts += 1
        id = uuid5(NAMESPACE, f"{self.seed} {self._begun} {self._acts}")
        try:
            done = await self.handler.handle(Act(subject, command, by, id, acting_for=acting_for))
        except Refusal as refusal:
            self.refused[refusal.clause, type(refusal).__name__] += 1
            return refusal
        self.done[type(command).__name__] += 1
        return done

    async def state(self, subject: Stream) -> Any:
        """A subject's state."""
        return await self.handler.recent(subject)

    def chance(self, percent: float) -> bool:
        """True so many times in a hundred."""
        return self.dice.random() * 100 < percent

    def pick(self, choices: Sequence[T]) -> T:
        """One of them."""
        return self.dice.choice(choices)

    def holders(self, role: Role, department: str | None = None) -> tuple[str, ...]:
        """Who holds a role, whoever is away left out where others are there."""
        found = self.directory.holders(role, department)
        return tuple(person for person in found if person not in self.away) or found

    def working_hours(self, least: float, most: float) -> datetime:
        """A moment that many working hours from now."""
        minutes = self.dice.uniform(least, most) * 60
        hours, rest = divmod(int(minutes), 60)
        moment = self.handler.standing.working_time().working_hours_after(self.now, hours) if hours else self.now
        return self._at_work(moment + timedelta(minutes=rest))

    def days(self, count: int, hour: float = 10) -> datetime:
        """That many calendar days from now, at an hour of the first working day then."""
        day = self.now.astimezone(SHANGHAI).date() + timedelta(days=count)
        moment = datetime.combine(day, time(int(hour), int(hour % 1 * 60)), SHANGHAI)
        return self._at_work(max(moment, self.now + timedelta(minutes=5)))

    def _at_work(self, moment: datetime) -> datetime:
        working_time = self.handler.standing.working_time()
        moment = moment.astimezone(SHANGHAI)
        while not working_time.is_working_day(moment.date()) or moment.time() > time(17, 50):
            moment = datetime.combine(moment.date() + timedelta(days=1), time(9, moment.minute % 30), SHANGHAI)
        return moment
