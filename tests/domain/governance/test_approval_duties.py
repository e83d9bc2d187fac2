"""Duties in approvals 职责分离 (clause 5.1): who never decides, and who signs what, computed once."""

from typing import Any

import pytest

from domain.directory import Assignment, Directory, Role
from domain.governance import approval_rules as rules
from domain.governance.approval_path import Step
from domain.governance.approvals import (
    AddSigner,
    ApprovalStepEscalated,
    ApprovalStepOpened,
    Approve,
    EndStepTime,
    Reject,
    Return,
    Transfer,
)
from domain.kernel import SYSTEM
from domain.operations.procurement.requisition import REQUISITION
from domain.operations.procurement.requisition_messages import (
    RequisitionSubmitted,
    ReviseRequisition,
    SubmitRequisition,
)
from tests.company import COMPANY
from tests.domain.governance.small_paths import (
    ALL_OF_TWO,
    CHAIR,
    DONE,
    FAY,
    IN_16_WORKING_HOURS,
    SAM,
    approve,
    filed,
    signed,
    waits,
)
from tests.spec import Spec, clauses, spec

pytestmark = clauses("5.1")

# ── Duties ─────────────────────────────────────────────────────────────────────────────────────────────────

DECISIONS = [
    Approve(),
    Reject(reason="示例"),
    Return(reason="示例"),
    Transfer(to="PAT", reason="示例"),
    AddSigner(signer="PAT", place="beside"),
]


@pytest.mark.parametrize("command", DECISIONS, ids=lambda command: type(command).__name__)
def test_nobody_decides_his_own_request_himself_or_as_or_through_a_delegate(command: Any) -> None:
    filed(SAM).when(command, by="ANN").refused(rules.OwnRequest, requester="ANN")
    filed(SAM).when(command, by="ANN", acting_for="SAM").refused(rules.OwnRequest)
    filed(SAM).when(command, by="BOB", acting_for="ANN").refused(rules.OwnRequest)


def test_who_files_for_somebody_does_not_sign_it_his_superior_does() -> None:
    asked = SubmitRequisition(department="D-SALES", lines=(CHAIR,), purpose="示例")
    filed_for_ann = spec(REQUISITION).when(asked, by="SAM", acting_for="ANN")
    submitted, _ = filed_for_ann.events
    assert isinstance(submitted, RequisitionSubmitted) and submitted.requester == "ANN"
    assert [(step.signers, step.instead_of) for step in submitted.path] == [(("VICE",), ("SAM",))]
    approve(filed_for_ann.and_then(), "SAM").refused(rules.FiledByHimself, filed_by="SAM")


def filed_by_bob() -> Spec:
    """BOB filed for ANN, as her delegate; SAM is to sign."""
    asked = SubmitRequisition(department="D-SALES", lines=(CHAIR,), purpose="示例")
    return spec(REQUISITION).when(asked, by="BOB", acting_for="ANN").and_then()


@pytest.mark.parametrize("command", DECISIONS, ids=lambda command: type(command).__name__)
def test_who_files_for_somebody_does_not_decide_it_as_a_delegate_nor_through_one(command: Any) -> None:
    filed_by_bob().when(command, by="BOB", acting_for="SAM").refused(rules.FiledByHimself, filed_by="BOB")
    filed_by_bob().when(command, by="PAT", acting_for="BOB").refused(rules.FiledByHimself, filed_by="BOB")


@pytest.mark.parametrize(
    "command",
    [
        Transfer(to="BOB", reason="示例"),
        *(AddSigner(signer="BOB", place=place) for place in ("before", "after", "beside")),
    ],
)
def test_nothing_is_handed_to_who_filed_it_for_somebody(command: Any) -> None:
    filed_by_bob().when(command, by="SAM").refused(rules.FiledByHimself, filed_by="BOB")


def test_a_step_that_nobody_decides_in_time_passes_by_who_filed_it_for_somebody() -> None:
    """VICE filed for ANN; SAM's superior is VICE, whose superior is GINA."""
    asked = SubmitRequisition(department="D-SALES", lines=(CHAIR,), purpose="示例")
    situation = spec(REQUISITION).when(asked, by="VICE", acting_for="ANN").and_then()
    ended = situation.when(EndStepTime(step=1), by=SYSTEM, at=IN_16_WORKING_HOURS, by_house=True)
    ended.then(ApprovalStepEscalated(round=1, step=1, late=("SAM",), to=("GINA",)))


def test_every_opening_says_who_filed_it_until_the_requester_files_it_again_himself() -> None:
    situation = filed_by_bob().when(AddSigner(signer="PAT", place="after"), by="SAM").and_then()
    _, opened = approve(situation, "SAM").events
    assert isinstance(opened, ApprovalStepOpened) and opened.filed_by == "BOB"
    returned = filed_by_bob().when(Return(reason="示例"), by="SAM").and_then()
    dearer = CHAIR.model_copy(update={"estimated_price": CHAIR.estimated_price + 1})
    revised = returned.when(ReviseRequisition(lines=(dearer,), purpose="示例"), by="ANN")
    approve(revised.and_then(), "BOB", acting_for="SAM").then(
        signed(1, "BOB", for_="SAM", authority="department_head").model_copy(update={"round": 2}),
        DONE.model_copy(update={"round": 2}),
    )


@pytest.mark.parametrize("command", DECISIONS, ids=lambda command: type(command).__name__)
def test_only_a_signer_decides(command: Any) -> None:
    filed(SAM).when(command, by="KIM").refused(rules.NotASigner, waits_for="SAM")
    filed(SAM).when(command, by="SAM", acting_for="KIM").refused(rules.NotASigner)


