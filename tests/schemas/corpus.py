"""Reading the corpus: entries as stored, under keys that never change, folded subject by subject."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple, cast
from uuid import NAMESPACE_URL, uuid5

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel

from application.acts import Envelope
from application.journal import Entry
from domain import catalogue
from domain.history import Recorded
from infrastructure.codec import Codec
from infrastructure.keys import KeyStore
from infrastructure.personal import Sealer

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
STATES = HERE / "states"


class KnownKeys:
    """A key store whose keys follow from the person's name: good for sample data only, and the same for ever."""

    def encrypt(self, person: str, purpose: str, text: str) -> dict[str, str]:
        """As ``KeyStore.encrypt``, with the same bytes each time."""
        key = str(uuid5(NAMESPACE_URL, f"urn:guicheng:sample:{purpose}:{person}"))
        nonce = hashlib.sha256(text.encode()).digest()[:12]
        sealed = nonce + self._cipher(key).encrypt(nonce, text.encode(), None)
        return {"key": key, "sealed": base64.b64encode(sealed).decode()}

    def decrypt(self, sealed: dict[str, str]) -> str:
        """As ``KeyStore.decrypt``."""
        data = base64.b64decode(sealed["sealed"])
        return self._cipher(sealed["key"]).decrypt(data[:12], data[12:], None).decode()

    def _cipher(self, key: str) -> AESGCM:
        return AESGCM(hashlib.sha256(key.encode()).digest())


CODEC = Codec(Sealer(cast(KeyStore, KnownKeys())))


class Line(NamedTuple):
    """A stored entry: where it stands in the corpus, its exact bytes, and what they say."""

    where: str
    body: bytes
    told: dict[str, Any]

    @property
    def stored(self) -> tuple[str, int]:
        """Its stored name and schema version."""
        return self.told["type"], self.told["schema"]

    @property
    def recorded(self) -> Recorded:
        """Read back by today's code."""
        return CODEC.decode(Entry(0, self.told["type"], self.told["stream"], self.told["v"], self.body))


def lines() -> Iterator[Line]:
    """Every entry of the corpus, in order."""
    for path in sorted(CORPUS.glob("*.jsonl")):
        for number, body in enumerate(path.read_bytes().splitlines(), 1):
            yield Line(f"{path.name}:{number}", body, json.loads(body))


def subjects() -> dict[str, list[Line]]:
    """The corpus by subject."""
    found: dict[str, list[Line]] = {}
    for line in lines():
        found.setdefault(line.told["stream"], []).append(line)
    return found


def state_of(subject: list[Line]) -> Any:
    """What the subject's entries come to, as JSON values."""
    history = [line.recorded for line in subject]
    aggregate = catalogue.aggregates()[history[0].subject.aggregate]
    return plain(aggregate.fold(each.event for each in history))


def encoded(recorded: Recorded) -> bytes:
    """The bytes today's code would store for it."""
    names = [each.name for each in fields(Envelope)]
    return CODEC.encode(Envelope(**{name: getattr(recorded, name) for name in names}))


def plain(value: Any) -> Any:
    """A state as JSON values; sets in order, so that the same state is the same text."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if hasattr(value, "items"):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(each) for each in value), key=str)
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def forgotten(known: Any, now: Any, where: str = "") -> list[str]:
    """What ``known`` says and ``now`` does not; a state may learn more, never lose what it knew."""
    if isinstance(known, dict) and isinstance(now, dict):
        return [
            each
            for name, value in known.items()
            for each in (forgotten(value, now[name], f"{where}/{name}") if name in now else [f"{where}/{name} is gone"])
        ]
    if isinstance(known, list) and isinstance(now, list) and len(known) == len(now):
        return [
            each for n, (a, b) in enumerate(zip(known, now, strict=True)) for each in forgotten(a, b, f"{where}/{n}")
        ]
    return [] if known == now else [f"{where}: {known!r} became {now!r}"]
