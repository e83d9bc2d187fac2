"""Budget round 年度预算编制: opened by the calendar, totals, negotiation, meeting, publication (2.1.1.1-2.1.1.6)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.directory import Department, Role
from domain.finance import budget_round_rules as rules
from domain.finance.budget_round import BUDGET_PUBLISHED, BUDGET_ROUND, ROUND_OPENS
from domain.finance.budget_round_messages import (
    ActualsImported,
    BudgetPublished,
    Deliberated,
    DepartmentExcluded,
    DepartmentIncluded,
    ExcludeDepartment,
    ImportActuals,
    IncludeDepartment,
    MeetingHeld,
    NegotiationRecorded,
    OpenBudgetRound,
    PublishBudget,
    PublishedDepartment,
    RecordMeeting,
    RecordNegotiation,
    ReservePoolSet,
    SetReservePool,
    SetTotal,
    TotalSet,
)
from domain.finance.department_budget_rules import CategoriesIncomplete
from domain.finance.department_budget_terms import DepartmentActuals, DepartmentBudgetStanding, SourceFile
from domain.governance.open_deadlines import still_open
from domain.kernel import SYSTEM, Command, IssuedByTheHouse
from domain.policy import Policy
from tests.company import COMPANY, POLICY, WORKING_TIME
from tests.domain.finance.budget_round_samples import (
    DEPARTMENTS,
    DUE,
    NOVEMBER,
    OCTOBER,
    OPENED,
    SALES,
    YEAR,
    amounts,
)
from tests.spec import Spec, clauses, spec

ROUND = spec(BUDGET_ROUND).where(id=str(YEAR), now=NOVEMBER).given(OPENED)
POOL = ReservePoolSet(amount=Decimal("50000.00"), before=Decimal("0.00"), reason="按总额百分之五")
MINUTES = RecordMeeting(held_on=date(2026, 11, 10), attendees=("FAY", "GINA"), minutes="逐项审议,同意上报")


def budgets(status: str = "approved", total: str = "60000", **other: str) -> Spec:
    """Every department's budget stands so."""
    situation = ROUND
    for each in DEPARTMENTS:
        stands = other.get(each.replace("-", "_"), status)
        version = 0 if stands == "none" else 1
        fact = DepartmentBudgetStanding(YEAR, each, stands, version, Decimal(total).quantize(Decimal("0.01")))
        situation = situation.knowing("department_budget", f"{YEAR}.{each}", fact)
    return situation


def under(clause: str, **parameters: object) -> Policy:
    changed = {**POLICY.parameters, clause: {**POLICY.parameters[clause], **parameters}}
    return replace(POLICY, parameters=changed)


def opens(day: date, policy: Policy = POLICY) -> list[tuple[str, Command]]:
    """What the calendar opens on a day."""
    return [each.act(day) for each in ROUND_OPENS if each.due_on(day, policy, WORKING_TIME)]


# ── 2.1.1.1: the calendar opens it ───────────────────────────────────────────────────────────────────────────


@clauses("2.1.1.1")
def test_it_opens_on_the_first_working_day_of_october_for_the_year_after() -> None:
    assert opens(date(2026, 10, 1)) == [("2027", OpenBudgetRound(year=2027))]
    assert opens(date(2026, 10, 2)) == []
    assert opens(date(2026, 9, 1)) == []
    assert opens(date(2026, 9, 1), under("2.1.1.1", month=9)) == [("2027", OpenBudgetRound(year=2027))]


@clauses("2.1.1.1")
@pytest.mark.parametrize(("start", "year"), [(1, 2027), (4, 2027), (10, 2027), (11, 2026), (12, 2026)])
def test_the_year_is_the_fiscal_year_that_starts_next(start: int, year: int) -> None:
    policy = under("2.1.1.1", fiscal_year_start=start)
    assert opens(date(2026, 10, 1), policy) == [(str(year), OpenBudgetRound(year=year))]


