"""The Merkle tree of RFC 6962 默克尔树, as pure functions: hashes, roots, proofs, and how they are checked.

A tree of ``size`` leaves splits at the largest power of two below ``size`` (RFC 6962, 2.1). A *full node* ``(height,
number)`` is the root of the leaves ``number << height … (number + 1) << height``; every range that occurs in a proof
is a few full nodes, joined from the right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

EMPTY = sha256(b"").digest()
"""Root of the tree without leaves."""


class ProofError(ValueError):
    """A proof does not prove what it should."""


class Node(NamedTuple):
    """A full subtree of ``2 ** height`` leaves, the ``number``-th from the left, from 0."""

    height: int
    number: int


class Range(NamedTuple):
    """The leaves ``start`` up to, not including, ``end``."""

    start: int
    end: int


def leaf_hash(data: bytes) -> bytes:
    """The hash of an entry."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def join(hashes: Sequence[bytes]) -> bytes:
    """The root over subtrees from left to right, each smaller than the one before."""
    if not hashes:
        return EMPTY
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes; also the way from a tile's hashes to the node above them."""
    tree = Frontier()
    tree.extend(leaves)
    return tree.root()


class Frontier:
    """A tree that grows: keeps only the full subtrees at its right edge."""

    def __init__(self, size: int = 0, edge: Sequence[bytes] = ()) -> None:
        self.size = size
        self.edge = list(edge)
        """Roots of the full subtrees, largest first: one for every bit set in ``size``."""

    def extend(self, leaves: Sequence[bytes]) -> list[tuple[Node, bytes]]:
        """Adds leaf hashes; returns the full nodes of heights 8, 16, … that came about, in order: the tiles' hashes."""
        made = []
        edge, size = self.edge, self.size
        for current in leaves:
            height, bits = 0, size
            while bits & 1:
                current = sha256(b"\x01" + edge.pop() + current).digest()
                height += 1
                bits >>= 1
                if not height & 7:
                    made.append((Node(height, bits), current))
            edge.append(current)
            size += 1
        self.size = size
        return made

    def root(self) -> bytes:
        """The root of the tree as it is."""
        return join(self.edge)


def full_nodes(range_: Range) -> Iterator[Node]:
    """The full nodes a range is made of, from left to right."""
    start, end = range_
    while start < end:
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        yield Node(height, start >> height)
        start += 1 << height


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """What an inclusion proof of leaf ``index`` in a tree of ``size`` is made of (RFC 6962, 2.1.1), leaf to root."""
    if not 0 <= index < size:
        raise ProofError(f"there is no entry {index} in a journal of {size} 日志共 {size} 条，没有第 {index} 条")
    start, end = 0, size
    ranges = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append(Range(middle, end))
            end = middle
        else:
            ranges.append(Range(start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """What a consistency proof between trees of ``old`` and ``new`` leaves is made of (RFC 6962, 2.1.2)."""
    if not 0 <= old <= new:
        raise ProofError(f"a journal of {new} cannot have grown from {old} 日志不可能由 {old} 条变为 {new} 条")
    if old in (0, new):
        return []
    start, end = 0, new
    ranges = []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append(Range(middle, end))
            end = middle
        else:
            ranges.append(Range(start, middle))
            start = middle
    if start:
        ranges.append(Range(start, end))
    return ranges[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raises ProofError unless ``proof`` shows that ``leaf`` is leaf ``index`` of the tree of that size and root."""
    ranges = inclusion_ranges(index, size)
    if len(ranges) != len(proof):
        raise ProofError(f"the proof has {len(proof)} hashes, not {len(ranges)} 证明长度不符")
    current = leaf
    for (start, _), other in zip(ranges, proof, strict=True):
        current = node_hash(current, other) if start > index else node_hash(other, current)
    if current != root:
        raise ProofError("the entry is not in this journal at this place 该条目不在日志的该位置")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raises ProofError unless ``proof`` shows that the tree of ``new`` leaves only grew from the tree of ``old``."""
    ranges = consistency_ranges(old, new)
    if len(ranges) != len(proof):
        raise ProofError(f"the proof has {len(proof)} hashes, not {len(ranges)} 证明长度不符")
    if old == 0 and old_root == EMPTY:
        return
    if old == new:
        if old_root != new_root:
            raise ProofError("two journals of the same size differ 同样大小的日志内容不同")
        return
    steps = list(zip(ranges, proof, strict=True))
    # Where the old tree is a full subtree of the new one, its root is known and left out of the proof.
    before = after = steps.pop(0)[1] if ranges[0].end == old else old_root
    for range_, other in steps:
        if range_.start >= old:
            after = node_hash(after, other)
        else:
            before, after = node_hash(other, before), node_hash(other, after)
    if before != old_root or after != new_root:
        raise ProofError("the journal did not only grow: its past was changed 日志的历史被改动")


def _split(size: int) -> int:
    """The largest power of two below ``size`` (>= 2)."""
    return 1 << (size - 1).bit_length() - 1
