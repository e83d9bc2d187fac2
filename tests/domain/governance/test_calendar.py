"""The working calendar 工作日历: official years agree with an independent oracle, deadlines fall on worked days."""

from datetime import date, datetime, time, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.governance.calendar import (
    CALENDAR,
    GarbledYear,
    ImplausibleYear,
    NotTheCalendarsKeeper,
    OfficialStays,
    PublishYear,
    YearCorrected,
    YearPublished,
    working_time,
)
from domain.kernel import SYSTEM
from domain.working_time import SHANGHAI, NoCalendar, WorkingTime
from infrastructure.holidays_seed import due_commands, year_command
from tests.spec import clauses, spec

EXPECTED_2027 = year_command(2027).model_copy(update={"status": "provisional", "workdays": (), "source": "expected"})
MAKE_UP_DAY = date(2027, 2, 20)
OFFICIAL_2027 = EXPECTED_2027.model_copy(update={"status": "official", "workdays": (MAKE_UP_DAY,), "source": "notice"})


def published(command: PublishYear) -> YearPublished:
    return YearPublished.model_validate(command.model_dump())


YEARS = CALENDAR.fold(published(year_command(year)) for year in range(2020, 2027))
WORK = working_time(YEARS)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2026, 10, 1), timezones=st.just(SHANGHAI))


@clauses("5.1")
@pytest.mark.parametrize("year", range(2020, 2027))
def test_the_seed_agrees_with_the_oracle_day_by_day(year: int) -> None:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    in_year = [day for day in days if day.year == year]
    assert [day for day in in_year if WORK.is_working_day(day) != chinese_calendar.is_workday(day)] == []
    assert YEARS.years[year].status == "official"


@clauses("5.1")
def test_a_year_without_its_notice_says_that_it_is_provisional() -> None:
    far = year_command(2035)
    assert (far.status, far.workdays) == ("provisional", ())
    years = CALENDAR.fold([published(far)])
    assert working_time(years).is_provisional(date(2035, 5, 1))
    assert not WORK.is_provisional(date(2026, 5, 1))


@clauses("5.1")
def test_set_up_publishes_what_is_missing_and_what_became_official() -> None:
    known = CALENDAR.fold([published(year_command(2025)), published(EXPECTED_2027)])
    assert [command.year for command in due_commands(known.years, range(2025, 2027))] == [2026]
    expected_26 = year_command(2026).model_copy(update={"status": "provisional", "workdays": ()})
    stale = CALENDAR.fold([published(expected_26)])
    assert list(due_commands(stale.years, [2026])) == [year_command(2026)]
    assert list(due_commands(YEARS.years, range(2020, 2027))) == []


@clauses("5.1")
def test_set_up_leaves_an_official_year_alone_whoever_published_it() -> None:
    known = year_command(2026)
    amended = known.model_copy(update={"holidays": known.holidays[1:], "source": "amended notice"})
    assert list(due_commands(CALENDAR.fold([published(amended)]).years, [2026])) == []


@clauses("5.1")
def test_a_year_is_published_by_its_keeper() -> None:
    for keeper in ("ADA", "HAL", SYSTEM):
        spec(CALENDAR).when(EXPECTED_2027, by=keeper).then(published(EXPECTED_2027))


@clauses("5.1")
def test_nobody_else_publishes_a_year() -> None:
    assert spec(CALENDAR).when(EXPECTED_2027, by="SAM").refused(NotTheCalendarsKeeper).attempt


@clauses("5.1")
def test_an_expected_year_becomes_official() -> None:
    correction = YearCorrected.model_validate({**OFFICIAL_2027.model_dump(), "was": "provisional"})
    spec(CALENDAR, published(EXPECTED_2027)).when(OFFICIAL_2027, by="ADA").then(correction)
    corrected = working_time(CALENDAR.fold([published(EXPECTED_2027), correction]))
    assert corrected.is_working_day(MAKE_UP_DAY) and not corrected.is_provisional(MAKE_UP_DAY)


