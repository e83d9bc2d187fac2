"""Approvals 审批 (clause 5.1): every word of them, driven through a requisition along small paths."""

import pytest

from domain.governance import approval_rules as rules
from domain.governance.approvals import (
    AddSigner,
    ApprovalCompleted,
    ApprovalCopied,
    ApprovalGiven,
    ApprovalRejected,
    ApprovalReminded,
    ApprovalReturned,
    ApprovalStepOpened,
    ApprovalWithdrawn,
    Approve,
    Copy,
    Reject,
    Remind,
    Return,
    SignerAdded,
    Transfer,
    Withdraw,
)
from domain.kernel import SYSTEM
from domain.operations.procurement.requisition_messages import RequisitionRevised, ReviseRequisition
from tests.domain.governance.small_paths import (
    ALL_OF_TWO,
    ANY_OF_TWO,
    CHAIR,
    DONE,
    FAY,
    IAN,
    SAM,
    approve,
    filed,
    signed,
    step,
    transferred,
    waits,
)
from tests.spec import Outcome, Spec, clauses

pytestmark = clauses("5.1")

# ── Steps, all-of 会签, any-of 或签 ──────────────────────────────────────────────────────────────────────────


def test_any_one_of_an_any_of_step_is_enough() -> None:
    approve(filed(ANY_OF_TWO), "FAY").then(signed(1, "FAY"), DONE).because(
        "4.1.1.2", outcome="approved", signer="FAY", authority="somebody", policy_in_force="2026.1"
    )


def test_all_of_an_all_of_step_have_to_sign_in_any_order() -> None:
    first = approve(filed(ALL_OF_TWO), "FAY").then(signed(1, "FAY"))
    approve(first.and_then(), "FAY").refused(rules.DecidedAlready)
    approve(first.and_then(), "SAM").then(signed(1, "SAM"), DONE)


def test_steps_are_taken_in_order() -> None:
    approve(filed(SAM, FAY), "FAY").refused(rules.NotASigner, waits_for="SAM", authority="somebody")
    first = approve(filed(SAM, FAY), "SAM").then(signed(1, "SAM"), waits(2, FAY))
    approve(first.and_then(), "FAY").then(signed(2, "FAY"), DONE)


def test_a_comment_is_kept() -> None:
    given = ApprovalGiven(round=1, step=1, authority="somebody", signer="SAM", comment="同意")
    filed(SAM).when(Approve(comment="同意"), by="SAM").then(given, DONE)


def test_what_was_decided_is_not_decided_again() -> None:
    approved = approve(filed(SAM), "SAM").and_then()
    approve(approved, "SAM").refused(rules.NothingToDecide, status="approved")
    approved.when(Withdraw(), by="ANN").refused(rules.NothingToDecide)


# ── Reject 驳回, return 退回, withdraw 撤回 ─────────────────────────────────────────────────────────────────


def test_a_rejection_is_for_good() -> None:
    rejected = ApprovalRejected(round=1, step=1, authority="somebody", signer="SAM", reason="预算不足")
    after = filed(SAM, FAY).when(Reject(reason="预算不足"), by="SAM").then(rejected).and_then()
    approve(after, "SAM").refused(rules.NothingToDecide, status="rejected")


def returned(number: int, signer: str, to_step: int | None) -> ApprovalReturned:
    return ApprovalReturned(round=1, step=number, authority="somebody", signer=signer, to_step=to_step, reason="请补充")


def test_a_return_to_the_author_waits_for_a_revision_that_says_what_changed_and_counts_a_new_round() -> None:
    after = filed(SAM).when(Return(reason="请补充"), by="SAM").then(returned(1, "SAM", None)).and_then()
    approve(after, "SAM").refused(rules.NothingToDecide, status="returned")
    outcome = after.when(ReviseRequisition(lines=(CHAIR,), purpose="示例,两人共用"), by="ANN")
    revised, waiting = outcome.events
    assert isinstance(revised, RequisitionRevised)
    assert [change.model_dump() for change in revised.changes] == [
        {"field": "purpose", "before": "示例", "after": "示例,两人共用"}
    ]
    assert isinstance(waiting, ApprovalStepOpened)
    assert (waiting.round, waiting.step, waiting.signers) == (2, 1, ("SAM",))
    given, completed = approve(outcome.and_then(), "SAM").events
    assert isinstance(given, ApprovalGiven)
    assert (given.round, completed) == (2, ApprovalCompleted(round=2))


