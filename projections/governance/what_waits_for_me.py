"""What waits for me, and why it reached me 待我处理 (clause 5.1): one row a signer of an open approval step."""

from domain.governance.approvals import (
    ApprovalCompleted,
    ApprovalGiven,
    ApprovalRejected,
    ApprovalReminded,
    ApprovalReturned,
    ApprovalStepEscalated,
    ApprovalStepOpened,
    ApprovalTransferred,
    ApprovalWithdrawn,
    SignerAdded,
)
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Row, Rows
from projections.view import Computed, View

WAITS = table(
    "what_waits_for_me",
    column("subject", "subject", "单据", "Subject", key=True),
    column("employee", "signer", "审批人", "Signer", key=True),
    column("text", "aggregate", "单据类型", "Kind of subject"),
    column("number", "round", "轮次", "Round"),
    column("number", "step", "步骤", "Step"),
    column("text", "authority", "审批权限", "Authority"),
    column("text", "mode", "会签或签", "All or any"),
    column("texts", "parts", "签署部分", "Parts of the step the signature counts for"),
    column("clause", "clause", "依据条款", "Clause"),
    column("text", "policy", "制度版本", "Policy version"),
    column("employees", "instead_of", "代替", "Instead of"),
    column("text", "reached_by", "到达原因", "Why it reached the signer"),
    column("employee", "reached_from", "来自", "From whom", null=True),
    column("moment", "waits_since", "到达时间", "Waits since"),
    column("moment", "remind_at", "提醒时间", "Remind at", null=True),
    column("moment", "due_at", "时限", "Due at", null=True),
    column("number", "reminders", "催办次数", "Reminders"),
    indexes=(("signer", "waits_since"),),
)

VIEW = View(
    WAITS,
    zh="待我处理",
    en="What waits for me",
    clauses=("5.1", "4.1.1.2"),
    own=("signer",),
    order=("waits_since",),
    computed=(Computed("overdue", "flag", "已超时", "Overdue", lambda t, now: (t.c.due_at < now).is_(True)),),
    weight=3,
)


@VIEW.on(ApprovalStepOpened)
def opened(event: ApprovalStepOpened, at: Happened, rows: Rows) -> None:
    """The step waits for each of its signers, and nothing else of the subject does."""
    _clear(at, rows)
    for number, signer in enumerate(event.signers, 1):
        rows.put({**_row(event, at, signer), "parts": ["1" if event.mode == "any" else str(number)]})


@VIEW.on(ApprovalGiven)
def given(event: ApprovalGiven, at: Happened, rows: Rows) -> None:
    """A signature settles the parts it counts for, for everybody who might have given it."""
    row = rows.get(at.subject, event.acting_for or event.signer)
    settled = set(row["parts"]) if row else set()
    for row in rows.of(at.subject):
        left = [part for part in row["parts"] if part not in settled]
        if left:
            rows.change(at.subject, row["signer"], parts=left)
        else:
            rows.drop(at.subject, row["signer"])


@VIEW.on(ApprovalCompleted, ApprovalRejected, ApprovalReturned, ApprovalWithdrawn)
def over(
    event: ApprovalCompleted | ApprovalRejected | ApprovalReturned | ApprovalWithdrawn, at: Happened, rows: Rows
) -> None:
    """Nothing waits any more, until a step opens again."""
    _clear(at, rows)


@VIEW.on(ApprovalTransferred)
def transferred(event: ApprovalTransferred, at: Happened, rows: Rows) -> None:
    """It waits for the receiver instead of the giver."""
    row = rows.get(at.subject, event.giver)
    if row is not None:
        rows.drop(at.subject, event.giver)
        _reach(event.receiver, row, row["parts"], "transferred", event.giver, at, rows)


@VIEW.on(SignerAdded)
def added(event: SignerAdded, at: Happened, rows: Rows) -> None:
    """Beside: it waits for both from now on. Before and after are steps of their own and open as such."""
    waiting = rows.of(at.subject)
    if event.place != "beside" or not waiting:
        return
    if waiting[0]["mode"] == "any":
        for row in waiting:
            if row["signer"] == event.by:
                rows.change(at.subject, event.by, mode="all", parts=["1"])
            else:
                rows.drop(at.subject, row["signer"])
    number = 1 + max(int(part) for row in rows.of(at.subject) for part in row["parts"])
    _reach(event.signer, {**waiting[0], "mode": "all"}, [str(number)], "added", event.by, at, rows)


@VIEW.on(ApprovalReminded)
def reminded(event: ApprovalReminded, at: Happened, rows: Rows) -> None:
    """Reminders are counted."""
    for row in rows.of(at.subject):
        rows.change(at.subject, row["signer"], reminders=row["reminders"] + 1)


@VIEW.on(ApprovalStepEscalated)
def escalated(event: ApprovalStepEscalated, at: Happened, rows: Rows) -> None:
    """The part of each who is late may be signed by his superior as well."""
    for late, superior in zip(event.late, event.to, strict=True):
        row = rows.get(at.subject, late)
        if row is not None:
            _reach(superior, row, row["parts"], "escalated", late, at, rows)


def _clear(at: Happened, rows: Rows) -> None:
    for row in rows.of(at.subject):
        rows.drop(at.subject, row["signer"])


def _reach(whom: str, like: Row, parts: list[str], why: str, by: str, at: Happened, rows: Rows) -> None:
    """It waits for ``whom`` too: a row like one that waits already."""
    there = rows.get(at.subject, whom)
    if there is not None:
        rows.change(at.subject, whom, parts=sorted({*there["parts"], *parts}, key=int))
    else:
        rows.put({**like, "signer": whom, "parts": list(parts), **_reached(at, why, by)})


def _reached(at: Happened, why: str, whom: str | None) -> Row:
    return {"reached_by": why, "reached_from": whom, "waits_since": at.occurred_at, "reminders": 0}


def _row(event: ApprovalStepOpened, at: Happened, signer: str) -> Row:
    return {
        "subject": at.subject,
        "signer": signer,
        "aggregate": at.subject.partition("-")[0],
        "round": event.round,
        "step": event.step,
        "authority": event.authority,
        "mode": event.mode,
        "clause": event.decided_under,
        "policy": event.policy,
        "instead_of": list(event.instead_of),
        "remind_at": event.remind_at,
        "due_at": event.due_at,
        **_reached(at, "superior" if event.instead_of else "role", None),
    }
