"""The timeline of any subject 时间线 (clause 5.1): everything that happened to it, under which clause, by whom."""

from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import View

TIMELINE = table(
    "timeline",
    column("subject", "subject", "单据", "Subject", key=True),
    column("number", "version", "版本", "Version", key=True),
    column("number", "position", "日志序号", "Position"),
    column("text", "type", "事件", "Event"),
    column("moment", "occurred_at", "发生时间", "Occurred at"),
    column("moment", "recorded_at", "入账时间", "Recorded at"),
    column("employee", "actor", "经办人", "Actor"),
    column("employee", "acting_for", "代理", "Acting for", null=True),
    column("text", "delegation", "授权", "Delegation", null=True),
    column("texts", "clauses", "依据条款", "Clauses"),
    column("text", "policy", "制度版本", "Policy version", null=True),
    column("text", "outcome", "结果", "Outcome", null=True),
    column("text", "source", "来源", "Source", null=True),
    indexes=(("position",), ("actor", "position")),
)

VIEW = View(
    TIMELINE,
    zh="时间线",
    en="Timeline of a subject",
    clauses=("5.1",),
    own=("actor", "acting_for"),
    order=("position",),
    appends=True,
    weight=16,
)


@VIEW.on_every
def happened(at: Happened, rows: Rows) -> None:
    """One row an event; the rulings behind it give clauses, policy and outcome."""
    basis = at.basis
    first = basis[0] if basis else None
    rows.put(
        {
            "subject": at.subject,
            "version": at.version,
            "position": at.position,
            "type": at.type,
            "occurred_at": at.occurred,
            "recorded_at": at.recorded,
            "actor": at.actor,
            "acting_for": at.acting_for,
            "delegation": at.delegation,
            "clauses": [each["clause"] for each in basis],
            "policy": first["policy"] if first else None,
            "outcome": first["outcome"] if first else None,
            "source": at.source,
        }
    )
