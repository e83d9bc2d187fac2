"""``bench import``: log events a second, from the file to the journal: read, decide, encode, append durably 导入."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from application.acts import Codec
from application.import_approvals import BulkJournal, Importer
from infrastructure.procedure_file import load
from infrastructure.xes import XesFile


async def bench_import(
    journal: BulkJournal,
    codec: Codec,
    *,
    clock: Callable[[], datetime],
    new_id: Callable[[datetime], UUID],
    log: Path,
    procedure: Path,
) -> dict[str, Any]:
    """Import ``log`` once into a journal that has none of it. Raises LogError, ProcedureFileError.

    ``events_per_s`` counts the log's events over the whole time, ``entries_per_s`` what the journal took;
    ``read_seconds`` is the reading of the file by itself, measured apart.
    """
    read = load(procedure)
    began = time.perf_counter()
    for _ in XesFile(log).cases():
        pass
    reading = time.perf_counter() - began
    began = time.perf_counter()
    report = await Importer(journal, codec, clock, new_id).run(
        XesFile(log), read.procedure, read.keys, sha256=read.sha256
    )
    seconds = time.perf_counter() - began
    if not report.stored:
        raise ValueError("the log is in this journal already; bench on a fresh one 该日志已导入，请在新库上测速")
    return {
        "events_per_s": round(report.events / seconds),
        "entries_per_s": round(report.stored / seconds),
        "events": report.events,
        "entries": report.stored,
        "seconds": round(seconds, 3),
        "read_seconds": round(reading, 3),
    }
