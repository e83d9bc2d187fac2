"""Canonical JSON 规范 JSON: one value, one sequence of bytes, or a clear refusal."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infrastructure.identifiers import uuid7
from infrastructure.journal.canonical import NotCanonical, canonical


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "body"),
    [
        ({"b": 1, "a": [True, None, "中"]}, '{"a":[true,null,"中"],"b":1}'),
        (Decimal("1E+3"), '"1000"'),
        (Decimal("0.10"), '"0.10"'),
        (datetime(2026, 3, 3, 10, tzinfo=timezone(timedelta(hours=8))), '"2026-03-03T02:00:00.000000+00:00"'),
        (date(2026, 3, 3), '"2026-03-03"'),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        ((1, 2), "[1,2]"),
        (Colour.RED, '"red"'),
        ("\\u0000 stays", '"\\\\u0000 stays"'),
        ({"é": 1, "z": 2}, '{"z":2,"é":1}'),
    ],
)
def test_each_value_has_one_form(value: Any, body: str) -> None:
    assert canonical(value) == body.encode()


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (1.5, "Decimal"),
        ({"a": [float("nan")]}, "Decimal"),
        (Decimal("NaN"), "不是有效数字"),
        (Decimal("Infinity"), "不是有效数字"),
        (datetime(2026, 3, 3), "时区"),
        ("a\0b", "空字符"),
        ({"a\0b": 1}, "空字符"),
        (2**64, "64-bit"),
        ({1: 2}, "str"),
        ("\ud800", "surrogates"),
        (object(), "object"),
        ({1, 2}, "set"),
    ],
)
def test_what_would_not_read_back_the_same_is_refused(value: Any, says: str) -> None:
    with pytest.raises(NotCanonical, match=says):
        canonical(value)


_LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"]))
)
_JSON = st.recursive(_LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text("abcé中"), inner), max_leaves=20)


@given(_JSON)
def test_it_reads_back_and_the_order_of_keys_does_not_matter(value: Any) -> None:
    try:
        body = canonical(value)
    except NotCanonical:
        assert "\\u0000" in json.dumps(value)
        return
    assert json.loads(body) == value
    assert canonical(_turned(value)) == body


def test_ids_sort_by_time_and_never_repeat() -> None:
    moments = [datetime(2026, 3, 3, tzinfo=UTC) + timedelta(milliseconds=step) for step in range(1_000)]
    ids = [uuid7(moment) for moment in moments]
    assert ids == sorted(ids)
    assert {each.version for each in ids} == {7}
    assert {each.variant for each in ids} == {UUID(int=0x8 << 60).variant}
    assert len({uuid7(moments[0]) for _ in range(10_000)}) == 10_000


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(each) for each in value] if isinstance(value, list) else value
