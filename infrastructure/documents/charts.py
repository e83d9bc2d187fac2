"""Where the bars, lines and slices of a chart 图表 stand on paper: places as parts of one, values as texts.

The template only draws. Everything is reckoned in decimals, so that the same chart has the same places everywhere.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import groupby
from typing import Any

from infrastructure.documents.model import Chart, Language, said, shown, width

_PLACE = Decimal("0.00001")
_ONE = Decimal(1)
_MOST_MARKS = 13
_WHOLE = 24
"""A chart of more rows than this may run over the end of a page."""


def placed(chart: Chart, language: Language) -> dict[str, Any]:
    """What the template needs to draw ``chart``."""
    values = [value for each in chart.series for value in each.values if value is not None]
    common: dict[str, Any] = {
        "kind": chart.kind,
        "title": said(chart.title, language),
        "unit": said(chart.unit, language),
        "names": [said(each.name, language) for each in chart.series],
        "empty": not values or (chart.kind == "pie" and not sum(values)),
        "whole": chart.kind in ("line", "pie") or len(chart.categories) * len(chart.series) <= _WHOLE,
    }
    if common["empty"]:
        return common
    names = [said(each, language) for each in chart.categories]
    return common | {"bar": _bars, "stacked": _stacked, "line": _lines, "pie": _pie}[chart.kind](chart, names)


def _place(value: Decimal) -> float:
    return float(value.quantize(_PLACE))


def _text(value: Decimal | None) -> str:
    if value is None:
        return ""
    return shown(value, "money", "en") if value != value.to_integral_value() else f"{value.to_integral_value():,}"


def _value(value: Decimal | None) -> dict[str, Any]:
    return {"text": _text(value), "below": value is not None and value < 0}


def _bars(chart: Chart, names: list[str]) -> dict[str, Any]:
    """One lane a series; they start at zero."""
    values = [value for each in chart.series for value in each.values if value is not None]
    low, span = _extent(min(values), max(values))
    zero = -low / span

    def lane(number: int, value: Decimal | None) -> list[list[float]]:
        if not value:
            return []
        end = zero + value / span
        return [[number, _place(min(zero, end)), _place(max(zero, end))]]

    rows = [
        {
            "label": name,
            "lanes": [lane(number, each.values[at]) for number, each in enumerate(chart.series)],
            "values": [_value(each.values[at]) for each in chart.series],
        }
        for at, name in enumerate(names)
    ]
    return _rows(rows, names, zero)


def _stacked(chart: Chart, names: list[str]) -> dict[str, Any]:
    """One lane a category: what is above zero to the right, what is below to the left; told is the sum."""
    columns = [[each.values[at] or Decimal(0) for each in chart.series] for at in range(len(names))]
    above = [sum((value for value in column if value > 0), Decimal(0)) for column in columns]
    below = [sum((value for value in column if value < 0), Decimal(0)) for column in columns]
    low, span = _extent(min(below), max(above))
    zero = -low / span
    rows: list[dict[str, Any]] = []
    for name, column in zip(names, columns, strict=True):
        right = left = zero
        parts = []
        for number, value in enumerate(column):
            if value > 0:
                parts.append([number, _place(right), _place(right + value / span)])
                right += value / span
            elif value < 0:
                parts.append([number, _place(left + value / span), _place(left)])
                left += value / span
        rows.append({"label": name, "lanes": [parts], "values": [_value(sum(column, Decimal(0)))]})
    return _rows(rows, names, zero)


def _extent(lowest: Decimal, highest: Decimal) -> tuple[Decimal, Decimal]:
    """Where the axis begins, and how long it is; zero is always on it."""
    low, high = min(lowest, Decimal(0)), max(highest, Decimal(0))
    return low, (high - low) or _ONE


def _rows(rows: list[dict[str, Any]], names: list[str], zero: Decimal) -> dict[str, Any]:
    told = [value["text"] for row in rows for value in row["values"]]
    return {
        "rows": rows,
        "zero": _place(zero),
        "label": round(min(max(map(width, names)) + 0.5, 13), 2),
        "room": round(max(map(width, told)) * 1.05 + 0.5, 2),
    }


def _lines(chart: Chart, names: list[str]) -> dict[str, Any]:
    """Points at equal steps; a gap parts a line in two."""
    values = [value for each in chart.series for value in each.values if value is not None]
    ticks = _ticks(min(values), max(values))
    low, span = ticks[0], ticks[-1] - ticks[0]
    step = _ONE / len(names)

    def x(at: int) -> float:
        return _place(step * at + step / 2)

    runs = []
    for number, each in enumerate(chart.series):
        for present, group in groupby(enumerate(each.values), key=lambda pair: pair[1] is not None):
            if present:
                points = [[x(at), _place((value - low) / span)] for at, value in group if value is not None]
                runs.append([number, points])
    every = -(-len(names) // _MOST_MARKS)
    texts = [_text(tick) for tick in ticks]
    return {
        "runs": runs,
        "ticks": [
            {"at": _place((tick - low) / span), "text": text, "zero": not tick}
            for tick, text in zip(ticks, texts, strict=True)
        ],
        "marks": [{"at": x(at), "text": name} for at, name in enumerate(names) if at % every == 0],
        "room": round(max(map(width, texts)) + 0.5, 2),
    }


def _ticks(lowest: Decimal, highest: Decimal) -> list[Decimal]:
    """Some five round values around what is shown: steps of 1, 2 or 5 times a power of ten."""
    if lowest == highest:
        lowest, highest = min(lowest, Decimal(0)), max(highest, Decimal(0))
    raw = ((highest - lowest) or _ONE) / 4
    power = Decimal(1).scaleb(raw.adjusted())
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)
    first = (lowest / step).to_integral_value(ROUND_FLOOR)
    last = max((highest / step).to_integral_value(ROUND_CEILING), first + 1)
    return [step * number for number in range(int(first), int(last) + 1)]


def _pie(chart: Chart, names: list[str]) -> dict[str, Any]:
    """Slices clockwise from the top, with value and share."""
    values = [value or Decimal(0) for value in chart.series[0].values]
    whole = sum(values, Decimal(0))
    slices = []
    begun = Decimal(0)
    for name, value in zip(names, values, strict=True):
        share = value / whole
        slices.append(
            {
                "label": name,
                "value": _text(value),
                "share": f"{share * 100:.1f}%",
                "from": _place(begun),
                "to": _place(begun + share),
            }
        )
        begun += share
    return {"slices": slices}
