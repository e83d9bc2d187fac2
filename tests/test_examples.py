"""Programs in docs/examples that others copy: the proof checker says yes to what is in the journal, no to the rest."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

from infrastructure.journal.checkpoint import Checkpoint
from infrastructure.journal.merkle import Frontier, inclusion_ranges, leaf_hash, root_of
from infrastructure.journal.proof import Proof
from infrastructure.journal.signed_note import Note, SigningKey
from interfaces.docs.specs import HOUSE

KEY = SigningKey("journal.example", bytes(32))
ENTRIES = [b"entry %d" % number for number in range(70)]
LEAVES = [leaf_hash(each) for each in ENTRIES]


@pytest.fixture
def check(tmp_path: Path) -> Callable[[bytes, Proof], int]:
    """The checker on an entry and a proof: 0 where it says that the proof holds."""
    main = runpy.run_path(str(HOUSE / "docs/examples/check_proof.py"))["main"]

    def run(entry: bytes, proof: Proof) -> int:
        (tmp_path / "entry.json").write_bytes(entry)
        (tmp_path / "entry.tlog-proof").write_text(str(proof), encoding="utf-8")
        return int(main(tmp_path / "entry.json", tmp_path / "entry.tlog-proof"))

    return run


def proof(index: int, size: int) -> Proof:
    """That entry ``index`` is in the journal of ``size``."""
    tree = Frontier()
    tree.extend(LEAVES[:size])
    text = Checkpoint(KEY.name, size, tree.root()).text()
    path = tuple(root_of(LEAVES[each.start : each.end]) for each in inclusion_ranges(index, size))
    return Proof(index, path, Note(text, (KEY.sign(text),)))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 31, 32, 33, 70])
def test_every_entry_is_found_and_no_other_in_its_place(size: int, check: Callable[[bytes, Proof], int]) -> None:
    for index in range(size):
        shown = proof(index, size)
        assert check(ENTRIES[index], shown) == 0
        assert check(ENTRIES[index] + b" ", shown) == 1
        if shown.path:
            assert check(ENTRIES[index], Proof(index, shown.path[:-1], shown.checkpoint)) == 1
            assert check(ENTRIES[index], Proof(index, (*shown.path[:-1], bytes(32)), shown.checkpoint)) == 1