@clauses("2.1.1.1", "2.1.1.6")
def test_it_lists_every_department_who_files_and_until_when() -> None:
    outcome = (
        spec(BUDGET_ROUND).where(id=str(YEAR), now=OCTOBER).when(OpenBudgetRound(year=YEAR), by=SYSTEM, by_house=True)
    )
    outcome.then(OPENED)
    assert {each.department: each.people for each in OPENED.filers}[SALES] == ("SAM",)
    assert OPENED.publish_due_at == DUE
    ROUND.when(OpenBudgetRound(year=YEAR), by=SYSTEM, by_house=True).then()
    ROUND.when(OpenBudgetRound(year=YEAR), by="FAY").refused(IssuedByTheHouse)


@clauses("2.1.1.1")
def test_a_department_without_a_head_is_filed_by_the_head_above_it_and_else_by_management() -> None:
    young = {
        **COMPANY.departments,
        "D-LAB": Department("D-LAB", "实验室", parent="D-IT"),
        "D-X": Department("D-X", "新"),
    }
    directory = replace(COMPANY, departments=young)
    assert rules.filers_of("D-LAB", directory) == ("IAN",)
    assert rules.filers_of("D-X", directory) == ("CLEO", "GINA", "VICE")
    on_top = tuple(
        replace(each, employee="CLEO") if each.role is Role.DEPARTMENT_HEAD and each.employee == "GINA" else each
        for each in COMPANY.assignments
    )
    assert rules.filers_of("D-GM", replace(COMPANY, assignments=on_top)) == ("CLEO", "GINA", "VICE")


@clauses("2.1.1.1")
def test_finance_includes_and_excludes_departments_with_a_reason() -> None:
    leave = ExcludeDepartment(department="D-WH", reason="并入采购部")
    ROUND.when(leave, by="FAY").then(DepartmentExcluded(department="D-WH", reason="并入采购部"))
    ROUND.when(leave, by="WES").refused(rules.SetByFinance, finance="FAY")
    gone = ROUND.given(DepartmentExcluded(department="D-WH", reason="并入采购部"))
    gone.when(leave, by="FAY").refused(rules.NotInTheRound)
    back = IncludeDepartment(department="D-WH", reason="独立核算")
    gone.when(back, by="FAY").then(DepartmentIncluded(department="D-WH", filers=("WES",), reason="独立核算"))
    ROUND.when(back, by="FAY").refused(rules.InTheRoundAlready)
    ROUND.when(IncludeDepartment(department="D-NO", reason="示例"), by="FAY").refused(rules.NoDepartmentToInclude)


@clauses("2.1.1.1")
def test_finance_brings_in_actuals_of_several_departments_with_their_file() -> None:
    file = SourceFile(file="示例.csv", sha256="b" * 64, rows=10)
    told = tuple(DepartmentActuals(department=each, actuals=amounts(labour="1")) for each in ("D-IT", SALES))
    ROUND.when(ImportActuals(source=file, departments=told), by="FAY").then(
        ActualsImported(year=YEAR, source=file, departments=told)
    )
    short = (DepartmentActuals(department=SALES, actuals=amounts()[1:]),)
    ROUND.when(ImportActuals(source=file, departments=short), by="FAY").refused(CategoriesIncomplete, missing="labour")
    ROUND.when(ImportActuals(source=file, departments=told), by="SAM").refused(rules.SetByFinance)


# ── 2.1.1.3, 2.1.1.4: totals and negotiation ─────────────────────────────────────────────────────────────────


@clauses("2.1.1.3")
def test_the_finance_manager_sets_a_departments_total_and_raises_it_with_a_reason() -> None:
    set_ = SetTotal(department=SALES, total=Decimal(60000), reason="战略重点")
    first = TotalSet(department=SALES, total=Decimal("60000.00"), reason="战略重点")
    ROUND.when(set_, by="FAY").then(first).because("2.1.1.3", outcome="set", total="60000.00")
    raised = SetTotal(department=SALES, total=Decimal(70000), reason="协商后上调")
    ROUND.given(first).when(raised, by="FAY").then(
        TotalSet(department=SALES, total=Decimal("70000.00"), before=Decimal("60000.00"), reason="协商后上调")
    )
    ROUND.given(first).when(set_, by="FAY").then()


