"""What is planted in the sample company's budget year 预置情形: deviations with known answers, in one place.

Whoever looks for overruns, alerts, conflicts, missed deadlines or refusals in the simulated year has to find these and
nothing else. Amounts in CNY, months ``YYYY-MM``, departments and accounts as in ``company`` and ``finance_plan``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

LineMonth = tuple[str, str, str]
"""Department, account, month."""

# ── The budget round ────────────────────────────────────────────────────────────────────────────────────────────
PUBLISHED_ON = {2025: date(2024, 12, 2), 2026: date(2025, 11, 24)}
"""The first on the working day after the last day; the second in time."""
POOL = {2025: Decimal(600_000), 2026: Decimal(800_000)}


@dataclass(frozen=True, slots=True)
class Asking:
    """A department that asks for more than it gets, and what its lines are multiplied by at first."""

    department: str
    kind: Literal["growth", "above_total"]
    category: str
    factor: Decimal


ASKED_TOO_MUCH = {
    2025: Asking("D09", "growth", "marketing", Decimal("1.25")),
    2026: Asking("D10", "above_total", "administration", Decimal("1.08")),
}
"""The first is sent back and records its grounds, the second comes down to its total after a negotiation."""
GROWTH_UNGROUNDED = Decimal("1.45")
"""How much the category in conflict grows over last year in the end; the others stay under the policy's limit."""

# ── Costs ───────────────────────────────────────────────────────────────────────────────────────────────────────
SPENT: Mapping[LineMonth, Decimal] = {
    ("D07", "travel", "2025-05"): Decimal(340_000),
    ("D07", "travel", "2025-06"): Decimal(190_000),
    ("D09", "advertising", "2025-08"): Decimal(300_000),
    ("D09", "advertising", "2025-09"): Decimal(160_000),
    ("D09", "promotion", "2025-09"): Decimal(50_000),
    ("D09", "promotion", "2025-10"): Decimal(50_000),
    ("D09", "promotion", "2025-11"): Decimal(50_000),
    ("D09", "promotion", "2025-12"): Decimal(50_000),
    ("D05", "rent", "2025-10"): Decimal(310_000),
    ("D05", "rent", "2025-11"): Decimal(310_000),
    ("D05", "rent", "2025-12"): Decimal(270_000),
    ("D08", "travel", "2025-11"): Decimal(300_000),
    ("D08", "travel", "2025-12"): Decimal(430_000),
    ("D06", "cloud", "2025-03"): Decimal(150_000),
    ("D06", "cloud", "2025-04"): Decimal(150_000),
    ("D06", "cloud", "2025-05"): Decimal(700_000),
    ("D03", "outside", "2025-08"): Decimal(60_000),
    ("D03", "outside", "2025-09"): Decimal(60_000),
    ("D03", "outside", "2025-10"): Decimal(200_000),
}
"""What is spent in place of about what was planned."""
CORRECTED = {"2025-03": 1, "2025-06": 4, "2025-10": 1}
"""Entries corrected, by month: in June more than one in a hundred."""
ERRONEOUS = frozenset({"2025-06"})
CLOSED_LATE = {"2025-07": date(2025, 8, 27)}
"""Closed after the 25th."""


@dataclass(frozen=True, slots=True)
class Overrun:
    """A line over its budget at the end of a month, and what its head says of it."""

    over: Decimal
    """Over the budget of the months so far."""
    kind: Literal["plan", "execution", "external"]
    cause: str
    controllable: bool
    remedy: str
    filed_on: date | None = None
    """None: in time."""
    returned: bool = False
    asked: Decimal = Decimal(0)
    granted: Decimal = Decimal(0)
    """Of the reserve pool."""


_FAIR = "展会由6月提前至5月，差旅提前发生 the trade fair came a month early"
_PRICE = "平台广告单价上涨约五成 prices of advertising rose by half"
_SPACE = "到货集中，临时增租仓库两个月 extra space was rented for two months"
_TRIPS = "年末突击拜访客户，未按差旅计划审批 visits at the year's end outside the plan"
OVERRUNS: Mapping[LineMonth, Overrun] = {
    ("D07", "travel", "2025-05"): Overrun(
        Decimal(43_600), "execution", _FAIR, False, "6月相应减少差旅 less travel in June"
    ),
    ("D09", "advertising", "2025-08"): Overrun(
        Decimal(48_000),
        "external",
        _PRICE,
        False,
        "自推广费调剂并缩减投放 transfer, and fewer placements",
        date(2025, 9, 12),
    ),
    ("D05", "rent", "2025-10"): Overrun(
        Decimal(30_000),
        "external",
        _SPACE,
        False,
        "12月底前清退 given up by the end of December",
        asked=Decimal(60_000),
        granted=Decimal(50_000),
    ),
    ("D05", "rent", "2025-11"): Overrun(
        Decimal(35_000), "external", _SPACE, False, "同上月说明 as explained for October"
    ),
    ("D08", "travel", "2025-11"): Overrun(
        Decimal(34_000), "execution", _TRIPS, True, "12月停止非必要差旅 no more travel without need", returned=True
    ),
    ("D08", "travel", "2025-12"): Overrun(
        Decimal(264_000), "execution", _TRIPS, True, "按季审批差旅计划 travel approved by quarter"
    ),
}
SERIOUS = ("D08", "travel")
"""Over the year's budget by more than a tenth, of its own making."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A department whose labour share is over budget in two months, and how its head answers."""

    phenomenon: str
    whys: tuple[str, ...]
    measure: str
    filed_on: date | None = None
    """None: in time."""
    returned: bool = False


