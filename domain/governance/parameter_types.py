"""Reading a parameter 参数类型: from what TOML and JSON hold to a typed value, or what is allowed instead.

Each type of parameter has one reader; ``read`` and ``domain.governance.parameters.raw`` are inverses.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from domain.governance.parameters import AUTHORITIES, Band, Parameter, Tier

_DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


class NotAllowed(ValueError):
    """A raw value a kind does not take; ``en`` and ``zh`` say what it does."""

    def __init__(self, en: str, zh: str) -> None:
        self.en, self.zh = en, zh
        super().__init__(f"{en} {zh}")


@dataclass(frozen=True, slots=True)
class _Range:
    low: int
    high: int
    en: str
    zh: str
    places: int | None = None


_NUMBERS: dict[str, _Range] = {
    "integer": _Range(0, 1_000_000, "a whole number", "整数"),
    "percent": _Range(0, 100, "a percentage", "百分数", 2),
    "score": _Range(0, 100, "a score", "分数", 2),
    "money": _Range(0, 10**12, "an amount of CNY with at most two places", "金额(元,最多两位小数)", 2),
    "hours": _Range(0, 8_760, "a whole number of hours", "小时数(整数)"),
    "working_hours": _Range(0, 2_080, "a whole number of working hours", "工作小时数(整数)"),
    "minutes": _Range(0, 1_440, "a whole number of minutes", "分钟数(整数)"),
    "working_days": _Range(0, 260, "a whole number of working days", "工作日数(整数)"),
    "calendar_days": _Range(0, 3_660, "a whole number of calendar days", "自然日数(整数)"),
    "months": _Range(0, 120, "a whole number of months", "月数(整数)"),
    "years": _Range(0, 50, "a whole number of years", "年数(整数)"),
    "month": _Range(1, 12, "a month", "月份"),
    # No later than the 28th, so that every month has the day.
    "day_of_month": _Range(1, 28, "a day of the month that every month has", "每月都有的日期"),
}

UNITS: Mapping[str, str] = {
    "percent": "%",
    "money": "CNY",
    "score": "points",
    "hours": "hours",
    "working_hours": "working hours",
    "minutes": "minutes",
    "working_days": "working days",
    "calendar_days": "calendar days",
    "months": "months",
    "years": "years",
    "weights": "%",
    "tiers": "CNY",
}
"""The unit a type implies; others are declared with the parameter."""


def _number(raw: object, spec: Parameter) -> Any:
    kind = _NUMBERS[spec.type]
    low = Decimal(kind.low) if spec.minimum is None else spec.minimum
    high = Decimal(kind.high) if spec.maximum is None else spec.maximum
    refused = NotAllowed(f"{kind.en} from {low} to {high}", f"{low} 至 {high} 的{kind.zh}")
    value = _decimal(raw)
    if value is None or not low <= value <= high:
        raise refused
    places = kind.places or 0
    if value != value.quantize(Decimal(1).scaleb(-places)):
        raise refused
    if kind.places is None:
        return int(value)
    return value.quantize(Decimal("0.01")) if spec.type == "money" else value


def _decimal(raw: object) -> Decimal | None:
    """``raw`` as an exact, finite decimal of ordinary size; None for anything else, binary floats included."""
    if isinstance(raw, str):
        return Decimal(raw) if _DECIMAL.fullmatch(raw) else None
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        return None
    value = Decimal(raw)
    return value if value.is_finite() and abs(value) < 10**15 else None


def _flag(raw: object, spec: Parameter) -> bool:
    if isinstance(raw, bool):
        return raw
    raise NotAllowed("true or false", "true(是)或 false(否)")


def _choice(raw: object, spec: Parameter) -> str:
    if isinstance(raw, str) and raw in spec.choices:
        return raw
    raise NotAllowed(f"one of {', '.join(spec.choices)}", f"其中之一:{'、'.join(spec.choices)}")


def _weekday(raw: object, spec: Parameter) -> str:
    if isinstance(raw, str) and raw in _WEEKDAYS:
        return raw
    raise NotAllowed("a weekday from monday to sunday", "monday 至 sunday 的一天")


def _month_day(raw: object, spec: Parameter) -> str:
    if isinstance(raw, str) and re.fullmatch(r"\d\d-\d\d", raw, re.ASCII):
        month, day = int(raw[:2]), int(raw[3:])
        if 1 <= month <= 12 and 1 <= day <= _DAYS_IN_MONTH[month - 1]:
            return raw
    raise NotAllowed('a day of the year as "MM-DD"', '一年中的日期,格式为 "MM-DD"')


def _authority(raw: object, spec: Parameter) -> str:
    if isinstance(raw, str) and raw in AUTHORITIES:
        return str(raw)
    names = sorted(AUTHORITIES)
    raise NotAllowed(f"one of {', '.join(names)}", f"其中之一:{'、'.join(names)}")


def _roles(raw: object, spec: Parameter) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple) or not raw or len(set(map(str, raw))) != len(raw):
        raise NotAllowed("a list of different roles", "不重复的角色列表")
    return tuple(_authority(each, spec) for each in raw)


def _codes(raw: object, spec: Parameter) -> tuple[str, ...]:
    allowed = NotAllowed(
        f"a list of different codes out of {', '.join(spec.choices)}" if spec.choices else "a list of different codes",
        f"不重复的代码列表,取自:{'、'.join(spec.choices)}"
        if spec.choices
        else "不重复的代码列表(小写字母、数字、下划线)",
    )
    if not isinstance(raw, list | tuple) or not raw or len(raw) > 100:
        raise allowed
    codes = tuple(raw)
    good = all(isinstance(code, str) and _CODE.fullmatch(code) for code in codes)
    if not good or len(set(codes)) != len(codes) or (spec.choices and not set(codes) <= set(spec.choices)):
        raise allowed
    return codes


def _labels(raw: object, spec: Parameter) -> dict[str, str]:
    if isinstance(raw, Mapping) and 0 < len(raw) <= 100:
        texts = all(isinstance(text, str) and 0 < len(text.strip()) <= 100 for text in raw.values())
        if texts and all(isinstance(code, str) and _CODE.fullmatch(code) for code in raw):
            found = {str(code): str(text).strip() for code, text in raw.items()}
            if spec.choices and not set(found.values()) <= set(spec.choices):
                raise NotAllowed(
                    f"for every code one of {', '.join(spec.choices)}", f"每个代码取其一:{'、'.join(spec.choices)}"
                )
            return found
    raise NotAllowed("a table of codes with their names", "代码与名称的对照表")


def _numbers(raw: object, spec: Parameter) -> tuple[int, ...]:
    if isinstance(raw, list | tuple) and 0 < len(raw) <= 20:
        values = [_decimal(each) for each in raw]
        whole = [int(value) for value in values if value is not None and value == int(value) and 0 < value <= 3_660]
        if len(whole) == len(values) and all(low < high for low, high in pairwise(whole)):
            return tuple(whole)
    raise NotAllowed("a list of whole numbers from 1 to 3660, ascending", "1 至 3660 的整数列表,由小到大")


def _span(raw: object, spec: Parameter) -> tuple[int, int]:
    if isinstance(raw, list | tuple) and len(raw) == 2:
        low, high = _decimal(raw[0]), _decimal(raw[1])
        if low is not None and high is not None and 0 <= low <= high <= 10_000 and low % 1 == high % 1 == 0:
            return int(low), int(high)
    raise NotAllowed("two whole numbers, the lower first", "两个整数,小的在前")


def _weights(raw: object, spec: Parameter) -> dict[str, Decimal]:
    declared = set(spec.value) if spec.value else set(raw) if isinstance(raw, Mapping) else set()
    refused = NotAllowed(
        f"weights of {', '.join(sorted(map(str, declared)))}, none below 0, together 100",
        f"{'、'.join(sorted(map(str, declared)))} 的权重,不为负,合计 100",
    )
    if not isinstance(raw, Mapping) or set(raw) != declared or not raw:
        raise refused
    weights = {str(code): _decimal(weight) for code, weight in raw.items()}
    values = [weight for weight in weights.values() if weight is not None and 0 <= weight <= 100]
    if len(values) != len(weights) or sum(values) != 100:
        raise refused
    return {code: weight for code, weight in weights.items() if weight is not None}


def _tiers(raw: object, spec: Parameter) -> tuple[Tier, ...]:
    refused = NotAllowed(
        "lines {up_to or from, authority} with rising amounts and different authorities, the last one open (from)",
        "审批档 {up_to 或 from, authority}:金额递增、权限各不相同,最后一档为 from(以上)",
    )
    if not isinstance(raw, list | tuple) or not 1 <= len(raw) <= 20:
        raise refused
    tiers: list[Tier] = []
    for line in raw:
        if not isinstance(line, Mapping) or set(line) not in ({"up_to", "authority"}, {"from", "authority"}):
            raise refused
        bound = _decimal(line.get("up_to", line.get("from")))
        if bound is None or not 0 <= bound <= 10**12 or bound != bound.quantize(Decimal("0.01")):
            raise refused
        bound = bound.quantize(Decimal("0.01"))
        authority = _authority(line["authority"], spec)
        tiers.append(Tier(authority, up_to=bound) if "up_to" in line else Tier(authority, start=bound))
    opens = [tier.start is not None for tier in tiers]
    bounds = [tier.up_to if tier.up_to is not None else tier.start or Decimal(0) for tier in tiers]
    rising = all(low < high for low, high in pairwise(bounds))
    if not opens[-1] or opens != sorted(opens) or not rising or len({tier.authority for tier in tiers}) != len(tiers):
        raise refused
    return tuple(tiers)


def _bands(raw: object, spec: Parameter) -> tuple[Band, ...]:
    refused = NotAllowed(
        "lines {from, …} from the highest down, the last one from the lowest value there is",
        "分段 {from, …}:由高到低,最后一段从最低值开始",
    )
    if not isinstance(raw, list | tuple) or not 1 <= len(raw) <= 50:
        raise refused
    bands: list[Band] = []
    for line in raw:
        start = _decimal(line.get("from")) if isinstance(line, Mapping) else None
        if start is None or not isinstance(line, Mapping) or len(line) < 2:
            raise refused
        bands.append(Band(start, {str(name): _outcome(line[name], refused) for name in line if name != "from"}))
    starts = [band.start for band in bands]
    lowest = Decimal(0) if spec.minimum is None else spec.minimum
    if starts != sorted(set(starts), reverse=True) or starts[-1] != lowest:
        raise refused
    return tuple(bands)


def _outcome(raw: object, refused: NotAllowed) -> Any:
    if isinstance(raw, list | tuple):
        return tuple(_outcome(each, refused) for each in raw)
    if isinstance(raw, bool) or (isinstance(raw, str) and _CODE.fullmatch(raw)):
        return raw
    value = _decimal(raw)
    if value is None:
        raise refused
    return value


_READERS: dict[str, Callable[[object, Parameter], Any]] = {
    **dict.fromkeys(_NUMBERS, _number),
    "flag": _flag,
    "choice": _choice,
    "weekday": _weekday,
    "month_day": _month_day,
    "authority": _authority,
    "roles": _roles,
    "codes": _codes,
    "labels": _labels,
    "numbers": _numbers,
    "range": _span,
    "weights": _weights,
    "tiers": _tiers,
    "bands": _bands,
}

TYPES = frozenset(_READERS)


def read(raw: object, spec: Parameter) -> Any:
    """The typed value of ``raw``; raises NotAllowed saying what ``spec`` takes."""
    return _READERS[spec.type](raw, spec)


def remember(raw: Any, spec: Parameter) -> Any:
    """The typed value of a ``raw`` that was adopted once: shape alone, so that a later limit never refuses history."""
    kind = _NUMBERS.get(spec.type)
    if kind is not None:
        return int(raw) if kind.places is None else Decimal(raw)
    match spec.type:
        case "tiers":
            return tuple(
                Tier(line["authority"], **{("up_to" if "up_to" in line else "start"): Decimal(_bound(line))})
                for line in raw
            )
        case "bands":
            return tuple(
                Band(Decimal(line["from"]), {name: _remembered(line[name]) for name in line if name != "from"})
                for line in raw
            )
        case "weights":
            return {code: Decimal(weight) for code, weight in raw.items()}
    return tuple(raw) if isinstance(raw, list) else raw


def _bound(line: Mapping[str, Any]) -> Any:
    return line["up_to"] if "up_to" in line else line["from"]


def _remembered(raw: Any) -> Any:
    if isinstance(raw, list):
        return tuple(_remembered(each) for each in raw)
    value = None if isinstance(raw, bool) else _decimal(raw)
    return raw if value is None else value