@clauses("2.1.1.3")
def test_nobody_else_sets_totals_and_only_departments_of_the_round_have_one() -> None:
    set_ = SetTotal(department=SALES, total=Decimal(1), reason="示例")
    for somebody in ("SAM", "FRED", "GINA"):
        ROUND.when(set_, by=somebody).refused(rules.SetByFinance)
    ROUND.when(set_.model_copy(update={"department": "D-NO"}), by="FAY").refused(rules.NotInTheRound)


@clauses("2.1.1.4")
def test_a_negotiation_records_who_agreed_on_what() -> None:
    talk = RecordNegotiation(departments=(SALES,), participants=("FAY", "SAM"), agreed="广告费减至五万")
    event = NegotiationRecorded(number=1, departments=(SALES,), participants=("FAY", "SAM"), agreed="广告费减至五万")
    ROUND.when(talk, by="SAM").then(event)
    assert ROUND.given(event).when(talk, by="GINA").events == (event.model_copy(update={"number": 2}),)
    ROUND.when(talk, by="ANN").refused(rules.NotForYouToRecord)
    ROUND.when(talk.model_copy(update={"participants": ("FAY", "NOBODY")}), by="FAY").refused(rules.NoSuchPerson)
    ROUND.when(talk.model_copy(update={"participants": ("FAY", "FAY")}), by="FAY").refused(rules.NamedTwice)


# ── 2.1.1.5: the meeting ─────────────────────────────────────────────────────────────────────────────────────


@clauses("2.1.1.5")
def test_the_meeting_has_before_it_whatever_is_filed() -> None:
    some = budgets("open", D_WH="none").given(POOL)
    event = some.when(MINUTES, by="FAY").events[0]
    assert isinstance(event, MeetingHeld)
    assert [each.department for each in event.departments] == [each for each in DEPARTMENTS if each != "D-WH"]
    assert event.departments[0] == Deliberated(department="D-FIN", version=1, total=Decimal("60000.00"))
    assert (event.management, event.pool) == (("GINA",), Decimal("50000.00"))


@clauses("2.1.1.5")
def test_it_is_a_meeting_of_management_that_was_held_on_budgets_that_are_filed() -> None:
    some = budgets("open", D_WH="none")
    alone = MINUTES.model_copy(update={"attendees": ("FAY", "SAM")})
    some.when(alone, by="FAY").refused(rules.WithoutManagement, attendees="FAY, SAM")
    for day in (date(2026, 11, 11), date(2026, 9, 30)):
        some.when(MINUTES.model_copy(update={"held_on": day}), by="FAY").refused(rules.NotYetHeld)
    some.when(MINUTES.model_copy(update={"departments": ("D-WH",)}), by="FAY").refused(
        rules.NothingToDeliberate, not_filed="D-WH"
    )
    some.when(MINUTES.model_copy(update={"departments": (SALES, "D-WH")}), by="FAY").refused(rules.NothingToDeliberate)
    budgets("none").when(MINUTES, by="FAY").refused(rules.NothingToDeliberate)
    some.when(MINUTES, by="ANN").refused(rules.NotForYouToRecord)


# ── 2.1.1.6: publication ─────────────────────────────────────────────────────────────────────────────────────

HELD = MeetingHeld(
    held_on=date(2026, 11, 10),
    attendees=("GINA",),
    management=("GINA",),
    departments=tuple(Deliberated(department=each, version=1, total=Decimal("60000.00")) for each in DEPARTMENTS),
    pool=Decimal("50000.00"),
    minutes="同意",
)


