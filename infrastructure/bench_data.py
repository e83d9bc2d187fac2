"""A journal as a large company would have written it 样例日志, for benchmarks: the same for the same seed.

The lives of sample purchases (``infrastructure.bench_lives``) are encoded once; every purchase is a copy of their bytes
with its own numbers, people, goods, dates and ids filled in. Thousands of purchases are under way at any time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from hashlib import sha256
from itertools import count as counting
from random import Random
from typing import NamedTuple
from uuid import UUID

import psycopg

from application.acts import Envelope
from application.journal import Appended, Draft, Submission
from domain.kernel import Stream
from domain.operations.goods import stock_number
from infrastructure.bench_lives import lives
from infrastructure.bench_words import MORNING, YEAR, Done
from infrastructure.codec import Codec
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.projecting.decoding import Decoder

UNDER_WAY = 2_000
"""Purchases under way at once."""
PURCHASES_A_DAY = 40
FIRST_DAY = date(2024, 1, 2)
_VERSION = 777_777
"""Stands for the version of a stream that many purchases share, until it is known."""
_PLACES = re.compile(rb"(~[a-z]+[0-9]?~|%d-\d\d-\d\d|00000000-0000-0000-0000-[0-9a-f]{12}|\"v\":%d)" % (YEAR, _VERSION))
_SHARED = ("stock", "supplier_evaluation")


class _Sealed:
    """Sample purchases hold no personal data."""

    def seal(self, kind: type, data: dict[str, object]) -> dict[str, object]:
        """As it is."""
        return data

    open = seal


class _Entry(NamedTuple):
    """An encoded entry, cut at its places: text, place, text, …, text."""

    type: str
    stream: bytes
    actor: bytes
    id: bytes
    shared: bool
    version: int
    cut: tuple[bytes, ...]


class _Command(NamedTuple):
    id: bytes
    hours: float
    entries: tuple[_Entry, ...]


def submissions(entries: int, seed: int = 1, under_way: int = UNDER_WAY) -> Iterator[Submission]:
    """Commands in the order of their submission, until there are at least so many ``entries``."""
    random = Random(seed)
    patterns = tuple(_encoded(life) for life in lives())
    company = _Company()
    versions: dict[bytes, int] = {}
    numbers = counting(1)
    waiting: list[tuple[_Purchase, Iterator[_Command]]] = []
    made = 0
    while made < entries:
        while len(waiting) < under_way:
            number = next(numbers)
            waiting.append((company.purchase(number, random), iter(patterns[number % len(patterns)])))
        place = random.randrange(len(waiting))
        purchase, commands = waiting[place]
        command = next(commands, None)
        if command is None:
            waiting[place] = waiting[-1]
            waiting.pop()
            continue
        submission = _filled(command, purchase, versions)
        made += len(submission.drafts)
        yield submission


@dataclass(slots=True)
class _Purchase:
    number: int
    day: date
    places: dict[bytes, bytes]


class _Company:
    """Who works there, what it buys from whom."""

    def __init__(self) -> None:
        self.items = [f"样例物品{number:03d}".encode() for number in range(200)]
        self.stocks = [
            tuple(
                stock_number(item.decode(), f"样例规格 {kind}", unit).encode()
                for kind, unit in (("A", "台"), ("B", "个"))
            )
            for item in self.items
        ]

    def purchase(self, number: int, random: Random) -> _Purchase:
        """Purchase ``number`` of the company."""
        department = random.randrange(12)
        first, second = random.randrange(200), random.randrange(200)
        suppliers = random.sample(range(40), 3)
        places = {
            b"~n~": b"%07d" % number,
            b"~requester~": b"E%03d" % (20 + department * 15 + random.randrange(15)),
            b"~department~": b"D%02d" % department,
            b"~head~": b"H%02d" % department,
            b"~finance~": b"FIN1",
            b"~deputy~": b"FIN2",
            b"~vice~": b"VP%d" % (department % 3),
            b"~buyer~": b"BUY%d" % random.randrange(4),
            b"~keeper~": b"WH%d" % random.randrange(3),
            b"~it~": b"IT1",
            b"~category~": (b"office_supplies", b"it_equipment")[number % 2],
            b"~item1~": self.items[first],
            b"~item2~": self.items[second],
            b"~stock1~": self.stocks[first][0],
            b"~stock2~": self.stocks[second][1],
        }
        places.update((b"~supplier%d~" % place, b"S%03d" % each) for place, each in enumerate(suppliers, 1))
        return _Purchase(number, FIRST_DAY + timedelta(days=number // PURCHASES_A_DAY), places)


def _encoded(life: tuple[Done, ...]) -> tuple[_Command, ...]:
    codec = Codec(_Sealed())
    ids = counting(1)
    versions: dict[str, int] = {}
    commands = []
    for done in life:
        command = UUID(int=next(ids))
        moment = MORNING + timedelta(hours=done.hours)
        entries = []
        for number, (subject, event) in enumerate(done.events):
            stream = Stream.parse(subject)
            shared = stream.aggregate in _SHARED
            version = versions[subject] = versions.get(subject, 0) + 1
            event_id = UUID(int=next(ids))
            body = codec.encode(
                Envelope(
                    event=event,
                    subject=stream,
                    version=_VERSION if shared else version,
                    event_id=event_id,
                    command_id=command,
                    occurred_at=moment,
                    recorded_at=moment,
                    actor=done.by,
                    acting_for=done.acting_for,
                    delegation=done.delegation,
                    correlation=str(command),
                    causation=None,
                    basis=done.basis if number == 0 else (),
                    source=None,
                )
            )
            cut = tuple(_PLACES.split(body))
            actor = done.by.encode()
            entries.append(
                _Entry(type(event).__name__, subject.encode(), actor, str(event_id).encode(), shared, version, cut)
            )
        commands.append(_Command(str(command).encode(), done.hours, tuple(entries)))
    return tuple(commands)


def _filled(command: _Command, purchase: _Purchase, versions: dict[bytes, int]) -> Submission:
    """The command as purchase ``purchase`` gave it."""
    places = _At(purchase)
    drafts: list[Draft] = []
    expected: dict[str, int] = {}
    moment = MORNING.replace(year=purchase.day.year, month=purchase.day.month, day=purchase.day.day)
    occurred = (moment + timedelta(hours=command.hours)).astimezone(UTC)
    for entry in command.entries:
        name = _fill(entry.stream, places)
        if entry.shared:
            version = versions[name] = versions.get(name, 0) + 1
            places[b'"v":%d' % _VERSION] = b'"v":%d' % version
        else:
            version = entry.version
        cut = list(entry.cut)
        cut[1::2] = [places[place] for place in cut[1::2]]
        stream = name.decode()
        expected.setdefault(stream, version - 1)
        drafts.append(
            Draft(
                UUID(places[entry.id].decode()),
                entry.type,
                stream,
                version,
                occurred,
                _fill(entry.actor, places).decode(),
                b"".join(cut),
            )
        )
    id = UUID(places[command.id].decode())
    return Submission(id, sha256(id.bytes).digest(), drafts, expected)


class _At(dict[bytes, bytes]):
    """What stands at every place of a purchase; dates are moved to its day, ids made of its number."""

    def __init__(self, purchase: _Purchase) -> None:
        super().__init__(purchase.places)
        self.purchase = purchase

    def __missing__(self, place: bytes) -> bytes:
        if place.startswith(b"00000000-"):
            filled = b"01900000-%04x-7000-8000-%012x" % (
                int(place[-4:], 16),
                self.purchase.number,
            )
        else:
            moved = self.purchase.day + (date.fromisoformat(place.decode()) - MORNING.date())
            filled = moved.isoformat().encode()
        self[place] = filled
        return filled


def _fill(text: bytes, places: _At) -> bytes:
    if b"~" not in text:
        return text
    cut = _PLACES.split(text)
    cut[1::2] = [places[place] for place in cut[1::2]]
    return b"".join(cut)


async def fill(url: str, entries: int, tell: Callable[[int, int], None] | None = None, seed: int = 1) -> int:
    """Writes the sample journal into the empty journal at ``url`` (the owner's); how many entries it has then."""
    done = 0
    async with PostgresJournal(url) as journal:
        async for submission, outcome in journal.bulk_append(submissions(entries, seed)):
            if not isinstance(outcome, Appended):
                raise RuntimeError(f"the sample journal was not appended: {outcome}")
            done += len(submission.drafts)
            if tell is not None and done % 1_000 < len(submission.drafts):
                tell(done, entries)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze journal.entries")
    return done


def decoding() -> Decoder:
    """Reads the sample journal: it holds no personal data, so no keys are needed."""
    return Decoder(_Sealed())
