"""Cost control over time 成本控制 (2.2.2.1 - 2.2.3.2): what the calendar opens by itself, deadlines met and missed."""

from datetime import date, datetime

import pytest

from application.timers import Timers
from domain.finance.savings_call import OpenCall
from domain.finance.savings_idea_messages import AcceptSavingsIdea, EndPilot
from domain.governance.obligation import obligation_stream
from domain.kernel import SYSTEM, Stream
from domain.working_time import SHANGHAI
from tests.application.test_timers import OpenInTheJournal
from tests.domain.finance.cost_alert_samples import DUE, FEBRUARY, MARCH, REPORT, WATCHED, WHYS, shares
from tests.domain.finance.savings_samples import PLAN, PLANNED, PROPOSE
from tests.house import TestHouse
from tests.spec import clauses

ALERT = Stream("cost_alert", "D-SALES.2026-03")
IDEA = Stream("savings_idea", "SI1")


def calendar(company: TestHouse) -> Timers:
    """The timers, which look back to the end of March."""
    return Timers(company.handler, OpenInTheJournal(company), since=date(2026, 3, 31))


@clauses("2.2.2.1", "2.2.3.1")
async def test_the_calendar_calls_for_ideas_and_watches_the_labour_shares_once(company: TestHouse) -> None:
    clock = calendar(company)
    for day in (1, 21, 22, 23):
        await clock.tick(datetime(2026, 4, day, 8, 0, tzinfo=SHANGHAI))
        watched = await company.events("cost_watch-2026-03")
        assert watched == ([] if day < 22 else ["CostWatchOpened"])
    assert await company.events("savings_call-2026-Q2") == ["CallOpened"]
    assert await company.events("savings_call-2026-Q1") == []


@clauses("2.2.2.3")
@pytest.mark.parametrize("met", [True, False])
async def test_a_report_that_is_filed_in_time_is_met_and_one_that_is_not_is_missed(
    company: TestHouse, met: bool
) -> None:
    found = shares(FEBRUARY, MARCH)
    await company.do(str(ALERT), found, SYSTEM, by_house=True, at=WATCHED)
    await company.do(str(ALERT), WHYS, "SAM", at=WATCHED)
    if met:
        await company.do(str(ALERT), REPORT, "SAM", at=DUE)
    await calendar(company).tick(DUE)
    deadline = obligation_stream(ALERT, "2.2.2.3")
    assert await company.events(str(deadline)) == ([] if met else ["ObligationMissed"])


@clauses("2.2.3.2")
@pytest.mark.parametrize("met", [True, False])
async def test_the_effect_of_a_pilot_is_told_in_time_or_missed(company: TestHouse, met: bool) -> None:
    await company.do("savings_call-2026-Q1", OpenCall(period="2026-Q1"), SYSTEM, by_house=True)
    await company.do(str(IDEA), PROPOSE, "ANN")
    await company.do(str(IDEA), AcceptSavingsIdea(), "FAY")
    await company.do(str(IDEA), PLAN, "FAY")
    if met:
        effect = EndPilot.model_validate({"after": "3000", "investment": "1000"})
        await company.do(str(IDEA), effect, "FRED", at=PLANNED.evaluate_by)
    await calendar(company).tick(PLANNED.evaluate_by)
    deadline = obligation_stream(IDEA, "2.2.3.2", "1")
    assert await company.events(str(deadline)) == ([] if met else ["ObligationMissed"])
