"""The rulebook 制度 (clauses 5.2, 5.3): which policy versions and which departments' rules are in force when.

One stream, ``rulebook-company``. The regulation is adopted once at set-up; every later version and every department's
rules enter by an approval of their own (``policy_proposal``, ``department_rules``) in one transaction with it. What was
decided stays judged by the version then in force.
"""

from dataclasses import replace
from datetime import date
from typing import ClassVar

from pydantic import AwareDatetime, Field, JsonValue

from domain.directory import Role
from domain.governance.policy_changes import (
    ParameterChange,
    Raw,
    effective_moment,
    read_changes,
    read_tightening,
    starts,
    with_changes,
)
from domain.governance.policy_in_force import (
    UNADOPTED,
    LatestVersion,
    Rulebook,
    RulesOfDepartment,
    is_adopted,
    policy_at,
    with_eras,
)
from domain.governance.regulation import default_parameters, default_policy, raw_parameters, remembered
from domain.kernel import SYSTEM, Aggregate, Command, Context, Decision, Event, Refusal, Ruled
from domain.policy import DepartmentRules, Policy

__all__ = ["RULEBOOK", "UNADOPTED", "Rulebook", "is_adopted", "policy_at"]


class AdoptRegulation(Command):
    """Adopt the regulation as the company's first policy 施行规定, with parameters of its own where it wants."""

    zh: ClassVar[str] = "施行规定"
    changes: Raw = Field(default_factory=dict)
    effective_from: date | None = Field(None, description="First day in force; none: today 生效日")
    """Today where none is given."""


class AdoptVersion(Command):
    """Adopt what management approved 施行制度新版本; issued together with the approval."""

    zh: ClassVar[str] = "施行制度新版本"
    by_house: ClassVar[bool] = True
    proposal: str
    changes: tuple[ParameterChange, ...]
    effective_from: date


class AdoptDepartmentRules(Command):
    """Put a department's approved rules in force 施行部门细则; issued together with the approval."""

    zh: ClassVar[str] = "施行部门细则"
    by_house: ClassVar[bool] = True
    filing: str
    department: str
    tightened: tuple[ParameterChange, ...]
    effective_from: date


RulebookCommand = AdoptRegulation | AdoptVersion | AdoptDepartmentRules


class PolicyAdopted(Event):
    """A policy version was adopted 制度版本已施行: all of its parameters, and what changed."""

    zh: ClassVar[str] = "制度版本已施行"
    clause: ClassVar[str] = "5.3"
    version: str
    effective_from: AwareDatetime
    parameters: dict[str, dict[str, JsonValue]]
    changes: tuple[ParameterChange, ...] = ()
    proposal: str | None = None


class DepartmentRulesAdopted(Event):
    """A department's rules came into force 部门细则已施行; they replace its earlier ones, none ends them."""

    zh: ClassVar[str] = "部门细则已施行"
    clause: ClassVar[str] = "5.2"
    department: str
    version: str
    effective_from: AwareDatetime
    parameters: dict[str, dict[str, JsonValue]]
    filing: str


RulebookEvent = PolicyAdopted | DepartmentRulesAdopted


class AdoptedAlready(Refusal):
    """The regulation is adopted once; after that it changes by versions that management approves.

    规定只施行一次，之后经管理层批准以新版本变更。

    → Propose a new version of the policy.
    → 请提出制度新版本。
    """

    clause = "5.3"


class NotForYouToAdopt(Refusal):
    """The regulation is put in force at set-up by the administrator or the system.

    规定由系统管理员或系统在初始化时施行。

    → Ask the administrator.
    → 请联系系统管理员。
    """

    clause = "5.3"
    attempt = True


class NotAdoptedYet(Refusal):
    """The regulation is adopted before versions or departments' rules are.

    须先施行规定，方可施行新版本或部门细则。

    → Adopt the regulation first.
    → 请先施行规定。
    """

    clause = "5.3"


class VersionsInOrder(Refusal):
    """Each version of the policy, or of a department's rules, takes effect after the one before it.

    制度版本与部门细则按顺序生效，后一版本的生效时间须晚于前一版本。

    → Choose a day after the latest version takes effect.
    → 请选择晚于最新版本生效日的日期。
    """

    clause = "5.3"


class ChangedMeanwhile(Refusal):
    """A version changes what its proposal saw: another version has changed the same parameter meanwhile.

    提案所依据的参数已被其他版本变更。

    → Revise the proposal: it is then compared with the latest version and decided again.
    → 请修改提案：将按最新版本比对并重新审批。
    """

    clause = "5.3"


