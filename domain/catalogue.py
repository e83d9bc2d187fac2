"""Finds every aggregate, command, event and refusal by walking the packages; nothing is registered by hand."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

import domain
from domain.kernel import Aggregate, Command, Event, Refusal


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every module of ``domain``, in name order."""
    names = sorted(found.name for found in pkgutil.walk_packages(domain.__path__, "domain."))
    return tuple(importlib.import_module(name) for name in names)


@cache
def aggregates() -> dict[str, Aggregate[Any, Any, Any]]:
    """Every aggregate by name; two of one name or prefix are a defect."""
    found: dict[str, Aggregate[Any, Any, Any]] = {}
    for module in modules():
        for value in vars(module).values():
            if isinstance(value, Aggregate) and found.setdefault(value.name, value) is not value:
                raise ValueError(f"two aggregates are called {value.name}")
    if len({aggregate.prefix for aggregate in found.values()}) < len(found):
        raise ValueError("two aggregates number their subjects with one prefix")
    return dict(sorted(found.items()))


@cache
def events() -> dict[str, type[Event]]:
    """Every event type by stored name, aliases included."""
    found: dict[str, type[Event]] = {}
    for aggregate in aggregates().values():
        for event in aggregate.events:
            for name in (event.__name__, *event.aliases):
                if found.setdefault(name, event) is not event:
                    raise ValueError(f"two events are called {name}")
    return dict(sorted(found.items()))


def command(aggregate: str, name: str) -> type[Command]:
    """The command ``name`` of ``aggregate``; raises LookupError where there is none."""
    for candidate in aggregates()[aggregate].commands:
        if candidate.__name__ == name:
            return candidate
    raise LookupError(f"{aggregate} takes no command {name}")


@cache
def refusals() -> dict[str, type[Refusal]]:
    """Every refusal by name, whichever module states it."""
    modules()
    return {kind.__name__: kind for kind in sorted(_subclasses(Refusal), key=lambda kind: kind.__name__)}


def _subclasses(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("domain."):
            yield child
        yield from _subclasses(child)
