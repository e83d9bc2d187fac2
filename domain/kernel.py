"""The words everything else is written in: Command, Event, Refusal, Context, Aggregate.

An aggregate is a decider: ``decide(command, state, context) -> events`` and ``evolve(state, event) -> state``, both
pure. Rules live in ``decide``; ``evolve`` only remembers. Whatever a rule needs from outside its own stream arrives in
the ``Context``: who acts and for whom, when, the policy, the organisation, the calendar, and facts of other streams.
"""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import UnionType
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar, Union, cast

from pydantic import BaseModel, ConfigDict

from domain.directory import Directory
from domain.policy import Policy
from domain.working_time import WorkingTime

SYSTEM = "SYSTEM"
"""The actor of what the calendar or a reaction does by itself 系统."""


class Message(BaseModel):
    """A frozen value that travels: unknown fields are refused, nothing is coerced silently."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, ser_json_inf_nan="strings")


class Command(Message):
    """What somebody asks for, in the imperative. Carries no actor, no time and no authority: the Context does."""

    zh: ClassVar[str] = ""
    """The command's Chinese name, as a button shows it."""
    by_house: ClassVar[bool] = False
    """Whether only the house itself issues it: together with another command, a reaction or the calendar."""


class Event(Message):
    """What happened, in the past tense. The class name is its stored name for ever; a rename declares an alias.

    ``clause`` is the clause it happened under unless a finer basis is given; ``schema_version`` rises only together
    with an upcast that derives the new shape from the old.
    """

    clause: ClassVar[str] = ""
    zh: ClassVar[str] = ""
    schema_version: ClassVar[int] = 1
    aliases: ClassVar[tuple[str, ...]] = ()

    def under(self, *basis: Basis) -> Ruled:
        """This event together with the rulings that led to it."""
        return Ruled(self, basis)


class Basis(Message):
    """Why something was decided as it was 依据: the clause, its version, what was looked at, what came of it."""

    clause: str
    policy: str
    rule: str
    inputs: dict[str, str] = {}
    outcome: str


class Ruled(NamedTuple):
    """An event and the rulings behind it."""

    event: Event
    basis: tuple[Basis, ...]


Decision = Sequence[Event | Ruled]


class Personal(NamedTuple):
    """Marks a field as personal data 个人信息: ``Annotated[str, Personal(of="employee")]``.

    ``of`` names the field of the same message that holds the person's id; ``purpose`` is what the data is kept for.
    Such a field is encrypted per person and purpose before it is stored, and reads as ``ERASED`` once the key is gone.
    """

    of: str
    purpose: str = "employment"


ERASED = "[已删除 erased]"


class Refusal(Exception):
    """Base of every rule that says no.

    The docstring of each subclass is the rule in plain words, in four parts: the English sentence, the Chinese one,
    after ``→`` what to do in English, after ``→`` in Chinese. ``clause`` says where it stands. ``attempt`` marks
    rules of authority, separation of duties and access: being refused is journalled.
    Keyword arguments are the facts that decided, shown to the person: ``TooFew(field="suppliers", need=3, have=2)``.
    """

    clause: ClassVar[str] = ""
    attempt: ClassVar[bool] = False

    def __init__(self, *, field: str | None = None, **facts: object) -> None:
        self.field = field
        self.facts = {name: str(value) for name, value in facts.items()}
        super().__init__(self.sentence())

    @classmethod
    def rule(cls, language: Literal["en", "zh"] = "en") -> str:
        """The rule's sentence."""
        return cls._part(0 if language == "en" else 1)

    @classmethod
    def remedy(cls, language: Literal["en", "zh"] = "en") -> str:
        """What the person can do next."""
        return cls._part(2 if language == "en" else 3)

    @classmethod
    def _part(cls, index: int) -> str:
        parts = re.split(r"\n\s*\n|\n?→", inspect.cleandoc(cls.__doc__ or ""))
        told = [" ".join(part.split()) for part in parts if part.strip()]
        return told[index] if index < len(told) else ""

    def sentence(self, language: Literal["en", "zh"] = "en") -> str:
        """The rule and the facts that decided, e.g. ``… at least three suppliers (need 3, have 2)``."""
        facts = ", ".join(f"{name} {value}" for name, value in self.facts.items())
        return f"{self.rule(language)} ({facts})" if facts else self.rule(language)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = Exception.__hash__


class IssuedByTheHouse(Refusal):
    """What the house records by itself is recorded by nobody else.

    由系统自动记录的事项，任何人不得代为提交。

    → Do what it follows from: it is then recorded in the same transaction.
    → 请办理其前置业务，系统将在同一事务中自动记录。
    """

    clause = "5.1"
    attempt = True


@dataclass(frozen=True, slots=True)
class Fact:
    """What a stream lets others know of itself. Subclasses are values of the area both sides share."""


F = TypeVar("F", bound=Fact)


