"""The practice clock 演练时钟: an installation that is only for learning stands at a moment of its own until moved on.

It lies beside the journal as one file in the home folder and is made only where the journal is empty, so that an
installation at work never gets one: what happened at practised times can be told from the journal's first entry.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from domain.working_time import SHANGHAI
from infrastructure.settings import Settings, unusable

NAME = "practice-clock"


def real_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


class PracticeClock:
    """A clock that stands still until it is set; every process of the installation reads the same one."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self) -> datetime:
        """The moment it stands at, in UTC."""
        return datetime.fromisoformat(self._file.read_text("ascii").strip()).astimezone(UTC)

    def set(self, moment: datetime) -> None:
        """Set it to ``moment`` (with a zone); a reader sees the old one or the new one. Raises SettingError."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, draft = tempfile.mkstemp(dir=self._file.parent, prefix=f".{NAME}-")
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(f"{moment.astimezone(SHANGHAI).isoformat()}\n")
            os.replace(draft, self._file)
        except OSError as error:
            raise unusable(self._file, error) from error


def practice_clock(settings: Settings) -> PracticeClock:
    """The practice clock of an installation, which may not have one yet."""
    return PracticeClock(settings.home / NAME)


def practises(settings: Settings) -> bool:
    """Whether an installation is one for practice."""
    return (settings.home / NAME).exists()


def clock_of(settings: Settings) -> Callable[[], datetime]:
    """What an installation goes by: the real time, or its practice clock."""
    return practice_clock(settings) if practises(settings) else real_clock
