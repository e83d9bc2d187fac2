"""What came of an import 导入报告: counted from the decisions, so that it is the same however often it runs."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Any

from domain import catalogue
from domain.governance.imported_case import ImportedDeviationFound, ImportedMattersUndetermined, ImportedStepTaken
from domain.governance.imported_judgement import STATUS_AFTER
from domain.governance.imported_procedure import Judge
from domain.kernel import Event

SEPARATION = ("separation of duties: the log does not tell people apart", "职责分离：日志未区分人员")
QUESTIONS = {
    "separation_of_duties": SEPARATION,
    "authority": ("authority: the log lost the role that acted", "权限：日志缺失办理角色"),
    "order": ("order: the log's times run backwards", "顺序：日志时间前后颠倒"),
    "amount": ("amount: the log's text is no amount", "金额：日志文本不是金额"),
}
"""What the log cannot tell of any case; what it cannot tell of a step, the procedure says."""


@dataclass(slots=True)
class ImportReport:
    """Counts of one import. ``stored`` are the journal's new entries, ``unchanged`` the cases that added none.

    ``waits`` are the seconds from what happened before in the case to each decision or execution, by step.
    """

    judge: Judge
    log: str
    sha256: str
    cases: int = 0
    events: int = 0
    stored: int = 0
    unchanged: int = 0
    conforming: int = 0
    activities: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    deviations: Counter[str] = field(default_factory=Counter)
    deviating: Counter[str] = field(default_factory=Counter)
    questions: Counter[str] = field(default_factory=Counter)
    rejections: Counter[str] = field(default_factory=Counter)
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _last: str = ""

    def __post_init__(self) -> None:
        for step in self.judge.of_kind("afterwards"):
            self._last = step.name

    def count(self, events: Iterable[Event]) -> None:
        """Take in what was decided of one case, from its beginning."""
        self.cases += 1
        broken: set[str] = set()
        status = "none"
        before: datetime | None = None
        for event in events:
            if isinstance(event, ImportedStepTaken | ImportedDeviationFound):
                self.events += 1
                self.activities[event.activity] += 1
                if isinstance(event, ImportedDeviationFound):
                    self.deviations[event.rule] += 1
                    broken.add(event.rule)
                status = "carried_out" if event.step == self._last else STATUS_AFTER.get(event.outcome, status)
                if event.outcome == "rejected":
                    self.rejections[event.step] += 1
                if before is not None and event.step:
                    self.waits[event.step].append((event.happened_at - before).total_seconds())
                before = event.happened_at
            elif isinstance(event, ImportedMattersUndetermined):
                self.questions.update(event.questions)
        self.deviating.update(broken)
        self.conforming += not broken
        self.ended[status] += 1

    def as_dict(self) -> dict[str, Any]:
        """For programs. Hours have two decimals; the 90th percentile is the nearest rank."""
        steps = {step.name: step for step in self.judge.procedure.steps}
        return {
            "log": self.log,
            "sha256": self.sha256,
            "procedure": f"{self.judge.procedure.name} {self.judge.procedure.version}",
            "cases": self.cases,
            "events": self.events,
            "stored": self.stored,
            "unchanged": self.unchanged,
            "conforming_cases": self.conforming,
            "deviating_cases": self.cases - self.conforming,
            "deviations": [
                {"rule": rule, "events": number, "cases": self.deviating[rule], **sentence(rule)}
                for rule, number in self.deviations.most_common()
            ],
            "undetermined": [
                {"question": question, "cases": number, **self.question(question)}
                for question, number in self.questions.most_common()
            ],
            "time_at_step": {
                name: {"en": step.en, "zh": step.zh, "count": len(self.waits[name]), **_hours(self.waits[name])}
                for name, step in steps.items()
                if self.waits.get(name)
            },
            "rejections": {name: self.rejections[name] for name in steps if self.rejections[name]},
            "ended": dict(self.ended.most_common()),
            "activities": dict(self.activities.most_common()),
        }

    def question(self, question: str) -> dict[str, str]:
        """What the log cannot tell, in words."""
        if question in QUESTIONS:
            en, zh = QUESTIONS[question]
            return {"en": en, "zh": zh}
        step = self.judge.steps[question.removesuffix("_needed")]
        return {"en": f"{step.en}: {step.why_en}", "zh": f"{step.zh}：{step.why_zh}"}

    def text(self) -> str:
        """For people, in both languages."""
        told = self.as_dict()
        lines = [
            f"{told['log']} · {told['procedure']}",
            f"cases 案例 {told['cases']:,} · events 事件 {told['events']:,} · new entries 新入账 {told['stored']:,} · "
            f"unchanged 未变 {told['unchanged']:,}",
            f"conforming as far as the log tells 就日志所示合规 {told['conforming_cases']:,} · "
            f"deviating 存在偏差 {told['deviating_cases']:,}",
            "",
            "Deviations 偏差 (events 事件 / cases 案例)",
            *(
                f"  {each['events']:>6,} / {each['cases']:>6,}  {each['en']}\n{'':19}{each['zh']}"
                for each in told["deviations"]
            ),
            "",
            "Undetermined, never passed 无法判定，不视为合规 (cases 案例)",
            *(f"  {each['cases']:>6,}  {each['en']}\n{'':10}{each['zh']}" for each in told["undetermined"]),
            "",
            "Time at each step 各步骤用时 (hours 小时: median 中位数, 90 %)",
            *(
                f"  {each['median_hours']:>9,.2f} {each['p90_hours']:>9,.2f}  {each['en']} {each['zh']}"
                f" ({each['count']:,})"
                for each in told["time_at_step"].values()
            ),
            "",
            "Rejections by step 各步骤驳回",
            *(
                f"  {number:>6,}  {self.judge.steps[name].en} {self.judge.steps[name].zh}"
                for name, number in told["rejections"].items()
            ),
        ]
        return "\n".join(lines)


def sentence(rule: str) -> dict[str, str]:
    """The rule a deviation broke, in words."""
    refusal = catalogue.refusals()[rule]
    return {"en": refusal.rule("en"), "zh": refusal.rule("zh"), "clause": refusal.clause}


def _hours(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    nearest = ordered[ceil(0.9 * len(ordered)) - 1]
    return {"median_hours": round(statistics.median(ordered) / 3600, 2), "p90_hours": round(nearest / 3600, 2)}
