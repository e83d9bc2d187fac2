"""Refused attempts 越权尝试 (clauses 4.3.2.1, 5.1): who tried what he may not do, and which rule stood against it."""

from domain.governance.attempt import AttemptRefused
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import View

ATTEMPTS = table(
    "refused_attempts",
    column("number", "position", "日志序号", "Position", key=True),
    column("employee", "who", "尝试人", "Who"),
    column("employee", "acting_for", "代理", "Acting for", null=True),
    column("subject", "subject", "单据", "Subject"),
    column("text", "command", "操作", "Command"),
    column("text", "rule", "规则", "Rule"),
    column("clause", "clause", "依据条款", "Clause"),
    column("json", "facts", "事实", "Facts"),
    column("moment", "tried_at", "尝试时间", "Tried at"),
    partition="position",
    indexes=(("who", "position"), ("clause", "position"), ("subject",)),
)

VIEW = View(
    ATTEMPTS,
    zh="越权尝试",
    en="Refused attempts",
    clauses=("4.3.2.1", "5.1"),
    own=("who",),
    order=("-position",),
    appends=True,
)


@VIEW.on(AttemptRefused)
def refused(event: AttemptRefused, at: Happened, rows: Rows) -> None:
    """One row an attempt."""
    rows.put(
        {
            "position": at.position,
            "who": event.who,
            "acting_for": event.acting_for,
            "subject": event.subject,
            "command": event.command,
            "rule": event.rule,
            "clause": event.decided_under,
            "facts": event.facts,
            "tried_at": at.occurred,
        }
    )