def test_an_approval_that_was_given_opens_again_when_the_substance_changes() -> None:
    approved = approve(filed(SAM), "SAM").and_then()
    dearer = CHAIR.model_copy(update={"estimated_price": CHAIR.estimated_price * 2})
    revised, waiting = approved.when(ReviseRequisition(lines=(dearer,), purpose="示例"), by="ANN").events
    assert isinstance(revised, RequisitionRevised)
    assert [change.field for change in revised.changes] == ["lines"]
    assert isinstance(waiting, ApprovalStepOpened)
    assert waiting.round == 2


def test_a_return_to_a_step_has_it_and_all_after_it_signed_again() -> None:
    at_third = filed(SAM, FAY, IAN).given(signed(1, "SAM"), waits(2, FAY), signed(2, "FAY"), waits(3, IAN))
    back = at_third.when(Return(reason="请补充", to_step=2), by="IAN")
    back.then(returned(3, "IAN", 2), waits(2, FAY))
    approve(back.and_then(), "SAM").refused(rules.DecidedAlready)
    again = approve(back.and_then(), "FAY").then(signed(2, "FAY"), waits(3, IAN))
    approve(again.and_then(), "IAN").then(signed(3, "IAN"), DONE)


def test_after_a_return_to_the_first_step_its_signer_signs_again() -> None:
    back = filed(SAM, FAY).given(signed(1, "SAM"), waits(2, FAY)).when(Return(reason="请补充", to_step=1), by="FAY")
    back.then(returned(2, "FAY", 1), waits(1, SAM))
    approve(back.and_then(), "SAM").then(signed(1, "SAM"), waits(2, FAY))


def test_a_return_goes_back_only() -> None:
    for number in (1, 2):
        filed(SAM, FAY).when(Return(reason="请补充", to_step=number), by="SAM").refused(
            rules.ReturnGoesBack, field="to_step", open_step="1", to_step=str(number)
        )


def test_the_requester_takes_it_back_and_nobody_else() -> None:
    filed(SAM).when(Withdraw(), by="SAM").refused(rules.OnlyRequesterWithdraws, requester="ANN")
    after = filed(SAM).when(Withdraw(reason="不需要了"), by="ANN")
    after.then(ApprovalWithdrawn(round=1, by="ANN", reason="不需要了"))
    approve(after.and_then(), "SAM").refused(rules.NothingToDecide, status="withdrawn")


def test_the_requesters_delegate_may_take_it_back() -> None:
    filed(SAM).when(Withdraw(), by="BOB", acting_for="ANN").then(ApprovalWithdrawn(round=1, by="BOB"))


# ── Transfer 转交 ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_part_is_handed_to_a_colleague_who_then_signs_it() -> None:
    handed = filed(SAM).when(Transfer(to="PAT", reason="出差"), by="SAM").then(transferred("SAM", "PAT"))
    approve(handed.and_then(), "SAM").refused(rules.NotASigner, waits_for="PAT")
    approve(handed.and_then(), "PAT").then(signed(1, "PAT"), DONE)


def test_a_part_is_handed_on_and_back() -> None:
    situation = filed(SAM).given(transferred("SAM", "PAT"), transferred("PAT", "IAN"))
    back = situation.when(Transfer(to="SAM", reason="出差"), by="IAN").then(transferred("IAN", "SAM"))
    approve(back.and_then(), "SAM").then(signed(1, "SAM"), DONE)


def test_only_ones_own_part_is_handed_over() -> None:
    handed = filed(ALL_OF_TWO).given(transferred("SAM", "PAT"))
    assert handed.aggregate.fold(handed.history).approval.waits_for == ("PAT", "FAY")
    handed.when(Transfer(to="IAN", reason="出差"), by="SAM").refused(rules.NotASigner)


