"""The rows of a budget file 预算文件: last year's actuals, or the lines of a department; what a row says, or is wrong.

Amounts are written with or without commas between thousands, with at most two places. Months are the twelve of the
fiscal year: ``m1`` to ``m12``, or named as they are, ``2027-01``.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from application.tables import BadTable, Row, RowError, Table, columns
from domain.finance.accounts import ChartStanding
from domain.finance.department_budget_terms import ITEMS_MAX, BudgetItem, PlannedLine
from domain.finance.periods import MONTHS
from domain.money import ZERO, total

ACTUALS: Mapping[str, Sequence[str]] = {
    "department": ("部门", "department"),
    "category": ("成本类别", "category"),
    "account": ("科目", "account"),
    "amount": ("金额", "amount"),
}
"""Columns of a file of actuals; a row names a category of cost, or an account that lies in one."""

LINES: Mapping[str, Sequence[str]] = {
    "department": ("部门", "department"),
    "account": ("科目", "account"),
    "amount": ("年度金额", "amount"),
    "basis": ("测算依据", "basis_of_calculation"),
    "grounds": ("业务依据", "grounds"),
    "item": ("明细", "item"),
    "quantity": ("数量", "quantity"),
    "unit_price": ("单价", "unit_price"),
}
"""Columns of a file of lines, beside the months; further rows of an account only add items."""

CATEGORIES = {
    "人工": "labour",
    "人工成本": "labour",
    "材料": "materials",
    "材料成本": "materials",
    "折旧": "depreciation",
    "折旧费": "depreciation",
    "营销": "marketing",
    "营销费用": "marketing",
    "行政": "administration",
    "行政费用": "administration",
}
"""What the categories are called in Chinese; others go by their code."""

_NUMBER = re.compile(r"(\d{1,13}|\d{1,3}(,\d{3}){1,4})(\.\d{1,3})?")
_NO_AMOUNT = (
    "No amount; write zero or more with at most two places, e.g. 1200.50.",
    "不是金额；请填写不小于零、最多两位小数的数字，例如 1200.50。",
)
_NO_NUMBER = (
    "No number; write it above zero, e.g. 2 or 0.5.",
    "不是有效数字；请填写大于零的数字，例如 2 或 0.5。",
)


@dataclass(slots=True)
class ActualsRead:
    """Last year's actuals by department and category, CNY, and everything wrong with the file."""

    amounts: dict[str, dict[str, Decimal]]
    errors: list[RowError]


@dataclass(slots=True)
class LinesRead:
    """The lines of a file with the department it names (empty without one), and everything wrong with it.

    ``places`` are the lines of the file the lines come from.
    """

    department: str
    lines: list[PlannedLine]
    places: list[int]
    errors: list[RowError]


class _Cells:
    def __init__(self, row: Row, headings: Mapping[str, str], errors: list[RowError]) -> None:
        self.row, self.headings, self.errors = row, headings, errors

    def said(self, column: str) -> str:
        return self.row.cells.get(self.headings.get(column, ""), "")

    def wrong(self, column: str, en: str, zh: str) -> None:
        self.errors.append(RowError(self.row.line, self.headings.get(column, ""), en, zh))

    def needed(self, column: str) -> str:
        text = self.said(column)
        if not text:
            self.wrong(column, "Must not be blank.", "不能为空。")
        return text

    def text(self, column: str, most: int) -> str:
        text = self.said(column)
        if len(text) > most:
            self.wrong(column, f"At most {most} characters.", f"最多{most}个字符。")
            return ""
        return text

    def amount(self, column: str) -> Decimal | None:
        """CNY; None where it is blank, or wrong and told."""
        found = self._decimal(column, _NO_AMOUNT)
        if found is not None and found != found.quantize(Decimal("0.01")):
            self.wrong(column, *_NO_AMOUNT)
            return None
        return found

    def above_zero(self, column: str, places: str) -> Decimal | None:
        """A quantity or a price."""
        found = self._decimal(column, _NO_NUMBER)
        if found is not None and (found <= 0 or found != found.quantize(Decimal(places))):
            self.wrong(column, *_NO_NUMBER)
            return None
        return found

    def _decimal(self, column: str, told: tuple[str, str]) -> Decimal | None:
        text = self.said(column).replace("，", ",")
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            self.wrong(column, *told)
            return None
        return Decimal(text.replace(",", ""))


