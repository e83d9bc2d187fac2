"""The policy over time 制度沿革: approved versions and department rules on a real journal, each act under its own."""

from datetime import date
from typing import Any

import pytest

from application.standing import RULEBOOK
from domain.governance.approvals import Approve
from domain.governance.department_rules import FileDepartmentRules
from domain.governance.policy_changes import LoosensPolicy
from domain.governance.policy_proposal import ProposePolicy, RevisePolicyProposal
from domain.governance.rulebook import ChangedMeanwhile, PolicyAdopted
from domain.kernel import Stream
from domain.operations.procurement.requisition_messages import SubmitRequisition
from domain.operations.procurement.terms import RequestedLine
from tests.house import TestHouse
from tests.spec import clauses

APRIL = date(2026, 4, 1)


def request(price: str, department: str = "D-SALES") -> SubmitRequisition:
    line = {"item": "复印纸", "specification": "A4", "category": "office_supplies", "quantity": "1"}
    lines = (RequestedLine.model_validate({**line, "estimated_price": price}),)
    return SubmitRequisition(department=department, lines=lines, purpose="日常办公")


def head_up_to(amount: str) -> dict[str, Any]:
    tiers = [
        {"up_to": amount, "authority": "department_head"},
        {"up_to": "2000", "authority": "finance_manager"},
        {"from": "5000", "authority": "vice_president"},
    ]
    return {"4.1.1.2": {"tiers": tiers}}


def propose(changes: dict[str, Any], on: date = APRIL) -> ProposePolicy:
    return ProposePolicy(changes=changes, effective_from=on, reason="年度复盘")


async def path_of(company: TestHouse, subject: str) -> list[tuple[str, str]]:
    """The authorities of a requisition's path, each with the policy version it was computed under."""
    state, _ = await company.handler.state(Stream.parse(subject))
    return [(step.authority, step.policy) for step in state.approval.path]


@clauses("5.3")
async def test_the_approval_and_the_adoption_are_one_transaction(company: TestHouse) -> None:
    await company.do("policy_proposal-PP1", propose(head_up_to("500")), "FAY")
    done = await company.do("policy_proposal-PP1", Approve(), "GINA")
    names = [type(each.event).__name__ for each in done.events]
    assert names == ["ApprovalGiven", "ApprovalCompleted", "PolicyProposalApproved", "PolicyAdopted"]
    assert [each.position - done.events[0].position for each in done.events] == [0, 1, 2, 3]
    adopted = done.events[-1]
    assert isinstance(adopted.event, PolicyAdopted)
    assert (adopted.subject, adopted.event.version, adopted.event.proposal) == (RULEBOOK, "2026.2", "PP1")


@clauses("5.3")
async def test_each_request_is_decided_under_the_version_of_its_day(company: TestHouse) -> None:
    await company.do("policy_proposal-PP1", propose(head_up_to("500")), "FAY")
    await company.do("policy_proposal-PP1", Approve(), "GINA")
    await company.do("requisition-PR1", request("800"), "ANN")
    company.clock.pass_(days=29)
    await company.do("requisition-PR2", request("800"), "ANN")
    assert await path_of(company, "requisition-PR1") == [("department_head", "2026.1")]
    assert await path_of(company, "requisition-PR2") == [("department_head", "2026.2"), ("finance_manager", "2026.2")]
    done = await company.do("requisition-PR1", Approve(), "SAM")
    assert [type(each.event).__name__ for each in done.events][:2] == ["ApprovalGiven", "ApprovalCompleted"]
    given, completed = (each.basis[0] for each in done.events[:2])
    assert (given.policy, given.inputs["policy_in_force"], completed.policy) == ("2026.1", "2026.2", "2026.1")


@clauses("5.3")
async def test_an_adoption_the_rulebook_refuses_leaves_the_approval_open(company: TestHouse) -> None:
    await company.do("policy_proposal-PP1", propose({"4.1.2.3": {"minimum_suppliers": 4}}), "FAY")
    await company.do("policy_proposal-PP2", propose({"4.1.2.3": {"minimum_suppliers": 5}}, date(2026, 5, 1)), "FAY")
    await company.do("policy_proposal-PP1", Approve(), "GINA")
    with pytest.raises(ChangedMeanwhile):
        await company.do("policy_proposal-PP2", Approve(), "GINA")
    assert await company.events("policy_proposal-PP2") == ["PolicyProposed", "ApprovalStepOpened"]
    assert await company.events(str(RULEBOOK)) == ["PolicyAdopted", "PolicyAdopted"]

    again = RevisePolicyProposal(
        changes={"4.1.2.3": {"minimum_suppliers": 5}}, effective_from=date(2026, 5, 1), reason="按新版本"
    )
    await company.do("policy_proposal-PP2", again, "FAY")
    await company.do("policy_proposal-PP2", Approve(), "GINA")
    assert await company.events(str(RULEBOOK)) == ["PolicyAdopted"] * 3


@clauses("5.2", "4.1.1.2")
async def test_a_departments_stricter_rule_holds_there_and_nowhere_else(company: TestHouse) -> None:
    looser = FileDepartmentRules(
        department="D-SALES", parameters=head_up_to("1500"), text="放宽", effective_from=date(2026, 3, 4)
    )
    with pytest.raises(LoosensPolicy):
        await company.do("department_rules-DR0", looser, "SAM")
    stricter = looser.model_copy(update={"parameters": head_up_to("500"), "text": "超过500元须财务经理审批。"})
    await company.do("department_rules-DR1", stricter, "SAM")
    done = await company.do("department_rules-DR1", Approve(), "VICE")
    assert type(done.events[-1].event).__name__ == "DepartmentRulesAdopted"

    await company.do("requisition-PR1", request("800"), "ANN")
    company.clock.pass_(days=1)
    await company.do("requisition-PR2", request("800"), "ANN")
    await company.do("requisition-PR3", request("800", "D-IT"), "IRIS")
    assert await path_of(company, "requisition-PR1") == [("department_head", "2026.1")]
    assert await path_of(company, "requisition-PR2") == [
        ("department_head", "2026.1+D-SALES.1"),
        ("finance_manager", "2026.1+D-SALES.1"),
    ]
    assert await path_of(company, "requisition-PR3") == [("department_head", "2026.1")]
