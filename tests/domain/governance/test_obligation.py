"""Obligations 时限义务: reminders, misses, escalation and waivers of declared deadlines."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from domain.directory import Role
from domain.governance.obligation import (
    OBLIGATION,
    EscalateObligation,
    NobodyWaivesHisOwn,
    NotOnRecord,
    ObligationEscalated,
    ObligationMissed,
    ObligationReminded,
    ObligationWaived,
    OnlySuperiorWaives,
    RecordMiss,
    RemindObligation,
    WaivedAlready,
    WaiveObligation,
    obligation_stream,
)
from domain.governance.open_deadlines import escalated_at, reminded_at, still_open
from domain.kernel import SYSTEM, Event, IssuedByTheHouse, Obligation
from domain.working_time import SHANGHAI
from tests.company import COMPANY
from tests.spec import clauses, spec

DUE = datetime(2026, 3, 3, 14, 0, tzinfo=SHANGHAI)
TERMS = {
    "subject": "order-PO260303-1",
    "obliged_by": "4.1.3.1",
    "key": "GR1",
    "what_zh": "收货后4小时内验收",
    "due_at": DUE,
    "owed_by": ("KIM",),
}
REMIND, MISS, ESCALATE = (kind.model_validate(TERMS) for kind in (RemindObligation, RecordMiss, EscalateObligation))
REMINDED, MISSED = ObligationReminded.model_validate(TERMS), ObligationMissed.model_validate(TERMS)
ESCALATED = ObligationEscalated.model_validate({**TERMS, "to": ("WES",)})


@clauses("5.1")
def test_whoever_owes_it_is_reminded_once() -> None:
    reminded = spec(OBLIGATION).when(REMIND, by=SYSTEM, by_house=True)
    reminded.then(REMINDED).because("4.1.3.1", outcome="reminded")
    reminded.and_then().when(REMIND, by=SYSTEM, by_house=True).then()


@clauses("5.1")
def test_a_miss_is_recorded_once_and_cites_the_clause_that_set_the_deadline() -> None:
    missed = spec(OBLIGATION, REMINDED).when(MISS, by=SYSTEM, by_house=True)
    missed.then(MISSED).because("4.1.3.1", outcome="missed", due="2026-03-03T14:00:00+08:00")
    missed.and_then().when(MISS, by=SYSTEM, by_house=True).then()


@clauses("5.1")
def test_nobody_is_reminded_of_what_he_already_missed() -> None:
    spec(OBLIGATION, MISSED).when(REMIND, by=SYSTEM, by_house=True).then()


@clauses("5.1")
def test_a_miss_goes_to_the_superior() -> None:
    escalated = spec(OBLIGATION, MISSED).when(ESCALATE, by=SYSTEM, by_house=True).then(ESCALATED)
    escalated.and_then().when(ESCALATE, by=SYSTEM, by_house=True).then()


@clauses("5.1")
def test_where_nobody_stands_above_it_goes_to_the_rest_of_management() -> None:
    owed_by_the_chief = ESCALATE.model_copy(update={"owed_by": ("CLEO",)})
    heads = [held for held in COMPANY.assignments if held.role is not Role.DEPARTMENT_HEAD]
    headless = spec(OBLIGATION).where(directory=replace(COMPANY, assignments=tuple(heads)))
    (event,) = headless.when(owed_by_the_chief, by=SYSTEM, by_house=True).events
    assert isinstance(event, ObligationEscalated)
    assert event.to == ("GINA", "VICE")


@clauses("5.1")
def test_a_new_due_time_starts_afresh() -> None:
    later = REMIND.model_copy(update={"due_at": DUE + timedelta(days=1)})
    (event,) = spec(OBLIGATION, REMINDED, MISSED).when(later, by=SYSTEM, by_house=True).events
    assert event == REMINDED.model_copy(update={"due_at": DUE + timedelta(days=1)})


@clauses("5.1")
def test_nobody_records_a_miss_by_hand() -> None:
    spec(OBLIGATION).when(MISS, by="ANN").refused(IssuedByTheHouse)


@clauses("5.1")
def test_the_superior_or_management_waives_it_with_the_reason() -> None:
    for waiver in ("WES", "GINA"):
        waived = spec(OBLIGATION, REMINDED).when(WaiveObligation(reason="盘点停收"), by=waiver)
        waived.then(ObligationWaived.model_validate({**TERMS, "waived_by": waiver, "reason": "盘点停收"}))
        after = waived.and_then()
        after.when(MISS, by=SYSTEM, by_house=True).then()
        after.when(ESCALATE, by=SYSTEM, by_house=True).then()
        after.when(WaiveObligation(reason="盘点停收"), by="GINA").refused(WaivedAlready)


@clauses("5.1")
def test_nobody_waives_his_own_deadline_nor_through_a_delegate() -> None:
    spec(OBLIGATION, REMINDED).when(WaiveObligation(reason="忙"), by="KIM").refused(NobodyWaivesHisOwn)
    through_wes = spec(OBLIGATION, REMINDED).when(WaiveObligation(reason="忙"), by="KIM", acting_for="WES")
    through_wes.refused(NobodyWaivesHisOwn)


@clauses("5.1")
def test_a_colleague_does_not_waive_it() -> None:
    spec(OBLIGATION, REMINDED).when(WaiveObligation(reason="帮忙"), by="ANN").refused(OnlySuperiorWaives)


@clauses("5.1")
def test_what_is_not_on_record_is_not_waived() -> None:
    spec(OBLIGATION).when(WaiveObligation(reason="停收"), by="WES").refused(NotOnRecord)


def test_one_stream_for_each_deadline_of_a_subject() -> None:
    streams = {
        obligation_stream("order-1", "4.1.3.1", "GR1"),
        obligation_stream("order-1", "4.1.3.1", "GR2"),
        obligation_stream("order-1", "4.1.3.2", "GR1"),
        obligation_stream("order-2", "4.1.3.1", "GR1"),
    }
    assert len(streams) == 4
    assert obligation_stream("order-1", "4.1.3.1", "GR1") in streams


class Opened(Event):
    """Opens the deadline of these tests."""

    clause: ClassVar[str] = "4.1.3.1"
    key: str
    due_at: datetime


class Fulfilled(Event):
    """Fulfils it."""

    key: str


class Cancelled(Event):
    """Ends every deadline of the subject."""

    key: str = ""


DECLARED = Obligation(
    clause="4.1.3.1",
    zh="验收",
    opened_by=Opened,
    fulfilled_by=(Fulfilled,),
    closed_by=(Cancelled,),
    due=lambda event: event.due_at,
    owed_by=lambda event: (),
    key=lambda event: event.key,
)


def test_a_deadline_is_open_from_its_opening_to_its_fulfilment_or_closing() -> None:
    opened = Opened(key="a", due_at=DUE)
    assert not still_open(DECLARED, "a", DUE, [])
    assert still_open(DECLARED, "a", DUE, [opened])
    assert still_open(DECLARED, "a", DUE, [opened, Fulfilled(key="b")])
    assert not still_open(DECLARED, "a", DUE, [opened, Fulfilled(key="a")])
    assert not still_open(DECLARED, "a", DUE, [opened, Cancelled()])
    assert still_open(DECLARED, "a", DUE, [opened, Fulfilled(key="a"), opened])
    assert not still_open(DECLARED, "a", DUE, [Opened(key="a", due_at=DUE + timedelta(hours=1))])


def test_reminder_and_escalation_stand_around_the_due_time() -> None:
    policy = spec(OBLIGATION).under("4.1.3.1", remind_before_hours=2, escalate_after_hours=3).policy
    assert reminded_at(DECLARED, DUE, policy) == DUE - timedelta(hours=2)
    assert escalated_at(DECLARED, DUE, policy) == DUE + timedelta(hours=3)


def test_a_clause_that_says_nothing_of_reminders_has_the_general_ones() -> None:
    elsewhere = replace(DECLARED, clause="4.1.2.2")
    general = spec(OBLIGATION).under("5.1", obligation_remind_before_hours=5, obligation_escalate_after_hours=6).policy
    assert reminded_at(elsewhere, DUE, general) == DUE - timedelta(hours=5)
    assert escalated_at(elsewhere, DUE, general) == DUE + timedelta(hours=6)
    silent = spec(OBLIGATION).under("5.1", obligation_remind_before_hours=0).policy
    assert reminded_at(elsewhere, DUE, silent) is None
