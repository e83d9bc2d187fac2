"""Dated delegation 代理: an employee lets a colleague act for him, from a day to a day, in some matters or in all.

One stream for each who delegates, ``delegation-<employee>``. The delegate acts in his own name and for the other;
duties are checked for both. Delegated authority is not passed on, and a new limit does not shorten what stands.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from domain import catalogue
from domain.directory import Role
from domain.governance import delegation_rules as rules
from domain.governance.delegation_rules import CLAUSE, NoDelegation
from domain.kernel import Aggregate, Command, Context, Decision, Event, Fact
from domain.working_time import SHANGHAI

__all__ = [
    "DELEGATION",
    "DelegationGranted",
    "DelegationRevoked",
    "DelegationStanding",
    "Grant",
    "GrantDelegation",
    "NoDelegation",
    "RevokeDelegation",
    "delegation_in_force",
]

Scope = Annotated[tuple[str, ...], Field(max_length=100, description="Kinds of subject; none: every kind 代理事项")]


class GrantDelegation(Command):
    """Let a colleague act for oneself 委托代理, both days included."""

    zh: ClassVar[str] = "委托代理"
    to: str = Field(min_length=1, max_length=64, description="Employee number of who stands in 代理人")
    since: date = Field(description="First day 起始日")
    until: date = Field(description="Last day, included 截止日")
    scope: Scope = ()
    reason: str = Field(min_length=1, max_length=500, description="Why, e.g. leave 原因")


class RevokeDelegation(Command):
    """End a delegation at once 撤销代理."""

    zh: ClassVar[str] = "撤销代理"
    delegation: str = Field(min_length=1, max_length=100, description="Number of the delegation 代理编号")
    reason: str = Field("", max_length=500, description="Why it ends early 原因")


DelegationCommand = GrantDelegation | RevokeDelegation


class DelegationGranted(Event):
    """A colleague may act for somebody 已委托代理."""

    zh: ClassVar[str] = "已委托代理"
    clause: ClassVar[str] = CLAUSE
    delegation: str
    delegator: str
    to: str
    since: date
    until: date
    scope: tuple[str, ...] = ()
    reason: str


class DelegationRevoked(Event):
    """A delegation ended at once 代理已撤销."""

    zh: ClassVar[str] = "代理已撤销"
    clause: ClassVar[str] = CLAUSE
    delegation: str
    by: str
    at: datetime
    reason: str = ""


DelegationEvent = DelegationGranted | DelegationRevoked


@dataclass(frozen=True, slots=True)
class Grant:
    """A delegation granted: both days included; no scope means every kind of subject."""

    id: str
    to: str
    since: date
    until: date
    scope: tuple[str, ...] = ()
    revoked_at: datetime | None = None

    def covers(self, aggregate: str) -> bool:
        """Whether it is for that kind of subject."""
        return not self.scope or aggregate in self.scope

    def in_force(self, now: datetime) -> bool:
        """Whether it stands at ``now``."""
        if self.revoked_at is not None and self.revoked_at <= now:
            return False
        return self.since <= now.astimezone(SHANGHAI).date() <= self.until


@dataclass(frozen=True, slots=True)
class DelegationStanding(Fact):
    """What somebody delegated, for whoever has to know whether an act on his behalf stands."""

    grants: tuple[Grant, ...]

    def in_force(self, to: str, now: datetime, aggregate: str) -> str | None:
        """Id of the delegation under which ``to`` may act at ``now`` on a subject of that kind, or None."""
        for grant in self.grants:
            if grant.to == to and grant.covers(aggregate) and grant.in_force(now):
                return grant.id
        return None


def delegation_in_force(
    standing: DelegationStanding | None, *, acting_for: str, delegate: str, now: datetime, aggregate: str
) -> str:
    """Id of the delegation in force; raises NoDelegation that tells the dates of those which are not."""
    grants = standing.grants if standing is not None else ()
    found = DelegationStanding(grants).in_force(delegate, now, aggregate)
    if found is not None:
        return found
    told = "; ".join(_told(grant) for grant in grants if grant.to == delegate) or "-"
    raise NoDelegation(delegate=delegate, acting_for=acting_for, matter=aggregate, at=f"{now:%Y-%m-%d}", granted=told)


@dataclass(frozen=True, slots=True)
class Delegation:
    """What an employee delegated so far."""

    grants: tuple[Grant, ...] = ()


def decide(command: DelegationCommand, state: Delegation, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case GrantDelegation():
            return _grant(command, state, context)
        case RevokeDelegation(delegation=id, reason=reason):
            grant = next((each for each in state.grants if each.id == id), None)
            if grant is None or grant.revoked_at is not None or grant.until < _today(context):
                raise rules.NoSuchDelegation(field="delegation", delegation=_told(grant) if grant else id)
            free = {context.subject.id, grant.to}
            if context.principal not in free and not context.directory.roles_of(context.principal) & _REVOKING:
                raise rules.OnlyDelegatorRevokes(delegator=context.subject.id)
            return [DelegationRevoked(delegation=id, by=context.actor, at=context.now, reason=reason)]


def evolve(state: Delegation, event: DelegationEvent) -> Delegation:
    """The delegations after ``event``."""
    match event:
        case DelegationGranted():
            grant = Grant(event.delegation, event.to, event.since, event.until, event.scope)
            return Delegation((*state.grants, grant))
        case DelegationRevoked(delegation=id, at=at):
            return Delegation(tuple(replace(g, revoked_at=at) if g.id == id else g for g in state.grants))


_REVOKING = {Role.ADMINISTRATOR, Role.HR, Role.HR_MANAGER}


def _grant(command: GrantDelegation, state: Delegation, context: Context) -> Decision:
    delegator = context.subject.id
    if context.acting_for is not None or context.actor != delegator:
        raise rules.OnlyOnesOwnAuthority(delegator=delegator)
    if command.to == delegator:
        raise rules.NotToOneself(field="to")
    if command.to not in context.directory.employees:
        raise rules.DelegateNotEmployed(field="to", employee=command.to)
    longest = int(context.policy.value(CLAUSE, "delegation_max_days"))
    days = (command.until - command.since) // timedelta(days=1) + 1
    if command.since < _today(context) or not 1 <= days <= longest:
        field = "since" if command.since < _today(context) else "until"
        raise rules.DelegationDates(
            field=field, since=command.since, until=command.until, today=_today(context), most=longest
        )
    known = catalogue.aggregates()
    for kind in command.scope:
        if kind not in known:
            raise rules.UnknownScope(field="scope", given=kind, known=", ".join(known))
    for grant in state.grants:
        if grant.revoked_at is None and _collide(grant, command):
            raise rules.DelegationOverlaps(delegation=_told(grant), to=grant.to)
    granted = DelegationGranted(
        delegation=f"{delegator}.{len(state.grants) + 1}",
        delegator=delegator,
        to=command.to,
        since=command.since,
        until=command.until,
        scope=tuple(sorted(set(command.scope))),
        reason=command.reason,
    )
    ruling = context.basis(CLAUSE, "delegation_max_days", "granted", days=days, longest=longest)
    return [granted.under(ruling)]


def _collide(grant: Grant, command: GrantDelegation) -> bool:
    same_matter = not grant.scope or not command.scope or not set(grant.scope).isdisjoint(command.scope)
    return same_matter and grant.since <= command.until and command.since <= grant.until


def _told(grant: Grant) -> str:
    scope = f" ({', '.join(grant.scope)})" if grant.scope else ""
    revoked = f", revoked 已撤销 {grant.revoked_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if grant.revoked_at else ""
    return f"{grant.id} {grant.since}…{grant.until}{scope}{revoked}"


def _today(context: Context) -> date:
    return context.now.astimezone(SHANGHAI).date()


def standing(state: Delegation) -> DelegationStanding:
    """What others have to know of it."""
    return DelegationStanding(state.grants)


DELEGATION = Aggregate(
    name="delegation",
    zh="代理",
    prefix="DG",
    initial=Delegation(),
    decide=decide,
    evolve=evolve,
    fact=standing,
)
