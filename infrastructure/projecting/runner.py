"""Projects the journal into the views as it grows 实时投影.

Rows and position move in one transaction, so every event counts once, whoever runs how often. Views that stand at the
same place move together: one read, one decoding, a handful of round trips. A view that meets an error stays where it is
and says so; the others go on. Several processes share the views: each view is claimed by an advisory lock, which the
database lets go when its holder dies.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg import errors

from infrastructure.projecting import tables
from infrastructure.projecting.connecting import connect
from infrastructure.projecting.folding import Fold, ViewFailed
from infrastructure.projecting.moving import move
from infrastructure.projecting.progress import CLAIM, MAKING
from infrastructure.projecting.rebuild import BeingRebuilt, Opener, RebuildFailed, rebuild
from projections import catalogue

BATCH = 5_000
POLL = 1.0
"""Seconds after which the journal is looked at though nothing woke."""
REST = 0.03
"""Seconds a runner that has read everything rests at most."""
_TRANSIENT = (psycopg.OperationalError, psycopg.InterfaceError, errors.LockNotAvailable, errors.DeadlockDetected)
log = logging.getLogger(__name__)


class Runner:
    """Moves views until told to stop. ``run`` blocks; call ``stop`` from any thread, or from a signal handler."""

    def __init__(self, url: str, opener: Opener, names: Iterable[str] | None = None, batch: int = BATCH) -> None:
        every = catalogue.views()
        self.views = {name: catalogue.view(name) for name in (every if names is None else sorted(names))}
        self.url, self.opener, self.batch = url, opener, batch
        self.decode = opener()
        self.claimed: set[str] = set()
        self._filling: threading.Thread | None = None
        self._folds: dict[tuple[str, ...], Fold] = {}
        self._stop = threading.Event()

    def stop(self) -> None:
        """Come to an end after the batch at hand."""
        self._stop.set()

    def run(self) -> None:
        """Until stopped. A database that goes away is waited for; nothing is lost by that."""
        pause = 0.1
        while not self._stop.is_set():
            try:
                with connect(self.url) as work, connect(self.url) as claims:
                    claims.autocommit = True
                    claims.execute("listen journal")
                    pause = 0.1
                    self._follow(work, claims)
            except _TRANSIENT as error:
                log.warning("the views wait for the database 视图等待数据库: %s", str(error).strip())
                self._stop.wait(pause)
                pause = min(pause * 2, 5.0)
            finally:
                self.claimed = set()

    def finish(self) -> None:
        """Once: claim what nobody holds, and read the journal to its end."""
        with connect(self.url) as work, connect(self.url) as claims:
            claims.autocommit = True
            self._claim(work, claims)
            if self._filling is not None:
                self._filling.join()
            while self.catch_up(work):
                pass
        self.claimed = set()

    def _follow(self, work: psycopg.Connection[Any], claims: psycopg.Connection[Any]) -> None:
        checked = 0.0
        while not self._stop.is_set():
            if time.monotonic() - checked > POLL:
                self._claim(work, claims)
                checked = time.monotonic()
            began = time.monotonic()
            if not self.catch_up(work):
                # As long a rest as the work took: what comes meanwhile shares the next transaction, and views never
                # take more than half a core from those who act.
                self._stop.wait(min(time.monotonic() - began, REST))
                for _ in claims.notifies(timeout=POLL / 4, stop_after=1):
                    break

    def _claim(self, work: psycopg.Connection[Any], claims: psycopg.Connection[Any]) -> None:
        """Claims whatever nobody else holds, makes what is missing, fills again what was declared otherwise."""
        wanted = [name for name, view in self.views.items() if view.drawn is None and name not in self.claimed]
        if not wanted:
            return
        found = claims.execute(
            "select name from unnest(%s::text[]) name where pg_try_advisory_lock(%s, hashtext(name))", [wanted, CLAIM]
        ).fetchall()
        if not found:
            return
        fresh = [name for (name,) in found]
        self.claimed.update(fresh)
        with work.transaction():
            work.execute(
                "update views.progress set error = null, failed_at = null, since = null where name = any(%s)", [fresh]
            )
        stale = self.make_ready(work)
        if stale and (self._filling is None or not self._filling.is_alive()):
            self._filling = threading.Thread(target=self._fill_again, args=[stale], daemon=True)
            self._filling.start()

    def make_ready(self, work: psycopg.Connection[Any]) -> list[str]:
        """Makes the tables of claimed views that have none; names those filled under another declaration."""
        with work.transaction():
            work.execute("select pg_advisory_xact_lock(%s)", [MAKING])
            prints = dict(work.execute("select name, fingerprint from views.progress").fetchall())
            for name in sorted(self.claimed - prints.keys()):
                tables.create(work, self.views[name])
                work.execute(
                    "insert into views.progress (name, fingerprint, position) values (%s, %s, -1)",
                    [name, self.views[name].fingerprint],
                )
            tables.draw_missing(work, [view for view in self.views.values() if view.drawn is not None])
        return [name for name in sorted(self.claimed & prints.keys()) if prints[name] != self.views[name].fingerprint]

    def _fill_again(self, names: Sequence[str]) -> None:
        try:
            rebuild(self.url, self.opener, names)
        except (BeingRebuilt, RebuildFailed, psycopg.Error) as error:
            log.error("views could not be filled again 视图重建失败: %s", error)

    def catch_up(self, work: psycopg.Connection[Any]) -> bool:
        """Moves the claimed views that are furthest behind by one batch; whether there is more to read."""
        try:
            return self._step(work, sorted(self.claimed), self.batch)
        except (ViewFailed, psycopg.DatabaseError) as error:
            if isinstance(error, _TRANSIENT):
                raise
            for name in sorted(self.claimed):
                self._alone(work, name)
            return True

    def _alone(self, work: psycopg.Connection[Any], name: str) -> None:
        """One view by itself, in ever smaller batches, until it moved or the entry it does not take is found."""
        limit = self.batch
        while True:
            try:
                self._step(work, [name], limit)
                return
            except (ViewFailed, psycopg.DatabaseError) as error:
                if isinstance(error, _TRANSIENT):
                    raise
                if limit == 1:
                    self._tell(work, name, error)
                    return
                limit = max(1, limit // 8)

    def _step(self, work: psycopg.Connection[Any], names: Sequence[str], limit: int) -> bool:
        with work.transaction():
            with work.pipeline():
                places = work.execute(
                    "select name, position from views.progress where name = any(%s) and error is null "
                    "and fingerprint = any(%s) order by name for update",
                    [list(names), [self.views[name].fingerprint for name in names]],
                )
                head = work.execute("select size from journal.head")
            stand = dict(places.fetchall())
            if not stand:
                return False
            row = head.fetchone()
            last = (row[0] if row else 0) - 1
            low = min(stand.values())
            group = sorted(name for name, position in stand.items() if position == low)
            upto = min([last, low + limit, *(each for each in stand.values() if each > low)])
            if upto > low:
                move(work, self._fold(tuple(group)), low, upto, self.decode)
        return bool(upto < last)

    def _fold(self, names: tuple[str, ...]) -> Fold:
        if names not in self._folds:
            self._folds[names] = Fold(self.views[name] for name in names)
        return self._folds[names]

    def _tell(self, work: psycopg.Connection[Any], name: str, error: Exception) -> None:
        told = str(error) if isinstance(error, ViewFailed) else f"{type(error).__name__}: {error}"
        log.error("view %s stopped 视图停止更新: %s", name, told, exc_info=error)
        with work.transaction():
            work.execute(
                "update views.progress set error = %s, failed_at = position + 1, since = now() where name = %s",
                [told.replace("\0", "")[:2000], name],
            )
