"""Forms 表单 from the JSON Schema of commands: fields with labels and help, what was typed read back, errors in place.

A form's names are paths: ``lines.0.quantity``. Lists of objects are rows that may be added and taken away; numbers stay
the text that was typed until pydantic reads them; what is left empty is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import orjson
from pydantic import BaseModel

from domain.working_time import SHANGHAI
from interfaces.http.languages import Language
from interfaces.web import labels
from interfaces.web.labels import Label

Kind = Literal[
    "text", "long", "decimal", "integer", "day", "moment", "choice", "flag", "employee", "department", "several",
    "rows", "object", "json",
]  # fmt: skip
ROW = "_row"
"""Marks a row that is there though nothing is typed in it."""
_LONG = 500
_NUMBERS = frozenset({"number", "integer", "string"})

Typed = Mapping[str, str]
"""What was typed, by path."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field as its schema declares it, labelled in one language."""

    name: str
    kind: Kind
    label: Label
    required: bool = True
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    least: int = 0
    most: int | None = None
    """Characters or rows."""
    pattern: str | None = None
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """A field with what was typed and what is wrong with it; ``rows`` are those of a list, or the one of an object."""

    field: Field
    path: str
    value: str = ""
    errors: tuple[str, ...] = ()
    rows: tuple[tuple[Bound, ...], ...] = ()

    @property
    def id(self) -> str:
        """For labels and errors to point at."""
        return f"f-{self.path.replace('.', '-')}"


def fields_of(kind: type[BaseModel], language: Language) -> tuple[Field, ...]:
    """The fields of a command, from its JSON Schema."""
    schema = kind.model_json_schema()
    return _fields(schema, schema.get("$defs", {}), language, (kind,))


def _fields(
    schema: Mapping[str, Any], parts: Mapping[str, Any], language: Language, owner: tuple[type[BaseModel], ...] = ()
) -> tuple[Field, ...]:
    required = set(schema.get("required", ()))
    return tuple(
        _field(name, told, name in required, parts, language, owner)
        for name, told in schema.get("properties", {}).items()
    )


def _field(
    name: str,
    told: Mapping[str, Any],
    required: bool,
    parts: Mapping[str, Any],
    language: Language,
    owner: tuple[type[BaseModel], ...],
) -> Field:
    described = labels.split(str(told["description"])) if "description" in told else None
    label = described[1 if language == "zh" else 0] if described else None
    made = Field(name, "text", label if label and label.name else labels.of_field(name, language, *owner), required)
    made = replace(made, default=_text(told.get("default")))
    return _shaped(made, _resolved(told, parts), parts, language, str(told.get("description", "")))


def _shaped(
    made: Field, schema: Mapping[str, Any], parts: Mapping[str, Any], language: Language, described: str
) -> Field:
    """``made`` with the kind and the bounds that its schema gives it."""
    made = replace(made, least=schema.get("minLength", 0), most=schema.get("maxLength"), pattern=schema.get("pattern"))
    choices = schema.get("enum") or ([schema["const"]] if "const" in schema else None)
    if choices:
        told = tuple((str(each), labels.of_value(str(each), language)) for each in choices)
        return replace(made, kind="choice", choices=told)
    match schema:
        case {"anyOf": list(options)} if all(each.get("type") in _NUMBERS for each in options):
            return replace(made, kind="decimal")
        case {"type": "array", "items": items}:
            inner = _resolved(items, parts)
            bounds = {"least": schema.get("minItems", 0), "most": schema.get("maxItems")}
            if "properties" in inner:
                return replace(made, kind="rows", fields=_fields(inner, parts, language), default="", **bounds)
            scalar = inner.get("type") in ("string", "integer", "number")
            return replace(made, kind="several" if scalar else "json", pattern=None, **bounds)
        case {"properties": _}:
            return replace(made, kind="object", fields=_fields(schema, parts, language), default="")
        case {"type": "boolean"}:
            return replace(made, kind="flag")
        case {"type": "integer"}:
            return replace(made, kind="integer")
        case {"type": "number"} | {"type": "string", "decimal_places": _}:
            return replace(made, kind="decimal", pattern=None)
        case {"type": "string", "format": "date"}:
            return replace(made, kind="day")
        case {"type": "string", "format": "date-time"}:
            return replace(made, kind="moment")
        case {"type": "string"}:
            return replace(made, kind=_of_text(made, described))
    return replace(made, kind="json", pattern=None)


def _of_text(made: Field, described: str) -> Kind:
    if "Employee number" in described or "员工编号" in described:
        return "employee"
    if made.name == "department":
        return "department"
    return "long" if made.most is not None and made.most >= _LONG else "text"


