"""The tiled log: whoever has only tiles, bundles and a checkpoint can check everything."""

import pytest

from application.journal import Appended
from infrastructure.journal.checkpoint import Checkpoint, make
from infrastructure.journal.merkle import ProofError, leaf_hash, root_of, verify_consistency, verify_inclusion
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.journal.proof import Proof, prove
from infrastructure.journal.sample import submission
from infrastructure.journal.signed_note import COSIGNATURE, NoteError, SigningKey
from infrastructure.journal.tiles import Log, Tile, index_path, tiles_of

KEY = SigningKey("sample.example/journal", bytes(range(32)))
SIZE = 70_000
"""Two levels of full tiles and a third begun."""


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(3, 1234067), "tile/3/x001/x234/067"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(None, 7, 3), "tile/entries/007.p/3"),
        (Tile(63, 999_999), "tile/63/x999/999"),
    ],
)
def test_paths_are_the_specifications(tile: Tile, path: str) -> None:
    assert (tile.path(), Tile.parse(path)) == (path, tile)


@pytest.mark.parametrize(
    "path",
    ["", "tile/0/0", "tile/0/0001", "tile/64/000", "tile/00/000", "tile/0/x000/001", "tile/0/000.p/0",
     "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/001/002", "tile/entry/000", "/tile/0/000"],
)  # fmt: skip
def test_what_is_no_path_of_a_tile_is_told_apart(path: str) -> None:
    with pytest.raises(ValueError, match="分块路径"):
        Tile.parse(path)


def test_the_specifications_example_of_seventy_thousand_entries() -> None:
    tiles = [tile for tile in tiles_of(70_000) if tile.level is not None]
    assert [tile.width for tile in tiles if tile.level == 0] == [256] * 273 + [112]
    assert [tile.width for tile in tiles if tile.level == 1] == [256, 17]
    assert [tile.width for tile in tiles if tile.level == 2] == [1]
    assert [(tile.level, tile.width) for tile in tiles_of(256)] == [(None, 256), (0, 256), (1, 1)]
    assert index_path(1_234_067) == "x001/x234/067"


async def test_the_whole_tree_can_be_built_from_tiles_and_bundles_alone(journal: PostgresJournal) -> None:
    await _fill(journal, SIZE)
    checkpoint = Checkpoint.parse((await make(journal, KEY)).text)
    log = Log(journal)
    tiles = {tile: await log.read(tile) for tile in tiles_of(SIZE)}

    leaves = []
    for tile, content in tiles.items():
        if tile.level is None:
            leaves += [leaf_hash(entry) for entry in _entries(content)]
    assert len(leaves) == SIZE
    assert root_of(leaves) == checkpoint.root
    level, hashes = 0, leaves
    while hashes:
        stored = b"".join(content for tile, content in tiles.items() if tile.level == level)
        assert stored == b"".join(hashes)
        hashes = [root_of(hashes[at : at + 256]) for at in range(0, len(hashes) // 256 * 256, 256)]
        level += 1
    assert level == 3

    for size in (1, 255, 256, 257, 65_536, 65_537, SIZE):
        assert await log.root(size) == root_of(leaves[:size])
        for index in {0, size // 2, size - 1}:
            proof = await log.inclusion_proof(index, size)
            verify_inclusion(leaves[index], index, size, proof, root_of(leaves[:size]))
        verify_consistency(size, SIZE, root_of(leaves[:size]), checkpoint.root, await log.consistency_proof(size, SIZE))


async def test_tiles_beyond_the_end_are_not_there(journal: PostgresJournal) -> None:
    await _fill(journal, 300)
    log = Log(journal)
    assert len(await log.read(Tile(0, 1, 44))) == 44 * 32
    for tile in (Tile(0, 1, 45), Tile(0, 1), Tile(None, 2, 1), Tile(1, 0, 2), Tile(2, 0, 1)):
        with pytest.raises(LookupError, match="日志尚无"):
            await log.read(tile)


async def test_a_proof_file_shows_without_us_that_an_entry_is_in_the_journal(journal: PostgresJournal) -> None:
    await _fill(journal, 300)
    witness = SigningKey("witness.example", bytes(32), COSIGNATURE)
    note = await make(journal, KEY)
    cosigned = note.with_signatures([witness.sign(note.text, 1_700_000_000)])
    entry = (await journal.entries([77]))[0].body

    text = str(await prove(journal, 77, cosigned))
    assert text.startswith("c2sp.org/tlog-proof@v1\nindex 77\n")
    proof = Proof.parse(text)
    assert str(proof) == text
    proof.verify(entry, KEY.verifier)
    proof.verify(entry, KEY.verifier, [witness.verifier], quorum=1)

    with pytest.raises(ProofError, match="不在"):
        proof.verify(entry.replace(b"SAMPLE", b"sample"), KEY.verifier)
    with pytest.raises(NoteError, match="见证不足"):
        proof.verify(entry, KEY.verifier, [KEY.verifier], quorum=2)
    with pytest.raises(NoteError, match="没有"):
        proof.verify(entry, SigningKey("other.example", bytes(32)).verifier)
    with pytest.raises(ProofError):
        await prove(journal, 300, note)
    with_extra = Proof(proof.index, proof.path, proof.checkpoint, b"sample")
    assert Proof.parse(str(with_extra)) == with_extra


@pytest.mark.parametrize(
    "broken", ["\n", "index 01\n\no\n1\nAA==\n", "index 1\nAA==\n\nx\n\n— n AAAAAAA=\n", "index 1"]
)
def test_what_is_no_proof_file_is_told_apart(broken: str) -> None:
    with pytest.raises(ValueError, match=r"证明|签名"):
        Proof.parse(f"c2sp.org/tlog-proof@v1\n{broken}")
    with pytest.raises(ValueError, match="不是证明文件"):
        Proof.parse(broken)


async def _fill(journal: PostgresJournal, size: int) -> None:
    commands = (submission(f"sample-{at}", count=min(100, size - at), text="") for at in range(0, size, 100))
    async for _, outcome in journal.bulk_append(commands):
        assert isinstance(outcome, Appended)


def _entries(bundle: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at : at + 2])
        found.append(bundle[at + 2 : at + 2 + length])
        at += 2 + length
    return found
