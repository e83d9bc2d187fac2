"""Everything ever stored is read by today's code: the golden corpus, entry by entry, subject by subject."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema_rs
import orjson
import pytest

from domain import catalogue
from infrastructure.codec import Codec
from infrastructure.journal.canonical import canonical
from interfaces.docs import schemas
from interfaces.docs.specs import HOUSE
from interfaces.docs.writing import EVENTS
from tests.schemas.corpus import CORPUS, STATES, Line, encoded, forgotten, lines, state_of, subjects

FILES = sorted(path.stem for path in CORPUS.glob("*.jsonl"))


@cache
def committed() -> dict[tuple[str, int], Any]:
    return {(stored.name, stored.version): schema for stored, schema in schemas.committed(HOUSE / EVENTS).items()}


def of(aggregate: str) -> list[Line]:
    return [line for line in lines() if line.where.startswith(f"{aggregate}.jsonl:")]


def test_every_shape_ever_stored_has_an_entry() -> None:
    """A new event type or version: ``python -m tests.schemas.extend``."""
    assert set(committed()) - {line.stored for line in lines()} == set()


def test_every_entry_is_of_a_shape_that_is_written_down() -> None:
    assert {line.stored for line in lines()} - set(committed()) == set()


@pytest.mark.parametrize("aggregate", FILES)
def test_entries_are_as_their_schema_says(aggregate: str) -> None:
    for line in of(aggregate):
        checked = jsonschema_rs.validator_for(committed()[line.stored], validate_formats=True)
        wrong = [f"{line.where}: {error.message}" for error in checked.iter_errors(line.told["data"])]
        assert wrong == []


@pytest.mark.parametrize("aggregate", FILES)
def test_entries_are_read_and_written_again_byte_for_byte(aggregate: str) -> None:
    """Of an older shape everything but the shape: its event is written in today's."""
    for line in of(aggregate):
        again = encoded(line.recorded)
        if line.told["schema"] == catalogue.events()[line.told["type"]].schema_version:
            assert again == line.body, line.where
        else:
            now = {**json.loads(again), **{name: line.told[name] for name in ("type", "schema", "data")}}
            assert canonical(now) == line.body, line.where


@pytest.mark.parametrize("aggregate", FILES)
def test_subjects_come_to_what_they_came_to(aggregate: str) -> None:
    """Changed on purpose: ``python -m tests.schemas.extend --states``, and read the difference."""
    known = json.loads((STATES / f"{aggregate}.json").read_text("utf-8"))
    found = {stream: state_of(subject) for stream, subject in subjects().items() if stream.startswith(f"{aggregate}-")}
    assert set(found) == set(known)
    assert forgotten(known, found) == []


def test_subjects_are_whole() -> None:
    """From the first entry on, without a gap; one subject's entries stand in one file."""
    for stream, subject in subjects().items():
        assert [line.told["v"] for line in subject] == list(range(1, len(subject) + 1)), stream
        assert {line.where.partition(":")[0] for line in subject} == {f"{stream.partition('-')[0]}.jsonl"}


def test_the_corpus_is_canonical() -> None:
    """The bytes are those the journal hashes: were a line touched by an editor, this would show it."""
    for line in lines():
        assert orjson.dumps(line.told, option=orjson.OPT_SORT_KEYS) == line.body, line.where


def test_personal_data_lie_sealed_in_the_corpus_and_are_read() -> None:
    hired = next(line for line in lines() if line.told["type"] == "EmployeeHired")
    assert set(hired.told["data"]["name"]) == {"key", "sealed"}
    assert "示例" in hired.recorded.event.name  # type: ignore[attr-defined]


def test_an_entry_of_an_unknown_type_is_an_error_that_names_it() -> None:
    with pytest.raises(LookupError, match="NeverHeardOf"):
        Codec(None).event("NeverHeardOf", 1, {})  # type: ignore[arg-type]
