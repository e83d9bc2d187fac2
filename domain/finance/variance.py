"""Price, quantity and timing variance 差异分解 (clause 2.1.2.1): why what was spent differs from the budget. CNY.

Price 价格差异: what was accepted, times what it cost a unit above the price planned. Timing 时间差异: goods that came
in the period and were promised for another, less goods that were promised for the period and came in another or not
yet, at the price planned. Quantity 数量差异: the rest. The three add up to the variance exactly.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from domain.finance.figures import PurchasedGoods
from domain.money import ZERO, rounded

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Split:
    """A variance in parts; ``unsplit`` belongs to lines without purchases, of which no more can be said."""

    price: Decimal
    quantity: Decimal
    timing: Decimal
    unsplit: Decimal = ZERO

    def __add__(self, other: "Split") -> "Split":
        return Split(
            self.price + other.price,
            self.quantity + other.quantity,
            self.timing + other.timing,
            self.unsplit + other.unsplit,
        )


NO_SPLIT = Split(ZERO, ZERO, ZERO)


def split(difference: Decimal, purchased: Iterable[PurchasedGoods], period: Collection[str]) -> Split | None:
    """The parts of ``difference`` (spent less budget) in the months of ``period``.

    None where nothing of ``purchased`` was promised for the period or came in it.
    """
    price = timing = ZERO
    touched = False
    for goods in purchased:
        came = sum((quantity for month, quantity in goods.accepted if month in period), _NOTHING)
        promised_here = goods.promised in period
        if not came and not promised_here:
            continue
        touched = True
        price += rounded(came * (goods.price - goods.planned_price))
        moved = came - goods.ordered if promised_here else came
        # More than was promised is no matter of time.
        timing += rounded(min(moved, _NOTHING) * goods.planned_price if promised_here else moved * goods.planned_price)
    if not touched:
        return None
    return Split(price=price, quantity=difference - price - timing, timing=timing)


def is_over(budget: Decimal, actual: Decimal, percent: Decimal) -> bool:
    """Whether ``actual`` exceeds ``budget`` by more than ``percent`` of it 是否超支 (2.1.2.2)."""
    return actual * 100 > budget * (100 + percent)
