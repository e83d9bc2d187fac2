"""Who decided what 谁作了什么决定 (clause 5.1): every ruling behind an act of a person, with what was looked at."""

from domain.kernel import SYSTEM
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import View

DECISIONS = table(
    "who_decided_what",
    column("number", "position", "日志序号", "Position", key=True),
    column("number", "ruling", "序号", "Ruling", key=True),
    column("employee", "actor", "经办人", "Actor"),
    column("employee", "acting_for", "代理", "Acting for", null=True),
    column("text", "delegation", "授权", "Delegation", null=True),
    column("subject", "subject", "单据", "Subject"),
    column("text", "type", "事件", "Event"),
    column("clause", "clause", "依据条款", "Clause"),
    column("text", "policy", "制度版本", "Policy version"),
    column("text", "rule", "规则", "Rule"),
    column("text", "outcome", "结论", "Outcome"),
    column("json", "inputs", "依据数据", "What was looked at"),
    column("moment", "decided_at", "决定时间", "Decided at"),
    partition="position",
    indexes=(("actor", "position"), ("clause", "position"), ("subject",)),
)

VIEW = View(
    DECISIONS,
    zh="谁作了什么决定",
    en="Who decided what",
    clauses=("5.1", "4.3.2.1"),
    own=("actor", "acting_for"),
    order=("-position",),
    appends=True,
    weight=11,
)


@VIEW.on_every
def happened(at: Happened, rows: Rows) -> None:
    """One row a ruling; what the house does by itself is nobody's decision."""
    actor = at.actor
    if actor == SYSTEM:
        return
    for number, ruling in enumerate(at.basis, 1):
        rows.put(
            {
                "position": at.position,
                "ruling": number,
                "actor": actor,
                "acting_for": at.acting_for,
                "delegation": at.delegation,
                "subject": at.subject,
                "type": at.type,
                "clause": ruling["clause"],
                "policy": ruling["policy"],
                "rule": ruling["rule"],
                "outcome": ruling["outcome"],
                "inputs": ruling["inputs"],
                "decided_at": at.occurred,
            }
        )
