"""The working calendar 工作日历 of mainland China: which weekdays are free and which weekends are worked, year by year.

Reference data in events, so that a deadline can be explained without asking any library. A year whose official notice
(国务院放假通知) is not out yet is provisional: its holidays are expected, its make-up days 调休 unknown. Publishing it
again corrects it; due times computed before stay as they were recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import ClassVar, Literal

from pydantic import Field

from domain.directory import Role
from domain.kernel import SYSTEM, Aggregate, Command, Context, Decision, Event, Refusal
from domain.working_time import WorkingTime, Year

CLAUSE = "5.1"

Status = Literal["official", "provisional"]


class PublishYear(Command):
    """Publish a year's free weekdays and worked weekends 发布工作日历, or correct what was published of it."""

    zh: ClassVar[str] = "发布工作日历"
    year: int = Field(ge=2000, le=2100, description="Calendar year, e.g. 2026 年度")
    holidays: tuple[date, ...] = Field(max_length=60, description="Free weekdays 放假的工作日")
    workdays: tuple[date, ...] = Field(max_length=60, description="Worked weekends 调休上班的周末")
    status: Status = Field(description="Official by the State Council's notice, or provisional 正式或暂定")
    source: str = Field("", max_length=300, description="Where it comes from 依据")


CalendarCommand = PublishYear


class YearPublished(Event):
    """A year's working calendar was published 工作日历已发布."""

    zh: ClassVar[str] = "工作日历已发布"
    clause: ClassVar[str] = CLAUSE
    year: int
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]
    status: Status
    source: str = ""


class YearCorrected(Event):
    """A published year was replaced 工作日历已更正, e.g. an expected one by the official one."""

    zh: ClassVar[str] = "工作日历已更正"
    clause: ClassVar[str] = CLAUSE
    year: int
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]
    status: Status
    was: Status
    source: str = ""


CalendarEvent = YearPublished | YearCorrected


class NotTheCalendarsKeeper(Refusal):
    """The working calendar is published by whom the policy names, or by the system.

    工作日历由制度指定的人员或系统发布。

    → Ask the administrator or HR to publish it.
    → 请联系系统管理员或人力资源部发布。
    """

    clause = CLAUSE
    attempt = True


class GarbledYear(Refusal):
    """A year's calendar names days of that year, each once: free weekdays as holidays, worked weekends as make-up days.

    年度工作日历只列当年日期且不重复：放假的工作日列为假日，上班的周末列为调休工作日。

    → Correct the day named, then publish the year again.
    → 请更正所列日期后重新发布。
    """

    clause = CLAUSE


class ImplausibleYear(Refusal):
    """A year has as many working days as the policy holds plausible.

    全年工作日数须在制度规定的合理范围内。

    → Check the lists: holidays or make-up days are missing or listed twice.
    → 请核对假日与调休工作日是否缺漏或多列。
    """

    clause = CLAUSE


class OfficialStays(Refusal):
    """An official year is corrected by an official notice only, never by an expectation.

    正式工作日历只能依据正式通知更正，不得改回暂定。

    → Publish it as official, and name the notice.
    → 请以正式状态发布并注明通知。
    """

    clause = CLAUSE


@dataclass(frozen=True, slots=True)
class Calendar:
    """The published years."""

    years: Mapping[int, Year] = field(default_factory=dict)


def decide(command: CalendarCommand, state: Calendar, context: Context) -> Decision:
    """A year as asked, if it can be one."""
    keepers = context.policy.value(CLAUSE, "calendar_published_by")
    if context.actor != SYSTEM and not any(context.directory.holds(context.actor, Role(role)) for role in keepers):
        raise NotTheCalendarsKeeper(keepers=", ".join(keepers))
    year = Year(command.year, frozenset(command.holidays), frozenset(command.workdays), command.status)
    _check_days(command)
    _check_plausible(year, context)
    known = state.years.get(command.year)
    if known == year:
        return []
    told = {
        "year": year.year,
        "holidays": tuple(sorted(year.holidays)),
        "workdays": tuple(sorted(year.workdays)),
        "status": year.status,
        "source": command.source,
    }
    if known is None:
        return [YearPublished.model_validate(told)]
    if known.status == "official" and year.status == "provisional":
        raise OfficialStays(field="status", year=year.year)
    return [YearCorrected.model_validate({**told, "was": known.status})]


def evolve(state: Calendar, event: CalendarEvent) -> Calendar:
    """The years after ``event``."""
    match event:
        case YearPublished() | YearCorrected():
            year = Year(event.year, frozenset(event.holidays), frozenset(event.workdays), event.status)
            return Calendar({**state.years, event.year: year})


def working_time(state: Calendar) -> WorkingTime:
    """Working time by the published years."""
    return WorkingTime(years=state.years)


def _check_days(command: PublishYear) -> None:
    for name, days, on_weekend in (("holidays", command.holidays, False), ("workdays", command.workdays, True)):
        for day in days:
            if day.year != command.year or (day.weekday() >= 5) != on_weekend or days.count(day) > 1:
                raise GarbledYear(field=name, day=day, weekday=f"{day:%A}", year=command.year)


def _check_plausible(year: Year, context: Context) -> None:
    fewest, most = context.policy.value(CLAUSE, "calendar_working_days")
    alone = WorkingTime(years={year.year: year})
    day, worked = date(year.year, 1, 1), 0
    while day.year == year.year:
        worked += alone.is_working_day(day)
        day += timedelta(days=1)
    if not fewest <= worked <= most:
        raise ImplausibleYear(field="holidays", working_days=worked, fewest=fewest, most=most)


CALENDAR = Aggregate(name="calendar", zh="工作日历", prefix="CAL", initial=Calendar(), decide=decide, evolve=evolve)
