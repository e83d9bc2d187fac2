"""What came of a simulation's budgets and costs, asked of the views 财务模拟结果汇总."""

from __future__ import annotations

from application.simulator.company import DEPARTMENTS
from application.simulator.finance_plan import OWN_ACCOUNTS
from domain.finance.accounts import STANDARD
from interfaces.cli.question import Question, named

DEPARTMENT = {each.id: each.name for each in DEPARTMENTS}
ACCOUNT = {each.code: each.zh for each in (*STANDARD, *OWN_ACCOUNTS)}
CAUSE = {"plan": "预算编制", "execution": "执行", "external": "外部因素"}
STATUS = {
    "open": "办理中",
    "published": "已发布",
    "demanded": "待说明",
    "filed": "待审核",
    "returned": "已退回",
    "waits_for_pool": "待决定调剂池",
    "accepted": "已通过",
    "approved": "已批准",
    "rejected": "已驳回",
    "withdrawn": "已撤回",
    "closed": "已归集",
    "raised": "待报告",
    "completed": "已完成",
    "proposed": "待评估",
    "declined": "未采纳",
    "piloted": "试点中",
    "ended": "试点结束",
    "standard": "已推广",
    "transferred": "已调剂",
    "carried": "已结转",
    "lessons": "已总结",
}

ROUNDS = Question(
    "Budget rounds 年度预算编制",
    (
        "year 财年",
        "status 状态",
        "due 时限",
        "published 发布",
        "late 迟",
        "negotiations 协商",
        "meetings 会议",
        "departments 部门合计",
        "pool 调剂池",
        "total 总额 (CNY)",
    ),
    (5, 6, 7, 8, 9),
    """
    select year::text, status, (due_at at time zone 'Asia/Shanghai')::date as due,
           (published_at at time zone 'Asia/Shanghai')::date as published,
           case when published_at > due_at then 'late 迟' else '' end as late,
           negotiations, meetings, departments_total, pool, total
    from views.budget_rounds order by 1
    """,
    named(("status", STATUS)),
    always=False,
)

BUDGETS = Question(
    "Budgets by year and department 部门预算执行",
    (
        "year 财年",
        "department 部门",
        "published 年初预算",
        "budget 预算",
        "reserved 预留",
        "committed 承诺",
        "actual 实际",
        "available 可用",
        "spent %",
    ),
    (2, 3, 4, 5, 6, 7, 8),
    """
    select year::text, coalesce(department, 'all 合计') as department, sum(original) as original,
           sum(budget) as budget, sum(reserved) as reserved, sum(committed) as committed, sum(actual) as actual,
           sum(available) as available, round(sum(actual) * 100 / nullif(sum(budget), 0), 1) as spent
    from views.budget_lines group by year, rollup (department) order by year, budget_lines.department nulls last
    """,
    named(("department", DEPARTMENT)),
    always=False,
)

REPORTS = Question(
    "Monthly reports 预算执行分析报告",
    (
        "month 月份",
        "published 发布",
        "in time 按时",
        "budget to date 累计预算",
        "spent to date 累计实际",
        "year 全年预算",
        "forecast 全年预测",
        "likely over 预计超支",
        "over 超支行",
    ),
    (3, 4, 5, 6, 7, 8),
    """
    select month, (published_at at time zone 'Asia/Shanghai')::date as published,
           case when published_at <= due_at then 'yes 是' else 'no 否' end as in_time,
           to_date_budget, to_date_actual, year_budget, forecast, likely, overruns
    from views.execution_reports where published_at is not null order by month
    """,
    always=False,
)

OVERRUNS = Question(
    "Overruns and their explanations 超支与差异说明",
    (
        "month 月份",
        "department 部门",
        "account 科目",
        "over 超支 (CNY)",
        "filed 提交",
        "late 迟",
        "cause 原因类别",
        "controllable 可控",
        "returned 退回",
        "pool 调剂池批准",
        "status 状态",
    ),
    (3, 8, 9),
    """
    select month, department, account, over, (first_filed_at at time zone 'Asia/Shanghai')::date as filed,
           case when first_filed_at > first_due_at then 'late 迟' else '' end as late, cause_kind,
           case when controllable then 'yes 是' when not controllable then 'no 否' end as controllable,
           returned, granted, status
    from views.variance_explanations order by month, department, account
    """,
    named(("department", DEPARTMENT), ("account", ACCOUNT), ("cause_kind", CAUSE), ("status", STATUS)),
    always=False,
)

