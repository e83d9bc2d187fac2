"""Typed parameters of the policy 制度参数: what kinds there are, what each allows, which direction is stricter.

A parameter's raw form is what TOML and JSON hold (strings, integers, lists, tables; decimals as strings), its value is
a ``Decimal``, ``int``, ``str``, ``bool``, tuple, ``Tier``, ``Band`` or mapping of those; ``raw`` gives it
back, ``domain.governance.parameter_types.read`` reads it. Bounds: 以上/以下/以内 include the number
itself (Civil Code art. 1259).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from domain.directory import MANAGEMENT, Role
from domain.money import FEN

Tighter = Literal["lower", "higher", "superset", "subset", "fixed"]
"""Which way a department may move a parameter for itself (clause 5.2); ``fixed``: not at all."""

AUTHORITIES = frozenset({*(str(role) for role in Role), "management", "superior"})
"""Who can be named as an authority 审批权限: a role, 管理层 (any of management) or the superior."""


@dataclass(frozen=True, slots=True)
class Tier:
    """One line of a matrix of amounts 审批档: ``authority`` decides up to ``up_to`` or from ``start``, inclusive."""

    authority: str
    up_to: Decimal | None = None
    start: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """One line of a table by score or level 分段: ``outcome`` holds from ``start`` (inclusive) to the next band."""

    start: Decimal
    outcome: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a clause as the package declares it; ``value`` is its default."""

    clause: str
    name: str
    type: str
    value: Any
    tighter: Tighter
    zh: str
    en: str
    unit: str = ""
    origin: Literal["regulation", "product"] = "regulation"
    choices: tuple[str, ...] = ()
    """For ``choice``: every choice, from the loosest to the strictest. For ``codes``: every code, empty = open. For
    ``labels``: what a code may be given, empty = any text."""
    minimum: Decimal | None = None
    maximum: Decimal | None = None


def with_value(declared: Parameter, value: Any) -> Parameter:
    """The same declaration with another typed value."""
    return replace(declared, value=value)


def authority_chain(
    tiers: Sequence[Tier],
    amount: Decimal,
    *,
    between: str = "next_higher",
    chain: str = "cumulative",
) -> tuple[str, ...]:
    """The authorities that decide ``amount`` CNY, lowest first (4.1.1.2, 2.1.1.5, 3.1.1.3).

    Each line decides up to its bound or from its bound, bounds included. Where the matrix is silent, ``between`` gives
    the decision to the ``next_higher`` or ``next_lower`` named authority. ``chain`` is ``cumulative`` (every lower
    authority signs first) or ``deciding_only``. With the matrix of 4.1.1.2: 1,000.00 → head; 1,000.01 → head, finance
    manager; 2,000.01 → head, finance manager, vice president.
    """
    deciding = _deciding(tiers, amount, between)
    first = deciding if chain == "deciding_only" else 0
    return tuple(tier.authority for tier in tiers[first : deciding + 1])


def _deciding(tiers: Sequence[Tier], amount: Decimal, between: str) -> int:
    for index, tier in enumerate(tiers):
        if tier.up_to is not None and amount <= tier.up_to:
            return index
    reached = [index for index, tier in enumerate(tiers) if tier.start is not None and tier.start <= amount]
    if reached:
        return reached[-1]
    first_open = next(index for index, tier in enumerate(tiers) if tier.start is not None)
    return max(first_open - 1, 0) if between == "next_lower" else first_open


def limits(tiers: Sequence[Tier]) -> tuple[Decimal, ...]:
    """The amounts above which a higher authority decides, ascending: what a purchase may be split to stay under."""
    return tuple(tier.up_to for tier in tiers if tier.up_to is not None)


def band_of(bands: Sequence[Band], score: Decimal) -> Band:
    """The band ``score`` lies in; bands stand from the highest down, half-open: 89.5 lies in the band from 75."""
    return next(band for band in bands if score >= band.start)


def raw(value: Any) -> Any:
    """The JSON form of a typed value: decimals as strings, tiers and bands as tables."""
    if isinstance(value, Tier):
        bound = {"up_to": str(value.up_to)} if value.up_to is not None else {"from": str(value.start)}
        return {**bound, "authority": value.authority}
    if isinstance(value, Band):
        return {"from": str(value.start), **{name: raw(each) for name, each in value.outcome.items()}}
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [raw(each) for each in value]
    if isinstance(value, Mapping):
        return {name: raw(each) for name, each in value.items()}
    return value


def loosens(spec: Parameter, old: Any, new: Any) -> bool:
    """Whether ``new`` is anything but as strict as ``old`` or stricter, by the direction ``spec`` declares."""
    if old == new:
        return False
    if spec.tighter == "fixed":
        return True
    if spec.type == "tiers":
        return not _demands_all(new, old)
    if spec.tighter in ("superset", "subset"):
        wide, narrow = (new, old) if spec.tighter == "superset" else (old, new)
        if spec.type == "range":
            return not (wide[0] <= narrow[0] and narrow[1] <= wide[1])
        return not set(narrow) <= set(wide)
    before, after = (spec.choices.index(old), spec.choices.index(new)) if spec.type == "choice" else (old, new)
    return bool(after > before if spec.tighter == "lower" else after < before)


def _demands_all(new: Sequence[Tier], old: Sequence[Tier]) -> bool:
    """Whether every amount needs at least the authorities it needed before: asked at every bound and just past it."""
    bounds = {tier.up_to if tier.up_to is not None else tier.start or Decimal(0) for tier in (*new, *old)}
    amounts = {amount for bound in bounds for amount in (bound, bound + FEN)}
    return all(set(authority_chain(old, amount)) <= set(authority_chain(new, amount)) for amount in amounts)


def speaks_for(authority: str) -> tuple[Role, ...]:
    """The roles that can act as ``authority``; ``management`` is any of management, ``superior`` is no role."""
    if authority == "management":
        return MANAGEMENT
    return () if authority == "superior" else (Role(authority),)
