"""For whom somebody stands in now 代理: the delegations in force to him."""

from __future__ import annotations

from domain.governance.delegation import DelegationGranted, DelegationStanding
from domain.kernel import Stream
from interfaces.web.visitor import Visitor

_BATCH = 1000


async def principals_of(person: Visitor) -> dict[str, DelegationStanding]:
    """Whoever delegated to the visitor, with what stands today; kinds of subjects may limit it."""
    journal, handler, after = person.desk.journal, person.desk.handler, -1
    delegators: set[str] = set()
    while entries := await journal.read(after, _BATCH, [DelegationGranted.__name__]):
        for recorded in handler.codec.decode_all(entries):
            if isinstance(recorded.event, DelegationGranted) and recorded.event.to == person.employee:
                delegators.add(recorded.event.delegator)
        after = entries[-1].position
        if len(entries) < _BATCH:
            break
    found: dict[str, DelegationStanding] = {}
    for delegator in sorted(delegators):
        state, _ = await handler.state(Stream("delegation", delegator))
        standing = DelegationStanding(tuple(state.grants))
        if any(grant.to == person.employee and grant.in_force(person.now) for grant in standing.grants):
            found[delegator] = standing
    return found


def standing_in_for(principals: dict[str, DelegationStanding], person: Visitor, aggregate: str) -> list[str]:
    """For whom the visitor may act on a subject of that kind."""
    return [who for who, told in principals.items() if told.in_force(person.employee, person.now, aggregate)]
