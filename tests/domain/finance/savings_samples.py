"""A savings idea and its pilot 示例金点子."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.finance.savings_call import CallOpened, CallStanding
from domain.finance.savings_idea import SAVINGS_IDEA
from domain.finance.savings_idea_messages import (
    AdoptMeasure,
    EndPilot,
    EndWithLessons,
    PilotEnded,
    PilotPlanned,
    PlanPilot,
    ProposeSavingsIdea,
    RewardSavingsIdea,
    SavingsIdeaAccepted,
    SavingsIdeaDeclined,
    SavingsIdeaProposed,
    SavingsIdeaRewarded,
)
from domain.kernel import Event
from domain.working_time import SHANGHAI
from tests.spec import Outcome, Spec, spec

HEADS = ("FAY", "GINA", "HAL", "IAN", "PAT", "SAM", "WES")
OPENED = CallOpened(period="2026-Q1", closes_on=date(2026, 3, 31), informed=HEADS)
OPEN_CALL = CallStanding(date(2026, 3, 31))

PROPOSE = ProposeSavingsIdea(
    call="2026-Q1",
    problem="纸张用量大",
    measure="默认双面打印",
    benefit=Decimal(12000),
    calculation="每月少用 50 包，每包 20 元",
)
PROPOSED = SavingsIdeaProposed(**dict(PROPOSE), department="D-SALES", proposer="ANN")
ACCEPTED = SavingsIdeaAccepted(proposer="ANN", remark="值得试点", by="FAY")
DECLINED = SavingsIdeaDeclined(proposer="ANN", reason="已在实行", by="FAY")
REWARDED = SavingsIdeaRewarded(proposer="ANN", amount=Decimal(500), grounds="效益明显", by="FAY")
REWARD = RewardSavingsIdea(amount=Decimal(500), grounds="效益明显")
PLAN = PlanPilot(
    leader="FRED",
    group=("ANN", "IRIS"),
    plan="销售部先行",
    starts_on=date(2026, 3, 10),
    measured="三个月纸张采购额",
    baseline=Decimal(6000),
    target=Decimal(2000),
)
PLANNED = PilotPlanned(
    number=1,
    leader="FRED",
    group=("FRED", "ANN", "IRIS"),
    plan="销售部先行",
    starts_on=date(2026, 3, 10),
    months=3,
    ends_on=date(2026, 6, 9),
    evaluate_by=datetime(2026, 6, 23, 23, 59, 59, tzinfo=SHANGHAI),
    owed_by=("FRED",),
    measured="三个月纸张采购额",
    baseline=Decimal(6000),
    target=Decimal(2000),
)
LAST_DAY = datetime(2026, 6, 9, 9, 0, tzinfo=SHANGHAI)
ADOPT = AdoptMeasure(standard="所有打印机默认双面")
LEARN = EndWithLessons(lessons="供应商涨价", adjustment="改用电子单据后再试")


def ended(**changes: Any) -> PilotEnded:
    """The pilot saved 3,000 for 1,000."""
    told: dict[str, Any] = {
        "number": 1,
        "ended_on": date(2026, 6, 9),
        "early_because": "",
        "before": Decimal(6000),
        "after": Decimal(3000),
        "saving": Decimal(3000),
        "investment": Decimal(1000),
        "roi": Decimal("200.00"),
        "works": True,
        "target": Decimal(2000),
        "target_reached": True,
        "remark": "",
        "by": "FRED",
    }
    return PilotEnded(**{**told, **changes})


DID_NOT_PAY = ended(after=Decimal(5500), saving=Decimal(500), roi=Decimal("-50.00"), works=False, target_reached=False)
MISSED_TARGET = ended(after=Decimal(4500), saving=Decimal(1500), roi=Decimal("50.00"), target_reached=False)


def idea(*history: Event) -> Spec:
    """An idea of ANN's, in March while the call of the first quarter is open."""
    return spec(SAVINGS_IDEA, *history).knowing("savings_call", "2026-Q1", OPEN_CALL)


def end(after: str, investment: str, *, given: Spec | None = None, at: datetime = LAST_DAY, **more: str) -> Outcome:
    """FRED ends the pilot."""
    command = EndPilot(after=Decimal(after), investment=Decimal(investment), **more)
    return (given or idea(PROPOSED, ACCEPTED, PLANNED)).when(command, by="FRED", at=at)
