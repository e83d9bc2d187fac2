"""The policy in force 现行制度: typed parameters of every clause, under one version.

The rulebook adopts versions; a decision reads its numbers from the ``Policy`` in its context and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any


class UnknownParameter(LookupError):
    """The policy holds no such parameter: a defect of the software, not of what a person did."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Parameters of every clause, under a version.

    ``parameters`` maps clause id to name to typed value (Decimal, int, str, tuples and mappings of those; the types
    stand in ``domain.governance.regulation``). ``departments`` holds what departments tightened for themselves
    (clause 5.2) with the version of their rule.
    """

    version: str
    effective_from: datetime | None
    parameters: Mapping[str, Mapping[str, Any]]
    departments: Mapping[str, "DepartmentRules"] = field(default_factory=dict)

    def value(self, clause: str, name: str) -> Any:
        """The value of a parameter, e.g. ``policy.value("4.1.2.3", "minimum_suppliers")``."""
        try:
            return self.parameters[clause][name]
        except KeyError:
            raise UnknownParameter(f"clause {clause} has no parameter {name!r}") from None

    def of_department(self, department: str | None) -> "Policy":
        """The policy as that department tightened it; its version then names both, e.g. ``2026.1+D03.2``."""
        rules = self.departments.get(department or "")
        if rules is None:
            return self
        merged = {clause: {**values, **rules.parameters.get(clause, {})} for clause, values in self.parameters.items()}
        return replace(self, version=f"{self.version}+{rules.version}", parameters=merged, departments={})


@dataclass(frozen=True, slots=True)
class DepartmentRules:
    """What one department tightened for itself 实施细则 (clause 5.2)."""

    version: str
    parameters: Mapping[str, Mapping[str, Any]]
