"""Seals the personal fields 个人信息 of an event before it is stored, and opens them when it is read.

Which fields those are the domain says: ``Annotated[str, Personal(of="employee", purpose="employment")]``, anywhere in
the event: in models inside it, in tuples, lists and dicts of them. ``of`` names the field of the same message that
holds the person's id. Nothing else of the event is touched.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from domain.kernel import Event, Personal
from infrastructure.keys import KeyStore

_Turn = Callable[[Any, Personal, dict[str, Any]], Any]
_Walk = Callable[[Any, dict[str, Any], _Turn], Any]
"""Takes a value, the message it stands in, and what to do with personal text; gives the value to put in its place."""


class Sealer:
    """Implements ``infrastructure.codec.Sealer`` with the keys of a ``KeyStore``."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def seal(self, kind: type[Event], data: dict[str, Any]) -> dict[str, Any]:
        """``data`` (as of ``model_dump(mode="json")``) with its personal fields encrypted; raises Unavailable."""
        return _message(kind)(data, data, self._close)  # type: ignore[no-any-return]

    def open(self, kind: type[Event], data: dict[str, Any]) -> dict[str, Any]:
        """``data`` with its personal fields readable, ``ERASED`` where the key is gone; raises Unavailable."""
        return _message(kind)(data, data, self._open)  # type: ignore[no-any-return]

    def _close(self, value: Any, mark: Personal, message: dict[str, Any]) -> Any:
        if value is None or value == "":
            return value
        person = message.get(mark.of)
        if not isinstance(person, str) or not person:
            raise ValueError(f"personal data without its person: field {mark.of!r} is empty 个人信息缺少所属人")
        return self._keys.encrypt(person, mark.purpose, value)

    def _open(self, value: Any, mark: Personal, message: dict[str, Any]) -> Any:
        # Text stored before its field was marked personal stays what it is.
        return self._keys.decrypt(value) if isinstance(value, dict) else value


def turned(kind: type[Event], data: dict[str, Any], turn: _Turn) -> dict[str, Any]:
    """``data`` with ``turn(value, mark, message)`` in the place of every personal field."""
    return _message(kind)(data, data, turn)  # type: ignore[no-any-return]


def has_personal(kind: type[Event]) -> bool:
    """Whether anything in an event of this kind is personal data."""
    return _message(kind) is not _leave


def _leave(value: Any, message: dict[str, Any], turn: _Turn) -> Any:
    return value


@cache
def _message(kind: type[BaseModel]) -> _Walk:
    """How to walk a message of this class; ``_leave`` where there is nothing personal in it."""
    if kind in _UNDER_WAY:
        # A message that holds messages of its own kind: look it up again when one is there.
        return lambda value, message, turn: _message.__wrapped__(kind)(value, message, turn)
    _UNDER_WAY.add(kind)
    try:
        walks: dict[str, _Walk] = {}
        for name, field in kind.model_fields.items():
            mark = next((each for each in field.metadata if isinstance(each, Personal)), None)
            walk = _personal(mark, field.annotation, kind, name) if mark else _value(field.annotation, kind, name)
            if walk is not _leave:
                walks[name] = walk
    finally:
        _UNDER_WAY.discard(kind)
    if not walks:
        return _leave

    def through(value: Any, message: dict[str, Any], turn: _Turn) -> Any:
        turned = dict(value)
        for name, walk in walks.items():
            if name in turned:
                turned[name] = walk(turned[name], value, turn)
        return turned

    return through


_UNDER_WAY: set[type[BaseModel]] = set()


def _personal(mark: Personal, annotation: Any, kind: type[BaseModel], name: str) -> _Walk:
    if mark.of not in kind.model_fields:
        raise TypeError(f"{kind.__name__}.{name} is personal data of {mark.of!r}, which {kind.__name__} does not have")
    parts = set(get_args(annotation)) - {type(None)} if get_origin(annotation) in (Union, UnionType) else {annotation}
    if {get_args(part)[0] if get_origin(part) is Annotated else part for part in parts} != {str}:
        raise TypeError(f"{kind.__name__}.{name} is personal data, so it must be text, since erasing leaves text")
    return lambda value, message, turn: turn(value, mark, message)


def _value(annotation: Any, kind: type[BaseModel], name: str) -> _Walk:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        mark = next((each for each in arguments[1:] if isinstance(each, Personal)), None)
        return _personal(mark, arguments[0], kind, name) if mark else _value(arguments[0], kind, name)
    if origin in (Union, UnionType):
        return _one_of([each for each in arguments if each is not type(None)], kind, name)
    if origin is dict:
        return _each(_value(arguments[1], kind, name), lambda values, walk: {k: walk(v) for k, v in values.items()})
    if origin in (tuple, list, set, frozenset):
        walks = [_value(each, kind, name) for each in arguments if each is not Ellipsis]
        if len(walks) == 1:
            return _each(walks[0], lambda values, walk: [walk(value) for value in values])
        if any(walk is not _leave for walk in walks):
            return lambda values, message, turn: [
                walk(value, message, turn) for walk, value in zip(walks, values, strict=True)
            ]
        return _leave
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _message(annotation)
    return _leave


def _each(inner: _Walk, over: Callable[[Any, Callable[[Any], Any]], Any]) -> _Walk:
    if inner is _leave:
        return _leave
    return lambda values, message, turn: over(values, lambda value: inner(value, message, turn))


def _one_of(choices: list[Any], kind: type[BaseModel], name: str) -> _Walk:
    """The walk of the choice that fits: by its fields where it is a message, else the only one that does anything."""
    walks = [(choice, _value(choice, kind, name)) for choice in choices]
    if all(walk is _leave for _, walk in walks):
        return _leave

    def through(value: Any, message: dict[str, Any], turn: _Turn) -> Any:
        for choice, walk in walks:
            if _fits(choice, value):
                return walk(value, message, turn)
        return value

    return through


def _fits(choice: Any, value: Any) -> bool:
    if isinstance(choice, type) and issubclass(choice, BaseModel):
        return isinstance(value, dict) and set(value) == set(choice.model_fields)
    if get_origin(choice) in (tuple, list, set, frozenset):
        return isinstance(value, list)
    if get_origin(choice) is dict:
        return isinstance(value, dict)
    return value is not None
