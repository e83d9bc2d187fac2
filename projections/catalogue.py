"""Finds every view by walking the package; nothing is registered by hand."""

import importlib
import pkgutil
from functools import cache

import projections
from projections.view import View


class NoSuchView(LookupError):
    """There is no view of that name 没有该视图; ``guicheng views status`` lists them."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"there is no view {name!r} 没有视图 {name!r}")


@cache
def views() -> dict[str, View]:
    """Every view by name, in name order; two of one name are a defect."""
    found: dict[str, View] = {}
    for module in sorted(each.name for each in pkgutil.walk_packages(projections.__path__, "projections.")):
        for value in vars(importlib.import_module(module)).values():
            if isinstance(value, View) and found.setdefault(value.name, value) is not value:
                raise ValueError(f"two views are called {value.name}")
    return dict(sorted(found.items()))


def view(name: str) -> View:
    """The view of that name; raises NoSuchView."""
    try:
        return views()[name]
    except KeyError:
        raise NoSuchView(name) from None
