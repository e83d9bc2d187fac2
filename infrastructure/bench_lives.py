"""Lives of sample purchases 样例采购: the events of whole purchases, approved, refused or returned."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from domain.governance.approval_path import Step
from domain.governance.approvals import (
    ApprovalCompleted,
    ApprovalGiven,
    ApprovalRejected,
    ApprovalReturned,
    ApprovalStepOpened,
    ApprovalWithdrawn,
)
from domain.governance.attempt import AttemptRefused
from domain.governance.notice import NoticeIssued
from domain.kernel import SYSTEM, Event
from domain.operations.procurement.requisition_messages import (
    Change,
    RequisitionRevised,
    RequisitionSubmitted,
)
from infrastructure.bench_goods import arrived, checked, ordered, quoted, returned_goods
from infrastructure.bench_words import MORNING, POLICY, Done, at, basis, lines_at

_SIGN = ("~head~", "~finance~", "~vice~")
_ROLES = ("department_head", "finance_manager", "vice_president")
_NOTHING: dict[str, str] = {}


def lives() -> tuple[tuple[Done, ...], ...]:
    """Every kind of life, in the mix in which they occur."""
    bought, small, faulty = tuple(_bought()), tuple(_small()), tuple(_faulty())
    kinds = (bought, small, bought, tuple(_rejected()), faulty, bought, small, tuple(_returned()), bought)
    return (*kinds, tuple(_withdrawn()), small, bought)


def _path(steps: int) -> tuple[Step, ...]:
    return tuple(
        Step(authority=role, signers=(person,), clause="4.1.1.2", policy=POLICY)
        for role, person in zip(_ROLES[:steps], _SIGN[:steps], strict=True)
    )


def _opened(step: int, hours: float, round: int = 1) -> ApprovalStepOpened:
    return ApprovalStepOpened(
        round=round,
        step=step,
        authority=_ROLES[step - 1],
        signers=(_SIGN[step - 1],),
        mode="any",
        decided_under="4.1.1.2",
        policy=POLICY,
        remind_at=at(hours + 4),
        due_at=at(hours + 8),
    )


def _told(hours: float, number: int, to: str) -> Done:
    notice = NoticeIssued(
        to=(to,),
        kind="approval_waits",
        text_zh="采购申请 PR~n~ 等待您审批。",
        text_en="Requisition PR~n~ waits for your decision.",
        about="requisition-PR~n~",
    )
    return Done(hours, SYSTEM, ((f"notice-NT~n~{number}", notice),))


def _submitted(price: str, steps: int) -> Iterator[Done]:
    lines = lines_at(price)
    amount = sum((line.amount for line in lines), Decimal(0))
    event = RequisitionSubmitted(
        requester="~requester~",
        department="~department~",
        lines=lines,
        purpose="样例用途：部门日常工作所需设备更新",
        amount=amount,
        submitted_on=MORNING.date(),
        path=_path(steps),
    )
    ruling = basis("4.1.1.2", "tiers", " → ".join(_ROLES[:steps]), amount=amount, department="~department~")
    form = basis("4.1.1.1", "form", "complete", lines=2)
    yield Done(0, "~requester~", (("requisition-PR~n~", event), ("requisition-PR~n~", _opened(1, 0))), (form, ruling))
    yield _told(0, 1, _SIGN[0])


def _given(step: int, last: bool, hours: float, round: int = 1) -> Iterator[Done]:
    signer = _SIGN[step - 1]
    delegate = signer if step != 2 else "~deputy~"
    given = ApprovalGiven(
        round=round,
        step=step,
        authority=_ROLES[step - 1],
        signer=delegate,
        acting_for=signer if delegate != signer else None,
        comment="同意",
    )
    then: Event = ApprovalCompleted(round=round) if last else _opened(step + 1, hours, round)
    ruling = basis("4.1.1.2", "authority", "approved", step=step, authority=_ROLES[step - 1], signer=delegate)
    delegation = "DL~n~" if delegate != signer else None
    events = (("requisition-PR~n~", given), ("requisition-PR~n~", then))
    yield Done(hours, delegate, events, (ruling,), given.acting_for, delegation)
    if not last:
        yield _told(hours, step + 1, _SIGN[step])


def _approved(price: str, steps: int) -> Iterator[Done]:
    yield from _submitted(price, steps)
    for step in range(1, steps + 1):
        yield from _given(step, step == steps, step * 2)


def _bought() -> Iterator[Done]:
    """6,000 CNY: three signatures, three quotes, award, order, arrival, check, stock."""
    yield from _approved("1500.00", 3)
    yield from quoted("1500.00")
    yield from ordered("1500.00", "RQ~n~")
    yield from arrived()
    yield from checked(172, faulty=False)


def _small() -> Iterator[Done]:
    """800 CNY: one signature, ordered directly, checked late."""
    yield from _approved("200.00", 1)
    yield from ordered("200.00", None)
    yield from arrived()
    yield from checked(177, faulty=False)


def _faulty() -> Iterator[Done]:
    """1,800 CNY: two signatures; one piece came damaged and went back."""
    yield from _approved("450.00", 2)
    yield from quoted("450.00")
    yield from ordered("450.00", "RQ~n~")
    yield from arrived()
    yield from checked(172, faulty=True)
    yield from returned_goods()


def _attempt(who: str, rule: str) -> Done:
    refused = AttemptRefused(
        who=who, subject="requisition-PR~n~", command="Approve", rule=rule, decided_under="5.1", facts=_NOTHING
    )
    ruling = basis("5.1", rule, "refused", who=who, subject="requisition-PR~n~")
    return Done(1, SYSTEM, (("attempt-AT~n~", refused),), (ruling,))


def _rejected() -> Iterator[Done]:
    """The requester tried to approve it himself; finance refused it."""
    yield from _submitted("1500.00", 3)
    yield _attempt("~requester~", "OwnRequest")
    yield from _given(1, False, 2)
    no = ApprovalRejected(round=1, step=2, authority=_ROLES[1], signer=_SIGN[1], reason="预算不足")
    yield Done(4, _SIGN[1], (("requisition-PR~n~", no),), (basis("4.1.1.2", "authority", "rejected", step=2),))


def _returned() -> Iterator[Done]:
    """Sent back to its author, changed, approved."""
    yield from _submitted("1500.00", 3)
    back = ApprovalReturned(round=1, step=1, authority=_ROLES[0], signer=_SIGN[0], reason="请补充规格")
    yield Done(2, _SIGN[0], (("requisition-PR~n~", back),), (basis("4.1.1.2", "authority", "returned", step=1),))
    lines = lines_at("1200.00")
    revised = RequisitionRevised(
        lines=lines,
        purpose="样例用途：部门日常工作所需设备更新",
        amount=sum((line.amount for line in lines), Decimal(0)),
        changes=(Change(field="lines", before="1500.00", after="1200.00"),),
        path=_path(2),
    )
    events = (("requisition-PR~n~", revised), ("requisition-PR~n~", _opened(1, 5, 2)))
    yield Done(5, "~requester~", events, (basis("4.1.1.2", "tiers", "reopened", amount="4800.00"),))
    yield from _given(1, False, 6, 2)
    yield from _given(2, True, 8, 2)


def _withdrawn() -> Iterator[Done]:
    """Taken back before anybody signed."""
    yield from _submitted("200.00", 1)
    taken = ApprovalWithdrawn(round=1, by="~requester~", reason="不再需要")
    yield Done(1, "~requester~", (("requisition-PR~n~", taken),))
