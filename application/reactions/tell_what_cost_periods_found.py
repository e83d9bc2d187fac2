"""Finance is told what a cost period found 成本归集通知: no account for a receipt, an error rate not met."""

from collections.abc import Sequence

from application.notices import tell
from application.reactions import Asked, Known, after
from domain.finance.cost_period_messages import PeriodClosed, ReceiptCostBooked
from domain.finance.cost_period_state import CostPeriod
from domain.history import Recorded


@after(ReceiptCostBooked)
async def tell_finance_what_has_no_account(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """Before the month can be closed it needs one (clause 2.2.1.4)."""
    booked = recorded.event
    assert isinstance(booked, ReceiptCostBooked)
    if booked.entry.account:
        return []
    period: CostPeriod = await known.state(recorded.subject, recorded.position)
    entry, goods = booked.entry, booked.goods
    return tell(
        recorded,
        period.owed_by,
        "cost_without_account",
        f"入库成本 {entry.id}（{goods}，{entry.amount} 元，{entry.department}）未找到科目，请更正，否则不能关闭 "
        f"{booked.month}",
        f"Receipt cost {entry.id} ({goods}, {entry.amount} CNY, {entry.department}) has no account: correct it before "
        f"{booked.month} is closed",
    )


@after(PeriodClosed)
async def tell_finance_of_the_error_rate(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """Where it is not under the policy's limit (clause 2.2.1.4)."""
    closed = recorded.event
    assert isinstance(closed, PeriodClosed)
    if closed.within:
        return []
    period: CostPeriod = await known.state(recorded.subject, recorded.position)
    rate, limit = closed.error_rate, closed.limit
    counted = f"{closed.corrected} / {closed.entries}"
    return tell(
        recorded,
        period.owed_by,
        "cost_error_rate",
        f"{closed.month} 成本差错率 {rate}%（{counted}），未低于 {limit}%",
        f"Error rate of {closed.month}: {rate} % ({counted}), not under {limit} %",
    )
