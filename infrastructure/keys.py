"""Keys to personal data 个人信息密钥: one per person and purpose, apart from the journal, so that erasing is possible.

The journal keeps ciphertext for ever; a person is erased 删除 by destroying the key here (个人信息保护法, 第四十七条).
Every key is wrapped by the installation's master key, so that neither the database nor the folder alone opens anything.
The keys live in a database of their own whose backups must be short-lived; because a restored backup brings destroyed
keys back, erasures are also kept in a register beside the master key, and ``reapply`` destroys them again.
"""

from __future__ import annotations

import base64
import json
import os
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from application.journal import Unavailable
from domain.kernel import ERASED
from infrastructure.identifiers import uuid7
from infrastructure.settings import Settings, unusable

MASTER = "personal"
"""Name of the master key among the installation's secrets."""
REMEMBERED = 30.0
"""Seconds a key stays in memory: so long an erasure elsewhere may go unnoticed here."""

_TABLES = """
select pg_advisory_xact_lock(7308335);
create schema if not exists keys;
create table if not exists keys.data_keys (
    key_id     uuid        not null primary key,
    person     text        not null,
    purpose    text        not null,
    wrapped    bytea,                 -- null once destroyed
    created_at timestamptz not null default now()
);
create unique index if not exists one_key_at_a_time on keys.data_keys (person, purpose) where wrapped is not null;
create table if not exists keys.erasures (
    key_id    uuid        not null primary key,
    person    text        not null,
    purpose   text        not null,
    ground    text        not null,
    erased_at timestamptz not null
);
"""

T = TypeVar("T")


class KeyMismatch(Exception):
    """The stored keys or texts do not open under this installation's master key."""


class Erasure(NamedTuple):
    """An entry of the erasure register 删除登记: whose key for which purpose was destroyed, on what ground, when."""

    key_id: UUID
    person: str
    purpose: str
    ground: str
    erased_at: datetime


