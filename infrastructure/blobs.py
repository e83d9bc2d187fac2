"""Attachments 附件: files kept by their sha256 beside the database, so that an entry may name them and prove them.

``$GUICHENG_HOME/blobs/ab/cd/abcd…`` holds the bytes; what is there is whole, durable, never changed. The same content
is kept once. Who may see a file is decided where it is asked for, not here.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from infrastructure.settings import SettingError, unusable

LARGEST = 20 << 20
"""Bytes an attachment may have."""
_PART = 1 << 18
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Blob:
    """An attachment as it is cited: ``sha256`` in hex, ``size`` in bytes."""

    sha256: str
    size: int
    media_type: str


class BlobTooLarge(ValueError):
    """The attachment is over the limit; make it smaller or split it 附件过大，请压缩或拆分."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"an attachment may have {limit >> 20} MiB; make it smaller or split it 附件过大，请压缩或拆分"
        )


class BlobStore:
    """The attachments under ``home``; any number of processes may share it."""

    def __init__(self, home: Path, largest: int = LARGEST) -> None:
        self._folder = home / "blobs"
        self._largest = largest

    def put(self, content: BinaryIO | bytes | Iterable[bytes], media_type: str = "application/octet-stream") -> Blob:
        """Keeps the content; once this returns it is on the disk. Raises BlobTooLarge, SettingError (full disk)."""
        draft = _Draft(self._folder, self._largest)
        try:
            for part in _parts(content):
                draft.write(part)
            return self._finish(draft, media_type)
        finally:
            draft.discard()

    async def put_stream(self, content: AsyncIterator[bytes], media_type: str = "application/octet-stream") -> Blob:
        """``put`` for what arrives over the network, part by part."""
        draft = _Draft(self._folder, self._largest)
        try:
            async for part in content:
                draft.write(part)
            return self._finish(draft, media_type)
        finally:
            draft.discard()

    def get(self, sha256: str) -> BufferedReader:
        """The content, to be read and closed; raises LookupError."""
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError:
            raise LookupError(f"there is no attachment {sha256} 没有该附件") from None

    def exists(self, sha256: str) -> bool:
        """Whether the content is kept here."""
        return self._path(sha256).is_file()

    def intact(self, sha256: str) -> bool:
        """Whether the content kept is still what it is named for; raises LookupError."""
        with self.get(sha256) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256

    def _path(self, sha256: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise LookupError(f"not a sha256 in hex: {sha256[:80]!r} 不是 sha256")
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def _finish(self, draft: _Draft, media_type: str) -> Blob:
        digest = draft.digest.hexdigest()
        path = self._path(digest)
        if not path.exists():
            draft.become(path)
        return Blob(digest, draft.size, media_type)


class _Draft:
    """A file under way; it appears under its name only when it is whole and on the disk."""

    def __init__(self, folder: Path, largest: int) -> None:
        self.digest = hashlib.sha256()
        self.size = 0
        self._folder = folder
        self._largest = largest
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._handle, self._name = tempfile.mkstemp(dir=folder, prefix=".draft-")
        except OSError as error:
            raise _trouble(folder, error) from error

    def write(self, part: bytes) -> None:
        self.size += len(part)
        if self.size > self._largest:
            raise BlobTooLarge(self._largest)
        self.digest.update(part)
        try:
            view = memoryview(part)
            while view:
                view = view[os.write(self._handle, view) :]
        except OSError as error:
            raise _trouble(self._folder, error) from error

    def become(self, path: Path) -> None:
        try:
            os.fsync(self._handle)
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.rename(self._name, path)
            for folder in (path.parent, path.parent.parent, self._folder):
                _sync(folder)
        except OSError as error:
            raise _trouble(self._folder, error) from error

    def discard(self) -> None:
        os.close(self._handle)
        Path(self._name).unlink(missing_ok=True)


def _parts(content: BinaryIO | bytes | Iterable[bytes]) -> Iterable[bytes]:
    if isinstance(content, bytes):
        return (content,)
    if hasattr(content, "read"):
        return iter(lambda: content.read(_PART), b"")
    return content


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _trouble(folder: Path, error: OSError) -> SettingError:
    if error.errno in _FULL:
        return SettingError(
            f"The disk of {folder} is full; the attachment was not kept. Free some space, then send it again.",
            f"{folder} 所在磁盘已满，附件未保存。请腾出空间后重新上传。",
        )
    return unusable(folder, error)