ALERTS: Mapping[tuple[str, str], Alert] = {
    ("D06", "2025-04"): Alert(
        "人工占比连续两月高出预算约10个百分点 the labour share is 10 points over budget for two months",
        (
            "云服务费入账偏低 little was booked for cloud services",
            "三、四月账单未到 the bills of March and April had not come",
            "供应商更换开票系统 the supplier changed its billing",
            "未按服务期预提 nothing was accrued",
            "没有预提清单 there is no list of what has to be accrued",
        ),
        "建立月度预提清单 keep a monthly list of accruals",
    ),
    ("D03", "2025-09"): Alert(
        "人工占比连续两月高出预算约8个百分点 the labour share is 8 points over budget for two months",
        (
            "外包招聘费减少 little was spent on recruiters",
            "招聘项目延后 recruiting was put off",
            "用人部门编制未定 departments had not settled their headcount",
        ),
        "编制于季度初锁定 settle headcount at the beginning of a quarter",
        filed_on=date(2025, 11, 3),
        returned=True,
    ),
}
"""By department and the second month."""

# ── Transfers and purchases ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Transfer:
    """An application for a transfer and what becomes of it; ``source`` None is the reserve pool."""

    department: str
    source: str | None
    target: str
    amount: Decimal
    grounds: str
    outcome: Literal["approved", "rejected", "refused"]


TRANSFERS: Mapping[date, Transfer] = {
    date(2025, 4, 15): Transfer(
        "D01", "travel", "office", Decimal(20_000), "更换会议室家具 new furniture for a meeting room", "rejected"
    ),
    date(2025, 6, 18): Transfer(
        "D11", "outside", "travel", Decimal(2_000_000), "境外仲裁差旅 travel to an arbitration", "refused"
    ),
    date(2025, 7, 8): Transfer(
        "D04", "office", "it_equipment", Decimal(24_000), "更换显示器，原无预算行 monitors, without a line", "approved"
    ),
    date(2025, 9, 3): Transfer(
        "D09", "promotion", "advertising", Decimal(100_000), "广告单价上涨 prices of advertising rose", "approved"
    ),
    date(2025, 10, 20): Transfer(
        "D10", None, "outside", Decimal(150_000), "新增安全测试 an additional security test", "approved"
    ),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A purchase that is refused for want of budget."""

    department: str
    item: str
    quantity: int
    rule: Literal["BudgetExceeded", "NoBudgetLine"]


REFUSED: Mapping[date, Wanted] = {
    date(2025, 6, 10): Wanted("D11", "会议场地 Meeting room", 40, "BudgetExceeded"),
    date(2025, 7, 2): Wanted("D04", "显示器 Monitor", 2, "NoBudgetLine"),
}
OPEN_AT_YEAR_END = (date(2025, 12, 29), "D10", "笔记本电脑 Laptop", 1)
"""Asked for so late that its budget is carried forward."""

# ── What has to be found ────────────────────────────────────────────────────────────────────────────────────────
REFUSALS = {
    ("2.1.1.4", "ConflictsOpen"): 1,
    ("2.1.2.2", "BudgetExceeded"): 1,
    ("2.1.2.2", "NoBudgetLine"): 1,
    ("2.1.3.1", "NeverBelowZero"): 1,
}
"""By clause and rule, of chapter 2."""
MISSED = frozenset(
    {
        ("2.1.1.6", "budget_round-2025"),
        ("2.1.2.2", "variance_explanation-2025.D09.advertising.2025-08"),
        ("2.2.1.1", "cost_period-2025-07"),
        ("2.2.2.3", "cost_alert-D03.2025-09"),
    }
)
"""Deadlines of chapter 2 that were missed, by clause and subject."""
