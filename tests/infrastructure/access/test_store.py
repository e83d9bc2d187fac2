"""Passwords, sessions and keys: kept so that reading the tables lets nobody in, and ended when they end (4.3.2.1)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from infrastructure.access import Access, SignInRefused, TooManyTries, WeakPassword
from infrastructure.access.store import TRIES_OF_AN_ADDRESS, TRIES_TOGETHER
from tests.database import Database
from tests.spec import clauses

QUICK = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "红豆生南国 spring"


class Clock:
    """A clock that stands until it is moved."""

    now = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The store's clock."""
    return Clock()


@pytest.fixture
async def access(database: Database, clock: Clock) -> AsyncIterator[Access]:
    """The store on a fresh database, as the application's role."""
    async with Access(database.app_url, clock=clock, hasher=QUICK) as made:
        yield made


@clauses("4.3.2.1")
async def test_the_tables_hold_no_password_and_no_token(access: Access, database: Database) -> None:
    await access.set_password("ANN", PASSWORD, by="ADA")
    session, _ = await access.open_session("ANN")
    key, _ = await access.issue_key("ANN", "报表", ["read"])
    with psycopg.connect(database.url) as owner:
        kept = str(owner.execute("select to_jsonb(u)::text from access.users u").fetchall())
        for table in ("sessions", "keys"):
            kept += str(owner.execute(f"select to_jsonb(t)::text from access.{table} t").fetchall())
    assert "$argon2id$" in kept
    for secret in (PASSWORD, session, key):
        assert secret not in kept


async def test_the_right_password_and_no_other(access: Access) -> None:
    await access.set_password("ANN", PASSWORD, by="ADA")
    await access.check("ANN", PASSWORD)
    for user, password in (("ANN", PASSWORD + " "), ("ANN", ""), ("BOB", PASSWORD), ("BOB", "x")):
        with pytest.raises(SignInRefused):
            await access.check(user, password)


@pytest.mark.parametrize("password", ["short", "x" * 257, "password of Ann", "ANN" * 4])
async def test_a_weak_password_is_not_taken(access: Access, password: str) -> None:
    with pytest.raises(WeakPassword):
        await access.set_password("ANN", password, by="ANN")
    assert not await access.has_password("ANN")


async def test_passwords_cost_what_is_recommended_unless_said_otherwise(database: Database) -> None:
    async with Access(database.app_url) as access:
        await access.set_password("ANN", PASSWORD, by="ADA")
    with psycopg.connect(database.url) as owner:
        (kept,) = owner.execute("select password from access.users").fetchone() or ("",)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


async def test_too_many_failures_close_the_door_for_a_while(access: Access, clock: Clock) -> None:
    await access.set_password("ANN", PASSWORD, by="ADA")
    for _ in range(TRIES_TOGETHER):
        with pytest.raises(SignInRefused):
            await access.check("ANN", "wrong", "192.0.2.1")
    with pytest.raises(TooManyTries) as refused:
        await access.check("ANN", PASSWORD, "192.0.2.1")
    await access.check("ANN", PASSWORD, "192.0.2.2")  # from elsewhere she gets in
    clock.now += timedelta(seconds=refused.value.seconds)
    await access.check("ANN", PASSWORD, "192.0.2.1")


async def test_one_address_does_not_try_everybody(access: Access, database: Database, clock: Clock) -> None:
    with psycopg.connect(database.url, autocommit=True) as owner:
        for number in range(TRIES_OF_AN_ADDRESS):
            owner.execute("insert into access.failures values (%s, '192.0.2.1', %s)", [f"U{number}", clock.now])
    with pytest.raises(TooManyTries):
        await access.check("ANN", PASSWORD, "192.0.2.1")


async def test_a_sign_in_forgets_the_failures_before_it(access: Access) -> None:
    await access.set_password("ANN", PASSWORD, by="ADA")
    for _ in range(2):
        for _ in range(TRIES_TOGETHER - 1):
            with pytest.raises(SignInRefused):
                await access.check("ANN", "wrong", "192.0.2.1")
        await access.check("ANN", PASSWORD, "192.0.2.1")


async def test_a_session_ends_by_itself(access: Access, clock: Clock) -> None:
    token, _ = await access.open_session("ANN", hours=12)
    bearer = await access.bearer(token)
    assert bearer is not None and (bearer.employee, bearer.kind) == ("ANN", "session")
    clock.now += timedelta(hours=12)
    assert await access.bearer(token) is None
    assert not await access.holds(bearer)
    assert await access.sessions("ANN") == []


async def test_a_new_password_ends_what_was_open_under_the_old(access: Access) -> None:
    token, _ = await access.open_session("ANN")
    await access.set_password("ANN", PASSWORD, by="ADA")
    assert await access.bearer(token) is None


async def test_a_key_keeps_its_scopes_until_it_is_revoked(access: Access) -> None:
    token, key = await access.issue_key("ANN", "报表", ["feed", "read"])
    bearer = await access.bearer(token)
    assert bearer is not None and bearer.scopes == {"read", "feed"}
    assert not await access.revoke_key("BOB", key.id)
    assert await access.revoke_key("ANN", key.id)
    assert not await access.revoke_key("ANN", key.id)
    assert await access.bearer(token) is None
    assert (await access.keys("ANN"))[0].revoked_at is not None


async def test_a_key_is_for_something_there_is(access: Access) -> None:
    for scopes in ([], ["everything"]):
        with pytest.raises(ValueError):
            await access.issue_key("ANN", "x", scopes)  # type: ignore[arg-type]
