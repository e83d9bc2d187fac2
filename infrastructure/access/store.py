"""Passwords, sessions and API keys in PostgreSQL (clause 4.3.2.1).

Passwords are kept as argon2id, tokens as their sha256: whoever reads the tables can sign in as nobody. A token is 256
random bits, so it needs no slow hash. Nothing is deleted when it ends: sessions and keys stay on record, ended.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Literal, TypeVar, get_args
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from pwdlib import PasswordHash
from pwdlib.hashers import HasherProtocol
from pwdlib.hashers.argon2 import Argon2Hasher

from application.journal import Unavailable

Scope = Literal["read", "act", "feed", "audit", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""What an API key may be for: look at subjects and views, act, follow the events, check the journal, administer."""

SHORTEST, LONGEST = 10, 256
WINDOW = timedelta(minutes=15)
TRIES_TOGETHER, TRIES_OF_A_USER, TRIES_OF_AN_ADDRESS = 10, 50, 100
"""Failed sign-ins allowed within ``WINDOW``: of one user from one address, of one user, from one address."""

SESSION_HOURS = 12
_AT_ONCE = 2


class SignInRefused(Exception):
    """The name or the password is wrong; which of them is not said 用户名或密码错误."""


class TooManyTries(Exception):
    """Too many failed sign-ins 登录失败次数过多; ``seconds`` until it may be tried again."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"try again in {seconds} s")


class WeakPassword(ValueError):
    """A password has 10 to 256 characters and is not the user's own name 密码须为10至256个字符且不得含用户名."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session 会话, as its owner may see it."""

    id: UUID
    employee: str
    opened_at: datetime
    expires_at: datetime
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class Key:
    """An API key 访问密钥, without its token; ``expires_at`` None for one that lasts until it is revoked."""

    id: UUID
    employee: str
    name: str
    scopes: tuple[Scope, ...]
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose token it is and what it is good for."""

    employee: str
    kind: Literal["session", "key"]
    id: UUID
    scopes: frozenset[str]
    expires_at: datetime | None


R = TypeVar("R", Session, Key)


class Access:
    """The store, on a few connections of its own. All methods may raise Unavailable."""

    def __init__(
        self,
        url: str,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: float = 5.0,
        hasher: HasherProtocol | None = None,
    ) -> None:
        """``patience`` in seconds for a connection; ``hasher`` is argon2id at its usual cost unless said otherwise."""
        self._clock = clock
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[dict[str, Any]]] = AsyncConnectionPool(
            url,
            min_size=0,
            max_size=4,
            open=False,
            timeout=patience,
            reconnect_timeout=1.0,  # then whoever asks next tries again, instead of waiting ever longer
            kwargs={"autocommit": True, "row_factory": dict_row},
        )
        self._passwords = PasswordHash((hasher or Argon2Hasher(),))
        self._nobody: str | None = None
        self._hashing = asyncio.Semaphore(_AT_ONCE)

    async def __aenter__(self) -> Access:
        await self._pool.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()

    async def set_password(self, employee: str, password: str, *, by: str, ends_sessions: bool = True) -> None:
        """Give somebody a password; what was open under the old one ends. Raises WeakPassword."""
        if not SHORTEST <= len(password) <= LONGEST or employee.casefold() in password.casefold():
            raise WeakPassword(f"{SHORTEST} to {LONGEST} characters, without the user's name")
        hashed = await self._hashed(password)
        await self._run(
            "insert into access.users (employee, password, set_at, set_by) values (%s, %s, %s, %s) on conflict "
            "(employee) do update set password = excluded.password, set_at = excluded.set_at, set_by = excluded.set_by",
            employee, hashed, self._clock(), by,
        )  # fmt: skip
        if ends_sessions:
            await self.end_sessions(employee)

    async def has_password(self, employee: str) -> bool:
        """Whether somebody can sign in."""
        return bool(await self._run("select 1 as known from access.users where employee = %s", employee))

    async def check(self, employee: str, password: str, address: str = "") -> None:
        """Whether that is his password; raises SignInRefused or TooManyTries. Failures count, success forgets them."""
        now = self._clock()
        await self._count_a_try(employee, address, now)
        rows = await self._run("select password from access.users where employee = %s", employee)
        # For nobody the work is the same as for anybody, so that the answer's time tells nothing.
        self._nobody = self._nobody or await self._hashed(secrets.token_hex(16))
        known = str(rows[0]["password"]) if rows else self._nobody
        async with self._hashing:
            fits, renewed = await asyncio.to_thread(self._passwords.verify_and_update, password[: LONGEST + 1], known)
        if not (fits and rows):
            raise SignInRefused(employee)
        await self._run("delete from access.failures where employee = %s and address = %s", employee, address)
        if renewed is not None:
            update = "update access.users set password = %s where employee = %s and password = %s returning 1"
            await self._run(update, renewed, employee, known)

    async def open_session(
        self, employee: str, *, hours: float = SESSION_HOURS, address: str = "", agent: str = ""
    ) -> tuple[str, Session]:
        """A new session and its token, which is told once and kept nowhere."""
        token, now = f"gcs_{secrets.token_urlsafe(32)}", self._clock()
        session = Session(uuid4(), employee, now, now + timedelta(hours=hours), address[:100], agent[:200])
        await self._run(
            "insert into access.sessions (id, token, employee, opened_at, expires_at, address, agent) "
            "values (%s, %s, %s, %s, %s, %s, %s)",
            session.id, _digest(token), employee, now, session.expires_at, session.address, session.agent,
        )  # fmt: skip
        return token, session

    async def sessions(self, employee: str) -> Sequence[Session]:
        """Somebody's open sessions, the newest first."""
        rows = await self._run(
            f"select {_columns(Session)} from access.sessions where employee = %s and ended_at is null "
            "and expires_at > %s order by opened_at desc, id",
            employee, self._clock(),
        )  # fmt: skip
        return [Session(**row) for row in rows]

    async def end_session(self, employee: str, id: UUID) -> bool:
        """End one of somebody's sessions; False where he has no such session open."""
        update = "update access.sessions set ended_at = %s where id = %s and employee = %s and ended_at is null"
        return bool(await self._run(f"{update} returning id", self._clock(), id, employee))

    async def end_sessions(self, employee: str) -> int:
        """End all of them; how many there were."""
        update = "update access.sessions set ended_at = %s where employee = %s and ended_at is null returning id"
        return len(await self._run(update, self._clock(), employee))

    async def issue_key(
        self, employee: str, name: str, scopes: Collection[Scope], expires_at: datetime | None = None
    ) -> tuple[str, Key]:
        """A new API key and its token, which is told once and kept nowhere."""
        unknown = set(scopes) - set(SCOPES)
        if unknown or not scopes:
            raise ValueError(f"scopes are {', '.join(SCOPES)}")
        token, kept = f"gck_{secrets.token_urlsafe(32)}", tuple(scope for scope in SCOPES if scope in scopes)
        key = Key(uuid4(), employee, name, kept, self._clock(), expires_at, None)
        await self._run(
            "insert into access.keys (id, token, employee, name, scopes, made_at, expires_at) "
            "values (%s, %s, %s, %s, %s, %s, %s)",
            key.id, _digest(token), employee, name, list(kept), key.made_at, expires_at,
        )  # fmt: skip
        return token, key

    async def keys(self, employee: str) -> Sequence[Key]:
        """Somebody's keys, the newest first, revoked ones included."""
        rows = await self._run(
            f"select {_columns(Key)} from access.keys where employee = %s order by made_at desc, id", employee
        )
        return [Key(**{**row, "scopes": tuple(row["scopes"])}) for row in rows]

    async def revoke_key(self, employee: str, id: UUID) -> bool:
        """Revoke one of somebody's keys; False where he has no such key in force."""
        update = "update access.keys set revoked_at = %s where id = %s and employee = %s and revoked_at is null"
        return bool(await self._run(f"{update} returning id", self._clock(), id, employee))

    async def bearer(self, token: str) -> Bearer | None:
        """Whose token it is; None where it is nobody's, ended, revoked or expired."""
        table = {"gcs_": "sessions", "gck_": "keys"}.get(token[:4])
        if table is None or len(token) > 100:
            return None
        ended, scopes = ("ended_at", "null") if table == "sessions" else ("revoked_at", "scopes")
        rows = await self._run(
            f"select id, employee, expires_at, {scopes} as scopes from access.{table} "
            f"where token = %s and {ended} is null and (expires_at is null or expires_at > %s)",
            _digest(token), self._clock(),
        )  # fmt: skip
        if not rows:
            return None
        row = rows[0]
        kind: Literal["session", "key"] = "session" if table == "sessions" else "key"
        return Bearer(row["employee"], kind, row["id"], frozenset(row["scopes"] or SCOPES), row["expires_at"])

    async def holds(self, bearer: Bearer) -> bool:
        """Whether a token recognised before is still in force."""
        table, ended = ("sessions", "ended_at") if bearer.kind == "session" else ("keys", "revoked_at")
        found = await self._run(
            f"select 1 as known from access.{table} where id = %s and {ended} is null "
            "and (expires_at is null or expires_at > %s)",
            bearer.id, self._clock(),
        )  # fmt: skip
        return bool(found)

    async def _count_a_try(self, employee: str, address: str, now: datetime) -> None:
        """Counted before the password is looked at, so that many guesses at once get no further than one by one."""
        since = now - WINDOW
        await self._run("delete from access.failures where at < %s", now - timedelta(days=1))
        await self._run(
            "insert into access.failures (employee, address, at) values (%s, %s, %s)", employee, address, now
        )
        rows = await self._run(
            "select count(*) filter (where employee = %(e)s and address = %(a)s) as together, "
            "count(*) filter (where employee = %(e)s) as of_user, "
            "count(*) filter (where address = %(a)s) as of_address, "
            "min(at) as first from access.failures where at > %(s)s and (employee = %(e)s or address = %(a)s)",
            e=employee, a=address, s=since,
        )  # fmt: skip
        row = rows[0]
        most = (TRIES_TOGETHER, TRIES_OF_A_USER, TRIES_OF_AN_ADDRESS)
        if any(row[name] > limit for name, limit in zip(("together", "of_user", "of_address"), most, strict=True)):
            raise TooManyTries(max(1, int((row["first"] + WINDOW - now).total_seconds())))

    async def _hashed(self, password: str) -> str:
        async with self._hashing:
            return await asyncio.to_thread(self._passwords.hash, password)

    async def _run(self, query: str, *values: object, **named: object) -> list[dict[str, Any]]:
        try:
            async with self._pool.connection() as connection:
                cursor = await connection.execute(query, named or values)
                return await cursor.fetchall() if cursor.description else []
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise Unavailable(f"the database went away 数据库连接中断: {error}") from error


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _columns(kind: type[R]) -> str:
    return ", ".join(field.name for field in fields(kind))
