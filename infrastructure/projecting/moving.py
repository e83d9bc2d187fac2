"""Moves views over a stretch of the journal: read, load, fold, write, note how far."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from infrastructure.projecting.folding import Fold
from infrastructure.projecting.reading import read
from infrastructure.projecting.storing import attach, load, write
from projections.columns import SCHEMA
from projections.happened import Decode

KEPT = 50_000
"""Rows that stay in memory from one stretch to the next, at most."""


def move(
    work: psycopg.Connection[Any], fold: Fold, after: int, upto: int, decode: Decode, schema: str = SCHEMA
) -> None:
    """Applies the entries ``after`` < position <= ``upto`` to the views of ``fold``, in the open transaction.

    Rows and position move together, so rows in memory are those of the table as long as nobody moved the position
    meanwhile: what was loaded or written before is not loaded again. Raises ViewFailed; the caller then rolls back.
    """
    if fold.position != after or fold.kept > KEPT:
        fold.forget()
    fold.position = None
    attach(work, fold.all_rows(), schema)
    batch = read(work, after, upto, fold.types).parse(decode)
    load(work, fold.wanted(batch), schema)
    fold.apply(batch)
    write(work, fold.all_rows(), schema)
    work.execute(
        sql.SQL("update {} set position = %s, moved_at = now() where name = any(%s)").format(
            sql.Identifier(schema, "progress")
        ),
        [upto, list(fold.views)],
    )
    fold.position = upto
