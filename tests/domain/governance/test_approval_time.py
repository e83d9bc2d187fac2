"""The time of an approval step 审批时限 (clause 5.1): reminders, escalation, and what happens at its end."""

from datetime import datetime

from domain.governance import approval_rules as rules
from domain.governance.approval_path import Step
from domain.governance.approvals import (
    ApprovalStepEscalated,
    ApprovalStepExpired,
    ApprovalStepOpened,
    EndStepTime,
    Transfer,
)
from domain.kernel import SYSTEM, IssuedByTheHouse
from tests.domain.governance.small_paths import (
    ALL_OF_TWO,
    DONE,
    FAY,
    IN_8_WORKING_HOURS,
    IN_16_WORKING_HOURS,
    SAM,
    VICE,
    approve,
    filed,
    signed,
    step,
    transferred,
)
from tests.spec import Outcome, Spec, clauses

pytestmark = clauses("5.1")


def end_time(situation: Spec, number: int = 1, at: datetime = IN_16_WORKING_HOURS) -> Outcome:
    return situation.when(EndStepTime(step=number), by=SYSTEM, at=at, by_house=True)


def escalated(late: tuple[str, ...], to: tuple[str, ...]) -> ApprovalStepEscalated:
    return ApprovalStepEscalated(round=1, step=1, late=late, to=to)


def test_a_step_whose_time_is_over_waits_for_the_superior_as_well() -> None:
    late = end_time(filed(SAM)).then(escalated(("SAM",), ("VICE",))).and_then()
    for person in ("SAM", "VICE"):
        approve(late, person).then(signed(1, person), DONE)


def test_nothing_happens_before_the_time_is_over_nor_twice_nor_to_another_step() -> None:
    end_time(filed(SAM), at=IN_8_WORKING_HOURS).then()
    end_time(filed(SAM, FAY), number=2).then()
    end_time(end_time(filed(SAM)).and_then()).then()


def test_an_escalation_lets_one_signature_stand_for_one_part_only() -> None:
    """FAY and SAM both report to VICE: he takes the part of one, his own superior that of the other."""
    late = end_time(filed(ALL_OF_TWO)).then(escalated(("SAM", "FAY"), ("VICE", "GINA"))).and_then()
    half = approve(late, "VICE").then(signed(1, "VICE"))
    approve(half.and_then(), "SAM").refused(rules.NotASigner, waits_for="FAY, GINA")
    approve(half.and_then(), "FAY").then(signed(1, "FAY"), DONE)


def test_an_escalation_passes_by_those_who_sign_another_step() -> None:
    end_time(filed(SAM, VICE)).then(escalated(("SAM",), ("GINA",)))


def test_a_superior_hands_over_what_escalated_to_him() -> None:
    late = end_time(filed(SAM)).and_then()
    handed = late.when(Transfer(to="IAN", reason="出差"), by="VICE").then(transferred("VICE", "IAN")).and_then()
    approve(handed, "VICE").refused(rules.NotASigner, waits_for="SAM, IAN")
    approve(handed, "IAN").then(signed(1, "IAN"), DONE)


def test_a_step_with_nobody_above_goes_on_waiting_and_says_so() -> None:
    expired = ApprovalStepExpired(round=1, step=1, late=("CLEO",))
    after = end_time(filed(step("CLEO"))).then(expired).and_then()
    end_time(after).then()
    approve(after, "CLEO").then(signed(1, "CLEO"), DONE)


def test_the_policy_may_let_a_step_wait() -> None:
    waiting = filed(SAM).under("5.1", approval_at_step_end="wait")
    end_time(waiting).then(ApprovalStepExpired(round=1, step=1, late=("SAM",)))
    end_time(filed(step("SAM", at_time_end="wait"))).then(ApprovalStepExpired(round=1, step=1, late=("SAM",)))


def test_a_step_has_the_limit_the_policy_gives_or_its_own_or_none() -> None:
    def opened_by_signing(second: Step, **parameters: int) -> ApprovalStepOpened:
        situation = filed(SAM, second)
        if parameters:
            situation = situation.under("5.1", **parameters)
        event = approve(situation, "SAM").events[1]
        assert isinstance(event, ApprovalStepOpened)
        return event

    assert opened_by_signing(FAY).due_at == IN_16_WORKING_HOURS
    assert opened_by_signing(FAY, approval_step_working_hours=8).due_at == IN_8_WORKING_HOURS
    assert opened_by_signing(step("FAY", limit_working_hours=8)).due_at == IN_8_WORKING_HOURS
    own = opened_by_signing(step("FAY", limit_working_hours=16, remind_working_hours=0))
    assert (own.remind_at, own.due_at) == (None, IN_16_WORKING_HOURS)
    unlimited = opened_by_signing(step("FAY", limit_working_hours=0))
    assert (unlimited.remind_at, unlimited.due_at) == (None, None)


def test_nobody_ends_a_steps_time_himself() -> None:
    filed(SAM).when(EndStepTime(step=1), by="ANN", at=IN_16_WORKING_HOURS).refused(IssuedByTheHouse)
