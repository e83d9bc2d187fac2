"""Moves views over a stretch of the journal: read, load, fold, write, note how far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

from infrastructure.projecting.folding import Fold
from infrastructure.projecting.reading import read
from infrastructure.projecting.storing import attach, load, write
from projections.columns import SCHEMA
from projections.happened import Decode
from projections.view import View


def move(
    work: psycopg.Connection[Any], views: Sequence[View], after: int, upto: int, decode: Decode, schema: str = SCHEMA
) -> None:
    """Applies the entries ``after`` < position <= ``upto`` to these views, and their position, in the open transaction.

    Raises ViewFailed.
    """
    fold = Fold(views)
    attach(work, fold.all_rows(), schema)
    batch = read(work, after, upto, fold.types).parse(decode)
    load(work, fold.wanted(batch), schema)
    fold.apply(batch)
    write(work, fold.all_rows(), schema)
    work.execute(
        sql.SQL("update {} set position = %s, moved_at = now() where name = any(%s)").format(
            sql.Identifier(schema, "progress")
        ),
        [upto, [view.name for view in views]],
    )
