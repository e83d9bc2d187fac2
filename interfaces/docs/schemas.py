"""JSON Schema of what the journal stores 事件模式: one file for each event type and schema version, kept for ever.

The schema says what is stored (decimals and times as strings, personal fields sealed) and, in ``x-`` keywords, what is
asked of it when it is read back: bounds of decimals, checks in code, the form behind a seal. So a rule that becomes
stricter than what was written before changes the schema as much as a field that goes.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from domain import catalogue
from domain.kernel import Event, Personal
from infrastructure.upcasts import upcasts

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SEALED = {
    "type": "object",
    "description": "Text encrypted under its person's key 加密的个人信息; unreadable once the person is erased.",
    "properties": {"key": {"type": "string", "format": "uuid"}, "sealed": {"type": "string"}},
    "required": ["key", "sealed"],
    "additionalProperties": False,
}
_BOUNDS = ("ge", "gt", "le", "lt", "multiple_of", "max_digits", "decimal_places", "allow_inf_nan")
_SAYING = frozenset({"$schema", "$id", "title", "description", "x-zh", "x-clause"})
"""Keywords that only say something; the shape is all the rest."""


class Stored(NamedTuple):
    """A schema's address: the stored name of the event and its schema version."""

    name: str
    version: int

    @property
    def file(self) -> str:
        """Its file's name, e.g. ``RequisitionSubmitted.v1.json``."""
        return f"{self.name}.v{self.version}.json"

    @classmethod
    def of(cls, path: Path) -> Stored:
        """The inverse of ``file``; raises ValueError on any other name."""
        name, mark, version = path.name.removesuffix(".json").rpartition(".v")
        if not (name and mark and version.isdigit()):
            raise ValueError(f"{path.name} is not named Event.vN.json")
        return cls(name, int(version))


class Generator(GenerateJsonSchema):
    """Pydantic's, and what it leaves out of a decimal written as text: bounds and checks."""

    def generate_inner(self, schema: Any) -> JsonSchemaValue:
        """The schema of one part."""
        made = super().generate_inner(schema)
        if schema["type"] == "decimal":
            return {**made, **_decimal(schema)}
        if schema["type"].startswith("function-") and "$ref" not in made:
            return {**made, **_read_as(schema)}
        return made


def _decimal(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "string", "x-decimal": True, **_told({name: schema[name] for name in _BOUNDS if name in schema})}


