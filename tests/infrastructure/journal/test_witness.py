"""The auditor's witness 见证: cosigns what only grew, remembers, and refuses the rest."""

from pathlib import Path

import pytest

from infrastructure.journal.checkpoint import Checkpoint, make
from infrastructure.journal.merkle import root_of
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.journal.sample import submission
from infrastructure.journal.signed_note import Note, SigningKey, signatures
from infrastructure.journal.tiles import Log
from infrastructure.journal.witness import Refused, Witness, request

KEY = SigningKey("sample.example/journal", bytes(range(32)))


def open_witness(folder: Path) -> Witness:
    return Witness(folder, "witness.example", [KEY.verifier], clock=lambda: 1_700_000_000.5)


async def test_it_cosigns_a_journal_that_only_grew_and_remembers_where_it_was(
    journal: PostgresJournal, tmp_path: Path
) -> None:
    sizes = (0, 3, 3, 8, 300)
    for old, new in zip((0, *sizes), sizes, strict=False):
        if new > old:
            await journal.append(submission("sample-A", old, count=new - old))
        note = await make(journal, KEY)
        witness = open_witness(tmp_path)
        answer = witness.handle(request(old, await Log(journal).consistency_proof(old, new), note))
        cosigned = note.with_signatures(signatures(answer))
        assert witness.verifier.verify(Note.parse(str(cosigned))) == 1_700_000_000
        assert open_witness(tmp_path).seen(KEY.name) == Checkpoint.parse(note.text)


def test_a_rewritten_journal_is_refused_even_when_it_is_signed_again(tmp_path: Path) -> None:
    witness = open_witness(tmp_path)
    witness.add_checkpoint(0, [], _note(3, "a"))
    with pytest.raises(Refused) as refused:
        witness.add_checkpoint(3, [], _note(3, "b"))
    assert refused.value.status == 409
    with pytest.raises(Refused) as refused:
        witness.add_checkpoint(3, [root_of([bytes(32)])] * 3, _note(5, "b"))
    assert refused.value.status == 422
    assert witness.seen(KEY.name) == Checkpoint.parse(_note(3, "a").text)


def test_a_journal_that_forgot_is_told_what_was_seen(tmp_path: Path) -> None:
    witness = open_witness(tmp_path)
    witness.add_checkpoint(0, [], _note(3, "a"))
    with pytest.raises(Refused) as refused:
        witness.add_checkpoint(0, [], _note(2, "a"))
    assert (refused.value.status, refused.value.body) == (409, "3\n")
    with pytest.raises(Refused) as refused:
        witness.add_checkpoint(3, [], _note(2, "a"))
    assert refused.value.status == 400


def test_strangers_and_forgers_are_refused(tmp_path: Path) -> None:
    witness = open_witness(tmp_path)
    forger = SigningKey(KEY.name, bytes(32))
    text = _note(1, "a").text
    other = Checkpoint("other.example", 1, bytes(32)).text()
    for note, status in ((Note(text, (forger.sign(text),)), 403), (Note(other, (KEY.sign(other),)), 404)):
        with pytest.raises(Refused) as refused:
            witness.add_checkpoint(0, [], note)
        assert refused.value.status == status
    for nonsense in ("", "old 1", "old 01\n\nx", "old 0\n!\n\nx\n\n— n AAAAAAA=\n", "old 0\n\nno note"):
        with pytest.raises(Refused) as refused:
            witness.handle(nonsense)
        assert refused.value.status == 400


def _note(size: int, story: str) -> Note:
    text = Checkpoint(KEY.name, size, root_of([(story * 32)[:32].encode()] * size)).text()
    return Note(text, (KEY.sign(text),))