@clauses("2.1.1.6")
def test_with_every_department_approved_the_year_is_published_with_its_total_and_pool() -> None:
    budgets().given(POOL, HELD).when(PublishBudget(), by="FAY").then(
        BudgetPublished(
            year=YEAR,
            departments=tuple(
                PublishedDepartment(department=each, version=1, total=Decimal("60000.00")) for each in DEPARTMENTS
            ),
            departments_total=Decimal("420000.00"),
            pool=Decimal("50000.00"),
            total=Decimal("470000.00"),
            published_on=date(2026, 11, 10),
        )
    )


@clauses("2.1.1.6")
def test_missing_approvals_are_named() -> None:
    budgets(D_IT="open", D_WH="none").when(PublishBudget(), by="FAY").refused(
        rules.NotEverybodyApproved, missing="D-IT (open), D-WH (none)"
    )
    ROUND.when(PublishBudget(), by="FAY").refused(rules.NotEverybodyApproved)


@clauses("2.1.1.6")
def test_a_department_left_out_is_not_waited_for() -> None:
    left = budgets(D_WH="none").given(DepartmentExcluded(department="D-WH", reason="并入采购部"))
    event = left.when(PublishBudget(), by="FAY").events[0]
    assert isinstance(event, BudgetPublished)
    assert "D-WH" not in [each.department for each in event.departments]


@clauses("2.1.1.3", "2.1.1.6")
def test_an_approved_budget_above_a_total_lowered_since_is_not_published() -> None:
    lowered = TotalSet(department=SALES, total=Decimal("59999.99"), reason="压缩费用")
    budgets().given(lowered).when(PublishBudget(), by="FAY").refused(
        rules.ApprovedAboveTotal, departments="D-SALES 60000.00 > 59999.99"
    )


@clauses("2.1.1.5")
def test_the_pool_is_published_as_management_had_it_before_it() -> None:
    after = SetReservePool(amount=Decimal(90000), reason="上调")
    later = budgets().given(POOL, HELD).when(after, by="FAY").and_then()
    later.when(PublishBudget(), by="FAY").refused(rules.PoolNotDeliberated, pool="90000.00", deliberated="50000.00")
    again = later.when(MINUTES, by="FAY").and_then()
    assert isinstance(again.when(PublishBudget(), by="FAY").events[0], BudgetPublished)


@clauses("2.1.1.6")
def test_only_finance_publishes_and_only_once() -> None:
    budgets().when(PublishBudget(), by="GINA").refused(rules.SetByFinance)
    done = budgets().when(PublishBudget(), by="FAY").and_then()
    done.when(PublishBudget(), by="FAY").refused(rules.RoundNotOpen, published="True")
    spec(BUDGET_ROUND).when(PublishBudget(), by="FAY").refused(rules.RoundNotOpen)


@clauses("2.1.1.6")
@pytest.mark.parametrize(
    ("today", "due", "found"),
    [
        (date(2026, 10, 9), "11-30", date(2026, 11, 30)),
        (date(2026, 11, 30), "11-30", date(2026, 11, 30)),
        (date(2026, 12, 1), "11-30", date(2027, 11, 30)),
        (date(2026, 12, 1), "02-29", date(2027, 2, 28)),
        (date(2027, 12, 1), "02-29", date(2028, 2, 29)),
    ],
)
def test_the_due_day_is_the_next_of_its_kind(today: date, due: str, found: date) -> None:
    assert rules.year_day(due, today) == found


@clauses("2.1.1.6")
def test_the_deadline_is_30_november_and_the_publication_meets_it() -> None:
    assert (BUDGET_PUBLISHED.due(OPENED), BUDGET_PUBLISHED.owed_by(OPENED)) == (DUE, ("FAY",))
    published = budgets().when(PublishBudget(), by="FAY").and_then().history
    assert not still_open(BUDGET_PUBLISHED, "", DUE, published)


@clauses("2.1.1.6")
def test_whatever_else_happens_does_not_meet_it() -> None:
    assert still_open(BUDGET_PUBLISHED, "", DUE, (OPENED, POOL, HELD))