def _resolved(schema: Mapping[str, Any], parts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without ``$ref`` and without the null of what may be left out."""
    if "$ref" in schema:
        return _resolved(parts[schema["$ref"].rpartition("/")[2]], parts)
    options = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    if len(options) == 1:
        return _resolved(options[0], parts)
    return {**schema, "anyOf": options} if options else schema


def _text(value: Any) -> str:
    """A value as somebody would type it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else ""
        case list() | tuple() if all(isinstance(each, str) for each in value):
            return "\n".join(value)
        case list() | tuple() | dict():
            return orjson.dumps(value).decode() if value else ""
    return str(value)


def prefilled(fields: Sequence[Field], source: Any, prefix: str = "") -> dict[str, str]:
    """What a form starts from: the same fields of ``source`` (a state, a line), where it has them."""
    found: dict[str, str] = {}
    for field in fields:
        value = source.get(field.name) if isinstance(source, Mapping) else getattr(source, field.name, None)
        path = f"{prefix}{field.name}"
        if value is None:
            continue
        if field.kind == "rows" and isinstance(value, list | tuple):
            for number, row in enumerate(value):
                found[f"{path}.{number}.{ROW}"] = "1"
                found |= prefilled(field.fields, row, f"{path}.{number}.")
        elif field.kind == "object" and not isinstance(value, str):
            found |= prefilled(field.fields, value, f"{path}.")
        elif field.kind == "moment" and isinstance(value, datetime):
            found[path] = f"{value.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"
        elif field.kind not in ("rows", "object", "json"):
            found[path] = _text(value)
    return found


def tidied(typed: Typed, *, drop_empty: bool = False) -> dict[str, str]:
    """``typed`` with the rows of every list numbered from 0; rows in which nothing is typed may be dropped."""
    tree: dict[str, Any] = {}
    for path, text in typed.items():
        *above, last = path.split(".")
        place = tree
        for part in above:
            inner = place.setdefault(part, {})
            if not isinstance(inner, dict):
                break
            place = inner
        else:
            place[last] = text
    return dict(_flat(_renumbered(tree, drop_empty), ""))


def _renumbered(tree: dict[str, Any], drop_empty: bool) -> dict[str, Any]:
    found = {name: _renumbered(each, drop_empty) if isinstance(each, dict) else each for name, each in tree.items()}
    if not found or not all(name.isdecimal() for name in found):
        return found
    rows = [found[name] for name in sorted(found, key=int)]
    if drop_empty:
        rows = [row for row in rows if _typed_in(row)] or rows[:1]
    return {str(number): row for number, row in enumerate(rows)}


def _typed_in(row: Any) -> bool:
    if isinstance(row, dict):
        return any(_typed_in(each) for name, each in row.items() if name != ROW)
    return bool(row.strip())


def _flat(tree: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, each in tree.items():
        if isinstance(each, dict):
            yield from _flat(each, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", each


def _below(typed: Typed, prefix: str) -> list[tuple[str, str]]:
    return [(path, text) for path, text in typed.items() if path.startswith(prefix)]


def with_a_row_more(typed: Typed, path: str) -> dict[str, str]:
    """A row more at the end of the list ``path``."""
    numbers = [int(m[1]) for each in typed if (m := re.match(rf"{re.escape(path)}\.(\d+)\.", each))]
    return {**typed, f"{path}.{max(numbers, default=-1) + 1}.{ROW}": "1"}


def without_the_row(typed: Typed, path: str) -> dict[str, str]:
    """Without the row ``path``, e.g. ``lines.1``."""
    return tidied({each: text for each, text in typed.items() if not each.startswith(f"{path}.")})


def read(fields: Iterable[Field], typed: Typed, prefix: str = "") -> dict[str, Any]:
    """What was typed as the command's JSON; what cannot be read stays text, and pydantic says what is wrong."""
    found: dict[str, Any] = {}
    for field in fields:
        path = f"{prefix}{field.name}"
        text = typed.get(path, "").replace("\0", "").strip()
        match field.kind:
            case "rows":
                rows = range(_rows(typed, path))
                if rows or field.required:
                    found[field.name] = [read(field.fields, typed, f"{path}.{number}.") for number in rows]
            case "object":
                inner = read(field.fields, typed, f"{path}.")
                if inner or field.required:
                    found[field.name] = inner
            case "flag":
                found[field.name] = text == "true"
            case "several":
                lines = [line.strip() for line in text.splitlines() if line.strip()]
                if lines or field.required:
                    found[field.name] = lines
            case _ if text:
                found[field.name] = _read(field.kind, text)
    return found


def _read(kind: Kind, text: str) -> Any:
    if kind == "integer" and re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    if kind == "decimal":
        return text.replace(",", "").replace("，", "").replace("¥", "").strip()
    if kind == "moment" and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", text):
        return f"{text}+08:00"
    if kind == "json":
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return text
    return text


def _rows(typed: Typed, path: str) -> int:
    return 1 + max((int(m[1]) for each in typed if (m := re.match(rf"{re.escape(path)}\.(\d+)\.", each))), default=-1)


def bound(
    fields: Iterable[Field], typed: Typed, errors: Mapping[str, Sequence[str]], *, fresh: bool = False, prefix: str = ""
) -> tuple[Bound, ...]:
    """The fields with what was typed; ``fresh`` fills in defaults and gives every list its least rows, one at least."""
    return tuple(_bound(field, typed, errors, fresh, prefix) for field in fields)


def _bound(field: Field, typed: Typed, errors: Mapping[str, Sequence[str]], fresh: bool, prefix: str) -> Bound:
    path = f"{prefix}{field.name}"
    wrong = tuple(errors.get(path, ()))
    if field.kind == "object":
        inner = bound(field.fields, typed, errors, fresh=fresh, prefix=f"{path}.")
        return Bound(field, path, errors=wrong, rows=(inner,))
    if field.kind == "rows":
        number = max(_rows(typed, path), max(field.least, 1 if field.required else 0))
        rows = range(number)
        blank = fresh or _rows(typed, path) < number
        inside = tuple(
            bound(
                field.fields, typed, errors,
                fresh=blank or all(p.endswith(ROW) for p, _ in _below(typed, f"{path}.{at}.")), prefix=f"{path}.{at}.",
            )
            for at in rows
        )  # fmt: skip
        return Bound(field, path, errors=wrong, rows=inside)
    value = typed.get(path, field.default if fresh else "")
    if not wrong and field.kind in ("several", "json"):
        wrong = tuple(text for at, told in errors.items() if at.startswith(f"{path}.") for text in told)
    return Bound(field, path, value, wrong)


def paths(found: Iterable[Bound]) -> set[str]:
    """Every place at which an error can be shown."""
    return {each.path for each in found} | {path for each in found for row in each.rows for path in paths(row)}
