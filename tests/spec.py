"""Given / when / then for deciders, that reads aloud.

    spec(REQUISITION).given(SUBMITTED).when(Approve(), by="HEAD").then(ApprovalGiven(…)).under("4.1.1.2")
    spec(REQUISITION).given(SUBMITTED).when(Approve(), by="ANN").refused(OwnRequest)

Whole events are compared. The clock is fixed, the company is ``tests.company``, the policy is the regulation's own.
``clauses(…)`` marks a test with the clauses it proves; ``guicheng rulebook coverage`` counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pytest

from domain.directory import Directory
from domain.kernel import Aggregate, Command, Context, Event, Fact, Refusal, Ruled, Stream
from domain.policy import Policy
from domain.working_time import SHANGHAI, WorkingTime
from tests.company import COMPANY, POLICY, WORKING_TIME

NOW = datetime(2026, 3, 3, 10, 0, tzinfo=SHANGHAI)
TODAY = date(2026, 3, 3)


def clauses(*ids: str) -> pytest.MarkDecorator:
    """The clauses a test proves: ``@clauses("4.1.2.3")``."""
    return pytest.mark.clauses(*ids)


@dataclass(frozen=True)
class Spec:
    """A situation: an aggregate's history, and what decisions are made under."""

    aggregate: Aggregate[Any, Any, Any]
    history: tuple[Event, ...] = ()
    id: str = "1"
    policy: Policy = POLICY
    directory: Directory = COMPANY
    working_time: WorkingTime = WORKING_TIME
    facts: Mapping[Stream, Fact | None] = field(default_factory=dict)
    now: datetime = NOW

    def given(self, *events: Event) -> Spec:
        """These events happened, after those already given."""
        return replace(self, history=(*self.history, *events))

    def under(self, clause: str, **parameters: Any) -> Spec:
        """The policy says otherwise: ``.under("4.1.2.3", minimum_suppliers=4)``."""
        changed = {**self.policy.parameters, clause: {**self.policy.parameters[clause], **parameters}}
        return replace(self, policy=replace(self.policy, parameters=changed))

    def where(self, **changes: Any) -> Spec:
        """Anything else of the situation is otherwise: ``.where(directory=…)``."""
        return replace(self, **changes)

    def knowing(self, aggregate: str, id: str, fact: Fact | None) -> Spec:
        """Another stream tells this of itself."""
        return replace(self, facts={**self.facts, Stream(aggregate, id): fact})

    def when(
        self,
        command: Command,
        *,
        by: str,
        at: datetime | None = None,
        acting_for: str | None = None,
        by_house: bool = False,
    ) -> Outcome:
        """Somebody asks for this."""
        state = self.aggregate.fold(self.history)
        context = Context(
            subject=Stream(self.aggregate.name, self.id),
            actor=by,
            now=at or self.now,
            policy=self.policy,
            directory=self.directory,
            working_time=self.working_time,
            acting_for=acting_for,
            delegation="D1" if acting_for else None,
            by_house=by_house,
            facts=self.facts,
        )
        consulted = {stream: self.facts.get(stream) for stream in self.aggregate.consults(command, state)}
        context = replace(context, facts={**consulted, **self.facts})
        try:
            return Outcome(self, self.aggregate.decided(command, state, context), None)
        except Refusal as refusal:
            return Outcome(self, (), refusal)


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    spec: Spec
    ruled: tuple[Ruled, ...]
    refusal: Refusal | None

    @property
    def events(self) -> tuple[Event, ...]:
        """The events; fails the test where it was refused."""
        if self.refusal is not None:
            raise AssertionError(f"refused: {type(self.refusal).__name__}: {self.refusal}") from self.refusal
        return tuple(item.event for item in self.ruled)

    def then(self, *events: Event) -> Outcome:
        """Exactly these events came of it, whole and in this order."""
        assert self.events == events, _difference(self.events, events)
        return self

    def because(self, clause: str, *, outcome: str | None = None, **inputs: str) -> Outcome:
        """Some ruling under ``clause`` stands behind the events, with this outcome and these inputs."""
        basis = [b for item in self.ruled for b in item.basis if b.clause == clause]
        matching = [
            b
            for b in basis
            if (outcome is None or b.outcome == outcome) and all(b.inputs.get(k) == v for k, v in inputs.items())
        ]
        assert matching, f"no such ruling under {clause}; there are: {basis}"
        return self

    def refused(self, rule: type[Refusal], **facts: str) -> Refusal:
        """That rule stood against it, with these facts."""
        assert self.refusal is not None, f"not refused; it gave {[type(e).__name__ for e in self.events]}"
        assert type(self.refusal) is rule, f"refused by {type(self.refusal).__name__}: {self.refusal}"
        told = {"field": self.refusal.field, **self.refusal.facts}
        assert {k: told.get(k) for k in facts} == facts, f"facts told: {told}"
        return self.refusal

    def and_then(self, change: Callable[[Spec], Spec] = lambda spec: spec) -> Spec:
        """The situation after these events."""
        return change(self.spec.given(*self.events))


def spec(aggregate: Aggregate[Any, Any, Any], *history: Event) -> Spec:
    """A situation of ``aggregate`` in the sample company."""
    return Spec(aggregate, history)


def _difference(got: tuple[Event, ...], expected: tuple[Event, ...]) -> str:
    lines = ["the events differ:"]
    for number in range(max(len(got), len(expected))):
        left = repr(got[number]) if number < len(got) else "(nothing)"
        right = repr(expected[number]) if number < len(expected) else "(nothing)"
        lines.append(f"  {'=' if left == right else '≠'} got      {left}")
        if left != right:
            lines.append(f"    expected {right}")
    return "\n".join(lines)
