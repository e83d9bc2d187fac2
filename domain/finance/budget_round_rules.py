"""What a budget round refuses, and who has a say in it 年度预算编制规则 (2.1.1.1-2.1.1.6)."""

from datetime import date

from domain.directory import Directory, Role
from domain.governance.parameters import speaks_for
from domain.kernel import Context, Refusal

CLAUSE_TOTALS = "2.1.1.3"


class RoundNotOpen(Refusal):
    """The budget round of this year is not open: it opens in the policy's month and ends with the publication.

    该财年的预算编制尚未启动或已经发布。

    → Wait until the round opens; what is published is changed by a transfer (clause 2.1.3.1).
    → 请等待预算编制启动；已发布的预算通过《预算调剂申请表》调整。
    """

    clause = "2.1.1.1"


class SetByFinance(Refusal):
    """Totals, the reserve pool, who takes part and the publication are in the hands of finance.

    预算总量、调剂池、编制范围与预算发布由财务经理办理。

    → Ask the finance manager.
    → 请联系财务经理办理。
    """

    clause = CLAUSE_TOTALS
    attempt = True


class NotInTheRound(Refusal):
    """This department takes no part in the budget round.

    该部门不在本次预算编制范围内。

    → Name a department of the round, or have finance include it.
    → 请选择编制范围内的部门，或由财务经理纳入。
    """

    clause = "2.1.1.1"


class NoDepartmentToInclude(Refusal):
    """There is no such department in the organisation.

    组织架构中没有该部门。

    → Name a department as the organisation has it.
    → 请按组织架构填写部门编号。
    """

    clause = "2.1.1.1"


class InTheRoundAlready(Refusal):
    """This department takes part already.

    该部门已在编制范围内。

    → Nothing has to be done.
    → 无需办理。
    """

    clause = "2.1.1.1"


class NamedTwice(Refusal):
    """A department, a category or a person is named once.

    部门、成本类别或人员不得重复填写。

    → Put what stands twice into one.
    → 请合并重复项。
    """

    clause = "2.1.1.1"


class NoSuchPerson(Refusal):
    """Somebody named is not employed here.

    所填人员不在职。

    → Name people by their employee numbers.
    → 请按员工编号填写在职人员。
    """

    clause = "2.1.1.4"


class NotForYouToRecord(Refusal):
    """A negotiation or a meeting is recorded by the finance manager, by management or by somebody who took part.

    协商与会议由财务经理、管理层或参与人记录。

    → Ask one of them to record it.
    → 请由其中一人记录。
    """

    clause = "2.1.1.5"
    attempt = True


class NotYetHeld(Refusal):
    """A meeting is recorded once it was held, and it was held after the round opened.

    会议召开后方可记录，且须在预算编制启动之后召开。

    → Give the day on which it was held.
    → 请填写实际召开日期。
    """

    clause = "2.1.1.5"


class WithoutManagement(Refusal):
    """The meeting that deliberates on budgets is one of management: somebody of management attends.

    预算审议会议须有管理层成员出席。

    → Hold it with management, and name who attended.
    → 请由管理层成员出席会议，并填写出席人员。
    """

    clause = "2.1.1.5"


class NothingToDeliberate(Refusal):
    """A meeting deliberates on budgets that are filed.

    会议仅审议已提交的部门预算。

    → Have the departments named file first.
    → 请先由所列部门提交预算。
    """

    clause = "2.1.1.5"


class NotEverybodyApproved(Refusal):
    """The budget is published once the budget of every department is approved.

    所有部门预算均获批准后方可发布年度预算。

    → Have the departments named file and be approved, or take them out of the round with a reason.
    → 请先完成所列部门预算的提交与审批，或说明原因移出编制范围。
    """

    clause = "2.1.1.6"


class ApprovedAboveTotal(Refusal):
    """No approved budget exceeds the total finance set for the department.

    已批准的部门预算不得超过财务下达的总量。

    → Have the department revise its budget, or raise its total with a reason.
    → 请由部门修改预算，或由财务经理说明原因上调总量。
    """

    clause = CLAUSE_TOTALS


class PoolNotDeliberated(Refusal):
    """The reserve pool is published as management had it before it.

    预算调剂池须经管理层会议审议后按审议金额发布。

    → Record a management meeting held since the pool was set.
    → 请在设定调剂池后召开并记录管理层会议。
    """

    clause = "2.1.1.5"


def finance(directory: Directory, authority: str) -> tuple[str, ...]:
    """Who holds the authority over totals 财务经理; management where it is vacant."""
    held = {person for role in speaks_for(authority) for person in directory.holders(role)}
    return tuple(sorted(held or filter(directory.is_management, directory.employees)))


def finance_in(context: Context) -> tuple[str, ...]:
    """Who is finance in this decision."""
    return finance(context.directory, context.policy.value(CLAUSE_TOTALS, "authority"))


def filers_of(department: str, directory: Directory) -> tuple[str, ...]:
    """Who files a department's budget: its head, or whoever heads a department above it.

    Where there is nobody, or nobody stands above a head to approve it, management may file it as well.
    """
    heads = directory.holders(Role.DEPARTMENT_HEAD, department)
    if heads and all(directory.superior_of(head) for head in heads):
        return heads
    return tuple(dict.fromkeys((*heads, *sorted(filter(directory.is_management, directory.employees)))))


def year_day(month_day: str, not_before: date) -> date:
    """The next day of that month and day, ``not_before`` included; 02-29 is the 28th where there is none."""
    month, day = (int(part) for part in month_day.split("-"))
    for year in (not_before.year, not_before.year + 1):
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        found = date(year, month, 28 if (month, day) == (2, 29) and not leap else day)
        if found >= not_before:
            break
    return found
