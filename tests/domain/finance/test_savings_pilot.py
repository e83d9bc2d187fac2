"""金点子试点 (2.2.3.2, 2.2.3.3): planned, followed, ended, judged by their effect, adopted or ended with lessons."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.finance import savings_idea_rules as rules
from domain.finance.savings_call import OpenCall
from domain.finance.savings_idea import SAVINGS_IDEA
from domain.finance.savings_idea_effect import Effect
from domain.finance.savings_idea_messages import (
    AcceptSavingsIdea,
    DeclineSavingsIdea,
    EndPilot,
    EndWithLessons,
    MeasureAdopted,
    NotePilotProgress,
    PilotEnded,
    PilotEndedWithLessons,
    PilotPlanned,
    PilotProgressNoted,
)
from domain.governance.open_deadlines import still_open
from domain.kernel import Command, Event
from domain.working_time import SHANGHAI
from tests.domain.finance.savings_samples import (
    ACCEPTED,
    ADOPT,
    DECLINED,
    DID_NOT_PAY,
    HEADS,
    LAST_DAY,
    LEARN,
    MISSED_TARGET,
    PLAN,
    PLANNED,
    PROPOSE,
    PROPOSED,
    REWARD,
    end,
    ended,
    idea,
)
from tests.domain.procurement.world import World
from tests.spec import NOW, clauses


@clauses("2.2.3.2")
def test_a_pilot_has_a_group_a_plan_three_months_and_a_target() -> None:
    idea(PROPOSED, ACCEPTED).when(PLAN, by="FRED").then(PLANNED).because("2.2.3.2", outcome="usual", months="3")
    two = PLAN.model_copy(update={"months": 2})
    idea(PROPOSED, ACCEPTED).when(two, by="FAY").because("2.2.3.2", outcome="other", months="2", default_months="3")
    (planned,) = (
        idea(PROPOSED, ACCEPTED).under("2.2.3.2", default_months=6, evaluation_days=7).when(PLAN, by="FAY").events
    )
    assert isinstance(planned, PilotPlanned)
    assert (planned.months, planned.ends_on) == (6, date(2026, 9, 9))
    assert planned.evaluate_by == datetime(2026, 9, 16, 23, 59, 59, tzinfo=SHANGHAI)


@clauses("2.2.3.2")
@pytest.mark.parametrize(
    ("starts", "months", "ends"),
    [
        (date(2026, 4, 1), 3, date(2026, 6, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 29), 3, date(2028, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 30)),
    ],
)
def test_a_pilot_lasts_whole_months(starts: date, months: int, ends: date) -> None:
    plan = PLAN.model_copy(update={"starts_on": starts, "months": months})
    (planned,) = idea(PROPOSED, ACCEPTED).when(plan, by="FRED").events
    assert isinstance(planned, PilotPlanned)
    assert planned.ends_on == ends


@clauses("2.2.3.2")
def test_a_pilot_is_planned_and_led_by_finance() -> None:
    for who in ("ANN", "SAM", "GINA"):
        idea(PROPOSED, ACCEPTED).when(PLAN, by=who).refused(rules.HandledByFinance)
        led = PLAN.model_copy(update={"leader": who})
        idea(PROPOSED, ACCEPTED).when(led, by="FAY").refused(rules.PilotLedByFinance, field="leader", leader=who)


@clauses("2.2.3.2")
def test_the_group_are_people_employed_here() -> None:
    strangers = PLAN.model_copy(update={"group": ("ANN", "ZOE")})
    idea(PROPOSED, ACCEPTED).when(strangers, by="FRED").refused(rules.GroupOfEmployees, unknown="ZOE")


@clauses("2.2.3.2")
def test_a_pilot_is_planned_before_it_starts() -> None:
    yesterday = PLAN.model_copy(update={"starts_on": date(2026, 3, 2)})
    idea(PROPOSED, ACCEPTED).when(yesterday, by="FRED").refused(rules.PlannedBeforeItStarts, field="starts_on")
    today = PLAN.model_copy(update={"starts_on": date(2026, 3, 3)})
    assert len(idea(PROPOSED, ACCEPTED).when(today, by="FRED").events) == 1


@clauses("2.2.3.2")
def test_a_target_is_more_than_zero_and_no_more_than_what_is_spent() -> None:
    for target in ("0.00", "6000.01"):
        plan = PLAN.model_copy(update={"target": Decimal(target)})
        idea(PROPOSED, ACCEPTED).when(plan, by="FRED").refused(rules.TargetInMoney, field="target", target=target)
    whole = PLAN.model_copy(update={"target": Decimal(6000)})
    assert len(idea(PROPOSED, ACCEPTED).when(whole, by="FRED").events) == 1


@clauses("2.2.3.2")
def test_the_group_and_finance_note_how_it_gets_on() -> None:
    note = NotePilotProgress(note="首月用纸减半", measured=Decimal(900))
    for who in ("FRED", "IRIS", "FAY"):
        noted = PilotProgressNoted(number=1, note="首月用纸减半", measured=Decimal(900), by=who)
        idea(PROPOSED, ACCEPTED, PLANNED).when(note, by=who).then(noted)
    for stranger in ("BOB", "GINA"):
        idea(PROPOSED, ACCEPTED, PLANNED).when(note, by=stranger).refused(rules.NotedByTheGroup)
    idea(PROPOSED, ACCEPTED, PLANNED, ended()).when(note, by="FRED").refused(rules.IdeaNotInThatState)


@clauses("2.2.3.2")
def test_the_leader_owes_the_effect_two_weeks_after_the_last_day() -> None:
    (owed,) = SAVINGS_IDEA.obligations
    assert (owed.clause, owed.owed_by(PLANNED)) == ("2.2.3.2", ("FRED",))
    assert still_open(owed, "1", PLANNED.evaluate_by, [PROPOSED, ACCEPTED, PLANNED])
    assert not still_open(owed, "1", PLANNED.evaluate_by, [PROPOSED, ACCEPTED, PLANNED, ended()])
    second = PLANNED.model_copy(update={"number": 2})
    assert still_open(owed, "2", PLANNED.evaluate_by, [PROPOSED, ACCEPTED, PLANNED, ended(), second])


@clauses("2.2.3.2")
def test_a_pilot_that_ends_before_its_last_day_says_why() -> None:
    day_before = LAST_DAY - timedelta(days=1)
    end("3000", "1000", at=day_before).refused(rules.EndsEarly, field="early_because", ends_on="2026-06-09")
    early = end("3000", "1000", at=day_before, early_because="供应商停产")
    early.then(ended(ended_on=date(2026, 6, 8), early_because="供应商停产"))
    not_begun = end("3000", "1000", at=NOW, early_because="不做了")
    not_begun.refused(rules.EndsEarly, starts_on="2026-03-10")
    end("3000", "1000", early_because="期满").then(ended())


@clauses("2.2.3.3")
def test_before_is_compared_with_after_and_the_return_on_what_was_invested() -> None:
    end("3000", "1000").then(ended()).because("2.2.3.3", outcome="works", roi="200.00", before="6000.00")
    end("5500", "1000").then(DID_NOT_PAY).because("2.2.3.3", outcome="does not pay", roi="-50.00")
    end("4500", "1000").then(MISSED_TARGET).because("2.2.3.3", outcome="works", target="2000.00")
    just = ended(after=Decimal(4000), saving=Decimal(2000), roi=Decimal("100.00"))
    end("4000", "1000").then(just)
    dearer = ended(after=Decimal(6500), saving=Decimal(-500), roi=Decimal("-150.00"), works=False, target_reached=False)
    end("6500", "1000").then(dearer)


@clauses("2.2.3.3")
def test_where_nothing_was_invested_any_saving_counts() -> None:
    works = ended(
        after=Decimal("5999.99"), saving=Decimal("0.01"), investment=Decimal(0), roi=None, target_reached=False
    )
    end("5999.99", "0").then(works).because("2.2.3.3", outcome="works", roi="-")
    nothing = ended(
        after=Decimal(6000), saving=Decimal(0), investment=Decimal(0), roi=None, works=False, target_reached=False
    )
    end("6000", "0").then(nothing)


@clauses("2.2.3.3")
def test_the_return_has_to_exceed_the_minimum_exactly_not_as_it_is_shown() -> None:
    even = ended(after=Decimal(5000), saving=Decimal(1000), roi=Decimal("0.00"), works=False, target_reached=False)
    end("5000", "1000").then(even)
    # 0.001 % more than nothing: shown as 0.00, and yet it exceeds it.
    large = PLANNED.model_copy(update={"baseline": Decimal(3000000), "target": Decimal(1)})
    given = idea(PROPOSED, ACCEPTED, large)
    (just,) = end("1999990", "1000000", given=given).events
    assert isinstance(just, PilotEnded)
    assert (just.roi, just.works) == (Decimal("0.00"), True)
    hurdle = idea(PROPOSED, ACCEPTED, PLANNED).under("2.2.3.3", minimum_roi_percent=Decimal(200))
    end("3000", "1000", given=hurdle).because("2.2.3.3", outcome="does not pay", minimum_roi_percent="200")
    end("2999.99", "1000", given=hurdle).because("2.2.3.3", outcome="works")


FENS = st.integers(0, 10**15 - 1).map(lambda fens: Decimal(fens) / 100)


@clauses("2.2.3.3")
@for_all(before=FENS, after=FENS, investment=FENS)
def test_the_return_is_exact_and_shown_to_two_places(before: Decimal, after: Decimal, investment: Decimal) -> None:
    effect = Effect(before, after, investment)
    assert Fraction(effect.saving) == Fraction(before) - Fraction(after)
    if not investment:
        assert effect.roi is None
        assert effect.works(Decimal(50)) == (before > after)
        return
    exact = (Fraction(before) - Fraction(after) - Fraction(investment)) / Fraction(investment) * 100
    assert effect.roi is not None
    assert effect.roi.as_tuple().exponent == -2
    assert abs(Fraction(effect.roi) - exact) <= Fraction(1, 200)
    assert effect.works(Decimal(50)) == (exact > 50)


@clauses("2.2.3.3", "2.2.3.2")
def test_what_works_becomes_standard_in_every_department() -> None:
    adopted = MeasureAdopted(
        number=1,
        proposer="ANN",
        standard="所有打印机默认双面",
        departments=("D-FIN", "D-GM", "D-HR", "D-IT", "D-PUR", "D-SALES", "D-WH"),
        saving=Decimal(3000),
        roi=Decimal("200.00"),
        target_missed_because="",
        informed=HEADS,
        by="FAY",
    )
    idea(PROPOSED, ACCEPTED, PLANNED, ended()).when(ADOPT, by="FAY").then(adopted).because(
        "2.2.3.3", outcome="target reached"
    )


@clauses("2.2.3.3")
def test_a_missed_target_is_stated_where_the_measure_becomes_standard() -> None:
    missed = idea(PROPOSED, ACCEPTED, PLANNED, MISSED_TARGET)
    missed.when(ADOPT, by="FAY").refused(
        rules.MissedTargetUnexplained, field="target_missed_because", saving="1500.00", target="2000.00"
    )
    stated = ADOPT.model_copy(update={"target_missed_because": "旺季用量上升"})
    found = missed.when(stated, by="FAY").because("2.2.3.3", outcome="target missed")
    (adopted,) = found.events
    assert isinstance(adopted, MeasureAdopted)
    assert adopted.target_missed_because == "旺季用量上升"
    (reached,) = idea(PROPOSED, ACCEPTED, PLANNED, ended()).when(stated, by="FAY").events
    assert isinstance(reached, MeasureAdopted)
    assert reached.target_missed_because == ""


@clauses("2.2.3.3")
def test_what_does_not_pay_never_becomes_standard() -> None:
    stated = ADOPT.model_copy(update={"target_missed_because": "仍想推广"})
    idea(PROPOSED, ACCEPTED, PLANNED, DID_NOT_PAY).when(stated, by="FAY").refused(
        rules.DoesNotPay, saving="500.00", roi="-50.00", minimum="0"
    )


@clauses("2.2.3.3")
def test_what_does_not_work_ends_with_lessons_and_is_piloted_again_as_adjusted() -> None:
    learned = PilotEndedWithLessons(
        number=1, proposer="ANN", lessons="供应商涨价", adjustment="改用电子单据后再试", by="FRED"
    )
    for last in (DID_NOT_PAY, MISSED_TARGET):
        idea(PROPOSED, ACCEPTED, PLANNED, last).when(LEARN, by="FRED").then(learned)
    again = PLAN.model_copy(update={"starts_on": date(2026, 7, 1)})
    closed = idea(PROPOSED, ACCEPTED, PLANNED, DID_NOT_PAY, learned)
    (planned,) = closed.when(again, by="FRED").events
    assert isinstance(planned, PilotPlanned)
    assert planned.number == 2
    closed.when(ADOPT, by="FAY").refused(rules.IdeaNotInThatState)
    for field in ("lessons", "adjustment"):
        with pytest.raises(ValueError, match=field):
            EndWithLessons.model_validate({**LEARN.model_dump(), field: ""})


@clauses("2.2.3.3")
def test_what_works_and_reached_its_target_is_not_given_up() -> None:
    idea(PROPOSED, ACCEPTED, PLANNED, ended()).when(LEARN, by="FRED").refused(rules.WhatWorksBecomesStandard)


@clauses("2.2.3.2", "2.2.3.3")
@pytest.mark.parametrize(
    ("command", "history"),
    [
        (PLAN, (PROPOSED,)),
        (PLAN, (PROPOSED, DECLINED)),
        (PLAN, (PROPOSED, ACCEPTED, PLANNED)),
        (EndPilot(after=Decimal(1), investment=Decimal(1)), (PROPOSED, ACCEPTED)),
        (EndPilot(after=Decimal(1), investment=Decimal(1)), (PROPOSED, ACCEPTED, PLANNED, ended())),
        (ADOPT, (PROPOSED, ACCEPTED, PLANNED)),
        (LEARN, (PROPOSED, ACCEPTED, PLANNED)),
    ],
)
def test_each_step_follows_the_one_before(command: Command, history: tuple[Event, ...]) -> None:
    idea(*history).when(command, by="FRED", at=LAST_DAY).refused(rules.IdeaNotInThatState)


@clauses("2.2.3.2", "2.2.3.3")
def test_nobody_but_finance_ends_a_pilot_or_judges_it() -> None:
    end_now = EndPilot(after=Decimal(1), investment=Decimal(1))
    for who in ("ANN", "GINA"):
        idea(PROPOSED, ACCEPTED, PLANNED).when(end_now, by=who, at=LAST_DAY).refused(rules.HandledByFinance)
        for command in (ADOPT, LEARN):
            idea(PROPOSED, ACCEPTED, PLANNED, ended()).when(command, by=who).refused(rules.HandledByFinance)


@clauses("2.2.3.1", "2.2.3.2", "2.2.3.3")
def test_an_idea_from_the_call_to_the_standard_and_who_is_told() -> None:
    world = World(now=NOW)
    world.act("savings_call-2026-Q1", OpenCall(period="2026-Q1"), by="SYSTEM", by_house=True)
    world.act("savings_idea-SI1", PROPOSE, by="ANN")
    world.act("savings_idea-SI1", AcceptSavingsIdea(remark="值得试点"), by="FRED")
    world.act("savings_idea-SI1", PLAN, by="FAY")
    world.act("savings_idea-SI1", NotePilotProgress(note="首月用纸减半"), by="ANN")
    world.now = LAST_DAY
    world.act("savings_idea-SI1", EndPilot(after=Decimal(3000), investment=Decimal(1000)), by="FRED")
    world.act("savings_idea-SI1", ADOPT, by="FAY")
    world.act("savings_idea-SI1", REWARD, by="FAY")
    world.react()
    assert world.state("savings_idea-SI1").status == "standard"
    assert world.notices("savings_idea") == [
        ("FAY",),
        ("ANN",),
        ("FRED", "ANN", "IRIS"),
        (*HEADS, "ANN"),
        ("ANN",),
    ]


@clauses("2.2.3.1", "2.2.3.3")
def test_its_proposer_is_told_what_became_of_an_idea_that_did_not_make_it() -> None:
    world = World(now=LAST_DAY)
    world.given("savings_idea-SI1", PROPOSED)
    world.given("savings_idea-SI2", PROPOSED, ACCEPTED, PLANNED, DID_NOT_PAY)
    world.act("savings_idea-SI1", DeclineSavingsIdea(reason="已在实行"), by="FAY")
    world.act("savings_idea-SI2", LEARN, by="FRED")
    world.react()
    assert world.notices("savings_idea") == [("ANN",), ("ANN",)]
