"""The regulation as data 企业管理流程规定: every clause with its typed parameters, and the default policy made of them.

The text stands in ``regulation.toml`` beside this file. ``coerce`` reads a proposed value against the parameter's
declaration, ``loosens`` says whether a department may move it that way (clause 5.2).
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from domain.governance import parameters
from domain.governance.parameter_types import TYPES, UNITS, NotAllowed, read, remember
from domain.governance.parameters import Parameter
from domain.policy import Policy

Kind = Literal["form", "approval", "threshold", "deadline", "schedule", "checklist", "score", "alert", "report"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause 条款 of the regulation. ``reading_*`` says how an unclear place is read, empty where none is."""

    id: str
    zh: str
    en: str
    kind: tuple[Kind, ...]
    control: Literal["preventive", "detective"]
    reading_zh: str
    reading_en: str
    parameters: Mapping[str, Parameter]


class BadParameter(ValueError):
    """A value no policy may hold 参数取值不符; ``sentence`` names clause, parameter and what is allowed."""

    def __init__(self, clause: str, name: str, given: str, allowed_en: str, allowed_zh: str) -> None:
        self.clause, self.name, self.given = clause, name, given
        self.allowed_en, self.allowed_zh = allowed_en, allowed_zh
        super().__init__(f"{self.sentence('en')} {self.sentence('zh')}")

    def sentence(self, language: Literal["en", "zh"] = "en") -> str:
        """The error in one language."""
        if language == "zh":
            return f"条款{self.clause}参数 {self.name}:应为{self.allowed_zh},现为 {self.given}。"
        return f"Clause {self.clause}, {self.name}: takes {self.allowed_en}; given was {self.given}."


@cache
def clauses() -> Mapping[str, Clause]:
    """Every clause by id, in the document's order."""
    text = files(__package__).joinpath("regulation.toml").read_text(encoding="utf-8")
    return {id: _clause(id, table) for id, table in tomllib.loads(text, parse_float=Decimal).items()}


def parameter(clause: str, name: str) -> Parameter:
    """The declaration of a parameter; raises BadParameter listing what there is."""
    known = clauses()
    if clause not in known:
        raise BadParameter(
            clause[:40], name[:60], "an unknown clause", "a clause of the regulation", "本规定的条款编号"
        )
    declared = known[clause].parameters
    if name not in declared:
        names = ", ".join(declared) or "no parameters"
        raise BadParameter(clause, name[:60], "an unknown parameter", f"one of: {names}", f"其中之一:{names}")
    return declared[name]


def coerce(clause: str, name: str, raw: object) -> Any:
    """The typed value of ``raw`` (as JSON or TOML holds it) for that parameter; raises BadParameter."""
    declared = parameter(clause, name)
    try:
        return read(raw, declared)
    except NotAllowed as refused:
        given = json.dumps(raw, ensure_ascii=False, default=str)[:80]
        raise BadParameter(clause, name, given, refused.en, refused.zh) from None


def loosens(clause: str, name: str, old: Any, new: Any) -> bool:
    """Whether moving the parameter from ``old`` to ``new`` (typed) is more than tightening it."""
    return parameters.loosens(parameter(clause, name), old, new)


@cache
def default_parameters() -> Mapping[str, Mapping[str, Any]]:
    """The default value of every parameter, typed: clause id → name → value."""
    return {
        id: {name: declared.value for name, declared in clause.parameters.items()} for id, clause in clauses().items()
    }


def default_policy(version: str, effective_from: datetime | None) -> Policy:
    """The policy as the regulation itself has it."""
    return Policy(version=version, effective_from=effective_from, parameters=default_parameters())


def raw_parameters(values: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Typed parameters in their JSON form, as events hold them; clauses without any are left out."""
    return {
        clause: {name: parameters.raw(value) for name, value in named.items()}
        for clause, named in values.items()
        if named
    }


def remembered(raws: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Parameters adopted once, typed by their shape alone; what the package no longer declares is left out."""
    return {
        clause: {
            name: remember(raw, declared) for name, raw in named.items() if (declared := found.parameters.get(name))
        }
        for clause, named in raws.items()
        if (found := clauses().get(clause))
    }


def _clause(id: str, table: Mapping[str, Any]) -> Clause:
    return Clause(
        id=id,
        zh=table["zh"],
        en=table["en"],
        kind=tuple(table["kind"]),
        control=table["control"],
        reading_zh=table.get("reading_zh", ""),
        reading_en=table.get("reading_en", ""),
        parameters={name: _declared(id, name, each) for name, each in table.get("parameters", {}).items()},
    )


def _declared(clause: str, name: str, table: Mapping[str, Any]) -> Parameter:
    kind = table["type"]
    if kind not in TYPES:
        raise ValueError(f"clause {clause}, {name}: no such type of parameter: {kind}")
    bounds = {bound: Decimal(table[bound]) for bound in ("minimum", "maximum") if bound in table}
    blank = Parameter(
        clause=clause,
        name=name,
        type=kind,
        value=None,
        tighter=table["tighter"],
        zh=table["zh"],
        en=table["en"],
        unit=table.get("unit", UNITS.get(kind, "")),
        origin=table.get("origin", "regulation"),
        choices=tuple(table.get("choices", ())),
        minimum=bounds.get("minimum"),
        maximum=bounds.get("maximum"),
    )
    return parameters.with_value(blank, read(table["value"], blank))
