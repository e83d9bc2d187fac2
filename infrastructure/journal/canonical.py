"""Canonical JSON 规范 JSON: one value, one sequence of bytes; what the journal stores and hashes.

Keys sorted by code point, no white space, UTF-8; decimals in plain notation, moments in UTC with microseconds, dates
and UUIDs as strings. Whatever would read back as something else is refused: floats, integers beyond 64 bits, moments
without a zone, and NUL characters, which PostgreSQL's JSON functions do not take.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
_PLAIN = frozenset({str, int, bool, type(None), Decimal, datetime, date, UUID})


class NotCanonical(ValueError):
    """A value the journal cannot keep exactly; says which and why, in English and Chinese."""


def canonical(value: Any, *, may_hold_floats: bool = True) -> bytes:
    """The bytes of ``value`` (dicts with str keys, lists, tuples, str, int, bool, None, Decimal, datetime, date, UUID).

    ``may_hold_floats=False`` spares looking for floats where the types rule them out. Raises NotCanonical.
    """
    if may_hold_floats and (found := _float_in(value)) is not None:
        raise NotCanonical(f"{found!r} is a float; use Decimal 请使用 Decimal，不可用浮点数")
    try:
        body = orjson.dumps(value, default=_text, option=_OPTIONS)
    except NotCanonical:
        raise
    except TypeError as error:
        cause = error.__cause__
        if isinstance(cause, NotCanonical):
            raise cause from None
        raise NotCanonical(f"cannot be kept as JSON: {error} 无法存为 JSON") from error
    if b"\\u0000" in body and _holds_nul(value):
        raise NotCanonical("text holds a NUL character (U+0000); remove it 文本含有空字符 U+0000，请删除")
    return body


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise NotCanonical(f"{value} is not a number 不是有效数字")
        return format(value, "f")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise NotCanonical(f"{value} has no zone 时间缺少时区")
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return str.__str__(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _float_in(value: Any) -> float | None:
    """The first float in ``value``, walked without recursion."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        kind = type(each)
        if kind in _PLAIN:
            continue
        if kind is dict:
            waiting.extend(each.values())
        elif kind is list or kind is tuple:
            waiting.extend(each)
        elif isinstance(each, float):
            return each
    return None


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(key) or _holds_nul(each) for key, each in value.items())
    return isinstance(value, list | tuple) and any(map(_holds_nul, value))
