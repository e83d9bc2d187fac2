"""Those concerned are told what procurement found 采购通知: wrong goods, things to install, odd purchases."""

from collections.abc import Sequence

from application.notices import shown, tell
from application.reactions import Asked, Known, after
from domain.history import Recorded
from domain.operations.procurement.purchase_month import RepeatPurchaseWarned
from domain.operations.procurement.receipt_messages import GoodsExceptionFound, InstallationAwaited
from domain.operations.procurement.split_watch import SplitPurchaseFlagged

KIND_ZH = {
    "damaged": "破损",
    "defective": "故障",
    "wrong_specification": "规格不符",
    "excess": "多送",
    "shortage": "少送",
}


@after(GoodsExceptionFound)
async def tell_the_buyer_what_is_wrong(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """To return or exchange it (clause 4.1.3.3)."""
    found = recorded.event
    assert isinstance(found, GoodsExceptionFound)
    due = shown(found.settle_due_at)
    goods = f"{found.quantity} {found.unit} {found.item}"
    return tell(
        recorded,
        found.informed,
        f"goods_exception_{found.number}",
        f"订单 {found.order} 到货异常（{KIND_ZH[found.kind]}）：{goods}，请于 {due} 前办理退货或换货",
        f"Order {found.order}, {found.kind.replace('_', ' ')}: {goods}. Have it returned or exchanged by {due}",
    )


@after(InstallationAwaited)
async def tell_it_to_install(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """Equipment is here and waits (clause 4.1.3.2)."""
    awaited = recorded.event
    assert isinstance(awaited, InstallationAwaited)
    goods = f"{awaited.quantity} {awaited.unit} {awaited.item} {awaited.specification}"
    return tell(
        recorded,
        awaited.informed,
        f"installation_{awaited.line}",
        f"待安装：{goods}，使用部门 {awaited.department}",
        f"To install: {goods}, for {awaited.department}",
    )


@after(RepeatPurchaseWarned)
async def tell_finance_of_repeat_purchases(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """The same item month after month (clause 4.1.1.3)."""
    warned = recorded.event
    assert isinstance(warned, RepeatPurchaseWarned)
    where = warned.department or "company"
    requisitions = ", ".join(warned.requisitions)
    return tell(
        recorded,
        warned.informed,
        "repeat_purchase",
        f"重复采购预警：{where} 于 {'、'.join(warned.months)} 连续申请 {warned.item}（{requisitions}）",
        f"Repeat purchase: {where} requested {warned.item} in {', '.join(warned.months)} ({requisitions})",
    )


@after(SplitPurchaseFlagged)
async def tell_finance_of_split_purchases(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """Small purchases that together pass a limit (clause 4.1.1.2)."""
    flagged = recorded.event
    assert isinstance(flagged, SplitPurchaseFlagged)
    purchases = ", ".join(flagged.purchases)
    days, limit, amount, who = flagged.window_days, flagged.limit, flagged.amount, flagged.who
    return tell(
        recorded,
        flagged.informed,
        f"split_purchase_{limit}",
        f"疑似拆分采购：{who} {days}日内 {purchases} 单笔均不超过 {limit} 元，合计 {amount} 元",
        f"Possible split: {who}, within {days} days {purchases}, each up to {limit} CNY, together {amount} CNY",
    )
