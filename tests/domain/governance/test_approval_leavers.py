"""Signers who left 审批人离职 (clause 5.1): whoever holds the authority today signs instead, and a path goes on."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain.directory import Assignment, Directory, Role
from domain.governance import approval_rules as rules
from domain.governance.approval_path import Step
from domain.governance.approvals import (
    AddSigner,
    ApprovalReturned,
    ApprovalStepEscalated,
    ApprovalStepExpired,
    ApprovalStepOpened,
    EndStepTime,
    Return,
)
from domain.kernel import SYSTEM
from tests.company import COMPANY
from tests.domain.governance.small_paths import (
    ALL_OF_TWO,
    ANY_OF_TWO,
    DONE,
    FAY,
    IAN,
    IN_16_WORKING_HOURS,
    SAM,
    approve,
    filed,
    signed,
    step,
    waits,
)
from tests.spec import Outcome, Spec, clauses

pytestmark = clauses("5.1")

FINANCE = step("FAY", authority="finance_manager")


def without(*left: str, new_manager: str | None = None) -> Directory:
    """The sample company after they left; somebody else may be finance manager by then."""
    employees = {id: person for id, person in COMPANY.employees.items() if id not in left}
    assignments = COMPANY.assignments
    if new_manager is not None:
        assignments = (*assignments, Assignment(Role.FINANCE_MANAGER, new_manager))
    return replace(COMPANY, employees=employees, assignments=assignments)


def stood_in(number: int, wanted: Step, *signers: str) -> ApprovalStepOpened:
    """The step was opened for ``signers`` instead of all of those it was computed for."""
    return waits(number, wanted, *signers).model_copy(update={"instead_of": wanted.signers})


def end_time(situation: Spec, number: int = 1, at: datetime = IN_16_WORKING_HOURS) -> Outcome:
    return situation.when(EndStepTime(step=number), by=SYSTEM, at=at, by_house=True)


# ── Left before the step opened ────────────────────────────────────────────────────────────────────────────


def test_a_step_whose_signer_left_opens_for_whoever_holds_its_role_today() -> None:
    situation = filed(SAM, FINANCE).where(directory=without("FAY", new_manager="FRED"))
    opened = approve(situation, "SAM").then(signed(1, "SAM"), stood_in(2, FINANCE, "FRED")).and_then()
    approve(opened, "FRED").then(signed(2, "FRED", authority="finance_manager"), DONE)


def test_where_nobody_holds_the_role_it_opens_for_the_nearest_superior_who_signs_no_step() -> None:
    """SAM is ANN's superior and has signed; his own superior is VICE."""
    situation = filed(SAM, FINANCE).where(directory=without("FAY"))
    approve(situation, "SAM").then(signed(1, "SAM"), stood_in(2, FINANCE, "VICE"))


def test_a_holder_who_signs_another_step_is_replaced_by_his_superior() -> None:
    situation = filed(SAM, FINANCE, step("IAN")).where(directory=without("FAY", new_manager="IAN"))
    approve(situation, "SAM").then(signed(1, "SAM"), stood_in(2, FINANCE, "VICE"))


def test_the_superior_of_a_barred_holder_comes_before_the_requesters() -> None:
    """ADA's superior is GINA; the nearest of ANN's who signs no step would be VICE."""
    situation = filed(SAM, FINANCE, step("ADA")).where(directory=without("FAY", new_manager="ADA"))
    approve(situation, "SAM").then(signed(1, "SAM"), stood_in(2, FINANCE, "GINA"))


def test_the_requester_never_becomes_the_successor() -> None:
    situation = filed(SAM, FINANCE).where(directory=without("FAY", new_manager="ANN"))
    approve(situation, "SAM").then(signed(1, "SAM"), stood_in(2, FINANCE, "VICE"))


def test_an_any_of_step_goes_on_with_those_who_stayed() -> None:
    situation = filed(IAN, ANY_OF_TWO).where(directory=without("FAY"))
    approve(situation, "IAN").then(signed(1, "IAN"), waits(2, ANY_OF_TWO, "SAM"))


def test_of_an_all_of_step_the_part_of_who_left_goes_to_one_successor() -> None:
    wanted = step("SAM", "FAY", mode="all", authority="finance_manager")
    situation = filed(IAN, wanted).where(directory=without("FAY", new_manager="FRED"))
    opened = waits(2, wanted, "SAM", "FRED").model_copy(update={"instead_of": ("FAY",)})
    both = approve(situation, "IAN").then(signed(1, "IAN"), opened).and_then()
    half = approve(both, "SAM").then(signed(2, "SAM", authority="finance_manager")).and_then()
    approve(half, "FRED").then(signed(2, "FRED", authority="finance_manager"), DONE)