def read_actuals(
    table: Table, departments: Iterable[str], categories: Sequence[str], chart: ChartStanding
) -> ActualsRead:
    """What was spent, by department and category. Raises BadTable where the columns are others."""
    headings = columns(table, ACTUALS, ("department", "amount"))
    if ("category" in headings) == ("account" in headings):
        raise BadTable(
            "A file of actuals has either a column category or a column account.",
            "实际支出文件须有“成本类别”或“科目”列，二者取其一。",
        )
    by = "account" if "account" in headings else "category"
    known = set(departments)
    read = ActualsRead({}, list(table.errors))
    first: dict[tuple[str, str], int] = {}
    for row in table.rows:
        cells = _Cells(row, headings, read.errors)
        department, name, amount = cells.needed("department"), cells.needed(by), cells.amount("amount")
        if not cells.said("amount"):
            cells.needed("amount")
        if department and department not in known:
            cells.wrong("department", "Takes no part in the budget round.", "不在预算编制范围内。")
        category = CATEGORIES.get(name, name) if by == "category" else _category_of(name, chart)
        if name and category not in categories:
            said = ", ".join(categories if by == "category" else sorted(chart.accounts))
            cells.wrong(by, f"Unknown; there are: {said}.", f"未知；可用：{said}。")
            continue
        before = first.setdefault((department, category if by == "category" else name), row.line)
        if before != row.line:
            cells.wrong(by, f"The same as line {before}.", f"与第{before}行重复。")
            continue
        of = read.amounts.setdefault(department, {})
        of[category] = of.get(category, ZERO) + (amount or ZERO)
    if by == "category":
        _check_whole(read, first, categories, headings[by])
    return read


def _category_of(account: str, chart: ChartStanding) -> str:
    found = chart.accounts.get(account)
    return found.category if found is not None else ""


def _check_whole(
    read: ActualsRead, first: Mapping[tuple[str, str], int], categories: Sequence[str], heading: str
) -> None:
    """Stated by category, every category is stated; by account, one without a row had no cost."""
    for department, of in read.amounts.items():
        missing = ", ".join(each for each in categories if each not in of)
        if missing:
            line = min(line for (where, _), line in first.items() if where == department)
            read.errors.append(
                RowError(
                    line,
                    heading,
                    f"{department} lacks: {missing}; zero is an amount.",
                    f"{department} 缺少：{missing}。",
                )
            )


def read_lines(table: Table, months: Sequence[str], chart: ChartStanding) -> LinesRead:
    """The lines of one department. Raises BadTable where the columns are others."""
    named = {f"m{number}": (f"第{number}月", month) for number, month in enumerate(months, 1)}
    headings = columns(table, {**LINES, **named}, ("account",))
    phased = [each for each in named if each in headings]
    if phased and len(phased) != MONTHS:
        raise BadTable("A file has all twelve months of the year, or none.", "月度金额须列出全部十二个月，或全部不列。")
    read = LinesRead("", [], [], list(table.errors))
    rows: dict[str, list[_Cells]] = {}
    for row in table.rows:
        cells = _Cells(row, headings, read.errors)
        account, department = cells.needed("account"), cells.said("department")
        if account and account not in chart.accounts:
            said = ", ".join(sorted(chart.accounts))
            cells.wrong("account", f"No account in use; there are: {said}.", f"不是在用科目；可用：{said}。")
        if department and read.department not in ("", department):
            cells.wrong("department", "A file holds one department's budget.", "一个文件只含一个部门的预算。")
        read.department = read.department or department
        rows.setdefault(account, []).append(cells)
    for account, of in rows.items():
        found = _line(account, of, phased)
        if found is not None and account in chart.accounts:
            read.lines.append(found)
            read.places.append(of[0].row.line)
    return read


def _line(account: str, rows: list[_Cells], phased: Sequence[str]) -> PlannedLine | None:
    first, errors = rows[0], rows[0].errors
    before = len(errors)
    for cells in rows[1:]:
        for column in ("amount", "basis", "grounds", *phased):
            if cells.said(column):
                cells.wrong(column, f"Stands in line {first.row.line} of the file.", f"应填在第{first.row.line}行。")
        if not cells.said("item"):
            cells.wrong("account", f"The same as line {first.row.line}.", f"与第{first.row.line}行重复。")
    items = tuple(item for cells in rows if (item := _item(cells)) is not None)
    if len(items) > ITEMS_MAX:
        first.wrong("item", f"At most {ITEMS_MAX} items an account.", f"每个科目最多{ITEMS_MAX}项明细。")
    amount = first.amount("amount")
    months = [first.amount(each) for each in phased]
    phasing = tuple(each or ZERO for each in months) if any(each is not None for each in months) else None
    basis, grounds = first.text("basis", 2000), first.text("grounds", 1000)
    if len(errors) > before:
        return None
    if amount is None and phasing is None and items:
        amount = total(each.amount for each in items)
    return PlannedLine(
        account=account,
        amount=amount,
        phasing=phasing,
        basis_of_calculation=basis,
        items=items,
        grounds=grounds,
    )


def _item(cells: _Cells) -> BudgetItem | None:
    said = cells.text("item", 200)
    if not said:
        for column in ("quantity", "unit_price"):
            if cells.said(column):
                cells.wrong(column, "Say of what: item is blank.", "请填写明细名称。")
        return None
    quantity, price = cells.above_zero("quantity", "0.001"), cells.above_zero("unit_price", "0.01")
    for column in ("quantity", "unit_price"):
        cells.needed(column)
    if quantity is None or price is None:
        return None
    return BudgetItem(item=said, quantity=quantity, unit_price=price)
