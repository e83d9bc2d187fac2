"""When a month is watched each department's labour share is judged; a close opens the watch 人工占比检查 (2.2.2.1).

Figures are read as of the event's position, so that they come out the same when the event is read again.
"""

from collections.abc import Sequence

from application.reactions import Asked, Known, after
from domain.finance.cost_alert import alert_of
from domain.finance.cost_alert_messages import MonthFigures, NoteShares
from domain.finance.cost_period_messages import PeriodClosed
from domain.finance.cost_watch import CostWatch, CostWatchOpened, OpenCostWatch
from domain.finance.figures import LabourShare
from domain.history import Recorded
from domain.kernel import Stream
from domain.money import rounded


@after(CostWatchOpened, PeriodClosed)
async def watch_the_labour_shares(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """A month closed before its watch opens the watch; one closed after it is judged again, on all its costs."""
    event = recorded.event
    assert isinstance(event, CostWatchOpened | PeriodClosed)
    watch = await known.state(Stream("cost_watch", event.month), recorded.position)
    assert isinstance(watch, CostWatch)
    if watch.table_due_on is None:
        return [Asked(Stream("cost_watch", event.month), OpenCostWatch(month=event.month))]
    found: dict[str, list[MonthFigures]] = {}
    for each in await known.figures.labour_shares(watch.months, recorded.position):
        found.setdefault(each.department, []).append(_figures(each))
    return [
        Asked(
            alert_of(department, event.month),
            NoteShares(
                department=department,
                month=event.month,
                looked_at=watch.months,
                months=tuple(sorted(months, key=lambda each: each.month)),
                table_due_on=watch.table_due_on,
            ),
        )
        for department, months in sorted(found.items())
    ]


def _figures(share: LabourShare) -> MonthFigures:
    return MonthFigures(
        month=share.month,
        labour=rounded(share.labour),
        total=rounded(share.total),
        budget_labour=rounded(share.budget_labour),
        budget_total=rounded(share.budget_total),
    )
