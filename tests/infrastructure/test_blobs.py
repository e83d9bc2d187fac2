"""Attachments 附件: kept by what they are, whole, once."""

import errno
import hashlib
import io
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from infrastructure.blobs import BlobStore, BlobTooLarge
from infrastructure.settings import SettingError

PHOTO = b"sample photograph " * 100_000


def test_what_was_put_comes_back_by_its_sha256(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    blob = store.put(io.BytesIO(PHOTO), "image/jpeg")
    assert (blob.sha256, blob.size, blob.media_type) == (hashlib.sha256(PHOTO).hexdigest(), len(PHOTO), "image/jpeg")
    with store.get(blob.sha256) as file:
        assert file.read() == PHOTO
    assert store.exists(blob.sha256)
    assert store.intact(blob.sha256)


async def test_what_arrives_in_parts_is_the_same(tmp_path: Path) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield PHOTO[:1000]
        yield PHOTO[1000:]

    store = BlobStore(tmp_path)
    assert await store.put_stream(parts()) == store.put(PHOTO) == store.put([PHOTO[:7], PHOTO[7:]])
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_too_large_is_refused_and_leaves_nothing_behind(tmp_path: Path) -> None:
    store = BlobStore(tmp_path, largest=1 << 20)
    with pytest.raises(BlobTooLarge, match="附件过大"):
        store.put(PHOTO)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_full_disk_says_so_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingError, match="磁盘已满"):
        BlobStore(tmp_path).put(PHOTO)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    blob = store.put(PHOTO)
    next(tmp_path.rglob(blob.sha256)).write_bytes(b"forged")
    assert not store.intact(blob.sha256)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64])
def test_what_is_not_there_or_no_name_is_not_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(LookupError):
        BlobStore(tmp_path).get(name)
