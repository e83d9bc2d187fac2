"""Budgets as they are recorded, in few words: a round, the reserve pool, transfers, a carry-forward."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.finance.budget_round_messages import (
    BudgetPublished,
    BudgetRoundOpened,
    Deliberated,
    DepartmentExcluded,
    DepartmentIncluded,
    Filers,
    MeetingHeld,
    NegotiationRecorded,
    PublishedDepartment,
    ReservePoolSet,
    TotalSet,
)
from domain.finance.budget_transfer_messages import (
    BudgetTransferred,
    LineRef,
    TransferredTo,
    TransferRevised,
    TransferSubmitted,
    TransferTarget,
)
from domain.finance.carry_forward_messages import (
    BudgetCarriedForward,
    CarriedLine,
    CarryForwardFiled,
    CarryForwardRevised,
    RequestedCarry,
)
from domain.finance.department_budget_messages import (
    ActualsGathered,
    ChangesForecast,
    DepartmentBudgetApproved,
    DepartmentBudgetFiled,
    DepartmentBudgetPublished,
    DepartmentBudgetRevised,
    GroundsRecorded,
)
from domain.finance.department_budget_terms import (
    CategoryAmount,
    CategoryChange,
    Conflict,
    FiledLine,
    PublishedLine,
    differences,
)
from domain.finance.reserve_pool import PoolDrawn, PoolFunded, PoolReturned
from domain.governance.approvals import ApprovalRejected, ApprovalReturned, ApprovalWithdrawn
from domain.kernel import Basis
from tests.projections.buying import PATH, completed, given, opened
from tests.projections.history import History

BUDGET, POOL, TRANSFER = "department_budget-2027.RND", "reserve_pool-2026", "budget_transfer-BT1"
EXPLANATION, CARRY = "variance_explanation-2026.RND.office.2026-02", "carry_forward-2026.RND"
ROUND = "budget_round-2027"
LIMIT = Basis(
    clause="2.1.1.4", policy="2026.1", rule="conflict_growth_percent", inputs={"limit": "30"}, outcome="1 conflicts"
)


def money(text: str) -> Decimal:
    """CNY."""
    return Decimal(text).quantize(Decimal("0.01"))


def line(account: str, amount: str, category: str, grounds: str = "") -> FiledLine:
    """A line with its amount in the first month."""
    phasing = (money(amount), *(money("0"),) * 11)
    return FiledLine(account=account, category=category, amount=money(amount), phasing=phasing, grounds=grounds)


FIRST = (line("advertising", "91000", "marketing"), line("wages", "200000", "labour"))
SECOND = (line("advertising", "80000", "marketing"), line("wages", "200000", "labour"))


def round_opened() -> BudgetRoundOpened:
    """The round of 2027; RND and ADM take part."""
    return BudgetRoundOpened(
        year=2027,
        of_year=2025,
        opened_on=date(2026, 10, 9),
        departments=("ADM", "RND"),
        filers=(Filers(department="ADM", people=("ADA",)), Filers(department="RND", people=("HEAD",))),
        publish_due_at=datetime.fromisoformat("2026-11-30T18:00+08:00"),
        owed_by=("FINN",),
    )


def gathered(**actuals: str) -> ActualsGathered:
    """What RND spent in 2025, by category."""
    found = tuple(CategoryAmount(category=name, amount=money(amount)) for name, amount in actuals.items())
    total = sum((each.amount for each in found), Decimal(0))
    return ActualsGathered(year=2027, department="RND", of_year=2025, how="entered", actuals=found, total=total)


def filed(version: int, lines: tuple[FiledLine, ...], *conflicts: Conflict) -> dict[str, Any]:
    """A version of RND's budget for 2027."""
    total = sum((each.amount for each in lines), Decimal(0))
    told = {"year": 2027, "department": "RND", "requester": "HEAD", "version": version, "lines": lines}
    return {**told, "total": total, "allowed": None, "conflicts": conflicts, "path": PATH}


GROWTH = Conflict(
    kind="growth",
    category="marketing",
    accounts=("advertising",),
    amount=money("91000"),
    compared=money("60000"),
    growth=Decimal("51.67"),
)


def filing(history: History) -> None:
    """RND's actuals, its forecast and a first version that grows too much."""
    history.happens(ROUND, round_opened())
    history.happens(BUDGET, gathered(marketing="60000", labour="200000"), by="HEAD")
    grows = CategoryChange(category="marketing", change=money("5000"), reason="新品上市")
    history.happens(BUDGET, ChangesForecast(year=2027, department="RND", changes=(grows,)), by="HEAD")
    first = DepartmentBudgetFiled(**filed(1, FIRST, GROWTH))
    history.happens(BUDGET, first, opened(1), by="HEAD", basis=(LIMIT,))


def revision(history: History) -> None:
    """The second version asks less; its conflict is smaller."""
    conflict = GROWTH.model_copy(update={"amount": money("80000"), "growth": Decimal("33.33")})
    second = DepartmentBudgetRevised(
        **filed(2, SECOND, conflict), changes=differences(FIRST, SECOND), reason="协商后调整"
    )
    history.happens(BUDGET, second, opened(1, round=2), by="HEAD", basis=(LIMIT,))