def test_a_part_handed_over_stays_so_when_the_step_is_returned_to() -> None:
    situation = filed(SAM, FAY).given(transferred("SAM", "PAT"), signed(1, "PAT"), waits(2, FAY))
    situation.when(Return(reason="请补充", to_step=1), by="FAY").then(returned(2, "FAY", 1), waits(1, SAM, "PAT"))


def test_nothing_is_handed_to_the_requester_nor_to_whom_signs_already_nor_to_a_stranger() -> None:
    situation = filed(IAN, SAM, FAY).given(signed(1, "IAN"), waits(2, SAM))
    situation.when(Transfer(to="ANN", reason="出差"), by="SAM").refused(rules.OwnRequest, requester="ANN")
    for person in ("IAN", "SAM", "FAY"):
        situation.when(Transfer(to=person, reason="出差"), by="SAM").refused(rules.SignsAlready, signer=person)
    situation.when(Transfer(to="NOBODY", reason="出差"), by="SAM").refused(rules.UnknownEmployee, employee="NOBODY")


def test_nothing_is_handed_to_whom_a_step_behind_may_still_call_on() -> None:
    """SAM or FAY sign first; were SAM added later on, a return could have him sign there and leave nobody here."""
    situation = filed(ANY_OF_TWO, IAN).given(signed(1, "FAY"), waits(2, IAN))
    add(situation, "before", signer="SAM", by="IAN").refused(rules.SignsAlready, signer="SAM")
    situation.when(Transfer(to="SAM", reason="出差"), by="IAN").refused(rules.SignsAlready, signer="SAM")


def test_who_decided_already_hands_his_part_of_a_later_step_over() -> None:
    """Three steps of the same two: the third has nobody left, but is not stuck."""
    two = ANY_OF_TWO
    situation = filed(two, two, two).given(signed(1, "SAM"), waits(2, two, "FAY"), signed(2, "FAY"), waits(3, two))
    approve(situation, "SAM").refused(rules.DecidedAlready)
    handed = situation.when(Transfer(to="IAN", reason="出差"), by="SAM").then(transferred("SAM", "IAN", 3))
    approve(handed.and_then(), "IAN").then(signed(3, "IAN"), DONE)


# ── Add a signer 加签 ───────────────────────────────────────────────────────────────────────────────────────


def added(by: str, signer: str, place: str, number: int = 1) -> SignerAdded:
    return SignerAdded.model_validate(
        {
            "round": 1,
            "step": number,
            "by": by,
            "signer": signer,
            "place": place,
            "decided_under": "4.1.1.2",
            "policy": "2026.1",
        }
    )


ADDED_STEP = step("PAT", authority="added_signer")


def add(situation: Spec, place: str, by: str = "SAM", signer: str = "PAT") -> Outcome:
    return situation.when(AddSigner.model_validate({"signer": signer, "place": place}), by=by)


def test_a_signer_added_before_signs_first_and_then_it_comes_back() -> None:
    first = add(filed(SAM), "before").then(added("SAM", "PAT", "before"), waits(1, ADDED_STEP))
    approve(first.and_then(), "SAM").refused(rules.NotASigner, waits_for="PAT")
    second = approve(first.and_then(), "PAT").then(signed(1, "PAT", authority="added_signer"), waits(2, SAM))
    approve(second.and_then(), "SAM").then(signed(2, "SAM"), DONE)


def test_who_signed_an_all_of_step_before_somebody_was_added_does_not_sign_twice() -> None:
    half = filed(ALL_OF_TWO).given(signed(1, "FAY"))
    first = add(half, "before").then(added("SAM", "PAT", "before"), waits(1, ADDED_STEP))
    second = approve(first.and_then(), "PAT")
    second.then(signed(1, "PAT", authority="added_signer"), waits(2, ALL_OF_TWO, "SAM"))
    approve(second.and_then(), "SAM").then(signed(2, "SAM"), DONE)


