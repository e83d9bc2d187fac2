"""成本优化金点子 (2.2.3.1 - 2.2.3.3): called for, proposed, assessed, rewarded, piloted, and judged by their effect."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from domain.finance import savings_idea_rules as rules
from domain.finance.savings_call import SAVINGS_CALL, OpenCall, last_day, standing
from domain.finance.savings_idea_messages import (
    AcceptSavingsIdea,
    DeclineSavingsIdea,
    ProposeSavingsIdea,
)
from domain.kernel import IssuedByTheHouse
from domain.working_time import SHANGHAI
from tests.company import WORKING_TIME
from tests.domain.finance.savings_samples import (
    ACCEPTED,
    ADOPT,
    DECLINED,
    HEADS,
    OPEN_CALL,
    OPENED,
    PLANNED,
    PROPOSE,
    PROPOSED,
    REWARD,
    REWARDED,
    ended,
    idea,
)
from tests.domain.procurement.world import World
from tests.spec import clauses, spec


def called_on(every: str) -> list[tuple[date, str]]:
    """The days of the first four months on which the calendar calls, with the period."""
    policy = spec(SAVINGS_CALL).under("2.2.3.1", every=every).policy
    days = (date(2026, 1, 1) + timedelta(days=each) for each in range(120))
    return [
        (day, each.act(day)[0])
        for day in days
        for each in SAVINGS_CALL.schedules
        if each.due_on(day, policy, WORKING_TIME)
    ]


@clauses("2.2.3.1")
def test_ideas_are_called_for_on_each_quarters_first_working_day() -> None:
    # The first of January is a holiday, the second too; the fourth, a Sunday, is worked instead.
    assert called_on("quarter") == [(date(2026, 1, 4), "2026-Q1"), (date(2026, 4, 1), "2026-Q2")]


@clauses("2.2.3.1")
def test_how_often_is_the_policys() -> None:
    assert called_on("year") == [(date(2026, 1, 4), "2026")]
    assert called_on("month") == [
        (date(2026, 1, 4), "2026-01"),
        (date(2026, 2, 2), "2026-02"),
        (date(2026, 3, 2), "2026-03"),
        (date(2026, 4, 1), "2026-04"),
    ]


@clauses("2.2.3.1")
def test_a_call_is_open_until_its_period_ends_and_every_head_is_told() -> None:
    called = spec(SAVINGS_CALL).when(OpenCall(period="2026-Q1"), by="SYSTEM", by_house=True)
    called.then(OPENED).because("2.2.3.1", outcome="opened", every="quarter")
    called.and_then().when(OpenCall(period="2026-Q1"), by="SYSTEM", by_house=True).then()
    spec(SAVINGS_CALL).when(OpenCall(period="2026-Q1"), by="FAY").refused(IssuedByTheHouse)
    assert standing(SAVINGS_CALL.initial) is None
    assert standing(SAVINGS_CALL.fold([OPENED])) == OPEN_CALL
    world = World()
    world.act("savings_call-2026-Q1", OpenCall(period="2026-Q1"), by="SYSTEM", by_house=True)
    world.react()
    assert world.notices("savings_call") == [HEADS]


@pytest.mark.parametrize(
    ("period", "last"),
    [
        ("2026-Q1", date(2026, 3, 31)),
        ("2026-Q4", date(2026, 12, 31)),
        ("2028-02", date(2028, 2, 29)),
        ("2026-12", date(2026, 12, 31)),
        ("2026", date(2026, 12, 31)),
    ],
)
def test_the_last_day_of_a_period(period: str, last: date) -> None:
    assert last_day(period) == last


@clauses("2.2.3.1")
def test_anybody_proposes_an_idea_with_problem_measure_and_benefit() -> None:
    idea().when(PROPOSE, by="ANN").then(PROPOSED).because("2.2.3.1", call="2026-Q1")
    for field in ("problem", "measure", "calculation"):
        with pytest.raises(ValueError, match=field):
            ProposeSavingsIdea.model_validate({**PROPOSE.model_dump(), field: ""})


@clauses("2.2.3.1")
def test_an_idea_states_its_benefit_in_money() -> None:
    nothing = PROPOSE.model_copy(update={"benefit": Decimal("0.00")})
    idea().when(nothing, by="ANN").refused(rules.BenefitInMoney, field="benefit")


@clauses("2.2.3.1")
def test_an_idea_is_proposed_while_its_call_is_open() -> None:
    last = datetime(2026, 3, 31, 23, 59, tzinfo=SHANGHAI)
    idea().when(PROPOSE, by="ANN", at=last).then(PROPOSED)
    over = idea().when(PROPOSE, by="ANN", at=last + timedelta(minutes=1))
    over.refused(rules.NoOpenCall, field="call", closed_on="2026-03-31")
    never = PROPOSE.model_copy(update={"call": "2026-Q2"})
    idea().when(never, by="ANN").refused(rules.NoOpenCall, call="2026-Q2", closed_on="-")


@clauses("2.2.3.1")
def test_an_idea_is_proposed_once() -> None:
    idea(PROPOSED).when(PROPOSE, by="BOB").refused(rules.ProposedOnce)


@clauses("2.2.3.1")
def test_finance_finds_it_worth_piloting_or_declines_it_with_the_reason() -> None:
    idea(PROPOSED).when(AcceptSavingsIdea(remark="值得试点"), by="FAY").then(ACCEPTED)
    idea(PROPOSED).when(DeclineSavingsIdea(reason="已在实行"), by="FAY").then(DECLINED)
    for command in (AcceptSavingsIdea(), DeclineSavingsIdea(reason="已在实行")):
        assert len(idea(PROPOSED).when(command, by="FRED").events) == 1
        for who in ("SAM", "GINA", "BOB"):
            idea(PROPOSED).when(command, by=who).refused(rules.HandledByFinance)
        for history in ((), (PROPOSED, ACCEPTED), (PROPOSED, DECLINED)):
            idea(*history).when(command, by="FAY").refused(rules.IdeaNotInThatState)


@clauses("2.2.3.1")
def test_nobody_assesses_rewards_or_adopts_his_own_idea_nor_through_a_delegate() -> None:
    own = PROPOSED.model_copy(update={"proposer": "FAY", "department": "D-FIN"})
    for command, history in (
        (AcceptSavingsIdea(), (own,)),
        (DeclineSavingsIdea(reason="不行"), (own,)),
        (REWARD, (own, ACCEPTED)),
        (ADOPT, (own, ACCEPTED, PLANNED, ended())),
    ):
        idea(*history).when(command, by="FAY").refused(rules.NotHisOwnIdea)
        idea(*history).when(command, by="FRED", acting_for="FAY").refused(rules.NotHisOwnIdea)
    freds = PROPOSED.model_copy(update={"proposer": "FRED", "department": "D-FIN"})
    idea(freds).when(AcceptSavingsIdea(), by="FRED", acting_for="FAY").refused(rules.NotHisOwnIdea)


@clauses("2.2.3.1")
def test_a_good_idea_is_rewarded_once_by_the_finance_manager() -> None:
    for history in ((PROPOSED, ACCEPTED), (PROPOSED, ACCEPTED, PLANNED, ended())):
        idea(*history).when(REWARD, by="FAY").then(REWARDED)
    for who in ("FRED", "HAL", "SAM"):
        idea(PROPOSED, ACCEPTED).when(REWARD, by=who).refused(rules.RewardedByFinanceManager)
    for unrewarded in ((), (PROPOSED,), (PROPOSED, DECLINED), (PROPOSED, ACCEPTED, REWARDED)):
        idea(*unrewarded).when(REWARD, by="FAY").refused(rules.OnlyGoodIdeasRewarded)
