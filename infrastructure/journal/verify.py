"""Verifies the whole journal from its stored bytes 审计核验: what a superuser changed is found, and where first.

Chunks are checked by several processes (``chunk``); their hashes join here into the tree, which is held against the
stored subtrees, every checkpoint with its signature, and the head. Last come the guards (``guards``). Whether the
journal as a whole was replaced by another that is consistent in itself, only a checkpoint kept elsewhere can tell:
hand it in as ``kept``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from typing import Any

import psycopg

from application.standing import GOVERNING
from infrastructure.journal.checkpoint import Checkpoint
from infrastructure.journal.chunk import CHUNK, Chunk, Finding, check, jump, unregistered
from infrastructure.journal.diagnose import diagnose
from infrastructure.journal.guards import weakened
from infrastructure.journal.merkle import EMPTY, Frontier, join
from infrastructure.journal.signed_note import Note, NoteError, VerifierKey

SMALL = 20_000
"""Up to so many entries one process is quicker than starting several."""
TILE = 256

Progress = Callable[[int, int], None]
"""Told how many entries are checked, of how many."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not hold. ``position`` is the first bad one; it lies before ``until``. No entry is bad: -1.

    ``kind``: edited, deleted, inserted, swapped, truncated, command, checkpoint, head, guards.
    """

    position: int
    until: int
    kind: str
    en: str
    zh: str

    def __str__(self) -> str:
        if self.position < 0:
            return f"{self.kind}: {self.en} {self.zh}"
        where = f"{self.position}" if self.until <= self.position + 1 else f"{self.position}…{self.until - 1}"
        return f"position {where}: {self.kind}: {self.en} 位置 {where}：{self.zh}"


@dataclass(slots=True)
class Report:
    """What was verified. ``problem`` is None where everything holds."""

    size: int
    root: str
    checkpoints: int = 0
    problem: Problem | None = None
    seconds: float = 0.0
    entries_per_s: int = 0

    @property
    def holds(self) -> bool:
        """Whether everything holds."""
        return self.problem is None

    def as_json(self) -> dict[str, Any]:
        """For programs: plain values, ``holds`` among them."""
        return {"holds": self.holds, **asdict(self)}


@dataclass(slots=True)
class _Stored:
    """What the database says of the tree."""

    size: int
    root: bytes
    frontier: list[bytes | None]
    standing: int
    governed: int
    """What ``standing`` should be, from the entries."""
    checkpoints: list[tuple[int, bytes, str]]
    subtrees: dict[tuple[int, int], bytes] = field(default_factory=dict)

    @property
    def edge(self) -> list[bytes]:
        """Roots of the full subtrees at the right edge, largest first, as the frontier has them."""
        known = dict(enumerate(self.frontier))
        return [known.get(bit) or b"" for bit in _bits(self.size)]


class _Found(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def verify(
    url: str,
    progress: Progress = lambda done, size: None,
    *,
    key: VerifierKey | None = None,
    kept: Sequence[Note] = (),
    processes: int | None = None,
) -> Report:
    """Checks every entry, the tree, every stored checkpoint (and its signature by ``key``) and those in ``kept``.

    Stops at the first problem in order of position. ``url`` may log in as anybody who may read schema journal.
    """
    began = time.monotonic()
    report = Report(0, "")
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            stored = _stored(connection)
            report = Report(stored.size, stored.root.hex(), len(stored.checkpoints) + len(kept))
            _checkpoints(stored, key, kept)
            _tree(connection, url, stored, progress, processes or os.cpu_count() or 1)
            _beside(connection, stored)
        except _Found as found:
            report.problem = found.problem
    report.seconds = round(time.monotonic() - began, 3)
    report.entries_per_s = int(report.size / max(report.seconds, 0.001))
    return report


def _stored(connection: psycopg.Connection[Any]) -> _Stored:
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read")
        heads = connection.execute(
            "select size, root, standing, array(select unnest(frontier)), array_dims(frontier) from journal.head"
        ).fetchall()
        notes = connection.execute("select size, root, note from journal.checkpoints order by size").fetchall()
        rows = connection.execute("select level, index, hash from journal.subtrees").fetchall()
        governed = connection.execute(_GOVERNED, (sorted(GOVERNING),)).fetchone()
    assert governed is not None
    if len(heads) != 1:
        en, zh = f"the journal has {len(heads)} heads: its one row was deleted or doubled", "首行被删除或重复"
        raise _Found(Problem(-1, -1, "head", en, zh))
    size, root, standing, frontier, dimensions = heads[0]
    if dimensions != (f"[1:{len(frontier)}]" if frontier else None):
        frontier = []
    subtrees = {(level, index): hash_ for level, index, hash_ in rows}
    return _Stored(size, root, frontier, standing, governed[0], notes, subtrees)


# Of the last entry of each stream: where its command ends, since that is what append() takes down.
_GOVERNED = """
select coalesce(max(greatest(last.position, c.first + c.count - 1)), -1)
from unnest(%s::text[]) stream, lateral (
    select position, command_id from journal.entries e where e.stream = stream.stream order by version desc limit 1
) last left join journal.commands c using (command_id)
"""


def _beside(connection: psycopg.Connection[Any], stored: _Stored) -> None:
    """What no entry shows: which governing entry the head names, and whether the guards stand."""
    if stored.standing != stored.governed:
        en = f"the head's standing is {stored.standing}, the last governing entry is {stored.governed}"
        zh = f"首行所记的治理位置 {stored.standing} 与条目不符，应为 {stored.governed}"
        raise _Found(Problem(stored.size, stored.size, "head", en, zh))
    if found := weakened(connection):
        en, zh = "; ".join(en for en, _ in found), "；".join(zh for _, zh in found)
        raise _Found(Problem(-1, -1, "guards", en, zh))


def _bits(size: int) -> list[int]:
    return [bit for bit in range(size.bit_length() - 1, -1, -1) if size >> bit & 1]


def _checkpoints(stored: _Stored, key: VerifierKey | None, kept: Sequence[Note]) -> None:
    for size, root, text in stored.checkpoints:
        try:
            note = Note.parse(text)
            said = Checkpoint.parse(note.text)
            if (said.size, said.root) != (size, root):
                raise NoteError("its columns differ from its text 索引列与文本不符")
            if key is not None:
                key.verify(note)
        except NoteError as error:
            raise _Found(Problem(size, size, "checkpoint", f"checkpoint {size}: {error}", "检查点无效")) from error
    for note in kept:
        if key is not None:
            key.verify(note)
        said = Checkpoint.parse(note.text)
        stored.checkpoints.append((said.size, said.root, str(note)))
    stored.checkpoints.sort(key=lambda each: each[0])


def _tree(connection: psycopg.Connection[Any], url: str, stored: _Stored, progress: Progress, processes: int) -> None:
    tree = _Tree(connection, stored)
    starts = range(0, stored.size, CHUNK)
    with _workers(stored.size, processes) as workers:
        futures: list[Future[Chunk]] = []
        for start in starts:
            end = min(start + CHUNK, stored.size)
            sizes = [size for size, _, _ in stored.checkpoints if start < size <= end]
            futures.append(workers.submit(check, url, start, end, sizes))
        commands = workers.submit(unregistered, url, stored.size)
        try:
            for start, future in zip(starts, futures, strict=True):
                tree.add(future.result(), min(start + CHUNK, stored.size))
                progress(tree.size, stored.size)
            tree.finish()
            if (found := commands.result()) is not None:
                raise _Found(Problem(found.position, found.position + 1, found.kind, found.en, found.zh))
        finally:
            commands.cancel()
            for future in futures:
                future.cancel()


@contextmanager
def _workers(size: int, processes: int) -> Iterator[Executor]:
    if size <= SMALL or processes == 1:
        with ThreadPoolExecutor(1) as threads:
            yield threads
    else:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            yield pool


class _Tree:
    """Joins the chunks, in order, and compares with what is stored; raises _Found at the first difference."""

    def __init__(self, connection: psycopg.Connection[Any], stored: _Stored) -> None:
        self._connection = connection
        self._stored = stored
        self._checkpoints = [each for each in stored.checkpoints if each[:2] != (0, EMPTY)]
        self._tiles = Frontier()
        """The tree over full runs of 256 entries."""
        self._proved = 0
        self._edge: list[bytes] = []
        self._versions: dict[bytes, int] = {}
        self.size = 0

    def add(self, chunk: Chunk, end: int) -> None:
        before = list(self._tiles.edge)
        finding = min(
            (each for each in (chunk.finding, self._follow(chunk)) if each is not None),
            key=lambda each: each.position,
            default=None,
        )
        for index, hash_ in enumerate(chunk.tiles, chunk.start // TILE):
            self._compare(1, index, hash_, finding)
        for node, hash_ in self._tiles.extend(chunk.tiles):
            self._compare(node.height // 8 + 1, node.number, hash_, finding)
        if finding is not None:
            raise self._found(finding)
        if chunk.start + chunk.count < end:
            raise self._missing(chunk.start + chunk.count)
        while self._checkpoints and self._checkpoints[0][0] <= end:
            size, root, _ = self._checkpoints.pop(0)
            if (join([*before, *chunk.edges[size]]) if size else EMPTY) != root:
                raise self._changed(self._proved, size, f"the root up to here is not that of checkpoint {size}")
            self._proved = size
        self.size = end
        low = (end % TILE).bit_count()
        self._edge = [*self._tiles.edge, *(chunk.edges[end][-low:] if low else [])]

    def finish(self) -> None:
        """After the last chunk: what lies beyond, the head, checkpoints of a journal that was longer."""
        stored, size = self._stored, self._stored.size
        row = self._connection.execute(
            "select coalesce(min(position), 0), coalesce(max(position), -1), (select size from journal.head) "
            "from journal.entries"
        ).fetchone()
        assert row is not None
        lowest, highest, now = row
        if lowest < 0 or highest >= now:
            at = lowest if lowest < 0 else now
            raise _Found(Problem(at, at + 1, "inserted", "the journal does not reach here", "超出日志范围的条目"))
        if self._checkpoints:
            longer = self._checkpoints[0][0]
            en, zh = f"a checkpoint of {longer} entries was signed", f"曾签署 {longer} 条的检查点"
            raise _Found(Problem(size, longer, "truncated", en, zh))
        if len(stored.subtrees) > sum(size >> 8 * level for level in range(1, 8)):
            raise _Found(Problem(size, size, "head", "there are more subtrees than the tree has", "子树多于应有"))
        if join(self._edge) != stored.root:
            raise self._edge_changed()
        edge = dict(zip(_bits(size), self._edge, strict=True))
        if stored.frontier != [edge.get(bit) for bit in range(size.bit_length())]:
            raise _Found(Problem(size, size, "head", "the head's frontier is not the tree's", "首行的边界散列不符"))

    def _edge_changed(self) -> _Found:
        """The root differs but every full run of 256 holds: the smallest subtree at the edge that differs."""
        start = 0
        if join(self._stored.edge) == self._stored.root:
            for bit, ours, theirs in zip(_bits(self._stored.size), self._edge, self._stored.edge, strict=True):
                if ours != theirs:
                    return self._changed(start, start + (1 << bit), "the tree's edge is not the one it was signed with")
                start += 1 << bit
        en, zh = "the head's root is not the root of the entries", "首行的根与条目不符"
        return _Found(Problem(self._stored.size, self._stored.size, "head", en, zh))

    def _compare(self, level: int, index: int, hash_: bytes, finding: Finding | None) -> None:
        start, end = index << 8 * level, (index + 1) << 8 * level
        if self._stored.subtrees.get((level, index)) == hash_ or (finding is not None and finding.position < start):
            return
        if finding is not None and finding.position < end:
            raise self._found(finding)
        raise self._changed(start, end, f"the subtree over entries {start} to {end - 1} is not the one stored")

    def _changed(self, start: int, end: int, en: str) -> _Found:
        finding = diagnose(self._connection, start, end)
        if finding is not None:
            return self._found(finding)
        zh = f"条目 {start} 至 {end - 1} 之中有改动（散列已被重算）"
        return _Found(Problem(start, end, "edited", f"{en}: an entry and its leaf were changed together", zh))

    def _found(self, finding: Finding) -> _Found:
        if finding.kind == "deleted":
            return self._missing(finding.position)
        if finding.body:
            finding = diagnose(self._connection, finding.position, finding.position + 1, finding) or finding
        return _Found(Problem(finding.position, finding.position + 1, finding.kind, finding.en, finding.zh))

    def _missing(self, position: int) -> _Found:
        row = self._connection.execute(
            "select exists(select from journal.entries where position > %s)", (position,)
        ).fetchone()
        if row and row[0]:
            return _Found(Problem(position, position + 1, "deleted", "the entry is missing", "该条目缺失"))
        en, zh = f"the journal of {self._stored.size} entries ends here", f"日志应有 {self._stored.size} 条，至此为止"
        return _Found(Problem(position, self._stored.size, "truncated", en, zh))

    def _follow(self, chunk: Chunk) -> Finding | None:
        """Every stream's versions go on from chunk to chunk: the first that does not."""
        first: Finding | None = None
        for stream, (position, version, last) in chunk.streams.items():
            before = self._versions.get(stream, 0)
            if version != before + 1 and (first is None or position < first.position):
                first = jump(position, stream, before, version)
            self._versions[stream] = last
        return first
