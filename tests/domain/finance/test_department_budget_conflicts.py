"""Conflicts and approval of a department's budget 预算冲突与审批 (2.1.1.3-2.1.1.5)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.finance import department_budget_rules as rules
from domain.finance.department_budget_messages import (
    DepartmentBudgetApproved,
    DepartmentBudgetFiled,
    GroundsRecorded,
    RecordGrounds,
    ReviseBudget,
)
from domain.finance.department_budget_terms import Conflict, PlannedLine
from domain.governance.approval_rules import NotASigner, OwnRequest
from domain.governance.approvals import ApprovalCompleted, ApprovalReturned, ApprovalStepOpened, Approve, Reject, Return
from tests.company import COMPANY
from tests.domain.finance.budget_round_samples import (
    NOVEMBER,
    SALES,
    YEAR,
    file,
    gathered,
    knowing,
    line,
    revise,
    sales,
)
from tests.spec import Spec, clauses

MET = {"deliberated": {SALES: Decimal("500000.00")}}
WHY = RecordGrounds(category="marketing", grounds="新产品上市,董事会已立项")


def filed(*lines: PlannedLine, by: str = "SAM", **actuals: str) -> Spec:
    """Sales filed these lines; the meeting has had them before it."""
    return knowing(sales(**actuals).when(file(*lines), by=by).and_then(), **MET)


def conflicts(situation: Spec) -> tuple[Conflict, ...]:
    found = [each for each in situation.history if isinstance(each, DepartmentBudgetFiled)]
    return found[-1].conflicts


def path(amount: str, by: str = "SAM") -> list[tuple[str, tuple[str, ...]]]:
    found = sales(marketing=amount).when(file(line(amount=amount)), by=by).events[0]
    assert isinstance(found, DepartmentBudgetFiled)
    return [(each.authority, each.signers) for each in found.path]


# ── 2.1.1.4: growth without grounds ──────────────────────────────────────────────────────────────────────────


@clauses("2.1.1.4")
def test_growth_up_to_the_limit_is_no_conflict_and_a_fen_more_is_one() -> None:
    assert conflicts(filed(line(amount="78000.00"), marketing="60000")) == ()
    assert conflicts(filed(line(amount="78000.01"), marketing="60000")) == (
        Conflict(
            kind="growth",
            category="marketing",
            accounts=("advertising",),
            amount=Decimal("78000.01"),
            compared=Decimal("60000.00"),
            growth=Decimal("30.00"),
        ),
    )


@clauses("2.1.1.4")
def test_a_category_is_looked_at_whole_and_new_spending_is_a_conflict_of_its_own() -> None:
    found = conflicts(filed(line(amount="60000"), line("promotion", "30000"), line("travel", "1"), marketing="60000"))
    assert [(each.kind, each.category, each.accounts, str(each.growth)) for each in found] == [
        ("new_spending", "administration", ("travel",), "None"),
        ("growth", "marketing", ("advertising", "promotion"), "50.00"),
    ]


@clauses("2.1.1.4")
def test_the_limit_is_the_policys() -> None:
    strict = sales(marketing="60000").under("2.1.1.4", conflict_growth_percent=Decimal(10))
    strict.when(file(line(amount="66000.01")), by="SAM").because("2.1.1.4", outcome="1 conflicts", limit="10")


@clauses("2.1.1.4")
def test_a_flagged_budget_is_not_approved_and_is_told_line_and_percent() -> None:
    refusal = filed(line(amount="90000"), marketing="60000").when(Approve(), by="VICE").refused(rules.ConflictsOpen)
    assert refusal.facts == {"conflicts": "marketing +50.00% (advertising)"}


@clauses("2.1.1.4")
def test_with_grounds_on_record_it_is_approved() -> None:
    flagged = filed(line(amount="90000"), marketing="60000")
    grounds = flagged.when(WHY, by="SAM")
    grounds.then(
        GroundsRecorded(
            category="marketing",
            grounds=WHY.grounds,
            amount=Decimal("90000.00"),
            last_year=Decimal("60000.00"),
            growth=Decimal("50.00"),
        )
    )
    assert isinstance(grounds.and_then().when(Approve(), by="VICE").events[-1], DepartmentBudgetApproved)


@clauses("2.1.1.4")
def test_grounds_may_come_with_the_line_and_without_them_on_every_line_the_category_is_flagged() -> None:
    with_grounds = line(amount="90000", grounds="新产品上市")
    assert conflicts(filed(with_grounds, marketing="60000")) == ()
    both = conflicts(filed(with_grounds, line("promotion", "1"), marketing="60000"))
    assert [each.accounts for each in both] == [("promotion",)]


@clauses("2.1.1.4")
def test_grounds_hold_for_what_they_were_given_for_and_no_more() -> None:
    grounded = filed(line(amount="90000"), marketing="60000").when(WHY, by="SAM").and_then()
    less = grounded.when(revise(line(amount="89000")), by="SAM").and_then()
    assert isinstance(less.when(Approve(), by="VICE").events[-1], DepartmentBudgetApproved)
    more = grounded.when(revise(line(amount="90000.01")), by="SAM").and_then()
    more.when(Approve(), by="VICE").refused(rules.ConflictsOpen)


@clauses("2.1.1.4")
def test_a_changed_line_resolves_it_and_corrected_actuals_raise_it() -> None:
    flagged = filed(line(amount="90000"), marketing="60000")
    fixed = flagged.when(revise(line(amount="70000")), by="SAM").and_then()
    assert isinstance(fixed.when(Approve(), by="VICE").events[-1], DepartmentBudgetApproved)
    fixed.given(gathered(marketing="50000")).when(Approve(), by="VICE").refused(
        rules.ConflictsOpen, conflicts="marketing +40.00% (advertising)"
    )


@clauses("2.1.1.4")
def test_grounds_are_recorded_where_there_is_a_conflict_by_those_who_file() -> None:
    filed(line(), marketing="60000").when(WHY, by="SAM").refused(rules.NoConflictThere)
    filed(line(amount="90000"), marketing="60000").when(WHY, by="ANN").refused(rules.FiledByItsHead)


# ── 2.1.1.3: the total ───────────────────────────────────────────────────────────────────────────────────────


@clauses("2.1.1.3")
def test_filing_above_the_total_is_a_conflict_that_grounds_do_not_settle() -> None:
    total = {"totals": {SALES: Decimal("50000.00")}}
    above = knowing(knowing(sales(), **total).when(file(), by="SAM").and_then(), **total, **MET)
    assert [(each.kind, each.amount, each.compared) for each in conflicts(above)] == [
        ("above_total", Decimal("60000.00"), Decimal("50000.00"))
    ]
    above.when(Approve(), by="VICE").refused(rules.ConflictsOpen, conflicts="total 60000.00 > 50000.00")
    above.when(WHY, by="SAM").refused(rules.NoConflictThere)
    raised = knowing(above, totals={SALES: Decimal("60000.00")}, **MET)
    assert isinstance(raised.when(Approve(), by="VICE").events[-1], DepartmentBudgetApproved)
    lower = above.when(revise(line(amount="50000")), by="SAM").and_then()
    assert isinstance(lower.when(Approve(), by="VICE").events[-1], DepartmentBudgetApproved)


# ── 2.1.1.5: meeting, then approval by amount ────────────────────────────────────────────────────────────────


@clauses("2.1.1.5")
def test_nothing_is_approved_before_the_management_meeting() -> None:
    before = knowing(filed(line()))
    before.when(Approve(), by="VICE", at=NOVEMBER).refused(rules.NotDeliberated, department=SALES)
    assert isinstance(before.when(Return(reason="请补充"), by="VICE").events[0], ApprovalReturned)


@clauses("2.1.1.5")
def test_approval_is_by_amount_and_the_filing_heads_own_signature_falls_to_his_superior() -> None:
    assert path("100000.00") == [("department_head", ("VICE",))]
    assert path("100000.01") == [("department_head", ("VICE",)), ("general_manager", ("GINA",))]
    assert path("1000000.00") == [("department_head", ("VICE",)), ("general_manager", ("GINA",))]
    assert path("100000.00", by="FAY") == [("department_head", ("SAM",))]


@clauses("2.1.1.5")
def test_nobody_signs_twice_and_the_general_manager_does_not_approve_his_own() -> None:
    own = sales(marketing="5000000").where(id=f"{YEAR}.D-GM")
    told = gathered(marketing="5000000").model_copy(update={"department": "D-GM"})
    lines = file(line(amount="5000000")).model_copy(update={"department": "D-GM"})
    event = own.given(told).when(lines, by="GINA").events[0]
    assert isinstance(event, DepartmentBudgetFiled)
    assert [(each.authority, each.signers, each.instead_of) for each in event.path] == [
        ("general_manager", ("CLEO",), ("GINA",))
    ]


@clauses("2.1.1.5")
def test_where_the_superior_is_the_general_manager_he_signs_once() -> None:
    under_gina = {**COMPANY.employees, "SAM": replace(COMPANY.employees["SAM"], superior="GINA")}
    situation = sales(marketing="500000").where(directory=replace(COMPANY, employees=under_gina))
    event = situation.when(file(line(amount="500000")), by="SAM").events[0]
    assert isinstance(event, DepartmentBudgetFiled)
    assert [(each.authority, each.signers) for each in event.path] == [("general_manager", ("GINA",))]


@clauses("2.1.1.5")
def test_the_head_does_not_approve_what_he_filed_and_a_stranger_does_not_either() -> None:
    filed(line()).when(Approve(), by="SAM").refused(OwnRequest)
    filed(line()).when(Approve(), by="GINA").refused(NotASigner)


@clauses("2.1.1.5")
def test_the_last_signature_approves_that_version() -> None:
    large = filed(line(amount="500000"), marketing="500000").when(Approve(), by="VICE").and_then()
    large.when(Approve(), by="GINA").then(
        *large.when(Approve(), by="GINA").events[:1],
        ApprovalCompleted(round=1),
        DepartmentBudgetApproved(year=YEAR, department=SALES, version=1, total=Decimal("500000.00")),
    )


@clauses("2.1.1.5")
@pytest.mark.parametrize("decided", [Approve(), Reject(reason="不予批准")], ids=["approved", "rejected"])
def test_a_revision_opens_the_approval_again(decided: Approve | Reject) -> None:
    done = filed(line()).when(decided, by="VICE").and_then()
    again = done.when(revise(line(amount="55000")), by="SAM").and_then()
    event = again.when(Approve(), by="VICE").events[-1]
    assert event == DepartmentBudgetApproved(year=YEAR, department=SALES, version=2, total=Decimal("55000.00"))


@clauses("2.1.1.5")
def test_what_is_filed_again_unchanged_needs_a_decision_first() -> None:
    unchanged = ReviseBudget(lines=(line(),), reason="重新提交")
    filed(line()).when(unchanged, by="SAM").refused(rules.NothingRevised)
    returned = filed(line()).when(Return(reason="请补充附件"), by="VICE").and_then()
    assert [type(each).__name__ for each in returned.when(unchanged, by="SAM").events] == [
        "DepartmentBudgetRevised",
        "ApprovalStepOpened",
    ]


@clauses("2.1.1.5")
def test_a_step_says_why_it_is_there_and_waits_for_the_meeting_without_a_limit() -> None:
    found, opened = sales().when(file(), by="SAM").events
    assert isinstance(found, DepartmentBudgetFiled) and isinstance(opened, ApprovalStepOpened)
    (step,) = found.path
    assert (step.authority, step.signers, step.instead_of) == ("department_head", ("VICE",), ("SAM",))
    assert (step.clause, step.policy) == ("2.1.1.5", "2026.1")
    assert (opened.remind_at, opened.due_at) == (None, None)
