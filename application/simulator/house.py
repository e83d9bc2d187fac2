"""What a run of the simulator asks of the house around the handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class House:
    """Reactions and the calendar."""

    react: Callable[[], Awaitable[object]]
    """Let every reaction catch up."""
    tick: Callable[[datetime], Awaitable[object]]
    """Bring the views up to date and let the timers act."""
