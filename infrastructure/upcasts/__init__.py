"""Upcasts 历史事件升版: how an older stored shape of an event reads today, one file an event.

Stored bytes never change. An upcast takes the data of one schema version and gives the next version's:

    @upcast("RequisitionSubmitted", from_version=1)
    def a_line_has_a_unit(data: dict[str, Any]) -> dict[str, Any]: ...
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Upcast:
    """From ``from_version`` of ``event`` to the next."""

    event: str
    from_version: int
    derive: Callable[[Data], Data]


def upcast(event: str, from_version: int) -> Callable[[Callable[[Data], Data]], Upcast]:
    """Declares an upcast."""
    return lambda derive: Upcast(event, from_version, derive)


@cache
def upcasts() -> dict[tuple[str, int], Callable[[Data], Data]]:
    """Every upcast by event name and the version it starts from."""
    found: dict[tuple[str, int], Callable[[Data], Data]] = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Upcast):
                found[value.event, value.from_version] = value.derive
    return found


def raised(event: str, version: int, to: int, data: Data) -> Data:
    """``data`` of schema ``version`` as schema ``to`` has it; raises LookupError where an upcast is missing."""
    for step in range(version, to):
        try:
            data = upcasts()[event, step](data)
        except KeyError:
            raise LookupError(f"{event} has no upcast from schema version {step}") from None
    return data