def test_a_delegate_decides_in_his_own_name_for_the_signer() -> None:
    outcome = approve(filed(SAM), "BOB", acting_for="SAM").then(signed(1, "BOB", for_="SAM"), DONE)
    outcome.because("4.1.1.2", signer="BOB", acting_for="SAM", delegation="D1")


def test_nobody_decides_two_steps_himself_or_as_or_through_a_delegate() -> None:
    second = filed(SAM, FAY).given(signed(1, "SAM"), waits(2, FAY))
    approve(second, "SAM", acting_for="FAY").refused(rules.DecidedAlready)
    by_delegate = filed(SAM, FAY).given(signed(1, "FAY", for_="SAM"), waits(2, FAY))
    approve(by_delegate, "FAY").refused(rules.DecidedAlready)
    approve(by_delegate, "BOB", acting_for="FAY").refused(rules.DecidedAlready)
    handed = by_delegate.when(Transfer(to="IAN", reason="出差"), by="FAY").and_then()
    approve(handed, "IAN").then(signed(2, "IAN"), DONE)


def test_a_delegate_does_not_sign_an_all_of_step_for_another_and_for_himself() -> None:
    half = filed(ALL_OF_TWO).given(signed(1, "SAM", for_="FAY"))
    approve(half, "SAM").refused(rules.DecidedAlready)
    approve(half, "BOB", acting_for="SAM").refused(rules.DecidedAlready)


# ── The path 审批路径 ───────────────────────────────────────────────────────────────────────────────────────


def path_of(by: str, price: str, directory: Directory = COMPANY) -> tuple[Step, ...]:
    department = directory.department_of(by)
    line = CHAIR.model_copy(update={"estimated_price": CHAIR.estimated_price * 0 + type(CHAIR.estimated_price)(price)})
    command = SubmitRequisition(department=department or "", lines=(line,), purpose="示例")
    submitted = spec(REQUISITION).where(directory=directory).when(command, by=by).events[0]
    assert isinstance(submitted, RequisitionSubmitted)
    return submitted.path


def who(path: tuple[Step, ...]) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(each.authority, each.signers, each.instead_of) for each in path]


def with_roles(*assignments: Assignment) -> Directory:
    return Directory(COMPANY.day, COMPANY.departments, COMPANY.employees, assignments)


def without(*roles: Role) -> Directory:
    return with_roles(*(held for held in COMPANY.assignments if held.role not in roles))


@clauses("4.1.1.2")
def test_the_heads_own_request_goes_to_the_heads_superior_and_nobody_stands_twice() -> None:
    assert who(path_of("SAM", "6000")) == [
        ("department_head", ("VICE",), ("SAM",)),
        ("finance_manager", ("FAY",), ()),
        ("vice_president", ("GINA",), ("VICE",)),
    ]


@clauses("4.1.1.2")
def test_a_finance_manager_who_is_head_as_well_signs_once() -> None:
    assert who(path_of("FRED", "1500")) == [
        ("department_head", ("FAY",), ()),
        ("finance_manager", ("VICE",), ("FAY",)),
    ]


@clauses("4.1.1.2")
def test_the_finance_managers_own_request_never_comes_to_her() -> None:
    assert who(path_of("FAY", "1500")) == [
        ("department_head", ("VICE",), ("FAY",)),
        ("finance_manager", ("GINA",), ("FAY",)),
    ]


def test_a_step_nobody_can_fill_is_an_error_that_names_it() -> None:
    command = SubmitRequisition(
        department="D-SALES", lines=(CHAIR.model_copy(update={"quantity": CHAIR.quantity * 5}),), purpose="示例"
    )
    nobody = spec(REQUISITION).where(directory=without(Role.FINANCE_MANAGER))
    nobody.when(command, by="ANN").refused(
        rules.VacantStep, field="finance_manager", step="finance_manager", department="D-SALES", clause="4.1.1.2"
    )


def test_the_chief_executives_own_request_has_nobody_above() -> None:
    directory = with_roles(*COMPANY.assignments, Assignment(Role.DEPARTMENT_HEAD, "CLEO", frozenset({"D-SALES"})))
    only_cleo = with_roles(
        *(h for h in directory.assignments if (h.role, h.employee) != (Role.DEPARTMENT_HEAD, "GINA")),
        Assignment(Role.DEPARTMENT_HEAD, "CLEO", frozenset({"D-GM"})),
    )
    command = SubmitRequisition(department="D-GM", lines=(CHAIR,), purpose="示例")
    spec(REQUISITION).where(directory=only_cleo).when(command, by="CLEO").refused(
        rules.VacantStep, step="department_head"
    )


def test_one_of_two_heads_is_spared_for_the_step_only_he_can_sign() -> None:
    two_heads = with_roles(
        *COMPANY.assignments,
        Assignment(Role.DEPARTMENT_HEAD, "FAY", frozenset({"D-SALES"})),
    )
    assert who(path_of("ANN", "1500", two_heads)) == [
        ("department_head", ("SAM",), ()),
        ("finance_manager", ("FAY",), ()),
    ]


def test_the_requester_is_left_out_where_others_hold_the_role() -> None:
    two_heads = with_roles(*COMPANY.assignments, Assignment(Role.DEPARTMENT_HEAD, "ANN", frozenset({"D-SALES"})))
    assert who(path_of("ANN", "900", two_heads)) == [("department_head", ("SAM",), ())]
