"""A witness 见证 (C2SP tlog-witness), to run on the auditor's machine: remembers the last checkpoint it saw, cosigns.

A journal that was rewritten and signed again is consistent with itself; only somebody who kept an old checkpoint can
tell. The witness keeps one, asks for a proof that the journal only grew since, and then says so with its own signature.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from infrastructure.journal.checkpoint import Checkpoint
from infrastructure.journal.merkle import EMPTY, ProofError, verify_consistency
from infrastructure.journal.signed_note import COSIGNATURE, Note, NoteError, Signature, SigningKey, VerifierKey

LONGEST_PROOF = 63


class Refused(Exception):
    """The witness does not cosign; ``status`` is the answer over HTTP, ``body`` what goes with it."""

    def __init__(self, status: int, message: str, body: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = body or f"{message}\n"


class Witness:
    """Cosigns for the logs it knows; ``folder`` keeps its secret key and the last checkpoint of each log."""

    def __init__(
        self, folder: Path, name: str, logs: Sequence[VerifierKey], clock: Callable[[], float] = time.time
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._logs = {log.name: log for log in logs}
        self._clock = clock
        self._key = SigningKey(name, self._seed(), COSIGNATURE)

    @property
    def verifier(self) -> VerifierKey:
        """What others need to check its cosignatures."""
        return self._key.verifier

    def seen(self, origin: str) -> Checkpoint | None:
        """The last checkpoint of that log it cosigned."""
        try:
            return Checkpoint.parse(Note.parse(self._state(origin).read_text(encoding="utf-8")).text)
        except FileNotFoundError:
            return None

    def add_checkpoint(self, old: int, proof: Sequence[bytes], note: Note) -> tuple[Signature, ...]:
        """Cosigns ``note`` if the log only grew from ``old``, the size last cosigned (0 at first); raises Refused."""
        try:
            checkpoint = Checkpoint.parse(note.text)
        except NoteError as error:
            raise Refused(400, str(error)) from error
        log = self._logs.get(checkpoint.origin)
        if log is None:
            raise Refused(404, f"no log {checkpoint.origin} is known here 未登记的日志")
        try:
            log.verify(note)
        except NoteError as error:
            raise Refused(403, str(error)) from error
        if old > checkpoint.size:
            raise Refused(400, "the old size is beyond the checkpoint 旧大小超过检查点")
        with self._alone():
            seen = self.seen(checkpoint.origin)
            size, root = (seen.size, seen.root) if seen else (0, EMPTY)
            if old != size:
                raise Refused(409, f"the last checkpoint cosigned has size {size} 上次见证的大小为 {size}", f"{size}\n")
            if old == checkpoint.size and root != checkpoint.root:
                raise Refused(409, "the log shows two roots for one size 同一大小出现两个根", f"{size}\n")
            try:
                verify_consistency(old, checkpoint.size, root, checkpoint.root, proof)
            except ProofError as error:
                raise Refused(422, str(error)) from error
            signature = self._key.sign(note.text, int(self._clock()))
            self._keep(self._state(checkpoint.origin), str(note))
        return (signature,)

    def handle(self, request: str) -> str:
        """The body of ``POST add-checkpoint``; gives the body of the answer, raises Refused."""
        head, blank, note = request.partition("\n\n")
        lines = head.split("\n")
        old = re.fullmatch(r"old (0|[1-9][0-9]{0,18})", lines[0])
        if not blank or old is None or len(lines) - 1 > LONGEST_PROOF:
            raise Refused(400, "not a request: old size, proof, empty line, checkpoint 请求格式不符")
        try:
            proof = [base64.b64decode(line, validate=True) for line in lines[1:]]
            parsed = Note.parse(note)
        except (binascii.Error, NoteError) as error:
            raise Refused(400, str(error)) from error
        return "".join(signature.line() for signature in self.add_checkpoint(int(old[1]), proof, parsed))

    def _state(self, origin: str) -> Path:
        return self._folder / f"{origin.replace('%', '%25').replace('/', '%2F')}.checkpoint"

    def _seed(self) -> bytes:
        path = self._folder / "key"
        with self._alone():
            if not path.exists():
                self._keep(path, os.urandom(32).hex())
            return bytes.fromhex(path.read_text())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _keep(self, path: Path, text: str) -> None:
        handle, draft = tempfile.mkstemp(dir=self._folder)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def request(old: int, proof: Sequence[bytes], note: Note) -> str:
    """The body to send to a witness."""
    hashes = [base64.b64encode(each).decode() for each in proof]
    return "\n".join([f"old {old}", *hashes, "", str(note)])
