"""The effect of a pilot 试点效果 (clause 2.2.3.3): before against after, and the return on what was invested."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from domain.money import FEN


@dataclass(frozen=True, slots=True)
class Effect:
    """Amounts in CNY over equally long times before and after; exact."""

    before: Decimal
    after: Decimal
    investment: Decimal

    @property
    def saving(self) -> Decimal:
        """What was saved; below zero where it cost more than before."""
        return self.before - self.after

    @property
    def return_percent(self) -> Fraction | None:
        """(saving − investment) ÷ investment × 100, None where nothing was invested."""
        if not self.investment:
            return None
        return (Fraction(self.saving) - Fraction(self.investment)) / Fraction(self.investment) * 100

    @property
    def roi(self) -> Decimal | None:
        """The return in percent, rounded half to even to two places."""
        found = self.return_percent
        return None if found is None else Decimal(round(found * 100)).scaleb(-2).quantize(FEN)

    def works(self, minimum_percent: Decimal) -> bool:
        """Whether the return exceeds the minimum; where nothing was invested, whether anything was saved."""
        found = self.return_percent
        return self.saving > 0 if found is None else found > Fraction(minimum_percent)
