"""Consolidation 部门预算合并平衡 (clauses 2.1.1.1 - 2.1.1.5): what each department asks beside last year and its total.

A conflict blocks approval until grounds are recorded or the line changes; what an earlier version asked stands in
``budget_versions``. A category's growth is judged by the limit that was in force when the budget was filed.
"""

from decimal import Decimal

from sqlalchemy import func

from domain.finance.budget_round_messages import (
    BudgetRoundOpened,
    DepartmentExcluded,
    DepartmentIncluded,
    MeetingHeld,
    NegotiationRecorded,
    TotalSet,
)
from domain.finance.department_budget_lines import growth
from domain.finance.department_budget_messages import (
    ActualsGathered,
    ChangesForecast,
    DepartmentBudgetFiled,
    DepartmentBudgetPublished,
    DepartmentBudgetRevised,
    GroundsRecorded,
)
from domain.finance.department_budget_terms import budget_of
from domain.money import ZERO
from projections.columns import column, table
from projections.finance.approving import WAITS, approval_columns, follow_approval
from projections.happened import Happened
from projections.rows import Row, Rows
from projections.view import Child, Computed, View

HUNDRED = Decimal(100)

BUDGETS = table(
    "consolidation",
    column("subject", "subject", "部门预算", "Department budget", key=True),
    column("number", "year", "财年", "Fiscal year"),
    column("department", "department", "部门", "Department"),
    column("flag", "included", "参与编制", "Takes part"),
    column("employees", "filers", "编制人", "Who files"),
    column("number", "version", "版本", "Version"),
    *approval_columns(),
    column("money", "asked", "申请总额", "Asked for", null=True),
    column("money", "set_total", "下达总量", "Total set", null=True),
    column("text", "set_because", "下达依据", "Why that total", null=True),
    column("money", "last_year", "上年实际", "Last year's actuals", null=True),
    column("text", "actuals_from", "实际来源", "Where the actuals come from", null=True),
    column("money", "expected", "预测支出", "Forecast", null=True),
    column("percent", "growth", "增长率(%)", "Growth, %", null=True),
    column("percent", "growth_limit", "增长上限(%)", "Limit of growth, %", null=True),
    column("number", "conflicts", "未决冲突", "Conflicts that block it"),
    column("flag", "above_total", "超出总量", "Above the total"),
    column("number", "grounded", "已有依据类别", "Categories with grounds recorded"),
    column("number", "negotiations", "协商次数", "Negotiations"),
    column("day", "deliberated_on", "审议日期", "Deliberated on", null=True),
    column("money", "deliberated", "审议金额", "Deliberated on, CNY", null=True),
    column("employee", "filed_by", "提交人", "Filed by", null=True),
    column("moment", "filed_at", "提交时间", "Filed at", null=True),
    column("moment", "published_at", "发布时间", "Published at", null=True),
    indexes=(("year", "department"), ("department",), ("status",)),
)

CATEGORIES = table(
    "consolidation_categories",
    column("subject", "subject", "部门预算", "Department budget", key=True),
    column("text", "category", "成本类别", "Cost category", key=True),
    column("money", "last_year", "上年实际", "Last year's actuals"),
    column("money", "change", "预测变动", "Change forecast"),
    column("text", "change_reason", "变动原因", "Why it changes", null=True),
    column("money", "asked", "申请金额", "Asked for"),
    column("percent", "growth", "增长率(%)", "Growth, %", null=True),
    column("text", "conflict", "冲突", "Conflict", null=True),
    column("texts", "accounts", "无依据科目", "Accounts without grounds of their own"),
    column("text", "grounds", "业务依据", "Grounds recorded", null=True),
    column("money", "grounded", "依据金额", "Up to which amount they reach", null=True),
    column("flag", "blocks", "阻止批准", "Blocks approval"),
)

LINES = table(
    "consolidation_lines",
    column("subject", "subject", "部门预算", "Department budget", key=True),
    column("text", "account", "科目", "Account", key=True),
    column("text", "category", "成本类别", "Cost category"),
    column("money", "amount", "金额", "Amount"),
    column("text", "basis_of_calculation", "测算依据", "Basis of calculation"),
    column("text", "grounds", "业务依据", "Grounds"),
)

VIEW = View(
    BUDGETS,
    zh="部门预算合并平衡",
    en="Consolidation of budgets",
    clauses=("2.1.1.1", "2.1.1.2", "2.1.1.3", "2.1.1.4", "2.1.1.5"),
    children=(Child(CATEGORIES, "按成本类别", "By cost category"), Child(LINES, "预算行", "Lines")),
    own=("filers",),
    department="department",
    order=("-year", "department"),
    computed=(
        Computed(
            "to_deliberate",
            "flag",
            "待管理层审议",
            "A meeting has to deliberate",
            lambda t, now: (t.c.status == "open") & (t.c.asked > func.coalesce(t.c.deliberated, -1)),
        ),
    ),
)


