"""Who may do what in procurement 职责: roles the policy names, and duties that one person may not unite."""

from collections.abc import Iterable

from domain.directory import Directory, Role
from domain.governance.parameters import speaks_for
from domain.kernel import Context, Refusal


class BuyerIsNotRequester(Refusal):
    """Whoever asked for goods does not buy them: neither himself nor through a delegate.

    申请人不得经办本人申请的采购，也不得通过代理人经办。

    → Leave the purchase to another buyer.
    → 请由其他采购员经办。
    """

    clause = "4.1.2.3"
    attempt = True


def plays(person: str, roles: Iterable[str], department: str | None, directory: Directory) -> bool:
    """Whether ``person`` has one of ``roles``; a department head only where he heads ``department``."""
    return any(
        directory.holds(person, role, department if role is Role.DEPARTMENT_HEAD else None)
        for name in roles
        for role in speaks_for(name)
    )


def players(roles: Iterable[str], department: str | None, directory: Directory) -> tuple[str, ...]:
    """Everybody who has one of ``roles``, in id order; department heads only those of ``department``."""
    found = (
        person
        for name in roles
        for role in speaks_for(name)
        for person in directory.holders(role, department if role is Role.DEPARTMENT_HEAD else None)
    )
    return tuple(sorted(set(found)))


def check_not_requester(requester: str, context: Context) -> None:
    """Neither the actor nor whom he acts for asked for the goods."""
    if requester in (context.actor, context.principal):
        raise BuyerIsNotRequester(requester=requester)
