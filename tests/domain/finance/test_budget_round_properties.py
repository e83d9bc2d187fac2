"""Whatever is filed comes out to the fen 精确到分: months, items, totals and what a version changed (2.1.1.2)."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.finance.accounts import STANDARD
from domain.finance.department_budget_lines import evenly
from domain.finance.department_budget_messages import DepartmentBudgetFiled, DepartmentBudgetRevised
from domain.finance.department_budget_terms import FiledLine, differences
from domain.money import total
from tests.domain.finance.budget_round_samples import file, line, revise, sales
from tests.spec import clauses

CODES = st.sampled_from([each.code for each in STANDARD])
AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)
BUDGETS = st.dictionaries(CODES, AMOUNTS, min_size=1, max_size=8)


def planned(budget: dict[str, Decimal]) -> tuple[FiledLine, ...]:
    return tuple(
        FiledLine(account=account, category="labour", amount=amount, phasing=evenly(amount))
        for account, amount in budget.items()
    )


@clauses("2.1.1.2")
@settings(max_examples=60, deadline=None)
@given(BUDGETS)
def test_the_months_of_every_line_come_to_its_amount_and_the_lines_to_the_total(budget: dict[str, Decimal]) -> None:
    asked = file(*(line(account, str(amount)) for account, amount in budget.items()))
    event = sales().when(asked, by="SAM").events[0]
    assert isinstance(event, DepartmentBudgetFiled)
    assert {each.account: each.amount for each in event.lines} == budget
    assert all(total(each.phasing) == each.amount for each in event.lines)
    assert total(amount for each in event.lines for amount in each.phasing) == event.total
    assert max(max(each.phasing) - min(each.phasing) for each in event.lines) <= Decimal("0.01")


@clauses("2.1.1.2")
@settings(max_examples=60, deadline=None)
@given(BUDGETS, BUDGETS)
def test_the_changes_of_a_version_lead_from_one_total_to_the_other(
    before: dict[str, Decimal], after: dict[str, Decimal]
) -> None:
    changes = differences(planned(before), planned(after))
    nothing = Decimal(0)
    moved = sum(((each.after or nothing) - (each.before or nothing) for each in changes), nothing)
    assert total(before.values()) + moved == total(after.values())
    assert {each.account for each in changes} == {
        each for each in before.keys() | after.keys() if before.get(each) != after.get(each)
    }


@clauses("2.1.1.4")
@settings(max_examples=60, deadline=None)
@given(st.decimals(min_value="0.01", max_value=10**9, places=2), st.decimals(min_value=0, max_value=10**9, places=2))
def test_a_category_is_flagged_exactly_where_it_is_above_the_limit(last_year: Decimal, amount: Decimal) -> None:
    event = sales(marketing=str(last_year)).when(file(line(amount=str(amount))), by="SAM").events[0]
    assert isinstance(event, DepartmentBudgetFiled)
    assert bool(event.conflicts) == (amount > last_year * Decimal("1.3"))


@clauses("2.1.1.2")
def test_a_revision_states_the_whole_version_not_the_difference_only() -> None:
    first = sales().when(file(line(), line("travel", "100")), by="SAM").and_then()
    event = first.when(revise(line(), line("travel", "101")), by="SAM").events[0]
    assert isinstance(event, DepartmentBudgetRevised)
    assert [each.account for each in event.lines] == ["advertising", "travel"]
    assert [each.account for each in event.changes] == ["travel"]
