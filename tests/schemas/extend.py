"""``python -m tests.schemas.extend [--states]``: give event types and versions without an entry one, by whole subjects.

Lines that are there stay. ``--states`` writes again what the subjects fold to, after a state was changed on purpose.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from infrastructure.server import Server
from interfaces.docs import schemas
from tests.schemas.corpus import CORPUS, HERE, STATES, lines, state_of, subjects
from tests.schemas.histories import History, of_the_specs, simulated

Stored = tuple[str, int]
DAYS = 30


def main(arguments: list[str]) -> int:
    """0 where every event type and version of today has an entry."""
    if arguments not in ([], ["--states"]):
        print(__doc__, file=sys.stderr)
        return 2
    missing = wanted() - {line.stored for line in lines()}
    if missing and not arguments:
        missing = add(missing, _candidates())
    write_states(again=bool(arguments))
    for name, version in sorted(missing):
        print(f"{name} v{version}: no history reaches it; write a spec that does", file=sys.stderr)
    return 1 if missing else 0


def wanted() -> set[Stored]:
    """Every event type in the version that is stored today."""
    return {(stored.name, stored.version) for stored in schemas.generated()}


def _candidates() -> list[History]:
    home = Path(tempfile.mkdtemp(prefix="guicheng-corpus-"))
    home.chmod(0o711)
    try:
        worked = list(simulated(home, DAYS))
    finally:
        Server(home).remove()
    return worked + list(of_the_specs(HERE.parent / "domain"))


def add(missing: set[Stored], candidates: Iterable[History]) -> set[Stored]:
    """Append the subjects that give most for their length until nothing more can be had; what is still missing."""
    there = set(subjects())
    left = [each for each in map(_told, filter(None, candidates)) if each.stream not in there]
    while missing and (best := max(left, key=lambda each: each.worth(missing), default=None)) is not None:
        if not best.worth(missing):
            break
        path = CORPUS / f"{best.stream.partition('-')[0]}.jsonl"
        path.parent.mkdir(exist_ok=True)
        kept = best.up_to(missing)
        with path.open("ab") as file:
            file.write(b"".join(body + b"\n" for body in kept))
        missing = missing - set(best.stored[: len(kept)])
        left.remove(best)
    return missing


class Candidate:
    """A subject that could be added."""

    def __init__(self, bodies: History, told: list[dict[str, object]]) -> None:
        self.bodies = bodies
        self.stream = str(told[0]["stream"])
        self.stored: list[Stored] = [(str(each["type"]), int(str(each["schema"]))) for each in told]

    def up_to(self, missing: set[Stored]) -> History:
        """As far as the last first entry of a missing type."""
        firsts = [self.stored.index(each) for each in missing if each in self.stored]
        return self.bodies[: max(firsts) + 1] if firsts else ()

    def worth(self, missing: set[Stored]) -> float:
        """Missing types for a kilobyte; subjects of the sample company count ten times those of specs."""
        kept = self.up_to(missing)
        real = 1 if "-S-" in self.stream else 10
        return real * len(missing & set(self.stored)) / (1 + sum(map(len, kept)) / 1000)


def _told(bodies: History) -> Candidate:
    return Candidate(bodies, [json.loads(body) for body in bodies])


def write_states(again: bool) -> None:
    """What each subject folds to; one that is written stays, unless ``again``."""
    found: dict[str, dict[str, object]] = {}
    for stream, subject in subjects().items():
        found.setdefault(stream.partition("-")[0], {})[stream] = state_of(subject)
    for name, states in found.items():
        path = STATES / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        known = json.loads(path.read_text("utf-8")) if path.is_file() and not again else {}
        path.write_text(json.dumps(states | known, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