def decide(command: RulebookCommand, state: Rulebook, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case AdoptRegulation():
            return _adopt_regulation(command, state, context)
        case AdoptVersion():
            return _adopt_version(command, state, context)
        case AdoptDepartmentRules():
            return _adopt_department_rules(command, state, context)


def evolve(state: Rulebook, event: RulebookEvent) -> Rulebook:
    """The rulebook after ``event``."""
    match event:
        case PolicyAdopted():
            adopted = remembered(event.parameters)
            # A parameter this release knows and that version did not reads as the regulation has it.
            complete = {clause: {**named, **adopted.get(clause, {})} for clause, named in default_parameters().items()}
            version = Policy(event.version, event.effective_from, complete)
            return with_eras(replace(state, versions=(*state.versions, version)))
        case DepartmentRulesAdopted():
            rules = DepartmentRules(event.version, remembered(event.parameters))
            entry = RulesOfDepartment(event.department, event.effective_from, rules)
            return with_eras(replace(state, departments=(*state.departments, entry)))


def _adopt_regulation(command: AdoptRegulation, state: Rulebook, context: Context) -> Decision:
    if context.actor != SYSTEM and not context.directory.holds(context.actor, Role.ADMINISTRATOR):
        raise NotForYouToAdopt(actor=context.actor)
    if state.versions:
        raise AdoptedAlready(version=state.versions[-1].version)
    zone = context.working_time.zone
    day = command.effective_from or context.now.astimezone(zone).date()
    starts(day, context.now, zone)
    base = default_policy(UNADOPTED, None)
    return [_adopted(state, base, read_changes(command.changes, base), day, None, context)]


def _adopt_version(command: AdoptVersion, state: Rulebook, context: Context) -> Decision:
    if not state.versions:
        raise NotAdoptedYet()
    base = state.versions[-1]
    current = raw_parameters(base.parameters)
    for change in command.changes:
        if current[change.clause][change.name] != change.before:
            raise ChangedMeanwhile(clause=change.clause, parameter=change.name, version=base.version)
    return [_adopted(state, base, command.changes, command.effective_from, command.proposal, context)]


def _adopted(
    state: Rulebook,
    base: Policy,
    changes: tuple[ParameterChange, ...],
    day: date,
    proposal: str | None,
    context: Context,
) -> Ruled:
    parameters = with_changes(base, changes)
    zone = context.working_time.zone
    effective_from = effective_moment(day, context.now, zone)
    if base.effective_from is not None and effective_from <= base.effective_from:
        raise VersionsInOrder(field="effective_from", effective_from=day, latest=base.effective_from)
    year = effective_from.astimezone(zone).year
    number = 1 + sum(version.version.startswith(f"{year}.") for version in state.versions)
    adopted = PolicyAdopted(
        version=f"{year}.{number}",
        effective_from=effective_from,
        parameters=raw_parameters(parameters),
        changes=changes,
        proposal=proposal,
    )
    named = ", ".join(f"{change.clause} {change.name}" for change in changes)
    return adopted.under(
        context.basis("5.3", "adoption", adopted.version, after=base.version, changed=named, proposal=proposal or "")
    )


def _adopt_department_rules(command: AdoptDepartmentRules, state: Rulebook, context: Context) -> Decision:
    if not state.versions:
        raise NotAdoptedYet()
    effective_from = effective_moment(command.effective_from, context.now, context.working_time.zone)
    earlier = [entry for entry in state.departments if entry.department == command.department]
    if earlier and effective_from <= earlier[-1].effective_from:
        raise VersionsInOrder(
            field="effective_from", effective_from=command.effective_from, latest=earlier[-1].effective_from
        )
    company = replace(policy_at(state, effective_from), departments={})
    parameters: dict[str, dict[str, JsonValue]] = {}
    for change in command.tightened:
        parameters.setdefault(change.clause, {})[change.name] = change.after
    read_tightening(parameters, company)
    number = len(earlier) + 1
    adopted = DepartmentRulesAdopted(
        department=command.department,
        version=f"{command.department}.{number}",
        effective_from=effective_from,
        parameters=parameters,
        filing=command.filing,
    )
    return [adopted.under(context.basis("5.2", "tighten_only", adopted.version, under=company.version))]


def latest(state: Rulebook) -> LatestVersion | None:
    """What proposals may know of it."""
    return LatestVersion(state.versions[-1]) if state.versions else None


RULEBOOK = Aggregate(
    name="rulebook", zh="制度", prefix="RB", initial=Rulebook(), decide=decide, evolve=evolve, fact=latest
)
