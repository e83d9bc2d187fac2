"""Imported cases 导入案例 (clause 5.2): decided again under their procedure, deviations named by the rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from domain.governance.imported_case import (
    IMPORTED_CASE,
    ImportCase,
    ImportedCaseOpened,
    ImportedDeviationFound,
    ImportedMattersUndetermined,
    ImportedStepTaken,
    LoggedStep,
    ProcedureNotRecorded,
)
from domain.governance.imported_procedure import (
    IMPORTED_PROCEDURE,
    Activity,
    ImportedProcedureRecorded,
    Judge,
    LogProcedure,
    LogStep,
    ProcedureKeptAlready,
    RecordImportedProcedure,
)
from domain.kernel import SYSTEM, IssuedByTheHouse
from domain.working_time import SHANGHAI
from tests.spec import Outcome, Spec, clauses, spec


def step(name: str, kind: str, role: str = "", **more: object) -> LogStep:
    return LogStep.model_validate(
        {"name": name, "kind": kind, "zh": name, "en": name, "roles": (role or name.upper(),), **more}
    )


PROCEDURE = LogProcedure(
    name="payment",
    version="1",
    zh="付款",
    en="Payment",
    steps=(
        step("author", "author"),
        step("office", "decision", needed="always"),
        step("owner", "decision", needed="unknown"),
        step("boss", "decision", final=True),
        step("somebody", "lost", "GONE"),
        step("asked", "afterwards"),
        step("paid", "afterwards"),
    ),
    activities=tuple(
        Activity.model_validate({"named": named, "step": at, "outcome": outcome})
        for named, at, outcome in (
            ("save", "author", "saved"),
            ("submit", "author", "submitted"),
            ("give up", "author", "given_up"),
            ("office ok", "office", "approved"),
            ("office no", "office", "rejected"),
            ("office final", "office", "finally_approved"),
            ("owner ok", "owner", "approved"),
            ("boss ok", "boss", "finally_approved"),
            ("boss no", "boss", "rejected"),
            ("lost no", "somebody", "rejected"),
            ("ask", "asked", "carried_out"),
            ("pay", "paid", "carried_out"),
        )
    ),
    unknown_people=("STAFF",),
    unknown_roles=("GONE",),
    currency="EUR",
)
JUDGE = Judge.by(PROCEDURE)
BEGAN = datetime(2018, 5, 7, 9, 0, tzinfo=SHANGHAI)
ROLES = {name: JUDGE.steps[activity.step].roles[0] for name, activity in JUDGE.activities.items()}


def logged(*names: str, people: Iterable[str] = ()) -> tuple[LoggedStep, ...]:
    """One step an hour; ``name@ROLE`` has another role; people as given, else anonymous."""
    who = [*people, *["STAFF"] * len(names)]
    return tuple(
        LoggedStep(
            original_id=f"e{number}",
            activity=name.partition("@")[0],
            role=name.partition("@")[2] or ROLES.get(name, ""),
            person=who[number],
            happened_at=BEGAN + timedelta(hours=number),
            attributes={"lifecycle": "complete"},
        )
        for number, name in enumerate(names)
    )


def case(*names: str, people: Iterable[str] = (), amount: str = "34.335") -> ImportCase:
    return ImportCase(
        procedure="payment-1",
        file_sha256="ab" * 32,
        original_id="case 7",
        number="no 7",
        amount=amount,
        department="unit 1",
        steps=logged(*names, people=people),
    )


def under(procedure: LogProcedure = PROCEDURE) -> Spec:
    return spec(IMPORTED_CASE).knowing("imported_procedure", "payment-1", Judge.by(procedure))


def decided(*names: str, people: Iterable[str] = (), procedure: LogProcedure = PROCEDURE) -> Outcome:
    return under(procedure).when(case(*names, people=people), by=SYSTEM, by_house=True)


def deviations(outcome: Outcome) -> list[tuple[str, str]]:
    """Activity and broken rule of every deviation."""
    return [(each.activity, each.rule) for each in outcome.events if isinstance(each, ImportedDeviationFound)]


STRAIGHT = ("save", "submit", "office ok", "owner ok", "boss ok", "ask", "pay")
PEOPLE = ("ann", "ann", "olga", "otto", "bea", "sys", "sys")


@clauses("5.2")
def test_a_case_as_it_is_meant_to_run_conforms_step_by_step() -> None:
    outcome = decided(*STRAIGHT, people=PEOPLE)
    opened, *steps = outcome.events
    assert opened == ImportedCaseOpened(
        procedure="payment-1",
        file_sha256="ab" * 32,
        original_id="case 7",
        number="no 7",
        amount_text="34.335",
        amount=Decimal("34.34"),
        currency="EUR",
        department="unit 1",
        attributes={},
    )
    assert steps[1] == ImportedStepTaken(
        round=1,
        step="author",
        outcome="submitted",
        original_id="e1",
        activity="submit",
        role="AUTHOR",
        person="ann",
        happened_at=BEGAN + timedelta(hours=1),
        attributes={"lifecycle": "complete"},
    )
    assert [type(each) for each in steps] == [ImportedStepTaken] * 7
    outcome.because("5.2", outcome="conforms", step="boss")


@clauses("5.2")
def test_a_rejected_request_goes_back_and_is_submitted_again() -> None:
    again = decided("submit", "office no", "submit", "office ok", "boss ok", "ask", "pay")
    assert deviations(again) == []
    rounds = [each.round for each in again.events if isinstance(each, ImportedStepTaken)]
    assert rounds == [1, 1, 2, 2, 2, 2, 2]
    assert deviations(decided("submit", "office no", "give up")) == []


@clauses("5.2")
@pytest.mark.parametrize(
    ("names", "activity", "rule"),
    [
        (("submit", "dance"), "dance", "NotInTheProcedure"),
        (("submit", "office ok@BOSS"), "office ok", "NotTheStepsRole"),
        (("submit", "save"), "save", "SavedAfterSubmission"),
        (("submit", "submit"), "submit", "SubmittedWhileUnderWay"),
        (("submit", "office ok", "boss ok", "submit"), "submit", "SubmittedWhileUnderWay"),
        (("submit", "office no", "give up", "submit"), "submit", "GivenUpIsOver"),
        (("submit", "office no", "give up", "save"), "save", "GivenUpIsOver"),
        (("office ok",), "office ok", "DecidedWhenNothingWaited"),
        (("submit", "office ok", "boss ok", "lost no"), "lost no", "DecidedWhenNothingWaited"),
        (("submit", "office ok", "office ok"), "office ok", "StepTakenTwice"),
        (("submit", "owner ok", "office ok"), "office ok", "StepOutOfOrder"),
        (("submit", "boss ok"), "boss ok", "NeededStepLeftOut"),
        (("submit", "office final"), "office final", "FinalWithoutAuthority"),
        (("submit", "give up"), "give up", "GivenUpWithoutRejection"),
        (("submit", "office ok", "ask"), "ask", "CarriedOutUnapproved"),
        (("submit", "office ok", "boss ok", "ask", "ask"), "ask", "CarriedOutTwice"),
        (("submit", "office ok", "boss ok", "pay"), "pay", "CarriedOutOutOfOrder"),
        (("submit", "office ok", "boss ok", "ask", "pay", "pay"), "pay", "CarriedOutTwice"),
    ],
)
def test_what_the_procedure_would_have_refused_names_the_rule(names: tuple[str, ...], activity: str, rule: str) -> None:
    outcome = decided(*names)
    assert deviations(outcome) == [(activity, rule)]
    last = outcome.ruled[len(names)]
    assert isinstance(last.event, ImportedDeviationFound)
    assert [(each.rule, each.outcome, each.policy) for each in last.basis] == [(rule, "deviates", "payment 1")]


@clauses("5.2")
def test_what_deviates_has_happened_all_the_same_so_that_it_is_told_once() -> None:
    assert deviations(decided("submit", "ask", "pay", "office ok", "boss ok")) == [
        ("ask", "CarriedOutUnapproved"),
        ("pay", "CarriedOutUnapproved"),
    ]
    assert deviations(decided("submit", "submit", "office ok", "boss ok", "ask", "pay")) == [
        ("submit", "SubmittedWhileUnderWay")
    ]


@clauses("5.1")
def test_people_the_log_tells_apart_are_judged() -> None:
    own = decided("submit", "office ok", "boss ok", people=("ann", "olga", "ann"))
    assert deviations(own) == [("boss ok", "OwnRequest")]
    twice = decided("submit", "office ok", "boss ok", people=("ann", "olga", "olga"))
    assert deviations(twice) == [("boss ok", "DecidedAlready")]
    twice.because("5.1", outcome="deviates")


@clauses("5.1")
def test_people_the_log_does_not_tell_are_undetermined_never_passed() -> None:
    nobody_known = decided("submit", "office ok", "owner ok", "boss ok")
    assert nobody_known.events[-1] == ImportedMattersUndetermined(questions=("separation_of_duties",))
    nobody_known.because("5.2", outcome="separation_of_duties")
    author_unknown = decided("submit", "office ok", "owner ok", "boss ok", people=("STAFF", "olga", "otto", "bea"))
    assert author_unknown.events[-1] == ImportedMattersUndetermined(questions=("separation_of_duties",))


@clauses("5.2")
def test_a_lost_role_and_a_step_that_may_have_been_needed_are_undetermined() -> None:
    lost = decided("submit", "lost no", people=("ann", "somebody"))
    assert deviations(lost) == []
    assert lost.events[-1] == ImportedMattersUndetermined(questions=("authority",))
    without_owner = decided("submit", "office ok", "boss ok", people=("ann", "olga", "bea"))
    assert without_owner.events[-1] == ImportedMattersUndetermined(questions=("owner_needed",))


@clauses("5.2")
def test_steps_whose_times_run_backwards_are_undetermined_in_their_order() -> None:
    backwards = case("submit", "office no", people=PEOPLE[1:])
    first, second = backwards.steps
    late = first.model_copy(update={"happened_at": BEGAN + timedelta(days=1)})
    outcome = under().when(backwards.model_copy(update={"steps": (late, second)}), by=SYSTEM, by_house=True)
    assert outcome.events[-1] == ImportedMattersUndetermined(questions=("order",))


@clauses("5.2")
def test_an_amount_that_is_none_is_kept_as_text_and_said_to_be_undetermined() -> None:
    for amount in ("viel", "NaN", "1e40"):
        outcome = under().when(case("save", amount=amount), by=SYSTEM, by_house=True)
        opened = outcome.events[0]
        assert isinstance(opened, ImportedCaseOpened)
        assert (opened.amount_text, opened.amount) == (amount, None)
        assert outcome.events[-1] == ImportedMattersUndetermined(questions=("amount",))


@clauses("5.2")
def test_importing_again_changes_nothing_and_a_longer_log_adds_what_is_new() -> None:
    first = decided(*STRAIGHT[:5], people=PEOPLE).and_then()
    first.when(case(*STRAIGHT[:5], people=PEOPLE), by=SYSTEM, by_house=True).then()
    longer = first.when(case(*STRAIGHT, people=PEOPLE), by=SYSTEM, by_house=True)
    assert [each.activity for each in longer.events if isinstance(each, ImportedStepTaken)] == ["ask", "pay"]


@clauses("5.2")
def test_the_reading_of_giving_up_is_the_procedures() -> None:
    again = PROCEDURE.model_copy(update={"after_giving_up": "again", "giving_up": "any_time"})
    assert deviations(decided("submit", "give up", "submit", "office ok", "boss ok", procedure=again)) == []


@clauses("5.2")
def test_nobody_imports_by_hand_or_without_a_procedure_on_record() -> None:
    under().when(case("save"), by="ANN").refused(IssuedByTheHouse)
    nothing = spec(IMPORTED_CASE).knowing("imported_procedure", "payment-1", None)
    nothing.when(case("save"), by=SYSTEM, by_house=True).refused(ProcedureNotRecorded)


@clauses("5.2")
def test_the_procedure_is_kept_once_and_never_rewritten() -> None:
    record = RecordImportedProcedure(procedure=PROCEDURE, sha256="cd" * 32)
    kept = spec(IMPORTED_PROCEDURE).when(record, by=SYSTEM, by_house=True)
    kept.then(ImportedProcedureRecorded(procedure=PROCEDURE, sha256="cd" * 32))
    kept.and_then().when(record, by=SYSTEM, by_house=True).then()
    changed = PROCEDURE.model_copy(update={"currency": "CNY"})
    again = RecordImportedProcedure(procedure=changed, sha256="cd" * 32)
    kept.and_then().when(again, by=SYSTEM, by_house=True).refused(ProcedureKeptAlready)


@pytest.mark.parametrize(
    "changes",
    [
        {"steps": (*PROCEDURE.steps, PROCEDURE.steps[0])},
        {"activities": (*PROCEDURE.activities, PROCEDURE.activities[0])},
        {"activities": (Activity(named="x", step="nowhere", outcome="approved"),)},
        {"activities": (Activity(named="x", step="author", outcome="approved"),)},
    ],
)
def test_a_procedure_that_contradicts_itself_judges_nothing(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Judge.by(PROCEDURE.model_copy(update=changes))
