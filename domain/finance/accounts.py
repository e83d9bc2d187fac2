"""Accounts 科目: what money is spent on, each in one cost category and shown under one heading (2.1.1.1, 2.2.1.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel import Fact, Message

Category = Annotated[
    str, Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$", description="Cost category 成本类别")
]
"""A cost category of the policy (2.1.1.1): labour, materials, depreciation, marketing, administration, or a further."""

Heading = Literal["labour", "materials", "operating", "period"]
"""What costs are shown apart as 重点成本项目 (2.2.1.3): 人工成本, 材料成本, 经营费用, 期间费用."""

AccountCode = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_-]{1,32}$", description="Account 科目编码", examples=["office"]),
]

DepartmentId = Annotated[str, Field(min_length=1, max_length=64, description="Department 部门")]


class Account(Message):
    """An account 科目: where it counts, and under which heading it is shown."""

    code: AccountCode
    zh: str = Field(min_length=1, max_length=60, description="Chinese name 科目名称")
    en: str = Field("", max_length=60, description="English name 英文名称")
    category: Category
    heading: Heading = Field(description="Heading it is shown under 列示项目")


def _account(code: str, zh: str, en: str, category: str, heading: Heading) -> Account:
    return Account(code=code, zh=zh, en=en, category=category, heading=heading)


STANDARD = tuple(
    _account(*each)
    for each in (
        ("wages", "工资", "Wages", "labour", "labour"),
        ("bonus", "奖金", "Bonus", "labour", "labour"),
        ("social_insurance", "社会保险", "Social insurance", "labour", "labour"),
        ("training", "培训费", "Training", "labour", "labour"),
        ("materials", "材料", "Materials", "materials", "materials"),
        ("it_equipment", "IT设备", "IT equipment", "materials", "materials"),
        ("depreciation", "折旧费", "Depreciation", "depreciation", "operating"),
        ("amortisation", "摊销费", "Amortisation", "depreciation", "operating"),
        ("advertising", "广告费", "Advertising", "marketing", "period"),
        ("promotion", "推广费", "Promotion", "marketing", "period"),
        ("office", "办公费", "Office", "administration", "operating"),
        ("travel", "差旅费", "Travel", "administration", "operating"),
        ("rent", "租赁费", "Rent", "administration", "operating"),
        ("utilities", "水电费", "Utilities", "administration", "operating"),
        ("services", "服务费", "Services", "administration", "period"),
    )
)
"""The accounts a company starts with; finance adds its own."""

STANDARD_GOODS: Mapping[str, str] = {
    "office_supplies": "office",
    "it_equipment": "it_equipment",
    "services": "services",
}
"""The account of each category of goods bought (4.1.2.1), as a company starts."""


@dataclass(frozen=True, slots=True)
class ChartStanding(Fact):
    """What the chart of accounts tells 科目表: accounts in use by code, the account of goods by category, and those
    closed: nothing new is planned or bought on them, what was bought before still arrives.
    """

    accounts: Mapping[str, Account]
    goods: Mapping[str, str]
    closed: Mapping[str, Account] = field(default_factory=dict)

    def known(self, code: str) -> Account | None:
        """An account in use or closed."""
        return self.accounts.get(code) or self.closed.get(code)


STANDARD_CHART = ChartStanding({each.code: each for each in STANDARD}, STANDARD_GOODS)
"""The chart before anybody changed it."""
