"""What every decision stands on: the rulebook, the organisation and the calendar, as of a moment.

Folded from three streams and kept until one of them moves. The journal refuses a command that was decided on an older
standing, so a stale copy can cost a retry but never a wrong decision.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from application.acts import Codec
from application.journal import Journal
from domain.directory import Directory
from domain.governance import calendar, organisation, rulebook
from domain.kernel import Aggregate, Stream
from domain.policy import Policy
from domain.working_time import SHANGHAI, WorkingTime

RULEBOOK = Stream("rulebook", "company")
ORGANISATION = Stream("organisation", "company")
CALENDAR = Stream("calendar", "CN")
GOVERNING = frozenset(str(stream) for stream in (RULEBOOK, ORGANISATION, CALENDAR))

_DAYS_KEPT = 64


@dataclass(slots=True)
class Standing:
    """The three streams as last read, and what was compiled from them."""

    position: int = -2
    states: dict[Stream, tuple[Any, int]] = field(default_factory=dict)
    _directories: dict[date, Directory] = field(default_factory=dict)
    _policies: dict[tuple[str, str], Policy] = field(default_factory=dict)
    _working_time: WorkingTime | None = None

    async def refresh(self, journal: Journal, codec: Codec) -> None:
        """Read on where the streams moved."""
        position = await journal.standing()
        if position == self.position:
            return
        for stream, aggregate in _AGGREGATES.items():
            state, version = self.states.get(stream, (aggregate.initial, 0))
            entries = await journal.stream(str(stream), after_version=version)
            for recorded in codec.decode_all(entries):
                state, version = aggregate.evolve(state, recorded.event), recorded.version
            self.states[stream] = (state, version)
        self.position = position
        self._directories.clear()
        self._policies.clear()
        self._working_time = None

    def policy(self, moment: datetime, department: str | None = None) -> Policy:
        """The policy in force at ``moment``, as ``department`` tightened it."""
        company = rulebook.policy_at(self.states[RULEBOOK][0], moment)
        if department is None or department not in company.departments:
            return company
        key = (company.version, company.departments[department].version)
        if key not in self._policies:
            self._policies[key] = company.of_department(department)
        return self._policies[key]

    def directory(self, moment: datetime) -> Directory:
        """The organisation on the day of ``moment`` in Shanghai."""
        day = moment.astimezone(SHANGHAI).date()
        found = self._directories.get(day)
        if found is None:
            if len(self._directories) >= _DAYS_KEPT:
                self._directories.clear()
            found = self._directories[day] = organisation.directory_on(self.states[ORGANISATION][0], day)
        return found

    def working_time(self) -> WorkingTime:
        """The published calendar."""
        if self._working_time is None:
            self._working_time = calendar.working_time(self.states[CALENDAR][0])
        return self._working_time


_AGGREGATES: dict[Stream, Aggregate[Any, Any, Any]] = {
    RULEBOOK: rulebook.RULEBOOK,
    ORGANISATION: organisation.ORGANISATION,
    CALENDAR: calendar.CALENDAR,
}
