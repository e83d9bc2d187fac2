"""Calls for savings ideas 金点子征集 (clause 2.2.3.1): opened when, and until when ideas are taken."""

from sqlalchemy import func

from domain.finance.savings_call import CallOpened
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import Computed, View

CALLS = table(
    "savings_calls",
    column("subject", "subject", "征集", "Call", key=True),
    column("text", "call", "征集期", "Period"),
    column("moment", "opened_at", "启动时间", "Opened at"),
    column("day", "closes_on", "截止日期", "Closes on"),
    column("employees", "informed", "已通知", "Informed"),
    indexes=(("call",),),
)

VIEW = View(
    CALLS,
    zh="金点子征集",
    en="Calls for savings ideas",
    clauses=("2.2.3.1",),
    everyone=True,
    order=("-closes_on",),
    computed=(
        Computed(
            "open",
            "flag",
            "征集中",
            "Open",
            lambda t, now: func.date(now.op("AT TIME ZONE")("Asia/Shanghai")) <= t.c.closes_on,
        ),
    ),
)


@VIEW.on(CallOpened)
def opened(event: CallOpened, at: Happened, rows: Rows) -> None:
    """Ideas are called for."""
    rows.put(
        {
            "subject": at.subject,
            "call": event.period,
            "opened_at": at.occurred_at,
            "closes_on": event.closes_on,
            "informed": list(event.informed),
        }
    )
