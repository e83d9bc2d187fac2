"""Figures and times as people write them 数字与时间: by Babel, in Chinese and English, on Shanghai's clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal

from domain.working_time import SHANGHAI
from interfaces.http.languages import Language

LOCALES: dict[Language, str] = {"zh": "zh_CN", "en": "en_GB"}
_MOMENT: dict[Language, str] = {"zh": "y年M月d日 HH:mm", "en": "d MMM y, HH:mm"}
_SHORT: dict[Language, str] = {"zh": "M月d日 HH:mm", "en": "d MMM, HH:mm"}


def instant(value: str | datetime) -> datetime:
    """A moment, however it came, on Shanghai's clock."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.astimezone(SHANGHAI)


def moment(value: str | datetime, language: Language, now: datetime | None = None) -> str:
    """2026年3月3日 10:00; within the year of ``now`` without the year."""
    when = instant(value)
    this_year = now is not None and instant(now).year == when.year
    return format_datetime(when, (_SHORT if this_year else _MOMENT)[language], locale=LOCALES[language])


def day(value: str | date, language: Language) -> str:
    """2026年3月3日."""
    when = date.fromisoformat(value) if isinstance(value, str) else value
    return format_date(when, "long" if language == "zh" else "medium", locale=LOCALES[language])


def ago(value: str | datetime, now: datetime, language: Language) -> str:
    """3天前, in 2 hours: how far a moment lies from ``now``."""
    return format_timedelta(instant(value) - instant(now), locale=LOCALES[language], add_direction=True)


def span(seconds: float, language: Language) -> str:
    """How long: 3天, 2 hours."""
    return format_timedelta(timedelta(seconds=seconds), locale=LOCALES[language])


def money(value: str | Decimal, language: Language) -> str:
    """¥1,200.00. Text that is no number stays as it is."""
    number = _number(value)
    if number is None:
        return str(value)
    shown = format_currency(number, "CNY", locale=LOCALES[language])
    return shown.replace("CN¥", "¥")


def number(value: str | int | Decimal, language: Language) -> str:
    """12,000.5 without needless zeros. Text that is no number stays as it is."""
    found = _number(value)
    if found is None:
        return str(value)
    return str(format_decimal(found, "#,##0.######", locale=LOCALES[language], decimal_quantization=False))


def _number(value: str | int | Decimal) -> Decimal | None:
    try:
        found = Decimal(value)
    except (InvalidOperation, TypeError):
        return None
    return found if found.is_finite() else None