def _of_round(at: Happened, *departments: str) -> tuple[str, ...]:
    """The budgets of these departments in the round that tells of them."""
    year = int(at.subject.partition("-")[2])
    return tuple(str(budget_of(year, each)) for each in departments)


@VIEW.on(BudgetRoundOpened, touches=lambda event, at: [str(budget_of(event.year, each)) for each in event.departments])
def round_opened(event: BudgetRoundOpened, at: Happened, rows: Rows) -> None:
    """Every department has a row, before it files."""
    filers = {each.department: list(each.people) for each in event.filers}
    for department in event.departments:
        rows.put(_row(event.year, department, filers.get(department, []), at))


@VIEW.on(DepartmentIncluded, touches=lambda event, at: _of_round(at, event.department))
def included(event: DepartmentIncluded, at: Happened, rows: Rows) -> None:
    """It takes part after all."""
    subject = _of_round(at, event.department)[0]
    filers = list(event.filers)
    row = rows.get(subject) or _row(int(at.subject.partition("-")[2]), event.department, filers, at)
    rows.put({**row, "included": True, "filers": filers, "changed_at": at.occurred_at})


@VIEW.on(DepartmentExcluded, touches=lambda event, at: _of_round(at, event.department))
def excluded(event: DepartmentExcluded, at: Happened, rows: Rows) -> None:
    """It takes no part; what it filed stays readable."""
    rows.change(_of_round(at, event.department)[0], included=False, changed_at=at.occurred_at)


@VIEW.on(TotalSet, touches=lambda event, at: _of_round(at, event.department))
def total_set(event: TotalSet, at: Happened, rows: Rows) -> None:
    """Finance says how much it may come to."""
    subject = _of_round(at, event.department)[0]
    rows.change(subject, set_total=event.total, set_because=event.reason)
    _weigh(subject, at, rows)


@VIEW.on(NegotiationRecorded, touches=lambda event, at: _of_round(at, *event.departments))
def negotiated(event: NegotiationRecorded, at: Happened, rows: Rows) -> None:
    """Departments and finance talked it over."""
    for subject in _of_round(at, *event.departments):
        row = rows.change(subject)
        rows.change(subject, negotiations=row["negotiations"] + 1, changed_at=at.occurred_at)


@VIEW.on(MeetingHeld, touches=lambda event, at: _of_round(at, *(each.department for each in event.departments)))
def deliberated(event: MeetingHeld, at: Happened, rows: Rows) -> None:
    """Management deliberated on it."""
    for each in event.departments:
        subject = _of_round(at, each.department)[0]
        rows.change(subject, deliberated_on=event.held_on, deliberated=each.total, changed_at=at.occurred_at)


@VIEW.on(ActualsGathered)
def gathered(event: ActualsGathered, at: Happened, rows: Rows) -> None:
    """Last year's actuals, perhaps in place of others; they change what has grown beyond the limit."""
    _begun(event, at, rows)
    rows.change(at.subject, last_year=event.total, actuals_from=event.how)
    found = {each.category: each.amount for each in event.actuals}
    known = {row["category"] for row in rows.of_table(CATEGORIES).of(at.subject)}
    for category in sorted(known | found.keys()):
        _category(category, at, rows, last_year=found.get(category, ZERO))
    if rows.change(at.subject)["growth_limit"] is not None:
        _judge(at, rows)
    _weigh(at.subject, at, rows)


@VIEW.on(ChangesForecast)
def forecast(event: ChangesForecast, at: Happened, rows: Rows) -> None:
    """How each category will change."""
    _begun(event, at, rows)
    for row in rows.of_table(CATEGORIES).of(at.subject):
        _category(row["category"], at, rows, change=ZERO, change_reason=None)
    for each in event.changes:
        _category(each.category, at, rows, change=each.change, change_reason=each.reason)
    _weigh(at.subject, at, rows)


