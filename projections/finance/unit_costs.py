"""Unit costs 产品单位成本 (clause 2.2.1.2): what each product or step of a department cost in a month, part by part."""

from domain.finance.cost_calculation import CostsCalculated
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import Child, View

CALCULATIONS = table(
    "unit_costs",
    column("subject", "subject", "成本计算单", "Calculation", key=True),
    column("text", "month", "月份", "Month"),
    column("department", "department", "部门", "Department"),
    column("text", "method", "核算方法", "Method"),
    column("number", "version", "版本", "Version"),
    column("money", "total", "成本合计", "Total"),
    column("employee", "calculated_by", "计算人", "Calculated by"),
    column("moment", "calculated_at", "计算时间", "Calculated at"),
    indexes=(("department", "month"), ("month",)),
)

OBJECTS = table(
    "unit_cost_objects",
    column("subject", "subject", "成本计算单", "Calculation", key=True),
    column("number", "number", "序号", "Number", key=True),
    column("text", "object", "成本对象", "Variety or step"),
    column("quantity", "quantity", "完工数量", "Finished"),
    column("money", "opening", "期初在产品", "Opening"),
    column("money", "transferred_in", "上步转入", "Transferred in"),
    column("money", "direct", "直接成本", "Direct"),
    column("money", "indirect", "间接成本", "Indirect"),
    column("money", "finished", "完工成本", "Cost of what was finished"),
    column("money", "in_progress_transferred", "在产品（上步转入）", "In progress, transferred in"),
    column("money", "in_progress_own", "在产品（本步）", "In progress, own"),
    column("price", "unit_cost", "单位成本", "Unit cost", null=True),
)

VIEW = View(
    CALCULATIONS,
    zh="产品单位成本",
    en="Unit costs",
    clauses=("2.2.1.2",),
    children=(Child(OBJECTS, "成本对象", "Products or steps"),),
    department="department",
    order=("-month", "department"),
)


@VIEW.on(CostsCalculated)
def calculated(event: CostsCalculated, at: Happened, rows: Rows) -> None:
    """Calculated, perhaps once more; the last calculation counts."""
    rows.put(
        {
            "subject": at.subject,
            "month": event.month,
            "department": event.department,
            "method": event.method,
            "version": event.version,
            "total": event.total,
            "calculated_by": event.by,
            "calculated_at": at.occurred_at,
        }
    )
    objects = rows.of_table(OBJECTS)
    for row in objects.of(at.subject):
        objects.drop(at.subject, row["number"])
    for number, each in enumerate(event.costs, 1):
        objects.put({"subject": at.subject, "number": number, **dict(each)})