class Stream(NamedTuple):
    """The address of one aggregate's history, written ``requisition-PR261124-7K3Q9``."""

    aggregate: str
    id: str

    def __str__(self) -> str:
        return f"{self.aggregate}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> Stream:
        """The inverse of ``str``; raises ValueError on anything else."""
        aggregate, dash, rest = text.partition("-")
        if not (aggregate and dash and rest):
            raise ValueError(f"not a stream: {text!r}")
        return cls(aggregate, rest)


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision is made under. Built by the application, never by the caller, so nobody can forge it."""

    subject: Stream
    """The stream being decided about."""
    actor: str
    """Employee id of who acts, or ``SYSTEM``."""
    now: datetime
    """When, with a zone."""
    policy: Policy
    directory: Directory
    working_time: WorkingTime
    acting_for: str | None = None
    """Employee id of whom the actor stands in for under a dated delegation 代理, checked before the decision."""
    delegation: str | None = None
    """Id of that delegation."""
    by_house: bool = False
    """Whether the house itself asks: together with another command, by a reaction, or by the calendar."""
    facts: Mapping[Stream, Fact | None] = field(default_factory=dict)
    """Facts of the streams the aggregate consults; ``None`` where there is no such stream."""

    @property
    def principal(self) -> str:
        """Whose authority is used: whom the actor stands in for, else the actor himself."""
        return self.acting_for or self.actor

    def fact(self, kind: type[F], aggregate: str, id: str) -> F | None:
        """What the stream ``aggregate-id`` said of itself, or None if it does not exist."""
        found = self.facts[Stream(aggregate, id)]
        if found is not None and not isinstance(found, kind):
            raise TypeError(f"{aggregate}-{id} gives {type(found).__name__}, not {kind.__name__}")
        return found

    def basis(self, clause: str, rule: str, outcome: str, **inputs: object) -> Basis:
        """A ruling under ``clause`` as the policy of this context has it."""
        looked_at = {name: str(value) for name, value in inputs.items()}
        return Basis(clause=clause, policy=self.policy.version, rule=rule, inputs=looked_at, outcome=outcome)


C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Obligation:
    """A deadline the regulation sets, declared beside the aggregate it belongs to 时限义务.

    Opened by an event of type ``opened_by`` (due at ``due(event)``, owed by the employees ``owed_by(event)``),
    fulfilled by the first event of a type in ``fulfilled_by`` in the same stream with the same ``key``. Late fulfilment
    counts as late, none as missed. ``closed_by`` ends it without judgement (what it was for was cancelled). How long
    before the due time it is reminded of, and how long after it goes to the superior of who owes it, the policy says.
    """

    clause: str
    zh: str
    opened_by: type[Event]
    fulfilled_by: tuple[type[Event], ...]
    due: Callable[[Any], datetime]
    owed_by: Callable[[Any], tuple[str, ...]]
    closed_by: tuple[type[Event], ...] = ()
    key: Callable[[Any], str] = lambda event: ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the calendar opens by itself 定期事项, once per period.

    ``due_on(day, policy, working_time)`` says whether ``day`` (Asia/Shanghai) is the day; ``act(day)`` gives the stream
    and the command the system then issues; ``period(day)`` names the period so that it happens once.
    """

    clause: str
    zh: str
    due_on: Callable[[Any, Policy, WorkingTime], bool]
    period: Callable[[Any], str]
    act: Callable[[Any], tuple[str, Command]]


def _nothing(command: Any, state: Any) -> Iterable[Stream]:
    return ()


@dataclass(frozen=True, slots=True)
class Aggregate(Generic[C, E, S]):
    """One kind of thing with a history: what may be asked, what happened, what is refused.

    ``prefix`` starts the numbers of its subjects (采购申请 ``PR261124-7K3Q9``). ``consults(command, state)`` names the
    streams whose facts ``decide`` will read; ``fact(state)`` is what this one tells others.
    ``department(command, state, context)`` is the department whose detailed rules (5.2) apply.
    """

    name: str
    zh: str
    prefix: str
    initial: S
    decide: Callable[[C, S, Context], Decision]
    evolve: Callable[[S, E], S]
    consults: Callable[[C, S], Iterable[Stream]] = _nothing
    fact: Callable[[S], Fact | None] | None = None
    department: Callable[[C, S, Context], str | None] = lambda command, state, context: None
    obligations: tuple[Obligation, ...] = ()
    schedules: tuple[Schedule, ...] = ()

    @property
    def commands(self) -> tuple[type[Command], ...]:
        """Every command it takes, from the annotation of ``decide``."""
        return cast(tuple[type[Command], ...], _members(self.decide, 0))

    @property
    def events(self) -> tuple[type[Event], ...]:
        """Every event in its history, from the annotation of ``evolve``."""
        return cast(tuple[type[Event], ...], _members(self.evolve, 1))

    def decided(self, command: C, state: S, context: Context) -> tuple[Ruled, ...]:
        """What comes of ``command``, every event with its rulings; raises the Refusal that stands against it."""
        if command.by_house and not context.by_house:
            raise IssuedByTheHouse(command=type(command).__name__)
        decision = self.decide(command, state, context)
        return tuple(item if isinstance(item, Ruled) else item.under() for item in decision)

    def fold(self, events: Iterable[E], state: S | None = None) -> S:
        """The state after ``events``, from ``state`` or from the beginning."""
        current = self.initial if state is None else state
        for event in events:
            current = self.evolve(current, event)
        return current


def _members(function: Callable[..., Any], index: int) -> tuple[type, ...]:
    hints = typing.get_type_hints(function, include_extras=False)
    parameters = [name for name in inspect.signature(function).parameters]
    return tuple(dict.fromkeys(_flatten(hints[parameters[index]])))


def _flatten(annotation: Any) -> Iterable[type]:
    if typing.get_origin(annotation) in (Union, UnionType):
        for part in typing.get_args(annotation):
            yield from _flatten(part)
    else:
        yield annotation
