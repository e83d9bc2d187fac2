"""Where the corpus takes its subjects from: the sample company at work, and the histories of the specs."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from application.acts import Envelope
from application.simulator.agenda import Agenda
from application.simulator.finance_year import BUDGET_YEAR_START
from application.simulator.running import NEEDS_A_DAY
from domain.kernel import Stream
from domain.working_time import SHANGHAI
from infrastructure.settings import Settings
from interfaces.bootstrap import running, set_up
from interfaces.cli.demo import let_work
from tests import spec
from tests.schemas.corpus import CODEC, encoded

History = tuple[bytes, ...]
"""A subject from its first entry on, as stored."""


def simulated(home: Path, days: int) -> Iterator[History]:
    """Every subject of the budget year and so many busy days, personal data under the corpus' own keys."""
    return iter(asyncio.run(_simulated(Settings(home=home), days)))


async def _simulated(settings: Settings, days: int) -> list[History]:
    await asyncio.to_thread(set_up, settings)
    agenda = Agenda(datetime.combine(BUDGET_YEAR_START, time(8), SHANGHAI))
    async with running(settings, clock=agenda) as house:
        await let_work(house, agenda, days, 7, NEEDS_A_DAY, quiet=True)
        await house.reactor.drain()
        found: dict[Stream, list[bytes]] = {}
        after = -1
        while entries := await house.journal.read(after, 5_000):
            for recorded in house.codec.decode_all(entries):
                found.setdefault(recorded.subject, []).append(encoded(recorded))
            after = entries[-1].position
    return [tuple(bodies) for bodies in found.values()]


def of_the_specs(folder: Path) -> Iterator[History]:
    """What the specs under ``folder`` are given and what comes of it, as if it had been stored."""
    seen: dict[tuple[str, ...], tuple[str, tuple[Any, ...]]] = {}
    when = spec.Spec.when

    def remember(given: spec.Spec, *args: Any, **more: Any) -> spec.Outcome:
        outcome = when(given, *args, **more)
        if outcome.refusal is None:
            history = (*given.history, *(ruled.event for ruled in outcome.ruled))
            kinds = tuple(type(event).__name__ for event in history)
            seen.setdefault((given.aggregate.name, *kinds), (given.aggregate.name, history))
        return outcome

    spec.Spec.when = remember  # type: ignore[method-assign,assignment]
    try:
        with redirect_stdout(io.StringIO()) as said:
            code = pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "not properties", str(folder)])
    finally:
        spec.Spec.when = when  # type: ignore[method-assign]
    if code != pytest.ExitCode.OK:
        raise RuntimeError(f"the specs do not hold:\n{said.getvalue()[-2000:]}")
    for names, (aggregate, history) in seen.items():
        yield stored(Stream(aggregate, f"S-{uuid5(NAMESPACE_URL, ' '.join(names)).hex[:12]}"), history)


def stored(subject: Stream, history: tuple[Any, ...]) -> History:
    """The entries of a subject that these events happened to, an hour after each other, by the house."""

    def envelope(version: int, event: Any) -> Envelope:
        id = uuid5(NAMESPACE_URL, f"urn:guicheng:sample:{subject}:{version}")
        moment = spec.NOW + timedelta(hours=version)
        return Envelope(
            event=event,
            subject=subject,
            version=version,
            event_id=id,
            command_id=uuid5(id, "command"),
            occurred_at=moment,
            recorded_at=moment,
            actor="SYSTEM",
            acting_for=None,
            delegation=None,
            correlation=str(subject),
            causation=None,
            basis=(),
            source=None,
        )

    return tuple(CODEC.encode(envelope(version, event)) for version, event in enumerate(history, 1))
