"""Proofs to take away (C2SP tlog-proof) 证明文件: that an entry is in the journal, checkable without us."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from infrastructure.journal.checkpoint import Checkpoint
from infrastructure.journal.merkle import ProofError, leaf_hash, verify_inclusion
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.journal.signed_note import Note, NoteError, VerifierKey
from infrastructure.journal.tiles import Log

HEADER = "c2sp.org/tlog-proof@v1"
EXTENSION = ".tlog-proof"


@dataclass(frozen=True, slots=True)
class Proof:
    """Entry ``index``, the hashes from its sibling up, and the signed checkpoint they lead to."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes | None = None
    """Whatever the application adds; not covered by any signature."""

    def __str__(self) -> str:
        extra = [] if self.extra is None else [f"extra {base64.b64encode(self.extra).decode()}"]
        hashes = [base64.b64encode(each).decode() for each in self.path]
        return "\n".join([HEADER, *extra, f"index {self.index}", *hashes, "", str(self.checkpoint)])

    @classmethod
    def parse(cls, text: str) -> Proof:
        """The inverse of ``str``; raises ProofError or NoteError."""
        head, blank, note = text.partition("\n\n")
        lines = head.split("\n")
        extra = None
        try:
            if not blank or lines.pop(0) != HEADER:
                raise ProofError(f"a proof starts with {HEADER} 不是证明文件")
            if lines and lines[0].startswith("extra "):
                extra = base64.b64decode(lines.pop(0).removeprefix("extra "), validate=True)
            number = re.fullmatch(r"index (0|[1-9][0-9]{0,18})", lines.pop(0) if lines else "")
            if number is None:
                raise ProofError("a proof says the index of its entry 证明缺少序号")
            path = tuple(base64.b64decode(line, validate=True) for line in lines)
        except binascii.Error:
            raise ProofError("a proof's hashes are in base64 证明的散列应为 base64") from None
        if any(len(each) != 32 for each in path):
            raise ProofError("a proof's hashes have 32 bytes 证明的散列应为 32 字节")
        return cls(int(number[1]), path, Note.parse(note), extra)

    def verify(self, entry: bytes, log: VerifierKey, witnesses: Sequence[VerifierKey] = (), quorum: int = 0) -> None:
        """Raises ProofError or NoteError unless ``entry`` is in the journal that ``log`` signed.

        ``quorum`` of ``witnesses`` must have cosigned as well.
        """
        log.verify(self.checkpoint)
        checkpoint = Checkpoint.parse(self.checkpoint.text)
        if checkpoint.origin != log.name:
            raise NoteError(f"the checkpoint is of {checkpoint.origin}, not of {log.name} 检查点来自其他日志")
        seen = sum(_cosigned(self.checkpoint, witness) for witness in witnesses)
        if seen < quorum:
            raise NoteError(f"{seen} witnesses cosigned, {quorum} are asked for 见证不足")
        verify_inclusion(leaf_hash(entry), self.index, checkpoint.size, self.path, checkpoint.root)


async def prove(journal: PostgresJournal, index: int, checkpoint: Note) -> Proof:
    """That entry ``index`` is in the journal of ``checkpoint``; raises ProofError where the checkpoint is older."""
    size = Checkpoint.parse(checkpoint.text).size
    return Proof(index, tuple(await Log(journal).inclusion_proof(index, size)), checkpoint)


def _cosigned(note: Note, witness: VerifierKey) -> bool:
    try:
        witness.verify(note)
    except NoteError:
        return False
    return True
