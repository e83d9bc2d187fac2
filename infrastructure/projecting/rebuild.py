"""Fills views again from the beginning 重建视图, beside the old ones, which serve until the new take their place.

All views in one pass, spread over processes that each read the journal once. What was filled is kept at every
checkpoint, so a rebuild that was cut off goes on where it was. A lock keeps two from filling one view.
"""

from __future__ import annotations

import gc
import multiprocessing
import queue
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import psycopg

from infrastructure.projecting import tables
from infrastructure.projecting.connecting import connect
from infrastructure.projecting.folding import Fold
from infrastructure.projecting.moving import move
from infrastructure.projecting.progress import MAKING, REBUILD
from infrastructure.projecting.reading import read, size
from infrastructure.projecting.storing import attach, load, write
from infrastructure.projecting.tables import NEXT
from projections import catalogue
from projections.happened import Decode
from projections.rows import Added
from projections.view import View

BATCH = 5_000
CHECKPOINT = 250_000
"""Entries after which what was filled is kept for good."""
KEPT = 200_000
"""Rows a process keeps in memory before it writes them and forgets them."""
Opener = Callable[[], Decode]
"""Makes the decoding, in every process: a function of a module, or a partial of one."""
Tell = Callable[[int, int], None]
"""Called with entries read by all processes together, and how many there are to read."""


class BeingRebuilt(RuntimeError):
    """Somebody else fills this view already 该视图正在重建; wait until that is done."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} is being rebuilt already 视图 {name} 正在重建")


class RebuildFailed(RuntimeError):
    """A process that filled views failed; the old views serve on 重建失败，原视图继续提供服务."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was filled: ``seconds`` in all, for the journal's ``entries``."""

    names: tuple[str, ...]
    entries: int
    seconds: float


def rebuild(
    url: str,
    opener: Opener,
    names: Iterable[str] | None = None,
    *,
    processes: int = 2,
    tell: Tell | None = None,
    batch: int = BATCH,
) -> Rebuilt:
    """Fills these views (default: all) again and puts them in place. Raises BeingRebuilt, RebuildFailed, NoSuchView."""
    began = time.perf_counter()
    every = catalogue.views()
    views = [catalogue.view(name) for name in sorted(every if names is None else set(names))]
    filled = [view for view in views if view.drawn is None]
    with connect(url) as work, connect(url) as locks:
        locks.autocommit = True
        for view in filled:
            row = locks.execute("select pg_try_advisory_lock(%s, hashtext(%s))", [REBUILD, view.name]).fetchone()
            if row is None or not row[0]:
                raise BeingRebuilt(view.name)
        for view in filled:
            _prepare(work, view)
        upto = size(work) - 1
        work.commit()
        groups = _spread(filled, processes)
        if len(groups) == 1:
            fill(url, opener(), [view.name for view in groups[0]], upto, tell, batch)
        elif groups:
            _in_processes(url, opener, groups, upto, tell, batch)
        _put_in_place(work, opener(), filled, [view for view in every.values() if view.drawn is not None], batch)
    return Rebuilt(tuple(view.name for view in views), upto + 1, time.perf_counter() - began)


def fill(
    url: str, decode: Decode, names: Sequence[str], upto: int, tell: Tell | None = None, batch: int = BATCH
) -> None:
    """Fills the tables of these views in ``views_next`` up to entry ``upto``, from where each was left."""
    with connect(url) as work, connect(url) as source:
        source.autocommit = True
        row = work.execute("select name, position from views_next.progress where name = any(%s)", [list(names)])
        places: dict[int, list[str]] = {}
        for name, position in row.fetchall():
            places.setdefault(position, []).append(name)
        work.commit()
        for position, each in sorted(places.items()):
            views = [catalogue.view(name) for name in sorted(each)]
            _fill(work, source, decode, views, position, upto, tell, batch)


def _fill(
    work: psycopg.Connection[Any],
    source: psycopg.Connection[Any],
    decode: Decode,
    views: Sequence[View],
    position: int,
    upto: int,
    tell: Tell | None,
    batch: int,
) -> None:
    fold = Fold(views)
    attach(work, fold.all_rows(), NEXT)
    names = [view.name for view in views]
    begun = saved = position

    def save() -> None:
        write(work, fold.all_rows(), NEXT)
        for view in views:
            tables.index(work, view, NEXT)
        work.execute("update views_next.progress set position = %s where name = any(%s)", [position, names])
        work.commit()

    # Millions of small rows hold no cycles; looking for them costs a third of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        with ThreadPoolExecutor(1) as ahead:
            reading = ahead.submit(read, source, position, min(position + batch, upto), fold.types)
            while position < upto:
                stretch = reading.result()
                if stretch.upto < upto:
                    reading = ahead.submit(read, source, stretch.upto, min(stretch.upto + batch, upto), fold.types)
                happened = stretch.parse(decode)
                load(work, fold.wanted(happened), NEXT)
                fold.apply(happened)
                position = stretch.upto
                write(work, [rows for rows in fold.all_rows() if isinstance(rows, Added)], NEXT)
                if position < upto and (fold.kept > KEPT or position - saved >= CHECKPOINT):
                    save()
                    saved = position
                    if fold.kept > KEPT:
                        fold.forget()
                if tell is not None:
                    tell(position - begun, upto - begun)
        save()
    finally:
        if collecting:
            gc.enable()


