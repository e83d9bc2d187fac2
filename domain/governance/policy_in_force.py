"""Which policy is in force when 现行制度: the versions and the departments' rules as the rulebook keeps them."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from domain.governance.regulation import default_policy, loosens
from domain.kernel import Fact
from domain.policy import DepartmentRules, Policy

UNADOPTED = "0"
"""The version that names the regulation's own text before a company adopts it."""


@dataclass(frozen=True, slots=True)
class LatestVersion(Fact):
    """The last version adopted 最新版本, whether it is in force yet or not: what a new proposal changes."""

    policy: Policy


@dataclass(frozen=True, slots=True)
class RulesOfDepartment:
    """A department's rules as adopted: in force from ``effective_from`` until its next ones."""

    department: str
    effective_from: datetime
    rules: DepartmentRules


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Every version and every department's rules, in order of adoption. Versions take effect in that order too."""

    versions: tuple[Policy, ...] = ()
    departments: tuple[RulesOfDepartment, ...] = ()
    starts: tuple[datetime, ...] = ()
    """When the policy in force changes, ascending; ``eras`` holds it from each on, departments' rules included."""
    eras: tuple[Policy, ...] = ()


def with_eras(state: Rulebook) -> Rulebook:
    """The same rulebook with its eras worked out anew."""
    begins = {version.effective_from for version in state.versions if version.effective_from is not None}
    starts = tuple(sorted(begins | {entry.effective_from for entry in state.departments}))
    return replace(state, starts=starts, eras=tuple(_composed(state, moment) for moment in starts))


def policy_at(state: Rulebook, moment: datetime) -> Policy:
    """The company's policy in force at ``moment``, with the rules departments then had.

    Before the first version it is the regulation's own text, under the version ``UNADOPTED``. Where a later version
    became stricter than a department's rule, the stricter of both holds.
    """
    era = bisect_right(state.starts, moment)
    return state.eras[era - 1] if era else _unadopted()


def is_adopted(state: Rulebook, moment: datetime) -> bool:
    """Whether the company works under an adopted policy at ``moment``."""
    return any(_begun(version, moment) for version in state.versions)


def _composed(state: Rulebook, moment: datetime) -> Policy:
    policy = next((version for version in reversed(state.versions) if _begun(version, moment)), None)
    if policy is None:
        return _unadopted()
    in_force = {entry.department: entry.rules for entry in state.departments if entry.effective_from <= moment}
    overlays = {
        department: DepartmentRules(rules.version, stricter)
        for department, rules in in_force.items()
        if (stricter := _stricter(rules.parameters, policy))
    }
    return replace(policy, departments=overlays) if overlays else policy


def _begun(version: Policy, moment: datetime) -> bool:
    return version.effective_from is not None and version.effective_from <= moment


def _stricter(rules: Mapping[str, Mapping[str, Any]], policy: Policy) -> dict[str, dict[str, Any]]:
    """Of a department's rules, those stricter than ``policy`` as it stands."""
    found: dict[str, dict[str, Any]] = {}
    for clause, named in rules.items():
        for name, value in named.items():
            now = policy.value(clause, name)
            if value != now and not loosens(clause, name, now, value):
                found.setdefault(clause, {})[name] = value
    return found


@cache
def _unadopted() -> Policy:
    return default_policy(UNADOPTED, None)
