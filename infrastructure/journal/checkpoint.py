"""Checkpoints 检查点 (C2SP tlog-checkpoint): the journal's size and root, signed.

Whoever keeps one can later tell whether history was changed behind it.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from pathlib import Path

import psycopg

from infrastructure.journal.merkle import consistency_ranges, verify_consistency
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.journal.signed_note import Note, NoteError, Signature, SigningKey, signatures
from infrastructure.journal.tiles import Log
from infrastructure.settings import Settings

SECRET = "checkpoint"
"""Name of the signing key among the installation's secrets."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says; ``extensions`` are lines of the log's own, which ours has none of."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The note's text."""
        return "".join(
            f"{line}\n" for line in (self.origin, self.size, base64.b64encode(self.root).decode(), *self.extensions)
        )

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The inverse of ``text``; raises NoteError."""
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < 3 or not all(lines) or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
            raise NoteError("not a checkpoint: origin, size, root 不是检查点")
        try:
            root = base64.b64decode(lines[2], validate=True)
        except binascii.Error:
            root = b""
        if len(root) != 32:
            raise NoteError("a checkpoint's root is 32 bytes in base64 检查点的根应为 32 字节")
        return cls(lines[0], int(lines[1]), root, tuple(lines[3:]))


class HistoryChanged(Exception):
    """The journal no longer contains what an earlier checkpoint says; nothing is signed until that is explained."""


def signing_key(settings: Settings) -> SigningKey:
    """The journal's own key, made on first use in the installation's secrets (0600)."""
    return SigningKey(settings.origin, bytes.fromhex(settings.secret(SECRET)))


def public_key_pem(key: SigningKey) -> str:
    """The public key as openssl reads it."""
    spki = bytes.fromhex("302a300506032b6570032100") + key.verifier.public  # RFC 8410, section 4
    return f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(spki).decode()}\n-----END PUBLIC KEY-----\n"


async def make(journal: PostgresJournal, key: SigningKey) -> Note:
    """Signs and keeps a checkpoint of the journal as it is now; the one there is if it has not grown.

    Raises HistoryChanged where the journal does not contain the last checkpoint it signed, Unavailable.
    """
    size, root = (await journal.rows("select size, root from journal.head"))[0]
    last = await latest(journal)
    log = Log(journal)
    if last is not None:
        before = Checkpoint.parse(last.text)
        if before.size == size and before.root == root and before.origin == key.name:
            return last
        try:
            proof = [await log.hash(each) for each in consistency_ranges(before.size, size)]
            verify_consistency(before.size, size, before.root, root, proof)
        except (ValueError, LookupError) as error:
            raise HistoryChanged(
                f"the journal of {size} entries does not contain the checkpoint of {before.size}: run audit verify "
                f"日志与检查点不一致，请运行 audit verify ({error})"
            ) from error
    text = Checkpoint(key.name, size, root).text()
    note = Note(text, (key.sign(text),))
    try:
        await journal.rows("select journal.keep_checkpoint(%b, %b, %b)", (size, root, str(note)))
    except psycopg.errors.CheckViolation as error:
        raise HistoryChanged(str(error)) from error
    return note


async def latest(journal: PostgresJournal, size: int | None = None) -> Note | None:
    """The last checkpoint kept, or the one of that size, with the cosignatures witnesses gave it; None without one."""
    query = (
        "select c.note, array(select line from journal.cosignatures s where s.size = c.size order by key) "
        "from journal.checkpoints c where %b::bigint is null or c.size = %b order by c.size desc limit 1"
    )
    rows = await journal.rows(query, (size, size))
    if not rows:
        return None
    note, lines = rows[0]
    return Note.parse(note).with_signatures(signatures("".join(lines)) if lines else ())


async def keep_cosignatures(journal: PostgresJournal, size: int, given: tuple[Signature, ...]) -> None:
    """Keeps what a witness answered beside the checkpoint of that size."""
    for signature in given:
        key = f"{signature.name}+{signature.key_id.hex()}"
        await journal.rows("select journal.keep_cosignature(%b, %b, %b)", (size, key, signature.line()))


def read_checkpoint(path: Path) -> tuple[Note, Checkpoint]:
    """A checkpoint from a file, unverified; raises NoteError."""
    note = Note.parse(path.read_text(encoding="utf-8"))
    return note, Checkpoint.parse(note.text)
