"""Chart of accounts 科目表: one for the company, kept by finance; and the account every category of goods is bought on.

What stands in ``accounts.STANDARD`` is there from the start. An account that was used is closed, never taken away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from pydantic import Field

from domain.directory import Role
from domain.finance.accounts import STANDARD_CHART, Account, AccountCode, ChartStanding
from domain.kernel import Aggregate, Command, Context, Decision, Event, Refusal, Stream

CLAUSE = "2.1.1.1"
CHART = Stream("chart_of_accounts", "company")
APART = ("labour", "materials")
"""Categories that are a heading of their own (2.2.1.3)."""


class AddAccount(Command):
    """Add an account, or change its name, category or heading 新增或修改科目."""

    zh: ClassVar[str] = "新增或修改科目"
    account: Account = Field(description="The account 科目")


class CloseAccount(Command):
    """Close an account to new budgets and costs 停用科目."""

    zh: ClassVar[str] = "停用科目"
    code: AccountCode
    reason: str = Field(min_length=1, max_length=2000, description="Why 停用原因")


class AssignGoods(Command):
    """Say which account a category of goods is bought on 指定采购类别的科目."""

    zh: ClassVar[str] = "指定采购类别的科目"
    goods: str = Field(min_length=1, max_length=64, description="Category of goods 采购类别")
    code: AccountCode


ChartCommand = AddAccount | CloseAccount | AssignGoods


class AccountAdded(Event):
    """An account is in use as described 科目已新增或修改."""

    zh: ClassVar[str] = "科目已新增或修改"
    clause: ClassVar[str] = CLAUSE
    account: Account


class AccountClosed(Event):
    """An account takes nothing new 科目已停用."""

    zh: ClassVar[str] = "科目已停用"
    clause: ClassVar[str] = CLAUSE
    code: str
    reason: str


class GoodsAssigned(Event):
    """A category of goods is bought on an account 采购类别的科目已指定."""

    zh: ClassVar[str] = "采购类别的科目已指定"
    clause: ClassVar[str] = CLAUSE
    goods: str
    code: str


ChartEvent = AccountAdded | AccountClosed | GoodsAssigned


class KeptByFinance(Refusal):
    """The chart of accounts is kept by finance.

    科目表由财务维护。

    → Ask finance to change it.
    → 请联系财务办理。
    """

    clause = CLAUSE
    attempt = True


class OneChartOfAccounts(Refusal):
    """The company has one chart of accounts, numbered company.

    公司只有一份科目表，编号为 company。

    → Use that number.
    → 请使用该编号。
    """

    clause = CLAUSE


class NoSuchCategory(Refusal):
    """An account counts in one of the policy's cost categories.

    科目须归入制度规定的成本类别。

    → Choose one of the categories named, or have management add one to clause 2.1.1.1.
    → 请选择所列类别，或由管理层在 2.1.1.1 中增加类别。
    """

    clause = CLAUSE


class ShownUnderItsOwn(Refusal):
    """Labour cost is shown under labour, materials under materials, and nothing else is shown under these two.

    人工成本、材料成本各自单独列示，其他成本不得列入其中。

    → Choose the heading of the category, or operating or period for every other one.
    → 请选择与成本类别一致的列示项目；其他类别请选经营费用或期间费用。
    """

    clause = "2.2.1.3"


class NoSuchAccount(Refusal):
    """There is no such account in use.

    没有该科目或该科目已停用。

    → Choose an account of the chart, or have finance add it.
    → 请选用科目表中的科目，或由财务新增。
    """

    clause = CLAUSE


class StillAssigned(Refusal):
    """An account on which goods are bought is not closed.

    仍用于采购类别的科目不得停用。

    → Assign these goods to another account first.
    → 请先为该采购类别指定其他科目。
    """

    clause = CLAUSE


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart as its history left it."""

    accounts: Mapping[str, Account] = field(default_factory=lambda: dict(STANDARD_CHART.accounts))
    goods: Mapping[str, str] = field(default_factory=lambda: dict(STANDARD_CHART.goods))
    closed: Mapping[str, Account] = field(default_factory=dict)


def decide(command: ChartCommand, state: Chart, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    holds = context.directory.holds
    if not (holds(context.principal, Role.FINANCE) or holds(context.principal, Role.FINANCE_MANAGER)):
        raise KeptByFinance()
    if context.subject != CHART:
        raise OneChartOfAccounts(number=context.subject.id, wanted=CHART.id)
    match command:
        case AddAccount(account=account):
            categories = context.policy.value(CLAUSE, "categories")
            if account.category not in categories:
                raise NoSuchCategory(
                    field="account.category", category=account.category, categories=", ".join(categories)
                )
            if (account.category in APART or account.heading in APART) and account.category != account.heading:
                raise ShownUnderItsOwn(field="account.heading", category=account.category, heading=account.heading)
            return [] if state.accounts.get(account.code) == account else [AccountAdded(account=account)]
        case CloseAccount(code=code, reason=reason):
            _known(code, state)
            goods = sorted(category for category, on in state.goods.items() if on == code)
            if goods:
                raise StillAssigned(field="code", code=code, goods=", ".join(goods))
            return [AccountClosed(code=code, reason=reason)]
        case AssignGoods(goods=category, code=code):
            _known(code, state)
            return [] if state.goods.get(category) == code else [GoodsAssigned(goods=category, code=code)]


def evolve(state: Chart, event: ChartEvent) -> Chart:
    """The chart after ``event``."""
    match event:
        case AccountAdded(account=account):
            closed = {code: each for code, each in state.closed.items() if code != account.code}
            return replace(state, accounts={**state.accounts, account.code: account}, closed=closed)
        case AccountClosed(code=code):
            accounts = {each: found for each, found in state.accounts.items() if each != code}
            return replace(state, accounts=accounts, closed={**state.closed, code: state.accounts[code]})
        case GoodsAssigned(goods=goods, code=code):
            return replace(state, goods={**state.goods, goods: code})


def _known(code: str, state: Chart) -> None:
    if code not in state.accounts:
        raise NoSuchAccount(field="code", account=code)


def standing(state: Chart) -> ChartStanding:
    """What others may know of it."""
    return ChartStanding(state.accounts, state.goods, state.closed)


def chart_in(context: Context) -> ChartStanding:
    """The chart as a decision that consults ``CHART`` sees it."""
    return context.fact(ChartStanding, *CHART) or STANDARD_CHART


CHART_OF_ACCOUNTS = Aggregate(
    name="chart_of_accounts",
    zh="科目表",
    prefix="CA",
    initial=Chart(),
    decide=decide,
    evolve=evolve,
    fact=standing,
)