def _read_as(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What a value written by a serializer of its own has to satisfy when it is read: bounds, names of our checks."""
    found: dict[str, Any] = {}
    checks: dict[str, str] = {}
    inner: Mapping[str, Any] = schema
    while inner["type"].startswith("function-"):
        called = inner["function"]["function"]
        bounds = called.keywords if isinstance(called, partial) else {}
        called = called.func if isinstance(called, partial) else called
        if not called.__module__.startswith("pydantic."):
            checks[f"{called.__module__}.{called.__qualname__}"] = _digest(called)
        elif not bounds:
            bounds = {"allow_inf_nan": False} if "inf_nan" in called.__name__ else {called.__name__: True}
        found = _told(bounds) | found
        if "schema" not in inner:
            break
        inner = inner["schema"]
    if inner["type"] == "decimal":
        found = _decimal(inner) | found
    return found | ({"x-checks": checks} if checks else {})


def _digest(check: Callable[..., Any]) -> str:
    """Names the code of a check: what it takes may have changed where this does."""
    return hashlib.sha256(textwrap.dedent(inspect.getsource(check)).strip().encode()).hexdigest()[:12]


def _told(bounds: Mapping[str, Any]) -> dict[str, Any]:
    """Bounds as keywords: ``max_digits=15`` is ``"x-max-digits": 15``; decimals as strings."""
    return {
        f"x-{name.replace('_', '-')}": value if isinstance(value, bool | int) else str(value)
        for name, value in sorted(bounds.items())
    }


def schema_of(kind: type[Event]) -> dict[str, Any]:
    """The JSON Schema of what is stored in an entry's ``data`` for this event."""
    made = kind.model_json_schema(mode="serialization", schema_generator=Generator)
    parts = {each.__name__: each for each in _messages(kind)}
    sealed = _seal(made, kind)
    for name, part in made.get("$defs", {}).items():
        if name in parts:
            sealed |= _seal(part, parts[name])
    if sealed:
        made.setdefault("$defs", {})["Sealed"] = SEALED
    made = _plain(made)
    return {
        "$schema": DIALECT,
        "$id": f"urn:guicheng:event:{kind.__name__}:{kind.schema_version}",
        "title": kind.__name__,
        "x-zh": kind.zh,
        "x-clause": kind.clause,
        **made,
    }


def _messages(kind: type[BaseModel], seen: set[type] | None = None) -> Iterator[type[BaseModel]]:
    """``kind`` and every message inside it."""
    found = set[type]() if seen is None else seen
    if kind in found:
        return
    found.add(kind)
    yield kind
    waiting = [field.annotation for field in kind.model_fields.values()]
    while waiting:
        each: Any = waiting.pop()
        if isinstance(each, type) and issubclass(each, BaseModel):
            yield from _messages(each, found)
        waiting.extend(getattr(each, "__args__", ()))


def _seal(schema: dict[str, Any], kind: type[BaseModel]) -> bool:
    """Puts a seal in the place of every personal field of ``kind``; whether there was one."""
    found = False
    for name, field in kind.model_fields.items():
        for mark in field.metadata:
            if isinstance(mark, Personal):
                inner = schema["properties"][name]
                told = {key: inner.pop(key) for key in ("description", "default") if key in inner}
                schema["properties"][name] = {
                    **told,
                    "anyOf": [{"$ref": "#/$defs/Sealed"}, {"enum": [None, ""]}],
                    "x-personal": {"of": mark.of, "purpose": mark.purpose},
                    "x-opened": inner,
                }
                found = True
    return found


def _plain(value: Any, names: bool = False) -> Any:
    """Without what pydantic adds and JSON Schema does not know: titles that repeat a name, its own words for bounds."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _plain(each, names=key in ("properties", "$defs"))
        for key, each in value.items()
        if names or key not in ("title", *_BOUNDS)
    }


def generated() -> dict[Stored, dict[str, Any]]:
    """The schema of every event type as this code stores it."""
    kinds = dict.fromkeys(catalogue.events().values())
    return {Stored(kind.__name__, kind.schema_version): schema_of(kind) for kind in kinds}


def written(schema: Mapping[str, Any]) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def committed(folder: Path) -> dict[Stored, dict[str, Any]]:
    """Every schema ever written, by address."""
    return {Stored.of(path): json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def shape(schema: Any) -> Any:
    """A schema without what only says something: two of one shape store and read the same."""
    if isinstance(schema, list):
        return [shape(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: shape(each) for name, each in value.items()} if key in ("properties", "$defs") else shape(value)
        for key, value in schema.items()
        if key not in _SAYING
    }


def broken_promises(
    old: Mapping[Stored, Any],
    new: Mapping[Stored, Any],
    kinds: Mapping[str, type[Event]] | None = None,
    steps: Mapping[tuple[str, int], Any] | None = None,
    accept_checks: bool = False,
) -> dict[str, str]:
    """What would make stored events unreadable or wrongly described, by schema file.

    ``old`` are the committed schemas, ``new`` the generated ones, ``kinds`` the event types by stored name, ``steps``
    the upcasts by event and version they start from. ``accept_checks`` lets the code of checks change.
    """
    types = catalogue.events() if kinds is None else kinds
    derivable = upcasts() if steps is None else steps
    found: dict[str, str] = {}
    for stored, schema in old.items():
        kind = types.get(stored.name)
        if kind is None:
            found[stored.file] = (
                f"no event answers to the stored name {stored.name}; a renamed event declares its alias"
            )
            continue
        missing = [v for v in range(stored.version, kind.schema_version) if (kind.__name__, v) not in derivable]
        if stored.version > kind.schema_version:
            found[stored.file] = (
                f"version {stored.version} was written, but {kind.__name__} is version {kind.schema_version}"
            )
        elif missing:
            found[stored.file] = f"{kind.__name__} has no upcast from version {missing[0]}"
        elif stored.version == kind.schema_version:
            was, now = shape(schema), shape(new[Stored(kind.__name__, kind.schema_version)])
            if was == now or (accept_checks and _without_digests(was) == _without_digests(now)):
                continue
            what = f"the stored shape of {kind.__name__} changed at {_difference(was, now)}"
            todo = f"raise schema_version to {kind.schema_version + 1} and declare an upcast from {kind.schema_version}"
            if _without_digests(was) == _without_digests(now):
                todo += "; or, where the check still takes whatever it took, run with --accept-checks"
            found[stored.file] = f"{what}: {todo}"
    return found


def _without_digests(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_digests(each) for each in value]
    if isinstance(value, dict):
        return {key: sorted(each) if key == "x-checks" else _without_digests(each) for key, each in value.items()}
    return value


def _difference(old: Any, new: Any, where: str = "") -> str:
    """The first place at which two shapes differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            if old.get(key) != new.get(key) or (key in old) != (key in new):
                return _difference(old.get(key), new.get(key), f"{where}/{key}")
        return f"{where} (order of fields)"
    return f"{where or '/'} ({json.dumps(old, ensure_ascii=False)[:80]} → {json.dumps(new, ensure_ascii=False)[:80]})"
