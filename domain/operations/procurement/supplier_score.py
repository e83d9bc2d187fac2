"""How a supplier's year is scored 供应商评分 (clause 4.1.2.2): exact fractions, rounded down to two places.

Price: the lowest quote over the supplier's own, averaged over the requests it quoted in. Quality: good quantity over
quantity received (or good receipts over receipts, as the policy says). Delivery: receipts on time over receipts. A
criterion nothing is on record for is left out and the other weights count for more in proportion.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Literal

from domain.money import FEN

Criterion = Literal["price", "quality", "delivery"]


@dataclass(frozen=True, slots=True)
class Tally:
    """What is on record of a supplier for one year."""

    quotes: int = 0
    price_ratios: Fraction = Fraction(0)
    """Sum over its quotes of lowest amount over own amount."""
    receipts: int = 0
    on_time: int = 0
    good_receipts: int = 0
    received: Decimal = Decimal(0)
    good: Decimal = Decimal(0)
    counted: frozenset[str] = frozenset()
    """The requests and receipts on record, so that none counts twice."""


def scores(tally: Tally, quality_basis: str) -> dict[Criterion, Fraction]:
    """Each criterion of 100, those nothing is on record for left out."""
    found: dict[Criterion, Fraction] = {}
    if tally.quotes:
        found["price"] = 100 * tally.price_ratios / tally.quotes
    if quality_basis == "good_receipts_over_receipts":
        if tally.receipts:
            found["quality"] = Fraction(100 * tally.good_receipts, tally.receipts)
    elif tally.received:
        found["quality"] = 100 * Fraction(tally.good) / Fraction(tally.received)
    if tally.receipts:
        found["delivery"] = Fraction(100 * tally.on_time, tally.receipts)
    return found


def weighted(found: Mapping[Criterion, Fraction], weights: Mapping[str, Decimal]) -> Fraction:
    """The score of 100 out of what was ``found``, by the policy's weights."""
    counted = {criterion: Fraction(weights[criterion]) for criterion in found}
    whole = sum(counted.values())
    if not whole:
        return Fraction(0)
    return sum((found[criterion] * weight for criterion, weight in counted.items()), Fraction(0)) / whole


def rounded_down(score: Fraction) -> Decimal:
    """``score`` to two places; rounding down keeps what lies below a bound below it."""
    return Decimal(score.numerator * 100 // score.denominator).scaleb(-2).quantize(FEN, ROUND_FLOOR)
