"""The Merkle tree of RFC 6962, against published vectors, the definition, and another implementation."""

from itertools import pairwise

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infrastructure.journal.merkle import (
    EMPTY,
    Frontier,
    ProofError,
    Range,
    consistency_ranges,
    full_nodes,
    inclusion_ranges,
    join,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The test vectors Certificate Transparency's implementations share.
INPUTS = [
    bytes.fromhex(data)
    for data in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(data) for data in INPUTS]
MANY = [leaf_hash(str(number).encode()) for number in range(300)]


def test_the_published_roots() -> None:
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert [root_of(LEAVES[:size]).hex() for size in range(1, 9)] == ROOTS


def test_the_published_inclusion_proof() -> None:
    proof = [_hash(LEAVES, each) for each in inclusion_ranges(0, 8)]
    assert [each.hex() for each in proof] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_the_published_consistency_proof() -> None:
    proof = [_hash(LEAVES, each) for each in consistency_ranges(6, 8)]
    assert [each.hex() for each in proof] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_another_implementation_finds_the_same_roots_and_proofs() -> None:
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for size, number in enumerate(range(70), 1):
        other.append_entry(str(number).encode())
        assert other.get_root() == root_of(MANY[:size])
        for index in range(size):
            theirs = other.prove_inclusion(index + 1, size).serialize()["path"]
            assert [_hash(MANY, each).hex() for each in inclusion_ranges(index, size)] == theirs[1:]


@given(st.integers(1, 300), st.data())
def test_every_inclusion_proof_holds_and_no_other(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    root = _definition(MANY[:size])
    proof = [_hash(MANY, each) for each in inclusion_ranges(index, size)]
    verify_inclusion(MANY[index], index, size, proof, root)
    with pytest.raises(ProofError):
        verify_inclusion(leaf_hash(b"another"), index, size, proof, root)
    with pytest.raises(ProofError):
        verify_inclusion(MANY[index], index, size, [*proof, EMPTY], root)
    for changed in range(len(proof)):
        with pytest.raises(ProofError):
            verify_inclusion(MANY[index], index, size, [*proof[:changed], EMPTY, *proof[changed + 1 :]], root)


@given(st.integers(0, 300), st.data())
def test_every_consistency_proof_holds_and_no_other(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, new))
    old_root, new_root = _definition(MANY[:old]), _definition(MANY[:new])
    proof = [_hash(MANY, each) for each in consistency_ranges(old, new)]
    verify_consistency(old, new, old_root, new_root, proof)
    if old:
        with pytest.raises(ProofError):
            verify_consistency(old, new, EMPTY, new_root, proof)
        with pytest.raises(ProofError):
            verify_consistency(old, new, old_root, EMPTY, proof)
    for changed in range(len(proof)):
        with pytest.raises(ProofError):
            verify_consistency(old, new, old_root, new_root, [*proof[:changed], EMPTY, *proof[changed + 1 :]])


@given(st.integers(0, 300), st.data())
def test_a_range_is_its_full_nodes_from_left_to_right(end: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, end))
    covered = [(node.number << node.height, (node.number + 1) << node.height) for node in full_nodes(Range(start, end))]
    assert [edge for edge, _ in covered][:1] == ([start] if covered else [])
    assert all(left[1] == right[0] for left, right in pairwise(covered))
    assert sum(right - left for left, right in covered) == end - start


def test_a_frontier_grows_as_the_tree_does_and_tells_the_tiles() -> None:
    grown, made = Frontier(), []
    for leaf in MANY:
        made += grown.extend([leaf])
    assert grown.root() == _definition(MANY)
    assert [(node.height, node.number, hash_) for node, hash_ in made] == [(8, 0, _definition(MANY[:256]))]


def test_what_cannot_be_proved_says_so() -> None:
    with pytest.raises(ProofError, match="日志共 3 条"):
        inclusion_ranges(3, 3)
    with pytest.raises(ProofError, match="不可能"):
        consistency_ranges(4, 3)


def _definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(_definition(leaves[:split]), _definition(leaves[split:]))


def _hash(leaves: list[bytes], range_: Range) -> bytes:
    return join([_definition(leaves[n.number << n.height : (n.number + 1) << n.height]) for n in full_nodes(range_)])