def publication(history: History) -> None:
    """Talked over, grounds recorded, deliberated, approved, published."""
    history.happens(ROUND, TotalSet(department="RND", total=money("250000"), before=None, reason="战略"), by="FINN")
    talk = NegotiationRecorded(number=1, departments=("RND",), participants=("HEAD", "FINN"), agreed="同意提高")
    history.happens(ROUND, talk, by="FINN")
    raised = TotalSet(department="RND", total=money("280000"), before=money("250000"), reason="协商")
    history.happens(ROUND, raised, by="FINN")
    history.happens(ROUND, DepartmentExcluded(department="ADM", reason="无支出"), by="FINN")
    history.happens(ROUND, DepartmentIncluded(department="OPS", filers=("OLA",), reason="新设"), by="FINN")
    grounds = GroundsRecorded(
        category="marketing",
        grounds="展会合同",
        amount=money("80000"),
        last_year=money("60000"),
        growth=Decimal("33.33"),
    )
    history.happens(BUDGET, grounds, by="HEAD")
    history.happens(ROUND, ReservePoolSet(amount=money("20000"), before=money("0"), reason="预留"), by="FINN")
    held = MeetingHeld(
        held_on=date(2026, 11, 10),
        attendees=("FINN", "VICE"),
        management=("VICE",),
        departments=(Deliberated(department="RND", version=2, total=money("280000")),),
        pool=money("20000"),
        minutes="同意",
    )
    history.happens(ROUND, held, by="FINN")
    approved = DepartmentBudgetApproved(year=2027, department="RND", version=2, total=money("280000"))
    history.happens(BUDGET, given(1, "VICE", round=2), completed(2), approved, by="VICE")
    published = BudgetPublished(
        year=2027,
        departments=(PublishedDepartment(department="RND", version=2, total=money("280000")),),
        departments_total=money("280000"),
        pool=money("20000"),
        total=money("300000"),
        published_on=date(2026, 11, 28),
    )
    history.happens(ROUND, published, by="FINN", at=datetime.fromisoformat("2026-11-28T10:00+08:00"))
    lines = tuple(PublishedLine(**each.model_dump(include=set(PublishedLine.model_fields))) for each in SECOND)
    out = DepartmentBudgetPublished(year=2027, department="RND", version=2, lines=lines, total=money("280000"))
    history.happens(BUDGET, out)


def pool(history: History) -> None:
    """Funded with 20,000; 3,000 drawn, 500 returned."""
    history.happens(POOL, PoolFunded(year=2026, amount=money("20000"), by="budget_round-2026", balance=money("20000")))
    history.happens(POOL, PoolDrawn(year=2026, amount=money("3000"), by=EXPLANATION, balance=money("17000")))
    history.happens(POOL, PoolReturned(year=2026, amount=money("500"), by=TRANSFER, balance=money("17500")))


def target(department: str, account: str, amount: str) -> TransferTarget:
    """A line that receives."""
    return TransferTarget(department=department, account=account, amount=money(amount), calculation="单价 × 数量")


def transfers(history: History) -> None:
    """One from RND to OPS and RND, revised and carried out; others from the pool: returned, rejected, withdrawn."""
    source = LineRef(department="RND", account="office")
    form: dict[str, Any] = {
        "year": 2026,
        "source": source,
        "targets": (target("OPS", "travel", "800"), target("RND", "training", "200")),
        "to_pool": money("500"),
        "amount": money("1500"),
        "left": money("4000"),
        "grounds": "项目调整",
        "path": PATH,
    }
    history.happens(TRANSFER, TransferSubmitted(requester="HEAD", **form), opened(1), by="HEAD")
    form["targets"] = (target("OPS", "travel", "1000"),)
    history.happens(TRANSFER, TransferRevised(**form), opened(1, round=2), by="HEAD")
    done = BudgetTransferred(
        year=2026,
        month="2026-03",
        source=source,
        targets=(
            TransferredTo(
                department="OPS", account="travel", category="administration", amount=money("1000"), opens=True
            ),
        ),
        to_pool=money("500"),
        amount=money("1500"),
        assessment="确有必要",
    )
    history.happens(TRANSFER, given(1, "FINN", round=2), completed(2), done, by="FINN")
    from_pool = {**form, "source": None, "to_pool": money("0"), "amount": money("1000")}
    step: dict[str, Any] = {"round": 1, "step": 1, "authority": "finance_manager", "signer": "FINN"}
    ends = (
        ApprovalReturned(**step, acting_for=None, reason="测算不清", to_step=None),
        ApprovalRejected(**step, acting_for=None, reason="不同意"),
        ApprovalWithdrawn(round=1, by="OLA", reason="不再需要"),
    )
    for number, end in enumerate(ends, 2):
        subject = f"budget_transfer-BT{number}"
        history.happens(subject, TransferSubmitted(requester="OLA", **from_pool), opened(1), by="OLA")
        history.happens(subject, end, by="FINN")


def carries(history: History) -> None:
    """RND carries what is committed on one line, after it asked for two."""
    asked = [
        RequestedCarry(
            account=account,
            category="materials",
            rule="encumbered",
            unspent=money("900"),
            encumbered=money("600"),
            amount=money(amount),
        )
        for account, amount in (("materials", "300"), ("it_equipment", "600"))
    ]
    form: dict[str, Any] = {"year": 2026, "department": "RND", "grounds": "合同未执行完", "path": PATH}
    history.happens(
        CARRY, CarryForwardFiled(**form, requester="HEAD", lines=tuple(asked), total=money("900")), opened(1), by="HEAD"
    )
    revised = CarryForwardRevised(**form, lines=tuple(asked[1:]), total=money("600"))
    history.happens(CARRY, revised, opened(1, round=2), by="HEAD")
    taken = CarriedLine(
        account="it_equipment", category="materials", amount=money("550"), encumbered=money("500"), claims=1, opens=True
    )
    carried = BudgetCarriedForward(
        department="RND",
        from_year=2026,
        to_year=2027,
        from_month="2026-12",
        to_month="2027-01",
        lines=(taken,),
        total=money("550"),
        assessment="符合制度",
    )
    history.happens(CARRY, given(1, "FINN", round=2), completed(2), carried, by="FINN")