def _prepare(work: psycopg.Connection[Any], view: View) -> None:
    """Goes on where an earlier rebuild of the same declaration was cut off, else begins anew."""
    row = work.execute("select fingerprint from views_next.progress where name = %s", [view.name]).fetchone()
    there = all(
        work.execute("select to_regclass(%s)", [f'{NEXT}."{table.name}"']).fetchone() != (None,)
        for table in view.tables
    )
    if row is None or row[0] != view.fingerprint or not there:
        tables.create(work, view, NEXT, keys=False)
        work.execute(
            "insert into views_next.progress (name, fingerprint, position) values (%s, %s, -1) "
            "on conflict (name) do update set fingerprint = excluded.fingerprint, position = -1",
            [view.name, view.fingerprint],
        )


def _spread(views: Sequence[View], processes: int) -> list[list[View]]:
    """Groups of about the same weight. Views that decode nothing stay together: the others share the decoding."""
    ordered = sorted(views, key=lambda view: (view.always is None, view.weight, view.name))
    share = sum(view.weight for view in ordered) / max(1, processes)
    groups: list[list[View]] = [[] for _ in range(max(1, processes))]
    before = 0
    for view in ordered:
        groups[min(int((before + view.weight / 2) / share), len(groups) - 1)].append(view)
        before += view.weight
    return [group for group in groups if group]


def _in_processes(
    url: str, opener: Opener, groups: Sequence[Sequence[View]], upto: int, tell: Tell | None, batch: int
) -> None:
    context = multiprocessing.get_context("spawn")
    said: Any = context.Queue()
    workers = [
        context.Process(
            target=_work, args=(url, opener, [view.name for view in group], upto, batch, number, said), daemon=True
        )
        for number, group in enumerate(groups)
    ]
    for worker in workers:
        worker.start()
    read_so_far = [0] * len(workers)
    total = [0] * len(workers)
    try:
        while any(worker.is_alive() for worker in workers):
            try:
                number, done, of, error = said.get(timeout=0.2)
            except queue.Empty:
                if any(worker.exitcode not in (None, 0) for worker in workers):
                    raise RebuildFailed("a process ended before it was done 重建进程意外结束") from None
                continue
            if error is not None:
                raise RebuildFailed(error)
            read_so_far[number], total[number] = done, of
            if tell is not None:
                tell(sum(read_so_far), sum(total))
    finally:
        for worker in workers:
            if worker.is_alive():
                worker.terminate()
            worker.join()
    if any(worker.exitcode for worker in workers):
        raise RebuildFailed("a process ended before it was done 重建进程意外结束")


def _work(url: str, opener: Opener, names: list[str], upto: int, batch: int, number: int, said: Any) -> None:
    try:
        fill(url, opener(), names, upto, lambda done, of: said.put((number, done, of, None)), batch)
    except Exception as error:
        said.put((number, 0, 0, f"{type(error).__name__}: {error}"))
        raise SystemExit(1) from error


def _put_in_place(
    work: psycopg.Connection[Any], decode: Decode, views: Sequence[View], drawn: Sequence[View], batch: int
) -> None:
    """Reads what came in meanwhile, then puts every view in place while its live projection holds still."""
    for view in views:
        while (behind := _place(work, view)) < size(work) - 1 - batch:
            with work.transaction():
                move(work, Fold([view]), behind, behind + batch, decode, NEXT)
        while True:
            try:
                with work.transaction():
                    _swap(work, decode, view, drawn)
                break
            except psycopg.errors.LockNotAvailable:
                # Somebody reads the old table at length; whoever comes after him must not wait behind us.
                time.sleep(0.2)


def _place(work: psycopg.Connection[Any], view: View) -> int:
    row = work.execute("select position from views_next.progress where name = %s", [view.name]).fetchone()
    work.commit()
    return int(row[0]) if row else -1


def _swap(work: psycopg.Connection[Any], decode: Decode, view: View, drawn: Sequence[View]) -> None:
    work.execute("set local lock_timeout = '2s'")
    work.execute("select pg_advisory_xact_lock(%s)", [MAKING])
    work.execute("select from views.progress where name = %s for update", [view.name])
    row = work.execute("delete from views_next.progress where name = %s returning position", [view.name]).fetchone()
    assert row is not None
    upto = size(work) - 1
    if row[0] < upto:
        move(work, Fold([view]), row[0], upto, decode, NEXT)
    tables.swap(work, view)
    work.execute(
        "insert into views.progress (name, fingerprint, position) values (%s, %s, %s) "
        "on conflict (name) do update set fingerprint = excluded.fingerprint, position = excluded.position, "
        "moved_at = now(), failed_at = null, error = null, since = null",
        [view.name, view.fingerprint, upto],
    )
    tables.draw_missing(work, drawn)