@clauses("5.1")
def test_an_official_year_is_never_only_expected_again() -> None:
    spec(CALENDAR, published(OFFICIAL_2027)).when(EXPECTED_2027, by="ADA").refused(OfficialStays, field="status")


@clauses("5.1")
def test_publishing_the_same_year_twice_changes_nothing() -> None:
    spec(CALENDAR, published(OFFICIAL_2027)).when(OFFICIAL_2027, by=SYSTEM).then()


@clauses("5.1")
@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("holidays", (*EXPECTED_2027.holidays, date(2028, 1, 3))),  # of another year
        ("holidays", (*EXPECTED_2027.holidays, date(2027, 1, 2))),  # a Saturday is free anyway
        ("holidays", (*EXPECTED_2027.holidays, EXPECTED_2027.holidays[0])),  # twice
        ("workdays", (date(2027, 1, 4),)),  # a Monday is worked anyway
    ],
)
def test_a_garbled_year_is_refused_by_the_day(field: str, days: tuple[date, ...]) -> None:
    garbled = EXPECTED_2027.model_copy(update={field: days})
    spec(CALENDAR).when(garbled, by="ADA").refused(GarbledYear, field=field, day=str(days[-1]))


@clauses("5.1")
def test_a_year_without_its_holidays_is_implausible() -> None:
    empty = EXPECTED_2027.model_copy(update={"holidays": ()})
    spec(CALENDAR).when(empty, by="ADA").refused(ImplausibleYear, working_days="261", most="256")


@clauses("5.1")
def test_an_unpublished_year_is_an_error_that_names_it() -> None:
    with pytest.raises(NoCalendar) as missing:
        WORK.working_days_after(datetime(2026, 12, 30, 10, tzinfo=SHANGHAI), 3)
    assert missing.value.year == 2027
    with pytest.raises(NoCalendar):
        WorkingTime().is_working_day(date(2026, 1, 5))


@clauses("5.1")
@given(moment=moments, days=st.integers(1, 30))
def test_a_deadline_in_working_days_falls_at_the_end_of_a_worked_day(moment: datetime, days: int) -> None:
    due = WORK.working_days_after(moment, days)
    assert WORK.is_working_day(due.date()) and due.time() == time(18)
    between = (moment.date() + timedelta(days=n) for n in range(1, (due.date() - moment.date()).days + 1))
    assert sum(map(WORK.is_working_day, between)) == days


@clauses("5.1")
@given(moment=moments, hours=st.integers(1, 40))
def test_a_deadline_in_working_hours_falls_in_working_hours(moment: datetime, hours: int) -> None:
    due = WORK.working_hours_after(moment, hours)
    assert WORK.is_working_day(due.date())
    assert any(start < due.time() <= end for start, end in WORK.hours)
    assert due - moment >= timedelta(hours=hours)


@clauses("5.1")
@given(moment=moments, one=st.integers(1, 20), other=st.integers(1, 20))
def test_working_hours_add_up(moment: datetime, one: int, other: int) -> None:
    step_by_step = WORK.working_hours_after(WORK.working_hours_after(moment, one), other)
    assert step_by_step == WORK.working_hours_after(moment, one + other)


@clauses("5.1")
@given(year=st.integers(2020, 2026), month=st.integers(1, 12))
def test_the_first_and_the_last_working_day_of_a_month_are_worked(year: int, month: int) -> None:
    first, last = WORK.nth_working_day(year, month, 1), WORK.last_working_day(year, month)
    assert (first.month, last.month) == (month, month)
    assert WORK.is_working_day(first) and WORK.is_working_day(last)
    outside = [day for day in _days_of(year, month) if not first <= day <= last]
    assert not any(map(WORK.is_working_day, outside))


def _days_of(year: int, month: int) -> list[date]:
    days = (date(year, month, 1) + timedelta(days=n) for n in range(31))
    return [day for day in days if day.month == month]