@VIEW.on(DepartmentBudgetFiled, DepartmentBudgetRevised)
def filed(event: DepartmentBudgetFiled | DepartmentBudgetRevised, at: Happened, rows: Rows) -> None:
    """What it asks as filed, and what the consolidation found of that."""
    _begun(event, at, rows)
    limit = next((ruling["inputs"].get("limit") for ruling in at.basis if ruling["clause"] == "2.1.1.4"), None)
    rows.change(
        at.subject,
        **WAITS,
        version=event.version,
        asked=event.total,
        filed_by=event.requester,
        filed_at=at.occurred_at,
        growth_limit=None if limit is None else Decimal(str(limit)),
    )
    lines = rows.of_table(LINES)
    for line in lines.of(at.subject):
        lines.drop(at.subject, line["account"])
    asked: dict[str, Decimal] = {row["category"]: ZERO for row in rows.of_table(CATEGORIES).of(at.subject)}
    for each in event.lines:
        asked[each.category] = asked.get(each.category, ZERO) + each.amount
        told = each.model_dump(include={"account", "category", "amount", "basis_of_calculation", "grounds"})
        lines.put({"subject": at.subject, **told})
    conflicts = {each.category: each for each in event.conflicts if each.kind != "above_total"}
    for category, amount in asked.items():
        found = conflicts.get(category)
        kind, accounts = (found.kind, list(found.accounts)) if found else (None, [])
        _category(category, at, rows, asked=amount, conflict=kind, accounts=accounts, blocks=found is not None)
    _weigh(at.subject, at, rows)


@VIEW.on(GroundsRecorded)
def grounds_recorded(event: GroundsRecorded, at: Happened, rows: Rows) -> None:
    """A category's growth has its grounds."""
    _category(event.category, at, rows, grounds=event.grounds, grounded=event.amount, blocks=False)
    _weigh(at.subject, at, rows)


follow_approval(VIEW, "department_budget")


@VIEW.on(DepartmentBudgetPublished)
def published(event: DepartmentBudgetPublished, at: Happened, rows: Rows) -> None:
    """Its lines are open."""
    rows.change(at.subject, status="published", published_at=at.occurred_at, changed_at=at.occurred_at)


def _row(year: int, department: str, filers: list[str], at: Happened) -> Row:
    return {
        **{str(each.name): None for each in BUDGETS.columns},
        "subject": str(budget_of(year, department)),
        "year": year,
        "department": department,
        "included": True,
        "filers": filers,
        "version": 0,
        "status": "none",
        "conflicts": 0,
        "above_total": False,
        "grounded": 0,
        "negotiations": 0,
        "changed_at": at.occurred_at,
    }


_OfBudget = ActualsGathered | ChangesForecast | DepartmentBudgetFiled | DepartmentBudgetRevised


def _begun(event: _OfBudget, at: Happened, rows: Rows) -> None:
    """A row, also where the budget was told of before the round that includes its department."""
    if rows.get(at.subject) is None:
        rows.put(_row(event.year, event.department, [], at))


def _category(category: str, at: Happened, rows: Rows, **values: object) -> Row:
    """The row of a category of the budget, with these values and the growth they make."""
    categories = rows.of_table(CATEGORIES)
    if categories.get(at.subject, category) is None:
        fresh: Row = {str(each.name): None for each in CATEGORIES.columns}
        fresh |= {"subject": at.subject, "category": category, "accounts": [], "blocks": False}
        categories.put({**fresh, "last_year": ZERO, "change": ZERO, "asked": ZERO})
    row = categories.change(at.subject, category, **values)
    return categories.change(at.subject, category, growth=growth(row["asked"], row["last_year"]))


def _judge(at: Happened, rows: Rows) -> None:
    """Which categories grow beyond the limit without grounds, beside the actuals as they are now."""
    limit: Decimal = rows.change(at.subject)["growth_limit"]
    without: dict[str, list[str]] = {}
    for line in rows.of_table(LINES).of(at.subject):
        if not line["grounds"]:
            without.setdefault(line["category"], []).append(line["account"])
    for row in rows.of_table(CATEGORIES).of(at.subject):
        accounts = without.get(row["category"], [])
        grown = bool(accounts) and row["asked"] * HUNDRED > row["last_year"] * (HUNDRED + limit)
        kind = ("growth" if row["last_year"] else "new_spending") if grown else None
        blocks = grown and row["asked"] > (row["grounded"] or ZERO)
        _category(row["category"], at, rows, conflict=kind, accounts=accounts if grown else [], blocks=blocks)


def _weigh(subject: str, at: Happened, rows: Rows) -> None:
    """The whole of the budget beside last year and its total."""
    row = rows.change(subject)
    categories = rows.of_table(CATEGORIES).of(subject)
    asked, last_year, total = row["asked"], row["last_year"], row["set_total"]
    above = asked is not None and total is not None and asked > total
    rows.change(
        subject,
        expected=None if last_year is None else sum((each["change"] for each in categories), last_year),
        growth=None if asked is None or last_year is None else growth(asked, last_year),
        above_total=above,
        conflicts=sum(each["blocks"] for each in categories) + above,
        grounded=sum(each["grounds"] is not None for each in categories),
        changed_at=at.occurred_at,
    )
