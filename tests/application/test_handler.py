"""The handler on a real database: what is acknowledged is there once, whole, decided on what was true."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid5

import pytest

from application.acts import Act, CommandIdReused, Done, StaleVersion, digest_of
from application.handler import UnknownSubject
from domain.governance.approval_rules import NotASigner, OwnRequest
from domain.governance.approvals import Approve, Reject, Remind
from domain.governance.attempt import NotEmployed
from domain.governance.delegation import GrantDelegation, NoDelegation
from domain.governance.notice import Notify, ReadNotice
from domain.governance.organisation_changes import LeaveEmployee
from domain.kernel import SYSTEM, IssuedByTheHouse, Refusal, Stream
from domain.operations.procurement.requisition_messages import CancelRequisition, MarkOrdered, SubmitRequisition
from domain.operations.procurement.requisition_rules import RequisitionClosed
from domain.operations.procurement.terms import RequestedLine
from tests.house import TEST, TestHouse
from tests.spec import clauses

PR = "requisition-PR1"


def paper(price: str = "24.50") -> SubmitRequisition:
    line = RequestedLine.model_validate(
        {
            "item": "复印纸",
            "specification": "A4",
            "category": "office_supplies",
            "quantity": "10",
            "estimated_price": price,
        }
    )
    return SubmitRequisition(department="D-SALES", lines=(line,), purpose="日常办公")


@clauses("4.1.1.2")
async def test_a_request_goes_up_the_tiers_and_every_decision_keeps_its_basis(company: TestHouse) -> None:
    await company.do(PR, paper("600.00"), "ANN")
    for signer in ("SAM", "FAY", "VICE"):
        done = await company.do(PR, Approve(), signer)
    assert [type(each.event).__name__ for each in done.events] == ["ApprovalGiven", "ApprovalCompleted"]
    state, version = await company.handler.state(Stream.parse(PR))
    assert (state.status, version) == ("approved", done.version)
    given = (await company.handler.history(Stream.parse(PR)))[-2]
    assert {(each.clause, each.policy) for each in given.basis} == {("4.1.1.2", (await policy(company)))}


async def policy(company: TestHouse) -> str:
    return company.handler.standing.policy(company.clock()).version


async def test_a_repeated_command_gives_the_first_result_though_its_subject_moved_on(company: TestHouse) -> None:
    first = await company.do(PR, paper(), "ANN", key="submit")
    await company.do(PR, Approve(), "SAM")
    again = await company.do(PR, paper(), "ANN", key="submit")
    assert again.repeated and again.position == first.position
    assert again.events == first.events
    assert await company.journal.size() == (await company.do(PR, paper(), "ANN", key="submit")).position + 3


async def test_an_id_sent_before_with_another_command_is_refused(company: TestHouse) -> None:
    await company.do(PR, paper(), "ANN", key="submit")
    with pytest.raises(CommandIdReused):
        await company.do("requisition-PR2", paper("99.00"), "ANN", key="submit")


async def test_whoever_saw_an_older_version_is_told(company: TestHouse) -> None:
    done = await company.do(PR, paper(), "ANN")
    await company.do(PR, Remind(), "ANN")
    with pytest.raises(StaleVersion) as stale:
        await company.do(PR, Approve(), "SAM", expected_version=done.version)
    assert (stale.value.expected, stale.value.actual) == (done.version, done.version + 1)


async def test_a_refusal_rests_on_what_the_journal_says_not_on_what_was_remembered(
    company: TestHouse, database: Any
) -> None:
    from tests.house import house

    await company.do(PR, paper(), "ANN")
    async with house(database.app_url) as elsewhere:
        await elsewhere.do(PR, Approve(), "SAM", key="elsewhere")
    state, _ = await company.handler.state(Stream.parse(PR))
    assert state.status == "approved"
    await company.do(PR, MarkOrdered(order="PO1"), SYSTEM, by_house=True)
    assert (await company.events(PR))[-1] == "RequisitionOrdered"


@clauses("5.1", "4.3.2.1")
@pytest.mark.parametrize(
    ("by", "rule"),
    [("ANN", OwnRequest), ("BOB", NotASigner), ("GONE", NotEmployed)],
)
async def test_who_tried_what_he_may_not_is_journalled(company: TestHouse, by: str, rule: type[Refusal]) -> None:
    await company.do(PR, paper(), "ANN")
    for _ in range(2):
        with pytest.raises(rule):
            await company.do(PR, Approve(), by, key="tried")
    attempt = await company.handler.history(Stream("attempt", uuid5(TEST, "tried").hex))
    assert len(attempt) == 1
    event: Any = attempt[0].event
    assert (event.who, event.subject, event.command, event.rule) == (by, PR, "Approve", rule.__name__)


@clauses("4.3.2.1")
async def test_an_attempt_repeated_is_refused_alike_whatever_moved_meanwhile(company: TestHouse) -> None:
    await company.do(PR, paper("600.00"), "ANN")
    for signer in ("SAM", "FAY"):
        with pytest.raises(NotASigner):
            await company.do(PR, Approve(), "BOB", key="tried")
        await company.do(PR, Approve(), signer)
    assert len(await company.journal.read(-1, 1000, ["AttemptRefused"])) == 1
    with pytest.raises(OwnRequest):
        await company.do(PR, Approve(), "ANN", key="tried")
    with pytest.raises(NotASigner):
        await company.do(PR, Reject(reason="不需要"), "BOB", key="tried")
    assert len(await company.journal.read(-1, 1000, ["AttemptRefused"])) == 3


async def test_a_command_that_would_change_nothing_any_more_gives_its_first_result(company: TestHouse) -> None:
    notice = Notify(to=("ANN",), kind="test", text_zh="示例", text_en="sample", about=PR)
    await company.do("notice-1", notice, SYSTEM, by_house=True)
    first = await company.do("notice-1", ReadNotice(), "ANN", key="read")
    again = await company.do("notice-1", ReadNotice(), "ANN", key="read")
    assert again.repeated and again.events == first.events
    with pytest.raises(CommandIdReused):
        await company.do("notice-1", notice, SYSTEM, key="read", by_house=True)
    assert (await company.do("notice-1", ReadNotice(), "ANN")).events == ()


async def test_an_ordinary_refusal_leaves_no_trace(company: TestHouse) -> None:
    await company.do(PR, paper(), "ANN")
    await company.do(PR, CancelRequisition(reason="不再需要"), "ANN")
    size = await company.journal.size()
    with pytest.raises(RequisitionClosed):
        await company.do(PR, CancelRequisition(reason="不再需要"), "ANN")
    assert await company.journal.size() == size


@clauses("5.1")
async def test_what_the_house_records_nobody_else_does(company: TestHouse) -> None:
    with pytest.raises(IssuedByTheHouse):
        await company.do(PR, MarkOrdered(order="PO1"), "BUD")


@clauses("5.1")
async def test_nobody_acts_for_somebody_once_either_has_left_and_dates_are_told(company: TestHouse) -> None:
    day = company.clock().date()
    await company.do(PR, paper(), "ANN")
    for delegator, to, until in (("SAM", "BOB", 0), ("FAY", "BOB", 9), ("IAN", "IRIS", 9)):
        granted = {"to": to, "since": day, "until": day + timedelta(days=until), "reason": "出差"}
        await company.do(f"delegation-{delegator}", GrantDelegation.model_validate(granted), delegator)
    company.clock.pass_(days=2)
    with pytest.raises(NoDelegation) as over:
        await company.do(PR, Approve(), "BOB", acting_for="SAM")
    assert over.value.facts["granted"] == f"SAM.1 {day}…{day}"
    for gone in ("FAY", "IRIS"):
        await company.do("organisation-company", LeaveEmployee(employee=gone, last_day=day), "HAL")
    for delegate, delegator in (("BOB", "FAY"), ("IRIS", "IAN")):
        with pytest.raises(NotEmployed):
            await company.do(PR, Approve(), delegate, acting_for=delegator)


@clauses("5.1")
async def test_a_delegate_acts_with_the_delegation_on_record(company: TestHouse) -> None:
    await company.do(PR, paper(), "ANN")
    with pytest.raises(NoDelegation):
        await company.do(PR, Approve(), "BOB", acting_for="SAM")
    today = company.clock().date()
    grant = GrantDelegation.model_validate({"to": "BOB", "since": today, "until": today, "reason": "出差"})
    await company.do("delegation-SAM", grant, "SAM")
    done = await company.do(PR, Approve(), "BOB", acting_for="SAM")
    assert (done.events[0].actor, done.events[0].acting_for) == ("BOB", "SAM")
    assert done.events[0].delegation


async def test_a_decision_on_an_organisation_that_moved_is_taken_again(company: TestHouse, database: Any) -> None:
    from tests.house import house

    await company.do(PR, paper(), "ANN")
    async with house(database.app_url) as elsewhere:
        leave = LeaveEmployee(employee="ANN", last_day=company.clock.pass_(days=-1).date())
        await elsewhere.do("organisation-company", leave, SYSTEM, key="leave")
    company.clock.pass_(days=1)
    with pytest.raises(NotEmployed):
        await company.do(PR, Remind(), "ANN")


async def test_many_at_once_on_one_subject_lose_nothing(company: TestHouse) -> None:
    await company.do(PR, paper(), "ANN")
    reminders = [company.do(PR, Remind(), "ANN", key=f"remind {n}") for n in range(30)]
    done: list[Done] = await asyncio.gather(*reminders)
    assert sorted(each.version for each in done) == list(range(3, 33))
    assert len({each.position for each in done}) == 30


async def test_two_processes_on_one_subject_lose_nothing(company: TestHouse, database: Any) -> None:
    from tests.house import house

    await company.do(PR, paper(), "ANN")
    async with house(database.app_url) as other:
        both = [
            each.do(PR, Remind(), "ANN", key=f"{n} {each is other}") for n in range(15) for each in (company, other)
        ]
        done = await asyncio.gather(*both)
    assert sorted(each.version for each in done) == list(range(3, 33))


async def test_a_subject_of_no_kind_is_told(company: TestHouse) -> None:
    with pytest.raises(UnknownSubject):
        await company.do("nothing-1", Approve(), "SAM")


async def test_the_past_is_rebuilt_as_of_any_position(company: TestHouse) -> None:
    first = await company.do(PR, paper(), "ANN")
    await company.do(PR, Approve(), "SAM")
    then, version = await company.handler.state(Stream.parse(PR), up_to_position=first.position)
    assert (then.status, version) == ("open", first.version)


def test_acts_differ_by_who_asks() -> None:
    act = Act(Stream("requisition", "1"), paper(), "ANN", uuid5(TEST, "1"))
    assert digest_of(act) != digest_of(replace(act, actor="BOB"))


async def test_what_is_said_to_be_new_is_decided_unread_and_checked_by_the_journal(company: TestHouse) -> None:
    from tests.house import house as another

    done = await company.do(PR, paper(), "ANN", expected_version=0)
    assert done.version == 2
    async with another(company.url) as elsewhere:
        with pytest.raises(StaleVersion) as stale:
            await elsewhere.do(PR, paper(), "ANN", key="again", expected_version=0)
    assert (stale.value.expected, stale.value.actual) == (0, 2)
    assert await company.events(PR) == ["RequisitionSubmitted", "ApprovalStepOpened"]
