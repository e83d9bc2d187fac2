"""Signed notes and checkpoints, against Go's published example and against the openssl command."""

import subprocess
from pathlib import Path

import pytest

from infrastructure.journal.checkpoint import (
    Checkpoint,
    HistoryChanged,
    keep_cosignatures,
    latest,
    make,
    public_key_pem,
    signing_key,
)
from infrastructure.journal.merkle import EMPTY
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.journal.sample import submission
from infrastructure.journal.signed_note import COSIGNATURE, Note, NoteError, SigningKey, VerifierKey
from infrastructure.settings import Settings
from tests.database import Database

# The example of Go's golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
KEY = SigningKey("sample.example/journal", bytes(range(32)))


def test_the_example_of_gos_checksum_database_verifies() -> None:
    key = VerifierKey.parse(GO_KEY)
    assert str(key) == GO_KEY
    note = Note.parse(GO_NOTE)
    assert str(note) == GO_NOTE
    key.verify(note)
    with pytest.raises(NoteError, match="does not hold"):
        key.verify(Note(note.text.replace("answer", "question"), note.signatures))


def test_a_note_signed_here_verifies_with_the_key_handed_out_and_no_other() -> None:
    note = Note("sample\n", (KEY.sign("sample\n"),))
    VerifierKey.parse(str(KEY.verifier)).verify(Note.parse(str(note)))
    with pytest.raises(NoteError, match="not signed by"):
        SigningKey(KEY.name, bytes(32)).verifier.verify(note)


def test_a_cosignature_says_when() -> None:
    witness = SigningKey("witness.example", bytes(32), COSIGNATURE)
    note = Note("sample\n", (witness.sign("sample\n", 1_700_000_000),))
    assert VerifierKey.parse(str(witness.verifier)).verify(Note.parse(str(note))) == 1_700_000_000


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\nsignature\n",
        "text\n\n— name !\n",
        "text\n\n— na+me AAAAAAA=\n",
        "\0\n\n— n AAAAAAA=\n",
    ],
)
def test_what_is_no_note_is_told_apart(broken: str) -> None:
    with pytest.raises(NoteError):
        Note.parse(broken)


@pytest.mark.parametrize("broken", ["", "name", "name+00000000+AQ==", GO_KEY.replace("c74f", "c74e"), GO_KEY[:-4]])
def test_what_is_no_key_is_told_apart(broken: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.parse(broken)


@pytest.mark.parametrize("broken", ["", "o\n1\n", "o\n01\nAA==\n", "o\n-1\nAA==\n", "o\n1\nAA==\n", "o\n1\n\nx\n"])
def test_what_is_no_checkpoint_is_told_apart(broken: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(broken)


async def test_openssl_verifies_a_checkpoint(journal: PostgresJournal, tmp_path: Path) -> None:
    await journal.append(submission("sample-A"))
    note = await make(journal, KEY)
    (tmp_path / "key.pem").write_text(public_key_pem(KEY))
    (tmp_path / "signature").write_bytes(note.signatures[0].value)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "text"]
    command += ["-sigfile", "signature"]
    for text, status in ((note.text, 0), (note.text.replace("\n1\n", "\n2\n"), 1)):
        (tmp_path / "text").write_text(text)
        assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == status


async def test_a_checkpoint_is_kept_and_made_again_only_when_the_journal_has_grown(journal: PostgresJournal) -> None:
    assert await latest(journal) is None
    empty = await make(journal, KEY)
    assert Checkpoint.parse(empty.text) == Checkpoint("sample.example/journal", 0, EMPTY)
    await journal.append(submission("sample-A", count=3))
    first = await make(journal, KEY)
    assert await make(journal, KEY) == first == await latest(journal)
    assert Checkpoint.parse(first.text).size == 3
    await journal.append(submission("sample-A", 3, count=300))
    second = await make(journal, KEY)
    KEY.verifier.verify(second)
    assert await latest(journal, 3) == first


async def test_cosignatures_are_kept_beside_the_checkpoint(journal: PostgresJournal) -> None:
    witness = SigningKey("witness.example", bytes(32), COSIGNATURE)
    note = await make(journal, KEY)
    await keep_cosignatures(journal, 0, (witness.sign(note.text, 1),))
    await keep_cosignatures(journal, 0, (witness.sign(note.text, 1),))
    found = await latest(journal)
    assert found is not None
    assert (KEY.verifier.verify(found), witness.verifier.verify(found), len(found.signatures)) == (None, 1, 2)


async def test_nothing_is_signed_once_history_was_changed(database: Database, journal: PostgresJournal) -> None:
    import psycopg

    await journal.append(submission("sample-A", count=5))
    await make(journal, KEY)
    await journal.append(submission("sample-A", 5))
    with psycopg.connect(database.url) as superuser:
        superuser.execute("set session_replication_role = replica")
        superuser.execute("update journal.entries set leaf = sha256('') where position = 2")
    with pytest.raises(HistoryChanged, match="audit verify"):
        await make(journal, KEY)


def test_the_journals_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, origin="sample.example/journal")
    assert signing_key(settings) == signing_key(settings)
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()] == [0o600]
    assert "seed" not in repr(signing_key(settings))
