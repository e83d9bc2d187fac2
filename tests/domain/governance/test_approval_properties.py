"""Whatever is asked of an approval 审批, by whomever, in whatever order: duties hold (clause 5.1).

The laws are judged from the recorded events alone, by a count of its own.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.directory import Directory
from domain.governance.approval_path import Step
from domain.governance.approvals import (
    AddSigner,
    Approval,
    ApprovalCompleted,
    ApprovalGiven,
    ApprovalReturned,
    Approve,
    Copy,
    EndStepTime,
    Reject,
    Remind,
    Return,
    SignerAdded,
    Transfer,
    Withdraw,
)
from domain.kernel import SYSTEM, Event
from domain.operations.procurement.requisition_messages import RequisitionRevised, ReviseRequisition
from tests.company import COMPANY
from tests.domain.governance.small_paths import CHAIR, filed, step
from tests.spec import NOW, Spec, clauses

REQUESTER = "ANN"
PEOPLE = ("ANN", "BOB", "SAM", "FAY", "IAN", "PAT", "VICE", "GINA", "CLEO")
person = st.sampled_from(PEOPLE)


@st.composite
def paths(draw: st.DrawFn) -> tuple[Step, ...]:
    """One to three steps of distinct colleagues, all of them or any one."""
    colleagues = draw(st.permutations([each for each in PEOPLE if each != REQUESTER]))
    sizes = draw(st.lists(st.integers(1, 2), min_size=2, max_size=3))
    modes = draw(st.lists(st.sampled_from(("any", "all")), min_size=len(sizes), max_size=len(sizes)))
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    return tuple(
        step(*colleagues[start : start + size], mode=mode)
        for start, size, mode in zip(starts, sizes, modes, strict=True)
    )


REVISED = CHAIR.model_copy(update={"estimated_price": CHAIR.estimated_price + 1})
commands = st.one_of(
    *[st.just(Approve())] * 5,
    *[st.builds(AddSigner, signer=person, place=st.sampled_from(("before", "after", "beside")))] * 2,
    st.builds(Transfer, to=person, reason=st.just("示例")),
    st.builds(Return, reason=st.just("示例"), to_step=st.sampled_from((1, 2))),
    st.builds(EndStepTime, step=st.integers(1, 3)),
    st.sampled_from(
        (
            Reject(reason="示例"),
            Return(reason="示例"),
            Withdraw(),
            Remind(),
            Copy(to=("BOB",)),
            ReviseRequisition(lines=(REVISED,), purpose="示例"),
        )
    ),
)


@dataclass(frozen=True)
class Asked:
    """A command, and who asks it: a signer it waits for (the ``turn``-th), a delegate of such a one, or anybody."""

    command: Any
    who: str
    turn: int
    somebody: str
    somebody_else: str

    def actors(self, approval: Approval) -> tuple[str, str | None]:
        """Who acts, and for whom."""
        if isinstance(self.command, EndStepTime):
            return SYSTEM, None
        waiting = approval.waits_for or (REQUESTER,)
        signer = waiting[self.turn % len(waiting)]
        if self.who == "signer":
            return signer, None
        acting_for = signer if self.who == "delegate" else self.somebody_else
        return self.somebody, acting_for if acting_for != self.somebody else None


asks = st.builds(
    Asked,
    command=commands,
    who=st.sampled_from(("signer", "signer", "signer", "delegate", "anybody")),
    turn=st.integers(0, 1),
    somebody=person,
    somebody_else=person,
)


@dataclass
class Count:
    """Who has signed which step in the round that runs, counted from the events."""

    signatures: list[tuple[int, tuple[str, str]]] = field(default_factory=list)
    steps: int = 0
    completed: bool = False

    def see(self, event: Event) -> None:
        match event:
            case ApprovalGiven():
                people = (event.signer, event.acting_for or event.signer)
                before = {person for _, others in self.signatures for person in others}
                assert REQUESTER not in people, "the requester decided"
                assert before.isdisjoint(people), "somebody decided twice"
                self.signatures.append((event.step, people))
            case ApprovalReturned(to_step=int(back_to)):
                self.signatures = [each for each in self.signatures if each[0] < back_to]
            case SignerAdded(place="before"):
                self.steps += 1
                self.signatures = [(at + (at >= event.step), people) for at, people in self.signatures]
            case SignerAdded(place="after"):
                self.steps += 1
            case RequisitionRevised():
                self.signatures, self.steps, self.completed = [], len(event.path), False
            case ApprovalCompleted():
                self.completed = True

    @property
    def parts_signed(self) -> set[str]:
        """Whose parts are signed, by themselves or a delegate, who may still have to hand over one of his own."""
        return {people[-1] for _, people in self.signatures}

    def signed(self, number: int) -> int:
        """How many signatures a step has."""
        return len([at for at, _ in self.signatures if at == number])


def without(left: set[str]) -> Directory:
    """The sample company once they left."""
    return replace(COMPANY, employees={id: each for id, each in COMPANY.employees.items() if id not in left})


def stands(situation: Spec) -> Approval:
    approval: Approval = situation.aggregate.fold(situation.history).approval
    return approval


@clauses("5.1")
@settings(max_examples=400)
@given(
    steps=paths(),
    asked=st.lists(asks, min_size=3, max_size=16),
    leaving=st.dictionaries(person, st.integers(1, 16), max_size=3),
)
def test_duties_hold_whatever_is_asked_and_whoever_leaves(
    steps: tuple[Step, ...], asked: list[Asked], leaving: dict[str, int]
) -> None:
    situation, count = filed(*steps), Count(steps=len(steps))
    for days, each in enumerate(asked, 1):
        by, acting_for = each.actors(stands(situation))
        at = NOW + timedelta(days=days)
        left = {person for person, day in leaving.items() if day <= days}
        if by in left:
            continue
        situation = situation.where(directory=without(left))
        outcome = situation.when(each.command, by=by, acting_for=acting_for, at=at, by_house=by == SYSTEM)
        if outcome.refusal is not None:
            continue
        situation = outcome.and_then()
        for event in outcome.events:
            count.see(event)
        approval = stands(situation)
        assert len(approval.path) == count.steps
        if approval.status == "open":
            assert REQUESTER not in approval.waits_for
            assert count.parts_signed.isdisjoint(approval.waits_for), "somebody is asked twice"
            assert approval.waits_for, "nobody can move it"
        if count.completed:
            for number, wanted in enumerate(approval.path, 1):
                assert count.signed(number) == (len(wanted.signers) if wanted.mode == "all" else 1)
