"""Changes of the policy 制度参数变更: how a proposed set of parameters is read, and what is refused of it.

Used by whatever proposes parameters (a policy version 5.3, a department's rules 5.2) and by the rulebook that adopts
them, so that both refuse the same things in the same words.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, tzinfo
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, JsonValue

from domain.governance import parameters
from domain.governance.approvals import ApprovalCompleted
from domain.governance.regulation import BadParameter, coerce, parameter
from domain.kernel import Decision, Message, Refusal, Ruled
from domain.policy import Policy

Name = Annotated[str, Field(min_length=1, max_length=64)]

Raw = Annotated[
    dict[Name, Annotated[dict[Name, JsonValue], Field(min_length=1, max_length=60)]],
    Field(max_length=106, description="Clause → parameter → value, decimals as strings 条款 → 参数 → 取值"),
]
"""Parameters as a command carries them, e.g. ``{"4.1.2.3": {"minimum_suppliers": 4}}``."""


class ParameterChange(Message):
    """One parameter that changes 参数变更: its value before and after, in JSON form."""

    clause: str
    name: str
    before: JsonValue
    after: JsonValue


class ParameterNotAllowed(Refusal):
    """A parameter of the policy exists in the regulation and holds a value its declaration allows.

    制度参数须为本规定已列参数，取值须在允许范围内。

    → Correct the value named; the rulebook shows each parameter with what it takes.
    → 请更正所列取值；制度页面列明每个参数的允许取值。
    """

    clause = "5.3"


class ParametersContradict(Refusal):
    """The parameters of one policy agree with each other.

    同一制度版本的各参数须互相一致。

    → Change the other parameter named as well, in the same proposal.
    → 请在同一提案中一并调整所列的另一参数。
    """

    clause = "5.3"


class NothingChanges(Refusal):
    """A new version of the policy changes at least one parameter.

    制度新版本至少变更一项参数。

    → Name the parameter and its new value; what stays as it is need not be named.
    → 请列明要变更的参数及新值；不变的无需列出。
    """

    clause = "5.3"


class EffectiveInThePast(Refusal):
    """Rules take effect today or later and with the notice the policy asks for, never backwards.

    制度与细则自当日或以后生效并满足公示天数，不得溯及既往。

    → Choose a later day.
    → 请选择更晚的生效日期。
    """

    clause = "5.3"


class LoosensPolicy(Refusal):
    """A department's rule may tighten a parameter for itself, never loosen it.

    部门细则只可为本部门收紧参数，不得放宽。

    → Keep to the policy's value or a stricter one; to change the policy for all, propose a new version (5.3).
    → 请采用制度取值或更严取值；如需全公司调整，请按5.3提出新版本。
    """

    clause = "5.2"


class SameForAll(Refusal):
    """Some parameters are the company's own and the same for every department.

    部分制度参数属全公司统一，部门不得另行规定。

    → Leave it out of the department's rules; to change it for all, propose a new version (5.3).
    → 请从部门细则中删去；如需全公司调整，请按5.3提出新版本。
    """

    clause = "5.2"


def read_changes(raw: Mapping[str, Mapping[str, Any]], base: Policy) -> tuple[ParameterChange, ...]:
    """What ``raw`` changes of ``base``, values in their canonical form; raises ParameterNotAllowed."""
    changes = []
    for clause, named in raw.items():
        for name, given in named.items():
            value = _coerced(clause, name, given)
            before = base.value(clause, name)
            if value != before:
                changes.append(
                    ParameterChange(
                        clause=clause, name=name, before=parameters.raw(before), after=parameters.raw(value)
                    )
                )
    return tuple(changes)


def with_changes(base: Policy, changes: Iterable[ParameterChange]) -> dict[str, dict[str, Any]]:
    """The typed parameters of ``base`` with ``changes`` made; raises ParametersContradict."""
    merged = {clause: dict(named) for clause, named in base.parameters.items()}
    for change in changes:
        merged[change.clause][change.name] = _coerced(change.clause, change.name, change.after)
    _check_agreement(merged)
    return merged


def read_tightening(raw: Mapping[str, Mapping[str, Any]], base: Policy) -> tuple[ParameterChange, ...]:
    """What a department tightens of ``base``; raises ParameterNotAllowed, LoosensPolicy, SameForAll."""
    changes = read_changes(raw, base)
    for change in changes:
        declared = parameter(change.clause, change.name)
        before, after = base.value(change.clause, change.name), _coerced(change.clause, change.name, change.after)
        if parameters.loosens(declared, before, after):
            rule = SameForAll if declared.tighter == "fixed" else LoosensPolicy
            raise rule(
                field=f"parameters.{change.clause}.{change.name}",
                clause=change.clause,
                parameter=change.name,
                policy=shown(change.before),
                proposed=shown(change.after),
            )
    with_changes(base, changes)
    return changes


def starts(day: date, now: datetime, zone: tzinfo, notice_days: int = 0) -> None:
    """Refuses a day of effect that is past, or nearer than ``notice_days`` calendar days."""
    today = now.astimezone(zone).date()
    if (day - today).days < notice_days:
        raise EffectiveInThePast(field="effective_from", effective_from=day, today=today, notice_days=notice_days)


def effective_moment(day: date, now: datetime, zone: tzinfo) -> AwareDatetime:
    """When rules for ``day`` that are adopted ``now`` take effect: as the day begins, or at once where it has begun."""
    return max(datetime.combine(day, time(0), zone), now)


def approved_by(decision: Decision) -> bool:
    """Whether these events complete an approval."""
    events = (item.event if isinstance(item, Ruled) else item for item in decision)
    return any(isinstance(event, ApprovalCompleted) for event in events)


def shown(raw: object) -> str:
    """A JSON value as a person reads it."""
    if isinstance(raw, list):
        return "; ".join(shown(each) for each in raw)
    if isinstance(raw, Mapping):
        return " ".join(f"{name} {shown(each)}" for name, each in raw.items())
    return str(raw).lower() if isinstance(raw, bool) else str(raw)


def _coerced(clause: str, name: str, given: object) -> Any:
    try:
        return coerce(clause, name, given)
    except BadParameter as bad:
        raise ParameterNotAllowed(
            field=f"parameters.{bad.clause}.{bad.name}",
            clause=bad.clause,
            parameter=bad.name,
            given=bad.given,
            takes=f"{bad.allowed_en} {bad.allowed_zh}",
        ) from None


def _check_agreement(values: Mapping[str, Mapping[str, Any]]) -> None:
    """Parameters that speak of each other: categories and their names, marks and full marks, quotes and suppliers."""
    categories = set(values["4.1.2.1"]["categories"])
    _agree(categories == set(values["4.1.2.1"]["category_names"]), "4.1.2.1 categories", "4.1.2.1 category_names")
    _agree(
        set(values["4.1.3.2"]["install_categories"]) <= categories, "4.1.3.2 install_categories", "4.1.2.1 categories"
    )
    quotes, asked = values["4.1.2.3"]["minimum_quotes"], values["4.1.2.3"]["minimum_suppliers"]
    _agree(quotes <= asked, "4.1.2.3 minimum_quotes", "4.1.2.3 minimum_suppliers")
    for clause, mark in (("1.1.2.3", "pass_mark"), ("4.1.2.2", "minimum")):
        _agree(values[clause][mark] <= values[clause]["full_marks"], f"{clause} {mark}", f"{clause} full_marks")


def _agree(holds: bool, one: str, other: str) -> None:
    if not holds:
        raise ParametersContradict(field="parameters", parameter=one, other=other)