TRANSFERS = Question(
    "Transfers 预算调剂",
    (
        "submitted 申请",
        "from 调出",
        "account 科目",
        "to 调入",
        "account 科目",
        "amount 金额 (CNY)",
        "from month 生效月份",
        "status 状态",
    ),
    (5,),
    """
    select (submitted_at at time zone 'Asia/Shanghai')::date as submitted,
           coalesce(source_department, 'pool') as source, source_account,
           (select string_agg(distinct target.department, ', ')
            from views.budget_transfer_targets target where target.subject = transfer.subject) as receiving,
           (select string_agg(distinct target.account, ', ')
            from views.budget_transfer_targets target where target.subject = transfer.subject) as account,
           amount, month, status
    from views.budget_transfers transfer order by submitted_at
    """,
    named(
        ("source", DEPARTMENT | {"pool": "调剂池"}),
        ("source_account", ACCOUNT),
        ("receiving", DEPARTMENT),
        ("account", ACCOUNT),
        ("status", STATUS),
    ),
    always=False,
)

POOLS = Question(
    "Reserve pool 预算调剂池",
    ("year 财年", "funded 设立", "drawn 动用", "returned 退回", "balance 余额 (CNY)"),
    (1, 2, 3, 4),
    "select year::text, funded, drawn, returned, balance from views.reserve_pool order by 1",
    always=False,
)

CARRIED = Question(
    "Carried forward 预算结转",
    ("from 转出财年", "department 部门", "accounts 科目", "asked 申请", "carried 结转 (CNY)", "status 状态"),
    (3, 4),
    """
    select year::text, department,
           (select string_agg(line.account, ', ' order by line.account)
            from views.carry_forward_lines line where line.subject = carry.subject) as accounts,
           asked, carried, status
    from views.carry_forward carry order by year, department
    """,
    named(("department", DEPARTMENT), ("status", STATUS)),
    always=False,
)

PERIODS = Question(
    "Cost periods 成本归集",
    (
        "month 月份",
        "closed 归集完成",
        "late 迟",
        "table 成本表",
        "entries 分录",
        "corrected 更正",
        "error % 差错率",
        "under limit 达标",
        "total 成本 (CNY)",
    ),
    (4, 5, 6, 8),
    """
    select month, (closed_at at time zone 'Asia/Shanghai')::date as closed,
           case when closed_at > due_at then 'late 迟' else '' end as late,
           (published_at at time zone 'Asia/Shanghai')::date as published, entries, corrected,
           round(error_rate, 2) as error_rate,
           case when within then 'yes 是' when not within then 'no 否' end as within, total
    from views.cost_periods order by month
    """,
    always=False,
)

ALERTS = Question(
    "Cost alerts 成本预警",
    (
        "month 月份",
        "department 部门",
        "share % 人工占比",
        "budgeted % 预算占比",
        "over 超出",
        "raised 预警",
        "filed 报告",
        "late 迟",
        "whys 追问",
        "status 状态",
    ),
    (2, 3, 4, 8),
    """
    select month, department, share, budget_share, over, (raised_at at time zone 'Asia/Shanghai')::date as raised,
           (first_filed_at at time zone 'Asia/Shanghai')::date as filed,
           case when late then 'late 迟' else '' end as late, whys, status
    from views.cost_alerts order by month, department
    """,
    named(("department", DEPARTMENT), ("status", STATUS)),
    always=False,
)

SAVINGS = Question(
    "Savings ideas 成本优化金点子",
    (
        "call 征集期",
        "department 部门",
        "measure 措施",
        "benefit 预计年效益",
        "saved 节约",
        "invested 投入",
        "ROI %",
        "reward 奖励",
        "status 状态",
    ),
    (3, 4, 5, 6, 7),
    """
    select call, department, measure, benefit, saving, investment, roi, reward, status
    from views.savings order by call, department
    """,
    named(("department", DEPARTMENT), ("status", STATUS)),
    always=False,
)

REVIEWS = Question(
    "Yearly review 年度预算复盘",
    (
        "year 财年",
        "department 部门",
        "account 科目",
        "over 超支 (CNY)",
        "over %",
        "cause 原因类别",
        "serious 严重",
        "responsible 责任人",
        "lesson 经验教训",
    ),
    (3, 4),
    """
    select year::text, department, account, over, percent, cause_kind,
           case when serious then 'yes 是' else 'no 否' end as serious, responsible, lesson
    from views.budget_review_findings order by year, number
    """,
    named(("department", DEPARTMENT), ("account", ACCOUNT), ("cause_kind", CAUSE)),
    always=False,
)

FINANCE = (ROUNDS, BUDGETS, REPORTS, OVERRUNS, TRANSFERS, POOLS, CARRIED, PERIODS, ALERTS, SAVINGS, REVIEWS)
