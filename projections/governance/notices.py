"""Notices 收件箱 (clause 5.1): what the rules told somebody, and whether he has read it; one row a recipient."""

from domain.governance.notice import NoticeIssued, NoticeRead
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import View

NOTICES = table(
    "notices",
    column("subject", "subject", "通知", "Notice", key=True),
    column("employee", "recipient", "收件人", "Recipient", key=True),
    column("text", "kind", "类别", "Kind"),
    column("text", "text_zh", "内容", "Text (Chinese)"),
    column("text", "text_en", "英文内容", "Text (English)"),
    column("subject", "about", "相关单据", "About"),
    column("moment", "issued_at", "发出时间", "Issued at"),
    column("moment", "read_at", "已读时间", "Read at", null=True),
    indexes=(("recipient", "issued_at"), ("about",)),
)

VIEW = View(
    NOTICES,
    zh="收件箱",
    en="Notices",
    clauses=("5.1", "4.1.3.2", "4.1.1.3"),
    own=("recipient",),
    order=("-issued_at",),
    weight=2,
)


@VIEW.on(NoticeIssued)
def issued(event: NoticeIssued, at: Happened, rows: Rows) -> None:
    """It lies in the inbox of each."""
    for person in event.to:
        rows.put(
            {
                "subject": at.subject,
                "recipient": person,
                "kind": event.kind,
                "text_zh": event.text_zh,
                "text_en": event.text_en,
                "about": event.about,
                "issued_at": at.occurred_at,
                "read_at": None,
            }
        )


@VIEW.on(NoticeRead)
def read(event: NoticeRead, at: Happened, rows: Rows) -> None:
    """Read by one of them."""
    rows.change(at.subject, event.reader, read_at=at.occurred_at)
