"""How a command runs on the house: set it up, open it, close it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from types import FrameType
from typing import Any, TypeVar

from domain import catalogue
from domain.kernel import Stream
from domain.working_time import SHANGHAI
from infrastructure.server import role_url
from infrastructure.settings import Settings
from interfaces.bootstrap import APP, House, running, set_up
from interfaces.cli.output import fail

T = TypeVar("T")


def on_house(do: Callable[[House], Awaitable[T]], clock: Callable[[], datetime] | None = None) -> T:
    """Set the house up where that was not done, and do something in it.

    SIGTERM ends it as Ctrl-C does: what is under way is cancelled, the house is closed, KeyboardInterrupt raised.
    """
    settings = Settings.load()
    set_up(settings)

    async def run() -> T:
        with _cancelled_by_sigterm():
            async with running(settings, clock=clock) as house:
                return await do(house)

    try:
        result: T = _run(run)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    return result


def house_url() -> str:
    """Where the house's database is, as the application's role; set up where that was not done."""
    settings = Settings.load()
    set_up(settings)
    return role_url(settings, APP)


def _run(main: Callable[[], Any]) -> Any:
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main())
    return uvloop.run(main())


@contextlib.contextmanager
def _cancelled_by_sigterm() -> Iterator[None]:
    task = asyncio.current_task()
    if task is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


@contextlib.contextmanager
def interrupted_by_sigterm() -> Iterator[None]:
    """SIGTERM raises KeyboardInterrupt in the block, as Ctrl-C does; for what runs an event loop of its own."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def subject_of(text: str) -> Stream:
    """A subject's number as people write it: ``requisition-PR260302-0007001`` or just ``PR260302-0007001``."""
    by_prefix = {aggregate.prefix: name for name, aggregate in catalogue.aggregates().items()}
    head, _, rest = text.partition("-")
    if text.isprintable():
        if rest and head in catalogue.aggregates():
            return Stream.parse(text)
        prefix = head.rstrip("0123456789")
        if prefix in by_prefix and text != prefix:
            return Stream(by_prefix[prefix], text)
    kinds = ", ".join(catalogue.aggregates())
    told = repr(text) if len(text) <= 80 else f"{text[:80]!r}…"
    raise fail(
        f"{told} is no subject. Write its kind and number, e.g. requisition-PR260302-0070001; kinds: {kinds}.",
        f"{told} 不是单据编号。请写明类型与编号，例如 requisition-PR260302-0070001。",
    )


def moment_of(text: str) -> datetime:
    """A time as people write it, in Shanghai where no zone is given."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise fail(
            f"{text!r} is no time. Write 2026-03-03 or 2026-03-03T17:30+08:00.",
            f"{text!r} 不是时间；请写作 2026-03-03 或 2026-03-03T17:30+08:00。",
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def plain(value: Any) -> Any:
    """A state or event as JSON values."""
    from dataclasses import fields, is_dataclass

    from pydantic import BaseModel

    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(each) for each in value), key=str)
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)
