"""Working time in mainland China 工作时间: which days are worked, and deadlines counted in them.

The calendar aggregate publishes years; a decision reads a ``WorkingTime`` from its context, and stores the due time it
computed, so that replay asks nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

SHANGHAI: tzinfo = ZoneInfo("Asia/Shanghai")
HOURS: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(13), time(18)))
UTC = timezone.utc  # noqa: UP017


class NoCalendar(LookupError):
    """No working calendar is published for a year; ``year`` says which."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(f"no working calendar for {year} 尚未发布{year}年工作日历")


@dataclass(frozen=True, slots=True)
class Year:
    """A year's exceptions: ``holidays`` are free weekdays, ``workdays`` worked weekends 调休.

    ``provisional`` until the State Council's notice is published: holidays are then expected, make-up days unknown.
    """

    year: int
    holidays: frozenset[date]
    workdays: frozenset[date]
    status: Literal["official", "provisional"] = "official"


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The published years and the hours worked a day (local time of ``zone``)."""

    years: Mapping[int, Year] = field(default_factory=dict)
    hours: tuple[tuple[time, time], ...] = HOURS
    zone: tzinfo = SHANGHAI

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` is worked; raises NoCalendar for an unpublished year."""
        year = self.years.get(day.year)
        if year is None:
            raise NoCalendar(day.year)
        if day in year.workdays:
            return True
        return day.weekday() < 5 and day not in year.holidays

    def is_provisional(self, day: date) -> bool:
        """Whether the calendar of that day's year is only expected, not official."""
        year = self.years.get(day.year)
        return year is not None and year.status == "provisional"

    def working_days_after(self, moment: datetime, days: int) -> datetime:
        """The end of the ``days``-th working day after ``moment``'s day, as the last hour worked on it."""
        day = moment.astimezone(self.zone).date()
        left = days
        while left > 0:
            day += timedelta(days=1)
            if self.is_working_day(day):
                left -= 1
        return datetime.combine(day, self.hours[-1][1], self.zone)

    def calendar_days_after(self, moment: datetime, days: int) -> datetime:
        """The end of the ``days``-th calendar day after ``moment``'s day."""
        day = moment.astimezone(self.zone).date() + timedelta(days=days)
        return datetime.combine(day, time(23, 59, 59), self.zone)

    def working_hours_after(self, moment: datetime, hours: int) -> datetime:
        """The moment ``hours`` working hours after ``moment``: nights, breaks and free days do not count."""
        left = timedelta(hours=hours)
        now = moment.astimezone(self.zone)
        day = now.date()
        while True:
            if self.is_working_day(day):
                for start, end in self.hours:
                    begins = max(datetime.combine(day, start, self.zone), now)
                    ends = datetime.combine(day, end, self.zone)
                    if ends <= begins:
                        continue
                    if ends - begins >= left:
                        return begins + left
                    left -= ends - begins
            day += timedelta(days=1)

    def last_working_day(self, year: int, month: int) -> date:
        """The last working day of a month."""
        first_of_next = date(year + month // 12, month % 12 + 1, 1)
        day = first_of_next - timedelta(days=1)
        while not self.is_working_day(day):
            day -= timedelta(days=1)
        return day

    def nth_working_day(self, year: int, month: int, n: int) -> date:
        """The ``n``-th working day of a month, from 1."""
        day = date(year, month, 1)
        while True:
            if self.is_working_day(day):
                n -= 1
                if n == 0:
                    return day
            day += timedelta(days=1)