def test_two_who_left_an_all_of_step_have_two_successors() -> None:
    """IAN is finance manager by then; his superior is VICE."""
    wanted = step("FAY", "PAT", mode="all", authority="finance_manager")
    situation = filed(SAM, wanted).where(directory=without("FAY", "PAT", new_manager="IAN"))
    approve(situation, "SAM").then(signed(1, "SAM"), stood_in(2, wanted, "IAN", "VICE"))


def test_who_signed_an_all_of_step_before_stays_a_signer_of_it() -> None:
    """SAM signed his part, FAY had PAT sign before her, and left; IAN returns it when FRED has signed for her."""
    wanted = step("SAM", "FAY", mode="all", authority="finance_manager")
    half = approve(filed(wanted, IAN), "SAM").and_then().when(AddSigner(signer="PAT", place="before"), by="FAY")
    gone = half.and_then().where(directory=without("FAY", new_manager="FRED"))
    second = approve(gone, "PAT").and_then()
    third = approve(second, "FRED").and_then()
    _, opened = third.when(Return(reason="示例", to_step=2), by="IAN").events
    assert opened == waits(2, wanted, "SAM", "FRED").model_copy(update={"instead_of": ("FAY",)})


def test_a_step_returned_to_opens_for_the_successor_and_stays_his() -> None:
    returned = ApprovalReturned(round=1, step=2, authority="somebody", signer="IAN", to_step=1, reason="示例")
    first = approve(filed(FINANCE, IAN), "FAY").and_then()
    gone = first.where(directory=without("FAY", new_manager="FRED"))
    again = gone.when(Return(reason="示例", to_step=1), by="IAN").then(returned, stood_in(1, FINANCE, "FRED"))
    second = approve(again.and_then(), "FRED").and_then()
    twice = second.when(Return(reason="示例", to_step=1), by="IAN")
    twice.then(returned, stood_in(1, FINANCE, "FRED"))


def test_a_successor_is_on_the_path_like_anybody_else() -> None:
    """Returned to step 1, which SAM signs, FRED has decided nothing and still signs step 2."""
    situation = filed(SAM, FINANCE, IAN).where(directory=without("FAY", new_manager="FRED"))
    third = approve(approve(situation, "SAM").and_then(), "FRED").and_then()
    returned = third.when(Return(reason="示例", to_step=1), by="IAN").and_then()
    returned.when(AddSigner(signer="FRED", place="beside"), by="SAM").refused(rules.SignsAlready, signer="FRED")


# ── Left while the step is open ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("at_end", ["escalate", "wait"])
@pytest.mark.parametrize(("new_manager", "successor"), [("FRED", "FRED"), (None, "SAM")])
def test_at_the_steps_end_what_waits_for_who_left_goes_to_a_successor(
    at_end: str, new_manager: str | None, successor: str
) -> None:
    """Though the policy lets a step wait: it would wait for ever. SAM is the nearest superior known, being ANN's."""
    situation = filed(FINANCE).under("5.1", approval_at_step_end=at_end)
    gone = situation.where(directory=without("FAY", new_manager=new_manager))
    escalated = ApprovalStepEscalated(round=1, step=1, late=("FAY",), to=(successor,))
    late = end_time(gone).then(escalated).and_then()
    approve(late, successor).then(signed(1, successor, authority="finance_manager"), DONE)


def test_whoever_is_employed_and_late_goes_up_as_ever_beside_who_left() -> None:
    gone = filed(ALL_OF_TWO).where(directory=without("FAY"))
    end_time(gone).then(ApprovalStepEscalated(round=1, step=1, late=("SAM", "FAY"), to=("VICE", "GINA")))
    waiting = gone.under("5.1", approval_at_step_end="wait")
    end_time(waiting).then(ApprovalStepEscalated(round=1, step=1, late=("FAY",), to=("VICE",)))


def test_an_any_of_step_needs_no_successor_while_one_of_them_stays() -> None:
    gone = filed(ANY_OF_TWO).where(directory=without("FAY"))
    end_time(gone).then(ApprovalStepEscalated(round=1, step=1, late=("SAM",), to=("VICE",)))


def test_where_no_successor_is_known_the_step_says_that_it_waits() -> None:
    nobody = filed(FAY).where(directory=without("FAY", "ANN"))
    end_time(nobody).then(ApprovalStepExpired(round=1, step=1, late=("FAY",)))
    opened = approve(filed(SAM, FAY).where(directory=without("FAY", "ANN")), "SAM")
    opened.then(signed(1, "SAM"), waits(2, FAY))
