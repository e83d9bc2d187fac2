"""What a stock refuses 库存规则."""

from domain.kernel import Refusal

CLAUSE = "4.1.3.2"


class KeptByWarehouse(Refusal):
    """Goods are handed out, taken back and moved by a warehouse keeper.

    领用出库、退库和移库由仓库管理员办理。

    → Ask a warehouse keeper.
    → 请联系仓库管理员办理。
    """

    clause = CLAUSE
    attempt = True


class NotInStock(Refusal):
    """Stock never falls below zero: only what lies available in the bin can leave it.

    库存不得为负：仅库位中可用的数量可以出库或移库。

    → Take less, or from another bin; goods in 待处理 are not available until settled.
    → 请减少数量或改用其他库位；待处理的货物在处理完毕前不可用。
    """

    clause = CLAUSE


class NothingHandedOut(Refusal):
    """Not more comes back than was handed out.

    退库数量不得超过已领用数量。

    → Correct the quantity.
    → 请更正数量。
    """

    clause = CLAUSE


class NothingHeld(Refusal):
    """Released or sent back is what is held for that exception.

    仅可解除或退回该异常项下的待处理货物。

    → Look at what the stock holds.
    → 请查看库存中的待处理货物。
    """

    clause = "4.1.3.3"
