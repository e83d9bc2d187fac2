"""Seeds the working calendar 工作日历 from the ``holidays`` package: one PublishYear a year.

The package knows the State Council's yearly notices as far as they were out at its release. Beyond that it silently
leaves out the make-up days 调休, so a year without any is handed on as provisional.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib.metadata import version

from domain.governance.calendar import PublishYear
from domain.working_time import Year


def year_command(year: int) -> PublishYear:
    """The year as the package knows it: free weekdays, worked weekends, official or provisional."""
    import holidays  # takes a while to load, and is asked once a year

    china = holidays.country_holidays("CN", years=year)
    workdays = tuple(sorted(day for day in china.weekend_workdays if day.year == year))
    return PublishYear(
        year=year,
        holidays=tuple(sorted(day for day in china if day.weekday() < 5)),
        workdays=workdays,
        status="official" if workdays else "provisional",
        source=f"holidays {version('holidays')}",
    )


def due_commands(published: Mapping[int, Year], years: Iterable[int]) -> Iterator[PublishYear]:
    """What is to publish of ``years``: those unpublished, and provisional ones whose official notice is known by now.

    An official year is left alone: whoever published it knew the notice.
    """
    for year in years:
        known = published.get(year)
        if known is not None and known.status == "official":
            continue
        command = year_command(year)
        if known is None or _differs(command, known):
            yield command


def _differs(command: PublishYear, known: Year) -> bool:
    days: tuple[frozenset[date], frozenset[date]] = (frozenset(command.holidays), frozenset(command.workdays))
    return (*days, command.status) != (known.holidays, known.workdays, known.status)
