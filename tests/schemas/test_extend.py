"""The corpus grows by whole subjects and never loses or changes a line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from domain.governance.attempt import AttemptRefused
from domain.kernel import Event, Stream
from tests.schemas import corpus, extend
from tests.schemas.histories import stored

TRIED = AttemptRefused(
    who="E0042",
    acting_for=None,
    subject="requisition-PR1",
    command="Approve",
    rule="OwnRequest",
    decided_under="5.1",
    facts={"requester": "E0042"},
)


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the corpus that may be spoilt."""
    shutil.copytree(corpus.CORPUS, tmp_path / "corpus")
    for module in (corpus, extend):
        monkeypatch.setattr(module, "CORPUS", tmp_path / "corpus")
    return tmp_path / "corpus"


def subject(name: str, *events: Event) -> tuple[bytes, ...]:
    return stored(Stream("attempt", name), events)


def test_a_subject_is_added_as_far_as_it_is_needed(copied: Path) -> None:
    before = {path.name: path.read_bytes() for path in copied.iterdir()}
    long = subject("long", TRIED, TRIED, TRIED)
    assert extend.add({("AttemptRefused", 1)}, [long]) == set()
    after = {path.name: path.read_bytes() for path in copied.iterdir()}
    assert after == before | {"attempt.jsonl": before["attempt.jsonl"] + long[0] + b"\n"}


def test_the_shorter_of_two_subjects_is_taken_and_one_that_is_there_is_not(copied: Path) -> None:
    there = next(line.body for line in corpus.lines() if line.stored == ("AttemptRefused", 1))
    wordy = subject("wordy", TRIED.model_copy(update={"facts": {"why": "so " * 500}}))
    brief = subject("brief", TRIED)
    assert extend.add({("AttemptRefused", 1)}, [(there,), wordy, brief]) == set()
    assert (copied / "attempt.jsonl").read_bytes().endswith(brief[0] + b"\n")


def test_what_no_history_reaches_stays_missing(copied: Path) -> None:
    missing = {("NeverHappened", 1)}
    assert extend.add(missing, [subject("brief", TRIED)]) == missing


def test_nothing_is_missing_today() -> None:
    assert extend.wanted() - {line.stored for line in corpus.lines()} == set()
