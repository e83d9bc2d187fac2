"""What stands in a budget execution report 预算执行分析报告内容: amounts in CNY, percentages with two places.

Differences are what was spent less the budget: above zero is over. Every sum is the sum of its parts to the fen.
"""

from dataclasses import dataclass
from decimal import Decimal

from domain.finance.execution_report_messages import Method, Overrun
from domain.finance.forecast import BackTest
from domain.finance.variance import Split


@dataclass(frozen=True, slots=True)
class Terms:
    """By what terms a report is compiled 编制口径, from the policy when it was opened."""

    forecast: str
    likely_percent: Decimal
    overrun_basis: str
    overrun_percent: Decimal


@dataclass(frozen=True, slots=True)
class Against:
    """Spent against budget; ``percent`` is the difference in percent of the budget, None where that is zero."""

    budget: Decimal
    actual: Decimal
    difference: Decimal
    percent: Decimal | None
    split: Split | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A line, or lines together: the month, the year up to it, the year, what is reserved and committed, forecast."""

    month: Against
    to_date: Against
    original: Decimal
    """The year's budget as published."""
    budget: Decimal
    """The year's budget now."""
    actual: Decimal
    """Spent in the year, later months included as far as they are on record."""
    reserved: Decimal
    committed: Decimal
    available: Decimal
    forecast: Decimal
    forecast_difference: Decimal
    forecast_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class LineStanding:
    """A budget line 预算行; ``method`` is how it was forecast."""

    line: str
    department: str
    account: str
    category: str
    method: Method
    standing: Standing


@dataclass(frozen=True, slots=True)
class GroupStanding:
    """A department or a category 部门或成本类别: its lines together."""

    key: str
    lines: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Share:
    """A category's share of what was spent 成本占比, in percent, and its change in percentage points 百分点.

    ``before`` is the share of the month before, None where nothing was spent then, ``budget`` that of the budget.
    """

    category: str
    month: Decimal | None
    before: Decimal | None
    change: Decimal | None
    to_date: Decimal | None
    budget: Decimal | None


@dataclass(frozen=True, slots=True)
class CategoryTest:
    """The back-test of a category's forecast 类别预测回测."""

    category: str
    test: BackTest


@dataclass(frozen=True, slots=True)
class ExecutionReport:
    """《预算执行分析报告》 of a month."""

    month: str
    year: int
    months: tuple[str, ...]
    """The months of the fiscal year."""
    terms: Terms
    company: GroupStanding
    departments: tuple[GroupStanding, ...]
    categories: tuple[GroupStanding, ...]
    shares: tuple[Share, ...]
    lines: tuple[LineStanding, ...]
    likely: tuple[str, ...]
    """Lines likely to overrun 预计超支, those furthest over first."""
    over: tuple[Overrun, ...]
    """Lines over their budget on the basis of the terms 超支, those furthest over first."""
    seasonal_lines: int
    """How many lines were forecast by ``seasonal_run_rate``; the others were by ``run_rate``."""
    back_test: BackTest
    category_tests: tuple[CategoryTest, ...]
