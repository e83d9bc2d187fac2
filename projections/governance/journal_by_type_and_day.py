"""The journal by type and day 日志统计 (clause 5.1): how much of what happened when."""

from domain.kernel import SYSTEM
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import View

COUNTS = table(
    "journal_by_type_and_day",
    column("day", "day", "日期", "Day", key=True),
    column("text", "type", "事件", "Event", key=True),
    column("text", "aggregate", "单据类型", "Kind of subject"),
    column("number", "events", "事件数", "Events"),
    column("number", "by_people", "人工", "By people"),
    column("number", "imported", "导入", "Imported"),
    column("number", "first_position", "首个序号", "First position"),
    column("number", "last_position", "末个序号", "Last position"),
    partition="day",
    indexes=(("type", "day"),),
)

VIEW = View(
    COUNTS,
    zh="按类型与日期的日志统计",
    en="Journal by type and day",
    clauses=("5.1",),
    everyone=True,
    order=("-day", "type"),
    weight=5,
)


@VIEW.on_every_of(lambda at: (at.day,))
def happened(at: Happened, rows: Rows) -> None:
    """One more of its type on its day, which is the day in Shanghai."""
    day, by_person, imported = at.day, at.actor != SYSTEM, at.source is not None
    row = rows.get(day, at.type)
    if row is None:
        rows.put(
            {
                "day": day,
                "type": at.type,
                "aggregate": at.subject.partition("-")[0],
                "events": 1,
                "by_people": int(by_person),
                "imported": int(imported),
                "first_position": at.position,
                "last_position": at.position,
            }
        )
    else:
        rows.change(
            day,
            at.type,
            events=row["events"] + 1,
            by_people=row["by_people"] + by_person,
            imported=row["imported"] + imported,
            last_position=at.position,
        )
