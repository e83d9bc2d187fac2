"""A journal read from afar 远程日志, as C2SP tlog-tiles over HTTP, and a witness's visit to it.

Nothing of what is fetched is believed: the checkpoint is verified under a key got another way, and the hashes have to
lead from the last checkpoint the witness saw to the new one.
"""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import Callable

from infrastructure.journal.checkpoint import Checkpoint
from infrastructure.journal.signed_note import Note, VerifierKey
from infrastructure.journal.tiles import WIDTH, Log, Tile
from infrastructure.journal.witness import Witness

SECONDS = 30
LARGEST = 1 << 20
"""Bytes of an answer that are read: a tile has 8 KiB, a checkpoint less."""

Fetch = Callable[[str], bytes]
"""Gives what lies at a path below the journal's address, e.g. ``tile/0/000``; raises Unreachable."""


class Unreachable(ConnectionError):
    """The journal does not answer 无法访问日志, or not with what was asked for."""


def over_http(address: str) -> Fetch:
    """Fetches from a server, e.g. ``http://127.0.0.1:8000/tlog``."""

    def fetch(path: str) -> bytes:
        url = f"{address.rstrip('/')}/{path}"
        try:
            with urllib.request.urlopen(url, timeout=SECONDS) as answer:
                return bytes(answer.read(LARGEST))
        except (OSError, ValueError) as error:
            raise Unreachable(f"{url}: {error} 无法访问") from error

    return fetch


class RemoteLog(Log):
    """The tiles of a tree of ``size``, fetched when a proof needs them."""

    def __init__(self, fetch: Fetch, size: int) -> None:
        self._fetch, self._size = fetch, size

    async def _nodes(self, level: int, start: int, end: int) -> list[bytes]:
        number = start // WIDTH
        width = min(WIDTH, (self._size >> 8 * level) - number * WIDTH)
        if width <= 0:
            return []
        content = await asyncio.to_thread(self._fetch, Tile(level, number, width).path())
        hashes = [content[at : at + 32] for at in range(0, len(content), 32)]
        if len(hashes) != width:
            raise Unreachable(f"{Tile(level, number, width).path()} has {len(hashes)} hashes, not {width} 分块不完整")
        return hashes[start - number * WIDTH : end - number * WIDTH]


async def visit(fetch: Fetch, witness: Witness, key: VerifierKey) -> tuple[Checkpoint, Note]:
    """Lets ``witness`` look at the journal of ``key``: the checkpoint it shows, and the note with the cosignature.

    Raises Refused where the journal did not only grow since the last visit, NoteError, Unreachable.
    """
    note = Note.parse((await asyncio.to_thread(fetch, "checkpoint")).decode())
    key.verify(note)
    shown = Checkpoint.parse(note.text)
    seen = witness.seen(shown.origin)
    old = seen.size if seen else 0
    proof = await RemoteLog(fetch, shown.size).consistency_proof(old, shown.size) if old <= shown.size else []
    return shown, note.with_signatures(witness.add_checkpoint(old, proof, note))
