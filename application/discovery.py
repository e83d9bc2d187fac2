"""Finds what the files of a package declare: ``together`` hooks and ``reactions``. Nothing is registered by hand."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def declared(package: ModuleType, kind: type[T]) -> Iterator[T]:
    """Every value of ``kind`` in the modules of ``package``, in order of file name."""
    for found in sorted(pkgutil.iter_modules(package.__path__, f"{package.__name__}."), key=lambda each: each.name):
        module = importlib.import_module(found.name)
        yield from (value for value in vars(module).values() if isinstance(value, kind))