def test_a_signer_added_after_signs_next() -> None:
    situation = add(filed(SAM, FAY), "after").then(added("SAM", "PAT", "after")).and_then()
    second = approve(situation, "SAM").then(signed(1, "SAM"), waits(2, ADDED_STEP))
    third = approve(second.and_then(), "PAT").then(signed(2, "PAT", authority="added_signer"), waits(3, FAY))
    approve(third.and_then(), "FAY").then(signed(3, "FAY"), DONE)


def test_a_signer_added_beside_a_single_one_makes_two_that_both_sign() -> None:
    situation = add(filed(SAM), "beside").then(added("SAM", "PAT", "beside")).and_then()
    half = approve(situation, "SAM").then(signed(1, "SAM"))
    approve(half.and_then(), "PAT").then(signed(1, "PAT"), DONE)


def test_who_adds_a_signer_beside_himself_takes_an_any_of_step_up() -> None:
    situation = add(filed(ANY_OF_TWO), "beside").and_then()
    approve(situation, "FAY").refused(rules.NotASigner, waits_for="SAM, PAT")


def test_a_signer_added_beside_an_all_of_step_joins_it() -> None:
    situation = add(filed(ALL_OF_TWO).given(signed(1, "FAY")), "beside").and_then()
    half = approve(situation, "PAT").then(signed(1, "PAT"))
    approve(half.and_then(), "SAM").then(signed(1, "SAM"), DONE)


def test_steps_are_counted_with_those_added_when_it_is_returned() -> None:
    first = add(filed(SAM, FAY), "before").and_then()
    third = approve(approve(first, "PAT").and_then(), "SAM").and_then()
    back = third.when(Return(reason="请补充", to_step=1), by="FAY").then(returned(3, "FAY", 1), waits(1, ADDED_STEP))
    approve(back.and_then(), "PAT").then(signed(1, "PAT", authority="added_signer"), waits(2, SAM))


@pytest.mark.parametrize("place", ["before", "after", "beside"])
def test_nobody_is_added_who_may_not_sign(place: str) -> None:
    situation = filed(IAN, SAM, FAY).given(signed(1, "IAN"), waits(2, SAM))
    add(situation, place, signer="ANN").refused(rules.OwnRequest)
    add(situation, place, signer="FAY").refused(rules.SignsAlready, signer="FAY")
    add(situation, place, signer="IAN").refused(rules.SignsAlready, signer="IAN")
    add(situation, place, signer="NOBODY").refused(rules.UnknownEmployee)
    add(situation, place, by="BOB").refused(rules.NotASigner)


# ── Remind 催办, copy 抄送 ──────────────────────────────────────────────────────────────────────────────────


def test_those_it_waits_for_are_reminded() -> None:
    reminded = ApprovalReminded(round=1, step=1, signers=("SAM", "FAY"))
    once = filed(ALL_OF_TWO).when(Remind(), by="ANN").then(reminded)
    once.and_then().when(Remind(), by="ANN").then(reminded)
    filed(ALL_OF_TWO).given(signed(1, "SAM")).when(Remind(), by="ANN").then(
        ApprovalReminded(round=1, step=1, signers=("FAY",))
    )


def test_the_calendar_reminds_once_a_step() -> None:
    once = filed(SAM, FAY).when(Remind(), by=SYSTEM).then(ApprovalReminded(round=1, step=1, signers=("SAM",)))
    once.and_then().when(Remind(), by=SYSTEM).then()
    approve(once.and_then(), "SAM").and_then().when(Remind(), by=SYSTEM).then(
        ApprovalReminded(round=1, step=2, signers=("FAY",))
    )


def test_a_copy_goes_to_colleagues_who_need_not_decide() -> None:
    filed(SAM).when(Copy(to=("BOB", "IAN")), by="ANN").then(ApprovalCopied(to=("BOB", "IAN")))
    filed(SAM).when(Copy(to=("NOBODY",)), by="SAM").refused(rules.UnknownEmployee, employee="NOBODY")


@clauses("4.3.2.1")
@pytest.mark.parametrize("command", [Remind(), Copy(to=("BOB",))])
def test_only_those_concerned_remind_and_copy(command: Remind | Copy) -> None:
    filed(SAM).when(command, by="KIM").refused(rules.NotConcerned, requester="ANN")
