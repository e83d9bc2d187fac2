"""A witness visits a journal from afar: it cosigns what only grew, and tells what did not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from infrastructure.journal.checkpoint import Checkpoint
from infrastructure.journal.merkle import Frontier, leaf_hash
from infrastructure.journal.remote import Unreachable, over_http, visit
from infrastructure.journal.signed_note import Note, NoteError, SigningKey
from infrastructure.journal.tiles import Tile
from infrastructure.journal.witness import Refused, Witness

KEY = SigningKey("journal.example/log", bytes(32))
ENTRIES = [b"entry %d" % number for number in range(70_000)]


def served(entries: list[bytes], key: SigningKey = KEY) -> Callable[[str], bytes]:
    """A server that shows a journal of these entries, as another implementation would: from a folder of tiles."""
    tree = Frontier()
    leaves = [leaf_hash(each) for each in entries]
    levels: dict[int, list[bytes]] = {0: leaves}
    for node, hash_ in tree.extend(leaves):
        levels.setdefault(node.height // 8, []).append(hash_)
    text = Checkpoint(key.name, len(entries), tree.root()).text()
    note = Note(text, (key.sign(text),))

    def fetch(path: str) -> bytes:
        if path == "checkpoint":
            return str(note).encode()
        tile = Tile.parse(path)
        assert tile.level is not None
        return b"".join(levels[tile.level][tile.number * 256 : tile.number * 256 + tile.width])

    return fetch


def witness(folder: Path) -> Witness:
    return Witness(folder, "witness.example", [KEY.verifier], clock=lambda: 1_772_500_000)


@pytest.mark.parametrize("sizes", [(0, 1, 2), (3, 255, 256, 257), (1000, 65_536, 65_537, 70_000), (4711, 4711)])
async def test_it_cosigns_whatever_only_grew(sizes: tuple[int, ...], tmp_path: Path) -> None:
    watching = witness(tmp_path)
    for size in sizes:
        shown, note = await visit(served(ENTRIES[:size]), watching, KEY.verifier)
        assert shown.size == size
        assert watching.verifier.verify(note) == 1_772_500_000
    seen = watching.seen(KEY.name)
    assert seen is not None and seen.size == sizes[-1]


async def test_a_past_that_was_changed_is_told_though_it_is_signed_again(tmp_path: Path) -> None:
    watching = witness(tmp_path)
    await visit(served(ENTRIES[:1000]), watching, KEY.verifier)
    changed = [*ENTRIES[:499], b"another", *ENTRIES[500:2000]]
    with pytest.raises(Refused, match="past was changed"):
        await visit(served(changed), watching, KEY.verifier)
    with pytest.raises(Refused, match="two roots"):
        await visit(served(changed[:1000]), watching, KEY.verifier)
    await visit(served(ENTRIES[:2000]), watching, KEY.verifier)


async def test_a_journal_that_became_shorter_is_told(tmp_path: Path) -> None:
    watching = witness(tmp_path)
    await visit(served(ENTRIES[:1000]), watching, KEY.verifier)
    with pytest.raises(Refused, match="beyond the checkpoint"):
        await visit(served(ENTRIES[:999]), watching, KEY.verifier)


async def test_a_stranger_with_the_same_name_is_not_believed(tmp_path: Path) -> None:
    forger = SigningKey(KEY.name, bytes([1] * 32))
    with pytest.raises(NoteError):
        await visit(served(ENTRIES[:10], forger), witness(tmp_path), KEY.verifier)


async def test_a_tile_cut_short_is_no_answer(tmp_path: Path) -> None:
    watching = witness(tmp_path)
    whole = served(ENTRIES[:1000])
    await visit(served(ENTRIES[:300]), watching, KEY.verifier)
    with pytest.raises(Unreachable, match="has 2 hashes, not 3"):
        await visit(lambda path: whole(path)[:-32] if ".p/" in path else whole(path), watching, KEY.verifier)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "no address", "http://"])
def test_a_server_that_does_not_answer_is_named(address: str) -> None:
    with pytest.raises(Unreachable, match="checkpoint"):
        over_http(address)("checkpoint")
