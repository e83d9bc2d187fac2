"""Dividing an amount to the last fen 分摊: shares that add up to the whole, by the largest remainder 最大余额法."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from domain.money import FEN, ZERO


def divided(amount: Decimal, weights: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """``amount`` (CNY, either sign) in proportion to ``weights`` (zero or more, not all zero), to the fen.

    Every share is cut to the fen; the fens left over go one each to the largest remainders, the first of equal ones.
    The shares add up to the amount exactly. Raises ValueError where no weight is above zero or one is below.
    """
    whole = sum(weights, Decimal(0))
    if not weights or whole <= 0 or min(weights) < 0:
        raise ValueError("weights have to be zero or more, and one above zero 权重须为非负数且不全为零")
    sign = -1 if amount < 0 else 1
    fens = int(abs(amount) / FEN)
    exact = [fens * weight / whole for weight in weights]
    cut = [int(each.to_integral_value(ROUND_FLOOR)) for each in exact]
    left = fens - sum(cut)
    by_remainder = sorted(range(len(weights)), key=lambda place: (cut[place] - exact[place], place))
    for place in by_remainder[:left]:
        cut[place] += 1
    return tuple((sign * each * FEN).quantize(FEN) if each else ZERO for each in cut)


def spread(amount: Decimal, over: Sequence[Decimal], start: int = 0) -> tuple[Decimal, ...]:
    """How ``amount`` is spread over the months of a budget line, from the ``start``-th on: what to add to each.

    An increase is spread evenly over the months from ``start``. A decrease is taken in proportion to what these months
    hold and, where they hold too little, the rest from the months before, latest first. The parts add up to the amount;
    raises ValueError where all months together hold less than is taken.
    """
    changes = [ZERO] * len(over)
    if amount >= 0:
        changes[start:] = divided(amount, [Decimal(1)] * (len(over) - start)) if amount else changes[start:]
        return tuple(changes)
    wanted = -amount
    if sum(over, ZERO) < wanted:
        raise ValueError(f"the months hold less than {wanted} 各月预算合计不足 {wanted}")
    ahead = [max(each, ZERO) for each in over[start:]]
    taken = min(wanted, sum(ahead, ZERO))
    if taken:
        changes[start:] = [-each for each in divided(taken, ahead)]
    left = wanted - taken
    for place in range(start - 1, -1, -1):
        part = min(left, max(over[place], ZERO))
        changes[place] -= part
        left -= part
    return tuple(changes)
