"""How a field is shown in the reference 字段: its type in words, what it allows, its help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from interfaces.docs.markdown import link
from interfaces.docs.schemas import Generator


class Field(NamedTuple):
    """A field: name, type in words, whether it has to be given, default, help."""

    name: str
    type: str
    required: bool
    default: str
    help: str


def fields(kind: type[BaseModel], parts: str = "") -> list[Field]:
    """The fields of a message as they are sent; ``parts`` is the page on which messages inside are told."""
    schema = kind.model_json_schema(mode="validation", schema_generator=Generator)
    return list(_fields(schema, parts))


def messages_inside(kind: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Every message inside ``kind``, by name."""
    found: dict[str, type[BaseModel]] = {}
    waiting: list[Any] = [field.annotation for field in kind.model_fields.values()]
    while waiting:
        each = waiting.pop()
        if isinstance(each, type) and issubclass(each, BaseModel) and found.setdefault(each.__name__, each) is each:
            waiting.extend(field.annotation for field in each.model_fields.values() if each is not kind)
        waiting.extend(getattr(each, "__args__", ()))
    return dict(sorted(found.items()))


def _fields(schema: Mapping[str, Any], parts: str) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, each in schema.get("properties", {}).items():
        default = each.get("default")
        shown = "" if name in required or default in (None, [], "", {}) else str(default)
        yield Field(
            name, in_words(each, parts, schema.get("$defs", {})), name in required, shown, each.get("description", "")
        )


def in_words(schema: Mapping[str, Any], parts: str = "", known: Mapping[str, Any] | None = None) -> str:
    """A JSON Schema in a few words, e.g. ``list of 1-500 RequestedLine``; ``known`` are those it refers to."""
    known = known or {}
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if "properties" in known.get(name, ()):
            return link(name, parts, f"part-{name}")
        return in_words(known.get(name, {}), parts)
    if schema.get("x-decimal"):
        return _decimal(schema)
    if "anyOf" in schema:
        words = [in_words(each, parts, known) for each in schema["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(words))
    if "enum" in schema:
        return " · ".join(f"`{each}`" for each in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    kind = schema.get("type")
    if kind == "array":
        return f"list of {_between(schema, 'minItems', 'maxItems')}{in_words(schema.get('items', {}), parts, known)}"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return (
            f"names with {in_words(inner, parts, known)}"
            if isinstance(inner, Mapping) and inner
            else "names with values"
        )
    if kind == "string":
        return _text(schema)
    if kind == "integer":
        return f"integer {_between(schema, 'minimum', 'maximum')}".strip()
    return {"boolean": "yes or no (true, false)", "number": "number"}.get(str(kind), "any JSON")


def _text(schema: Mapping[str, Any]) -> str:
    known = {"date": "date", "date-time": "time with zone", "uuid": "UUID"}.get(schema.get("format", ""))
    if known:
        return known
    if "pattern" in schema:
        return f"text `{schema['pattern']}`"
    length = _between(schema, "minLength", "maxLength")
    return f"text, {length}characters" if length else "text"


def _decimal(schema: Mapping[str, Any]) -> str:
    low = [f"≥ {schema['x-ge']}"] if "x-ge" in schema else [f"> {schema['x-gt']}"] if "x-gt" in schema else []
    high = [f"≤ {schema['x-le']}"] if "x-le" in schema else []
    places = [f"{schema['x-decimal-places']} places"] if "x-decimal-places" in schema else []
    return ", ".join(("decimal as text", *low, *high, *places))


def _between(schema: Mapping[str, Any], low: str, high: str) -> str:
    least, most = schema.get(low), schema.get(high)
    if least is None and most is None:
        return ""
    if most is None:
        return f"at least {least} "
    return f"{least or 0}-{most} " if least != most else f"{most} "