class KeyStore:
    """Keys by person and purpose; a context manager, safe to share between threads. ``set_up`` comes first, once."""

    def __init__(self, url: str, home: Path) -> None:
        self._url = url
        self._register = home / "erasures.jsonl"
        self._master = AESGCM(bytes.fromhex(Settings(home=home).secret(MASTER)))
        self._lock = threading.RLock()
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self._current: dict[tuple[str, str], tuple[UUID, float]] = {}
        self._opened: dict[UUID, tuple[AESGCM | None, bytes, float]] = {}

    @classmethod
    def set_up(cls, url: str, home: Path) -> None:
        """Makes the tables and the master key; safe to repeat."""
        Settings(home=home).secret(MASTER)
        with psycopg.connect(url) as connection:
            connection.execute(_TABLES)

    def __enter__(self) -> KeyStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forgets every key and lets go of the database."""
        with self._lock:
            self._current.clear()
            self._opened.clear()
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def encrypt(self, person: str, purpose: str, text: str) -> dict[str, str]:
        """``text`` under the person's key, made on first use: ``{"key": …, "sealed": …}``. Raises Unavailable."""
        key_id = self._key_of(person, purpose)
        cipher, bound = self._cipher(key_id)
        if cipher is None:  # destroyed between the two steps
            self._current.pop((person, purpose), None)
            return self.encrypt(person, purpose, text)
        nonce = os.urandom(12)
        sealed = nonce + cipher.encrypt(nonce, text.encode(), bound)
        return {"key": str(key_id), "sealed": base64.b64encode(sealed).decode()}

    def decrypt(self, sealed: dict[str, str]) -> str:
        """The text, or ``ERASED`` where its key was destroyed. Raises KeyMismatch, Unavailable."""
        cipher, bound = self._cipher(UUID(sealed["key"]))
        if cipher is None:
            return ERASED
        data = base64.b64decode(sealed["sealed"])
        try:
            return cipher.decrypt(data[:12], data[12:], bound).decode()
        except InvalidTag:
            raise KeyMismatch("personal data were changed after they were sealed 个人信息密文被改动") from None

    def erase(self, person: str, purpose: str, ground: str) -> int:
        """Destroys the person's key for ``purpose``, for good; how many keys were destroyed (0 if there was none).

        It is registered first, so that what is cut off in the middle can be finished by ``reapply``.
        """

        def destroy(connection: psycopg.Connection[tuple[Any, ...]]) -> int:
            rows = connection.execute(
                "select key_id from keys.data_keys where person = %s and purpose = %s and wrapped is not null",
                (person, purpose),
            ).fetchall()
            erasures = [Erasure(row[0], person, purpose, ground, datetime.now(UTC)) for row in rows]
            self._write_down(erasures)
            return _destroy(connection, erasures)

        with self._lock:
            count = self._ask(destroy)
            self._current.clear()
            self._opened.clear()
            return count

    def reapply(self, erasures: Iterable[Erasure] = ()) -> int:
        """Destroys again whatever the register (and ``erasures``) says was destroyed; run it after any restore.

        Returns how many keys had come back.
        """
        known = {each.key_id: each for each in (*self.erasures(), *erasures)}
        with self._lock:
            count = self._ask(lambda connection: _destroy(connection, list(known.values())))
            self._current.clear()
            self._opened.clear()
            return count

    def erasures(self) -> list[Erasure]:
        """The register: what this host wrote down and what the database knows, oldest first."""
        found = {}
        if self._register.exists():
            for line in self._register.read_text(encoding="utf-8").splitlines():
                each = json.loads(line)
                when = datetime.fromisoformat(each["at"])
                found[UUID(each["key"])] = Erasure(
                    UUID(each["key"]), each["person"], each["purpose"], each["ground"], when
                )
        rows = self._ask(
            lambda connection: connection.execute(
                "select key_id, person, purpose, ground, erased_at from keys.erasures"
            ).fetchall()
        )
        for row in rows:
            found.setdefault(row[0], Erasure(*row))
        return sorted(found.values(), key=lambda each: each.erased_at)

    def _key_of(self, person: str, purpose: str) -> UUID:
        known = self._current.get((person, purpose))
        if known is not None and known[1] > time.monotonic():
            return known[0]

        def find_or_make(connection: psycopg.Connection[tuple[Any, ...]]) -> UUID:
            query = "select key_id from keys.data_keys where person = %s and purpose = %s and wrapped is not null"
            row = connection.execute(query, (person, purpose)).fetchone()
            if row is None:
                key_id, nonce = uuid7(), os.urandom(12)
                wrapped = nonce + self._master.encrypt(nonce, os.urandom(32), key_id.bytes)
                connection.execute(
                    "insert into keys.data_keys (key_id, person, purpose, wrapped) values (%s, %s, %s, %s) "
                    "on conflict (person, purpose) where wrapped is not null do nothing",
                    (key_id, person, purpose, wrapped),
                )
                row = connection.execute(query, (person, purpose)).fetchone()
                assert row is not None
            return UUID(str(row[0]))

        with self._lock:
            found = self._ask(find_or_make)
            self._current[person, purpose] = (found, time.monotonic() + REMEMBERED)
            return found

    def _cipher(self, key_id: UUID) -> tuple[AESGCM | None, bytes]:
        known = self._opened.get(key_id)
        if known is not None and known[2] > time.monotonic():
            return known[0], known[1]
        with self._lock:
            row = self._ask(
                lambda connection: connection.execute(
                    "select person, purpose, wrapped from keys.data_keys where key_id = %s", (key_id,)
                ).fetchone()
            )
            cipher, bound = (None, b"") if row is None else (self._unwrap(key_id, row[2]), _bound(row[0], row[1]))
            self._opened[key_id] = (cipher, bound, time.monotonic() + REMEMBERED)
            return cipher, bound

    def _unwrap(self, key_id: UUID, wrapped: bytes | None) -> AESGCM | None:
        if wrapped is None:
            return None
        try:
            return AESGCM(self._master.decrypt(wrapped[:12], wrapped[12:], key_id.bytes))
        except InvalidTag:
            raise KeyMismatch(
                "the keys were wrapped by another master key: restore the secrets folder they belong to "
                "密钥由另一主密钥封装，请恢复与之对应的 secrets 目录"
            ) from None

    def _write_down(self, erasures: list[Erasure]) -> None:
        lines = "".join(
            json.dumps(
                {
                    "key": str(each.key_id),
                    "person": each.person,
                    "purpose": each.purpose,
                    "ground": each.ground,
                    "at": each.erased_at.isoformat(),
                },
                ensure_ascii=False,
            )
            + "\n"
            for each in erasures
        )
        try:
            with os.fdopen(os.open(self._register, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise unusable(self._register, error) from error

    def _ask(self, question: Callable[[psycopg.Connection[tuple[Any, ...]]], T]) -> T:
        """One transaction; a connection that was lost meanwhile is made anew, once."""
        with self._lock:
            for last in (False, True):
                try:
                    if self._connection is None or self._connection.closed:
                        self._connection = psycopg.connect(self._url, connect_timeout=10)
                    with self._connection.transaction():
                        return question(self._connection)
                except psycopg.OperationalError as error:
                    if self._connection is not None:
                        self._connection.close()
                        self._connection = None
                    if last:
                        raise Unavailable(
                            f"the database of the keys cannot be reached; check that it runs, then repeat "
                            f"密钥数据库不可用，请检查后重试: {str(error).strip()}"
                        ) from error
        raise AssertionError


def _bound(person: str, purpose: str) -> bytes:
    """What a text is bound to: it opens for nobody else and nothing else."""
    return f"{person}\0{purpose}".encode()


def _destroy(connection: psycopg.Connection[tuple[Any, ...]], erasures: list[Erasure]) -> int:
    if not erasures:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany("insert into keys.erasures values (%s, %s, %s, %s, %s) on conflict do nothing", erasures)
        cursor.execute(
            "update keys.data_keys set wrapped = null where key_id = any(%s) and wrapped is not null",
            ([each.key_id for each in erasures],),
        )
        return cursor.rowcount
