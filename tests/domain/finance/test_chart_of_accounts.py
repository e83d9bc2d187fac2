"""科目表 (2.1.1.1): the accounts a company starts with, how finance keeps them, what goods are bought on."""

import pytest

from domain.finance.accounts import STANDARD, STANDARD_CHART, STANDARD_GOODS, Account, ChartStanding
from domain.finance.chart_of_accounts import (
    CHART,
    CHART_OF_ACCOUNTS,
    AccountAdded,
    AccountClosed,
    AddAccount,
    AssignGoods,
    ChartEvent,
    CloseAccount,
    GoodsAssigned,
    KeptByFinance,
    NoSuchAccount,
    NoSuchCategory,
    OneChartOfAccounts,
    ShownUnderItsOwn,
    StillAssigned,
    standing,
)
from domain.kernel import Command, Event
from tests.company import POLICY
from tests.spec import Spec, clauses, spec

POSTAGE = Account(code="postage", zh="邮寄费", en="Postage", category="administration", heading="operating")
ADD = AddAccount(account=POSTAGE)
ADDED = AccountAdded(account=POSTAGE)
CLOSE = CloseAccount(code="travel", reason="并入办公费")
CLOSED = AccountClosed(code="travel", reason="并入办公费")


def chart(*history: Event) -> Spec:
    """The company's chart."""
    return spec(CHART_OF_ACCOUNTS, *history).where(id=CHART.id)


def told(*history: ChartEvent) -> ChartStanding:
    """What others know of it."""
    return standing(CHART_OF_ACCOUNTS.fold(history))


@clauses("2.1.1.1", "2.2.1.3")
def test_a_company_starts_with_accounts_of_every_category_and_heading() -> None:
    assert told() == STANDARD_CHART
    assert {each.category for each in STANDARD} == set(POLICY.value("2.1.1.1", "categories"))
    assert {each.heading for each in STANDARD} == set(POLICY.value("2.2.1.3", "shown_apart"))
    assert len(STANDARD_CHART.accounts) == len(STANDARD)


@clauses("2.1.1.1", "2.2.1.3")
def test_labour_is_wages_bonus_social_insurance_and_training() -> None:
    labour = {each.code for each in STANDARD if each.heading == "labour"}
    assert labour == {each.code for each in STANDARD if each.category == "labour"}
    assert labour == {"wages", "bonus", "social_insurance", "training"}


@clauses("2.1.1.1")
def test_every_category_of_goods_is_bought_on_an_account_there_is() -> None:
    assert set(STANDARD_GOODS) == set(POLICY.value("4.1.2.1", "categories"))
    assert set(STANDARD_GOODS.values()) <= set(STANDARD_CHART.accounts)


@clauses("2.1.1.1")
def test_finance_adds_and_changes_accounts() -> None:
    chart().when(ADD, by="FRED").then(ADDED)
    chart(ADDED).when(ADD, by="FAY").then()
    renamed = POSTAGE.model_copy(update={"zh": "快递费"})
    chart(ADDED).when(AddAccount(account=renamed), by="FAY").then(AccountAdded(account=renamed))
    assert told(ADDED, AccountAdded(account=renamed)).accounts["postage"] == renamed


@clauses("2.1.1.1")
@pytest.mark.parametrize("command", [ADD, CLOSE, AssignGoods(goods="services", code="rent")])
def test_nobody_but_finance_keeps_the_chart(command: Command) -> None:
    for who in ("ANN", "SAM", "GINA", "ADA"):
        chart().when(command, by=who).refused(KeptByFinance)
    assert len(chart().when(command, by="ANN", acting_for="FRED").events) == 1


@clauses("2.1.1.1")
def test_there_is_one_chart_of_accounts() -> None:
    elsewhere = spec(CHART_OF_ACCOUNTS).where(id="D-SALES")
    elsewhere.when(ADD, by="FAY").refused(OneChartOfAccounts, number="D-SALES", wanted="company")


@clauses("2.1.1.1")
def test_an_account_counts_in_a_category_of_the_policy() -> None:
    strange = AddAccount(account=POSTAGE.model_copy(update={"category": "fun"}))
    chart().when(strange, by="FAY").refused(NoSuchCategory, field="account.category", category="fun")
    chart().under("2.1.1.1", categories=("fun",)).when(strange, by="FAY").then(AccountAdded(account=strange.account))


@clauses("2.1.1.1")
def test_a_closed_account_is_in_use_no_more_until_it_is_added_again() -> None:
    chart().when(CLOSE, by="FAY").then(CLOSED)
    assert "travel" not in told(CLOSED).accounts
    chart(CLOSED).when(CLOSE, by="FAY").refused(NoSuchAccount, field="code", account="travel")
    again = AddAccount(account=STANDARD_CHART.accounts["travel"])
    chart(CLOSED).when(again, by="FAY").then(AccountAdded(account=again.account))
    assert told(CLOSED, AccountAdded(account=again.account)) == STANDARD_CHART


@clauses("2.1.1.1")
def test_an_account_on_which_goods_are_bought_is_not_closed() -> None:
    office = CloseAccount(code="office", reason="停用")
    chart().when(office, by="FAY").refused(StillAssigned, field="code", goods="office_supplies")
    elsewhere = GoodsAssigned(goods="office_supplies", code="materials")
    chart(elsewhere).when(office, by="FAY").then(AccountClosed(code="office", reason="停用"))


@clauses("2.1.1.1")
def test_goods_are_assigned_to_an_account_there_is() -> None:
    assign = AssignGoods(goods="office_supplies", code="materials")
    chart().when(assign, by="FAY").then(GoodsAssigned(goods="office_supplies", code="materials"))
    chart().when(AssignGoods(goods="office_supplies", code="office"), by="FAY").then()
    nowhere = AssignGoods(goods="office_supplies", code="postage")
    chart().when(nowhere, by="FAY").refused(NoSuchAccount, field="code", account="postage")
    chart(ADDED).when(nowhere, by="FAY").then(GoodsAssigned(goods="office_supplies", code="postage"))
    chart(CLOSED).when(AssignGoods(goods="services", code="travel"), by="FAY").refused(NoSuchAccount)


@pytest.mark.parametrize("code", ["", "a b", "办公", "x" * 33, "a.b"])
def test_a_code_has_no_place_for_what_separates_the_parts_of_a_line(code: str) -> None:
    with pytest.raises(ValueError, match="code"):
        Account(code=code, zh="示例", category="administration", heading="operating")


@clauses("2.2.1.3")
@pytest.mark.parametrize(
    "category, heading",
    [("labour", "operating"), ("materials", "period"), ("administration", "labour"), ("marketing", "materials")],
)
def test_labour_and_materials_are_shown_apart_and_nothing_else_among_them(category: str, heading: str) -> None:
    account = Account(code="other", zh="其他", en="Other", category=category, heading=heading)  # type: ignore[arg-type]
    refused = chart().when(AddAccount(account=account), by="FAY").refused(ShownUnderItsOwn, heading=heading)
    assert refused.field == "account.heading"


@clauses("2.2.1.3")
def test_labour_materials_operating_and_period_expenses_each_take_accounts_of_their_own() -> None:
    for category, heading in (("labour", "labour"), ("materials", "materials"), ("administration", "period")):
        account = Account(code="other", zh="其他", en="Other", category=category, heading=heading)  # type: ignore[arg-type]
        chart().when(AddAccount(account=account), by="FAY").then(AccountAdded(account=account))
