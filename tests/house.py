"""A house for tests: the real handler on a real database, with the company of the specs at work in it."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from application.acts import Act, Done
from application.handler import Handler
from application.standing import CALENDAR, ORGANISATION, RULEBOOK
from domain.governance.calendar import PublishYear
from domain.governance.organisation_changes import AssignRole, FoundDepartment, HireEmployee, ImportOrganisation
from domain.governance.rulebook import AdoptRegulation
from domain.kernel import SYSTEM, Command, Event, Stream
from domain.working_time import SHANGHAI
from infrastructure.codec import Codec
from infrastructure.holidays_seed import year_command
from infrastructure.identifiers import uuid7
from infrastructure.journal.postgres import PostgresJournal
from tests.company import COMPANY

TEST = UUID("0d9f5c0e-3c3c-5b5e-8a37-0a6a6c1f6f10")
START = datetime(2026, 3, 3, 10, 0, tzinfo=SHANGHAI)
FOUNDED = date(2026, 1, 1)


class OpenSealer:
    """Leaves personal data readable: these tests are about deciding, ``tests/infrastructure`` about sealing."""

    def seal(self, kind: type[Event], data: dict[str, Any]) -> dict[str, Any]:
        """As it is."""
        return data

    def open(self, kind: type[Event], data: dict[str, Any]) -> dict[str, Any]:
        """As it is."""
        return data


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **by: float) -> datetime:
        """Let time go by: ``clock.pass_(hours=5)``."""
        self.now += timedelta(**by)
        return self.now


class TestHouse:
    """Acts with short words: ``await house.do("requisition-1", SubmitRequisition(…), by="ANN")``."""

    __test__ = False

    def __init__(self, url: str, journal: PostgresJournal, clock: Clock) -> None:
        self.url = url
        self.journal = journal
        self.clock = clock
        self.codec = Codec(OpenSealer())
        self.handler = Handler(journal, self.codec, clock=clock, new_id=uuid7)
        self._numbers = itertools.count(1)

    async def do(self, subject: str, command: Command, by: str, key: str = "", **more: Any) -> Done:
        """Ask this of that subject; ``key`` makes it repeatable."""
        id = uuid5(TEST, key or f"act {next(self._numbers)}")
        return await self.handler.handle(Act(Stream.parse(subject), command, by, id, **more))

    async def events(self, subject: str) -> list[str]:
        """The names of a subject's events, in order."""
        return [type(each.event).__name__ for each in await self.handler.history(Stream.parse(subject))]

    async def found(self) -> None:
        """Adopt the regulation, publish the calendar, and let the company of the specs be founded."""
        await self.do(str(RULEBOOK), AdoptRegulation(effective_from=FOUNDED), SYSTEM, at=_new_year())
        for year in (2025, 2026, 2027):
            command: PublishYear = year_command(year)
            await self.do(str(CALENDAR), command, SYSTEM)
        await self.do(str(ORGANISATION), company_of_the_specs(), SYSTEM)


def company_of_the_specs() -> ImportOrganisation:
    """``tests.company.COMPANY`` as the command that founds it."""
    departments = COMPANY.departments.values()
    return ImportOrganisation(
        found=tuple(FoundDepartment(department=each.id, name=each.name, since=FOUNDED) for each in departments),
        hire=tuple(
            HireEmployee(
                employee=each.id,
                name=each.name,
                email=f"{each.id.lower()}@company.example",
                department=each.department,
                level=each.level,
                superior=each.superior,
                since=FOUNDED,
            )
            for each in COMPANY.employees.values()
        ),
        assign=tuple(
            AssignRole(
                employee=each.employee, role=each.role, departments=tuple(sorted(each.departments)), since=FOUNDED
            )
            for each in COMPANY.assignments
        ),
    )


def _new_year() -> datetime:
    return datetime(2026, 1, 1, tzinfo=SHANGHAI)


@asynccontextmanager
async def house(url: str) -> AsyncIterator[TestHouse]:
    """An empty house on the database at ``url``."""
    async with PostgresJournal(url) as journal:
        yield TestHouse(url, journal, Clock())
