"""What time brings about by itself, on a real journal: each thing once, whatever the clock does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from application.reacting import Reactor
from application.timers import Timers, addressed, declared_schedules
from domain import catalogue
from domain.directory import Role
from domain.governance.approvals import ApprovalStepOpened, Approve, Withdraw
from domain.governance.form import FormField
from domain.governance.notice import NoticeIssued
from domain.governance.obligation import ObligationEscalated, ObligationMissed, ObligationReminded, obligation_stream
from domain.governance.open_deadlines import OpenObligation, OpenStep, still_open
from domain.governance.procedure import FileProcedure
from domain.governance.procedure_terms import Handling, ProcedureStep, ProcedureTerms
from domain.governance.request import HandleRequest, SubmitRequest
from domain.kernel import Event, Stream
from domain.working_time import SHANGHAI
from infrastructure.reaction_places import PostgresPlaces
from tests.database import Database
from tests.house import TestHouse
from tests.spec import clauses

TERMS = ProcedureTerms(
    zh="报销",
    en="Expenses",
    form=(FormField(name="amount", type="money", zh="金额", en="Amount"),),
    steps=(ProcedureStep(authority="department_head", limit_working_hours=12),),
    amount_field="amount",
    handling=Handling(role=Role.FINANCE, working_days=2),
)
REQUEST = Stream("request", "RQ1")
DUE = datetime(2026, 3, 5, 18, 0, tzinfo=SHANGHAI)
DEADLINE = obligation_stream(REQUEST, "5.2")


class OpenInTheJournal:
    """Finds open deadlines by reading every history there is: slow, and surely right."""

    def __init__(self, company: TestHouse) -> None:
        self._company = company

    async def obligations(self, until: datetime) -> Sequence[OpenObligation]:
        """All that is open, whenever it is due."""
        rows: list[OpenObligation] = []
        for stream, events in (await self._histories()).items():
            for declared in catalogue.aggregates()[stream.aggregate].obligations:
                for event in (each for each in events if isinstance(each, declared.opened_by)):
                    key, due_at = declared.key(event), declared.due(event)
                    if still_open(declared, key, due_at, events):
                        name, owed_by = type(event).__name__, declared.owed_by(event)
                        rows.append(OpenObligation(stream, declared.clause, key, name, due_at, owed_by))
        return rows

    async def steps(self, until: datetime) -> Sequence[OpenStep]:
        """The last step opened in every stream whose approval is open."""
        rows: list[OpenStep] = []
        for stream, events in (await self._histories()).items():
            opened = [each for each in events if isinstance(each, ApprovalStepOpened)]
            state, _ = await self._company.handler.state(stream)
            if opened and state.approval.status == "open":
                step = opened[-1]
                rows.append(OpenStep(stream, step.round, step.step, step.signers, step.remind_at, step.due_at))
        return rows

    async def _histories(self) -> dict[Stream, list[Event]]:
        found: dict[Stream, list[Event]] = {}
        for each in self._company.codec.decode_all(await self._company.journal.read(-1, 10_000)):
            found.setdefault(each.subject, []).append(each.event)
        return found


@pytest.fixture
async def expenses(company: TestHouse) -> TestHouse:
    """ANN's request under finance's procedure waits for SAM since 3 March 10:00."""
    await company.do("procedure-PC1", FileProcedure(department="D-FIN", terms=TERMS), "FAY")
    await company.do("procedure-PC1", Approve(), "GINA")
    await company.do("request-RQ1", SubmitRequest(procedure="PC1", values={"amount": "80.00"}), "ANN")
    return company


def timers(company: TestHouse) -> Timers:
    return Timers(company.handler, OpenInTheJournal(company))


async def said(company: TestHouse, stream: Stream) -> list[str]:
    return await company.events(str(stream))


@clauses("5.2")
async def test_a_deadline_is_reminded_of_missed_and_escalated_each_once(expenses: TestHouse) -> None:
    await expenses.do("request-RQ1", Approve(), "SAM")
    clock = timers(expenses)
    expected = [
        (DUE - timedelta(hours=25), []),
        (DUE - timedelta(hours=24), ["ObligationReminded"]),
        (DUE - timedelta(minutes=1), ["ObligationReminded"]),
        (DUE, ["ObligationReminded", "ObligationMissed"]),
        (DUE + timedelta(hours=23), ["ObligationReminded", "ObligationMissed"]),
        (DUE + timedelta(hours=24), ["ObligationReminded", "ObligationMissed", "ObligationEscalated"]),
        (DUE + timedelta(hours=48), ["ObligationReminded", "ObligationMissed", "ObligationEscalated"]),
    ]
    for moment, events in expected:
        expenses.clock.now = moment
        await clock.tick(moment)
        assert await said(expenses, DEADLINE) == events, moment
        assert await clock.tick(moment) == 0
    history = [each.event for each in await expenses.handler.history(DEADLINE)]
    reminded, missed, escalated = history
    assert isinstance(reminded, ObligationReminded)
    assert isinstance(missed, ObligationMissed)
    assert isinstance(escalated, ObligationEscalated)
    assert (missed.subject, missed.obliged_by, missed.due_at) == ("request-RQ1", "5.2", DUE)
    assert (missed.owed_by, escalated.to) == (("FAY", "FRED"), ("VICE",))


async def test_another_process_that_ticks_as_well_changes_nothing(expenses: TestHouse) -> None:
    await expenses.do("request-RQ1", Approve(), "SAM")
    moment = expenses.clock.now = DUE + timedelta(hours=30)
    assert await timers(expenses).tick(moment) > 0
    size = await expenses.journal.size()
    assert await timers(expenses).tick(moment) == 0
    assert await expenses.journal.size() == size


async def test_what_is_done_in_time_is_never_a_miss_even_where_the_view_is_behind(expenses: TestHouse) -> None:
    await expenses.do("request-RQ1", Approve(), "SAM")
    behind = await OpenInTheJournal(expenses).obligations(DUE)
    await expenses.do("request-RQ1", HandleRequest(), "FRED")

    class Behind(OpenInTheJournal):
        async def obligations(self, until: datetime) -> Sequence[OpenObligation]:
            return behind

    assert [row.subject for row in behind] == [REQUEST]
    await Timers(expenses.handler, Behind(expenses)).tick(DUE + timedelta(hours=30))
    assert await said(expenses, DEADLINE) == []


@clauses("5.1")
async def test_an_approval_step_is_reminded_of_and_goes_up_when_its_time_is_over(expenses: TestHouse) -> None:
    clock = timers(expenses)
    opened = [each.event for each in await expenses.handler.history(REQUEST)][-1]
    assert isinstance(opened, ApprovalStepOpened)
    assert opened.remind_at is not None and opened.due_at is not None
    for moment in (opened.remind_at, opened.due_at, opened.due_at + timedelta(hours=40)):
        expenses.clock.now = moment
        await clock.tick(moment)
    events = await said(expenses, REQUEST)
    assert events[2:] == ["ApprovalReminded", "ApprovalStepEscalated"]
    state, _ = await expenses.handler.state(REQUEST)
    assert state.approval.waits_for == ("SAM", "VICE")


async def test_a_subject_that_moved_on_is_left_alone(expenses: TestHouse) -> None:
    behind = await OpenInTheJournal(expenses).steps(DUE)
    await expenses.do("request-RQ1", Withdraw(reason="重复"), "ANN")

    class Behind(OpenInTheJournal):
        async def steps(self, until: datetime) -> Sequence[OpenStep]:
            return behind

    assert [row.subject for row in behind] == [REQUEST]
    await Timers(expenses.handler, Behind(expenses)).tick(DUE)
    assert (await said(expenses, REQUEST))[-1] == "ApprovalWithdrawn"


async def test_what_the_calendar_opens_happens_once_whatever_the_days_ticked(company: TestHouse) -> None:
    clock = timers(company)
    moments = [datetime(2026, 11, 25, 9, tzinfo=SHANGHAI) + timedelta(days=days) for days in range(0, 60, 3)]
    for moment in moments:
        company.clock.now = moment
        await clock.tick(moment)
        assert await clock.tick(moment + timedelta(hours=1)) == 0
    reviews = await said(company, Stream("policy_review", "2026-12"))
    assert reviews == ["PolicyReviewOpened"]


async def test_a_schedule_missed_while_nothing_ran_is_caught_up_on(company: TestHouse) -> None:
    before, after = (datetime(2026, month, 20, 9, tzinfo=SHANGHAI) for month in (11, 12))
    for moment in (before, after):
        company.clock.now = moment
        await timers(company).tick(moment)
    assert await said(company, Stream("policy_review", "2026-12")) == ["PolicyReviewOpened"]


async def test_nothing_is_caught_up_on_from_before_the_journal_began(company: TestHouse) -> None:
    began = company.clock.now.date()
    clock = timers(company)
    await clock.tick(company.clock.now)
    assert clock.since == began
    late = Timers(company.handler, OpenInTheJournal(company), since=date(2026, 12, 15))
    company.clock.now = datetime(2026, 12, 20, 9, tzinfo=SHANGHAI)
    await late.tick(company.clock.now)
    assert await said(company, Stream("policy_review", "2026-12")) == []


def test_a_schedule_names_a_subject_of_its_own_or_a_whole_stream() -> None:
    assert addressed("policy_review", "2026-12") == Stream("policy_review", "2026-12")
    assert addressed("policy_review", "rulebook-company") == Stream("rulebook", "company")
    assert "policy_review" in {name for name, _ in declared_schedules()}


async def test_one_thing_that_fails_does_not_keep_the_others(expenses: TestHouse) -> None:
    await expenses.do("request-RQ1", Approve(), "SAM")
    unknown = OpenObligation(REQUEST, "9.9", "", "NoSuchEvent", DUE, ("FRED",))

    class WithOneUnknown(OpenInTheJournal):
        async def obligations(self, until: datetime) -> Sequence[OpenObligation]:
            return [unknown, *await super().obligations(until)]

    with pytest.raises(ExceptionGroup) as told:
        await Timers(expenses.handler, WithOneUnknown(expenses)).tick(DUE)
    assert "9.9" in str(told.value.exceptions[0])
    assert await said(expenses, DEADLINE) == ["ObligationMissed"]


async def test_those_concerned_are_told(expenses: TestHouse, database: Database) -> None:
    await expenses.do("request-RQ1", Approve(), "SAM")
    expenses.clock.now = DUE + timedelta(hours=24)
    await timers(expenses).tick(expenses.clock.now)
    async with PostgresPlaces(database.app_url) as places:
        await Reactor(expenses.handler, places).drain()
    notices = [
        each.event
        for each in expenses.codec.decode_all(await expenses.journal.read(-1, 10_000))
        if isinstance(each.event, NoticeIssued)
    ]
    told = {(each.kind, each.to) for each in notices if each.about == "request-RQ1"}
    assert told >= {
        ("approval_waits", ("SAM",)),
        ("approval_given", ("ANN",)),
        ("deadline_missed", ("FAY", "FRED")),
        ("deadline_escalated", ("VICE",)),
    }
    assert all(earlier != later for earlier, later in pairwise(notices))
    assert Decimal("80.00") == (await expenses.handler.history(REQUEST))[0].event.amount  # type: ignore[attr-defined]
