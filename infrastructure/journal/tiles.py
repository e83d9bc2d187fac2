"""The journal as a tiled log (C2SP tlog-tiles) 分块日志: tiles of hashes and bundles of entries, from the database.

A tile of level L holds up to 256 roots of full subtrees of 256 ** L entries; a bundle holds the entries themselves,
each after its length in two bytes. Paths are the specification's: ``tile/1/x001/234``, ``tile/entries/007.p/3``.
"""

from __future__ import annotations

import re
from typing import Any, LiteralString, NamedTuple, Protocol

from psycopg.abc import Params

from infrastructure.journal.merkle import (
    EMPTY,
    Node,
    Range,
    consistency_ranges,
    full_nodes,
    inclusion_ranges,
    join,
    root_of,
)

WIDTH = 256
HIGHEST = 63
_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class Rows(Protocol):
    """What can be asked for rows; ``PostgresJournal`` is."""

    async def rows(self, query: LiteralString, values: Params = ()) -> list[tuple[Any, ...]]:
        """The answer; raises Unavailable."""


class Tile(NamedTuple):
    """The address of a tile, or of a bundle of entries (``level`` None)."""

    level: int | None
    number: int
    width: int = WIDTH

    def path(self) -> str:
        """As the specification writes it, without a leading slash."""
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{index_path(self.number)}{partial}"

    @classmethod
    def parse(cls, path: str) -> Tile:
        """The inverse of ``path``; raises ValueError."""
        match = _PATH.fullmatch(path)
        if match is None or (match[1] != "entries" and int(match[1]) > HIGHEST) or int(match[3] or 1) >= WIDTH:
            raise ValueError(f"not the path of a tile: {path[:80]!r} 不是分块路径")
        index = int(match[2].replace("/", "").replace("x", ""))
        if index_path(index) != match[2]:
            raise ValueError(f"a tile's index has no leading zero groups: {path[:80]!r} 分块路径有多余的零")
        return cls(None if match[1] == "entries" else int(match[1]), index, int(match[3] or WIDTH))


def index_path(index: int) -> str:
    """A tile's index in groups of three digits: 1234067 is ``x001/x234/067``."""
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])


def tiles_of(size: int) -> list[Tile]:
    """Every tile and bundle of a tree of ``size``, partial ones last in their level."""
    found = []
    for level in (None, *range(HIGHEST + 1)):
        count = size >> 8 * (level or 0)
        if count == 0 and level is not None:
            break
        found += [Tile(level, index) for index in range(count // WIDTH)]
        if count % WIDTH:
            found.append(Tile(level, count // WIDTH, count % WIDTH))
    return found


class Log:
    """Reads tiles, bundles, roots and proofs of any size the journal has or had."""

    def __init__(self, journal: Rows) -> None:
        self._journal = journal

    async def read(self, tile: Tile) -> bytes:
        """The bytes served under ``tile.path()``; raises LookupError beyond the journal's end."""
        start = tile.number * WIDTH
        if tile.level is None:
            rows = await self._journal.rows(
                "select convert_to(body::text, 'UTF8') from journal.entries where position >= %b and position < %b "
                "order by position",
                (start, start + tile.width),
            )
            hashes = [len(body).to_bytes(2) + body for (body,) in rows]
        else:
            hashes = await self._nodes(tile.level, start, start + tile.width)
        if len(hashes) != tile.width:
            raise LookupError(f"the journal does not reach as far as {tile.path()} 日志尚无该分块")
        return b"".join(hashes)

    async def root(self, size: int) -> bytes:
        """The root of the tree when it had ``size`` entries."""
        return await self.hash(Range(0, size)) if size else EMPTY

    async def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """That entry ``index`` is in the tree of ``size``; raises ProofError where it cannot be."""
        return [await self.hash(each) for each in inclusion_ranges(index, size)]

    async def consistency_proof(self, old: int, new: int) -> list[bytes]:
        """That the tree of ``new`` entries grew from that of ``old``; raises ProofError where it cannot have."""
        return [await self.hash(each) for each in consistency_ranges(old, new)]

    async def hash(self, range_: Range) -> bytes:
        """The root over a range that occurs in a proof."""
        return join([await self._node(node) for node in full_nodes(range_)])

    async def _node(self, node: Node) -> bytes:
        level, height = divmod(node.height, 8)
        start = node.number << height
        hashes = await self._nodes(level, start, start + (1 << height))
        if len(hashes) != 1 << height:
            raise LookupError(f"the journal does not reach as far as entry {(node.number + 1) << node.height} 日志尚短")
        return root_of(hashes)

    async def _nodes(self, level: int, start: int, end: int) -> list[bytes]:
        if level == 0:
            rows = await self._journal.rows(
                "select leaf from journal.entries where position >= %b and position < %b order by position",
                (start, end),
            )
        else:
            rows = await self._journal.rows(
                "select hash from journal.subtrees where level = %b::smallint and index >= %b and index < %b "
                "order by index",
                (level, start, end),
            )
        return [row[0] for row in rows]
