"""Specs of corrections and of the error rate 更正与差错率 (clause 2.2.1.4)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.finance import cost_period_rules as rules
from domain.finance.cost_period import error_rate, error_within
from domain.finance.cost_period_messages import CorrectEntry, CorrectionNoted, EntryCorrected, OpenPeriod
from domain.kernel import SYSTEM
from domain.money import ZERO
from tests.domain.finance.cost_samples import (
    FILE,
    MARCH,
    closed,
    cost,
    file_of,
    spent,
    values,
    world_with_costs,
)
from tests.spec import clauses

BATCH = FILE[:16]
WAGES = cost("wages", "9000.00")


@clauses("2.2.1.4")
def test_a_correction_is_the_reversal_and_the_right_entry_and_moves_both_lines() -> None:
    world = world_with_costs("D-SALES/wages", "D-SALES/travel")
    world.act(MARCH, file_of(WAGES), by="FRED")
    wrong = CorrectEntry(entry=f"{BATCH}:2.1", right=values("travel", "900.00"), reason="科目与金额有误")
    corrected = world.act(MARCH, wrong, by="FRED")[0]
    assert isinstance(corrected, EntryCorrected)
    assert corrected.right is not None
    assert (corrected.reversal.amount, corrected.right.amount) == (Decimal("-9000.00"), Decimal("900.00"))
    assert corrected.reversal.original == corrected.right.original == f"2026-03/{BATCH}:2.1"
    assert (spent(world, "wages"), spent(world, "travel")) == (ZERO, Decimal("900.00"))
    with pytest.raises(rules.NoSuchEntry):
        world.act(MARCH, wrong, by="FRED")


@clauses("2.2.1.4")
def test_a_reversal_is_taken_back_only_where_nothing_was_booked_instead() -> None:
    world = world_with_costs("D-SALES/wages", "D-SALES/travel")
    world.act(MARCH, file_of(WAGES, cost("wages", "100.00", line=3)), by="FRED")
    world.act(MARCH, CorrectEntry(entry=f"{BATCH}:2.1", right=values("travel", "9000.00"), reason="示例"), by="FRED")
    again = CorrectEntry(entry="correction-1:reversal", reason="示例")
    with pytest.raises(rules.NoSuchEntry):
        world.act(MARCH, again, by="FRED")
    world.act(MARCH, CorrectEntry(entry=f"{BATCH}:3.1", reason="误以为重复"), by="FRED")
    world.act(MARCH, again.model_copy(update={"entry": "correction-2:reversal"}), by="FRED")
    assert (spent(world, "wages"), spent(world, "travel")) == (Decimal("100.00"), Decimal("9000.00"))


@clauses("2.2.1.4")
def test_what_was_right_is_not_corrected_into_itself() -> None:
    world = world_with_costs("D-SALES/wages")
    world.act(MARCH, file_of(WAGES), by="FRED")
    same = CorrectEntry(entry=f"{BATCH}:2.1", right=values("wages", "9000.00"), reason="示例")
    with pytest.raises(rules.NothingCorrected):
        world.act(MARCH, same, by="FRED")


@clauses("2.2.1.4")
def test_an_entry_of_a_closed_month_is_corrected_in_the_open_one_and_once() -> None:
    world = world_with_costs("D-SALES/wages", "D-SALES/travel")
    april = "cost_period-2026-04"
    world.act(MARCH, file_of(WAGES), by="FRED")
    world.act(april, OpenPeriod(month="2026-04"), by=SYSTEM, by_house=True)
    wrong = CorrectEntry(entry=f"{BATCH}:2.1", month="2026-03", right=values("travel", "9000"), reason="示例")
    with pytest.raises(rules.CorrectedThere):
        world.act(april, wrong, by="FRED")
    closed(world)
    events = world.act(april, wrong, by="FRED")
    assert CorrectionNoted(entry=f"{BATCH}:2.1", by_month="2026-04") in events
    line = world.state("budget_line-2026.D-SALES.wages")
    assert line.actual == {"2026-03": Decimal("9000.00"), "2026-04": Decimal("-9000.00")}
    with pytest.raises(rules.NoSuchEntry):
        world.act(april, wrong, by="FRED")


@clauses("2.2.1.4")
def test_the_error_rate_is_met_below_one_percent_and_not_met_at_it() -> None:
    for count, outcome in ((101, "within"), (100, "exceeded")):
        world = world_with_costs("D-SALES/wages")
        world.act(MARCH, file_of(*(cost("wages", "10.00", line=2 + n) for n in range(count))), by="FRED")
        world.act(MARCH, CorrectEntry(entry=f"{BATCH}:2.1", reason="重复"), by="FRED")
        found = closed(world)
        assert (found.entries, found.corrected, found.within) == (count, 1, outcome == "within")
        assert found.total == 10 * (count - 1)


@given(st.integers(0, 3000), st.integers(0, 100_000))
def test_the_rate_that_is_told_and_the_judgement_agree(corrected: int, entries: int) -> None:
    limit = Decimal(1)
    within = error_within(corrected, entries, limit)
    assert within == (corrected == 0 or Decimal(corrected) * 100 / max(entries, corrected and 1) < limit)
    if error_rate(corrected, entries) > limit:
        assert not within
