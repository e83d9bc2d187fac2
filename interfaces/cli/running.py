"""How a command runs on the house: set it up, open it, close it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

from domain import catalogue
from domain.kernel import Stream
from infrastructure.settings import Settings
from interfaces.bootstrap import House, real_clock, running, set_up
from interfaces.cli.output import fail

T = TypeVar("T")


def on_house(do: Callable[[House], Awaitable[T]], clock: Callable[[], datetime] = real_clock) -> T:
    """Set the house up where that was not done, and do something in it."""
    settings = Settings.load()
    set_up(settings)

    async def run() -> T:
        async with running(settings, clock=clock) as house:
            return await do(house)

    try:
        import uvloop
    except ImportError:
        return asyncio.run(run())
    return uvloop.run(run())


def subject_of(text: str) -> Stream:
    """A subject's number as people write it: ``requisition-PR260302-0007001`` or just ``PR260302-0007001``."""
    by_prefix = {aggregate.prefix: name for name, aggregate in catalogue.aggregates().items()}
    head, dash, _ = text.partition("-")
    if dash and head in catalogue.aggregates():
        return Stream.parse(text)
    prefix = head.rstrip("0123456789")
    if prefix in by_prefix:
        return Stream(by_prefix[prefix], text)
    kinds = ", ".join(catalogue.aggregates())
    raise fail(
        f"{text!r} is no subject. Write its kind and number, e.g. requisition-PR260302-0070001; kinds: {kinds}.",
        f"{text!r} 不是单据编号。请写明类型与编号，例如 requisition-PR260302-0070001。",
    )


def moment_of(text: str) -> datetime:
    """A time as people write it, in local time where no zone is given."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise fail(
            f"{text!r} is no time. Write 2026-03-03 or 2026-03-03T17:30+08:00.",
            f"{text!r} 不是时间；请写作 2026-03-03 或 2026-03-03T17:30+08:00。",
        ) from None
    return found if found.tzinfo else found.astimezone()


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
