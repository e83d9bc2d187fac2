"""Amounts that are too large to be meant 金额上限: refused where they arise, so that no event has to hold them."""

from decimal import Decimal

from domain.kernel import Refusal

MOST = Decimal(10) ** 13
"""CNY; an amount lies below it (``domain.money.Money``)."""


class AmountTooLarge(Refusal):
    """The lines together come to less than ten trillion CNY.

    明细合计金额须小于十万亿元。

    → Check quantities and prices, or divide the document.
    → 请核对数量与单价，或分拆单据。
    """

    clause = "4.1.1.1"


def bounded(amount: Decimal) -> Decimal:
    """``amount`` in CNY; raises AmountTooLarge where it is out of range."""
    if amount >= MOST:
        raise AmountTooLarge(field="lines", amount=amount)
    return amount
