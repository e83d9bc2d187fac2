"""A department's detailed rules 实施细则: filed by the head, approved by management, tightening only (clause 5.2)."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.governance.approvals import Approve
from domain.governance.department_rules import (
    DEPARTMENT_RULES,
    DepartmentRulesApproved,
    DepartmentRulesFiled,
    FiledAlready,
    FileDepartmentRules,
    NoSuchDepartment,
    NotTheHead,
    ReviseDepartmentRules,
)
from domain.governance.policy_changes import (
    EffectiveInThePast,
    LoosensPolicy,
    ParameterChange,
    ParameterNotAllowed,
    SameForAll,
)
from domain.governance.rulebook import (
    RULEBOOK,
    AdoptDepartmentRules,
    DepartmentRulesAdopted,
    NotAdoptedYet,
    VersionsInOrder,
)
from domain.kernel import IssuedByTheHouse
from tests.domain.governance.test_rulebook import FIRST, FOUR_SUPPLIERS, NEXT_MONTH, adopted, midnight
from tests.spec import NOW, TODAY, clauses, spec

STRICTER: dict[str, Any] = {"4.1.2.3": {"minimum_suppliers": 4}, "4.1.3.1": {"hours": 2}}
TIGHTENED = (FOUR_SUPPLIERS, ParameterChange(clause="4.1.3.1", name="hours", before=4, after=2))
FILE = FileDepartmentRules(
    department="D-IT", parameters=STRICTER, text="信息部采购至少询价四家，两小时内验收。", effective_from=NEXT_MONTH
)


def filed(**changes: Any) -> FileDepartmentRules:
    return FILE.model_copy(update=changes)


def in_force(
    tightened: tuple[ParameterChange, ...] = TIGHTENED, on: date = NEXT_MONTH, filing: str = "DR1"
) -> AdoptDepartmentRules:
    return AdoptDepartmentRules(filing=filing, department="D-IT", tightened=tightened, effective_from=on)


RULES = DepartmentRulesAdopted(
    department="D-IT", version="D-IT.1", effective_from=midnight(NEXT_MONTH), parameters=STRICTER, filing="DR1"
)


@clauses("5.2")
def test_the_head_files_stricter_rules_with_management() -> None:
    outcome = spec(DEPARTMENT_RULES).when(FILE, by="IAN")
    event = outcome.events[0]
    assert isinstance(event, DepartmentRulesFiled)
    assert (event.filed_by, event.tightened, event.based_on) == ("IAN", TIGHTENED, "2026.1")
    assert [step.signers for step in event.path] == [("CLEO", "GINA", "VICE")]
    outcome.because("5.2", outcome="tightens", department="D-IT")


@clauses("5.2")
@pytest.mark.parametrize(
    ("clause", "name", "given", "policy", "proposed"),
    [
        ("4.1.2.3", "minimum_suppliers", 2, "3", "2"),
        ("4.1.3.1", "hours", 8, "4", "8"),
        ("4.1.2.4", "similar_below_percent", "7.5", "5", "7.5"),
        ("4.1.2.4", "sample_test_required", False, "true", "false"),
        ("4.1.3.3", "informed", ["legal"], "buyer", "legal"),
    ],
)
def test_a_rule_that_loosens_is_refused_with_both_values(
    clause: str, name: str, given: Any, policy: str, proposed: str
) -> None:
    looser = filed(parameters={clause: {name: given}})
    refusal = spec(DEPARTMENT_RULES).when(looser, by="IAN").refused(LoosensPolicy, parameter=name)
    assert (refusal.facts["policy"], refusal.facts["proposed"]) == (policy, proposed)
    assert refusal.facts["clause"] == clause and refusal.field == f"parameters.{clause}.{name}"


@clauses("5.2")
def test_what_is_the_companys_own_no_department_moves_either_way() -> None:
    for minimum in ("55", "70"):
        own = filed(parameters={"4.1.2.2": {"minimum": minimum}})
        refusal = spec(DEPARTMENT_RULES).when(own, by="IAN").refused(SameForAll, parameter="minimum")
        assert (refusal.facts["policy"], refusal.facts["proposed"]) == ("60", minimum)


@clauses("5.2", "4.1.1.2")
def test_a_matrix_may_ask_for_more_signatures_never_for_fewer() -> None:
    def matrix(head: str) -> dict[str, Any]:
        tiers = [
            {"up_to": head, "authority": "department_head"},
            {"up_to": "2000.00", "authority": "finance_manager"},
            {"from": "5000.00", "authority": "vice_president"},
        ]
        return {"4.1.1.2": {"tiers": tiers}}

    assert spec(DEPARTMENT_RULES).when(filed(parameters=matrix("500.00")), by="IAN").events
    spec(DEPARTMENT_RULES).when(filed(parameters=matrix("1500.00")), by="IAN").refused(LoosensPolicy)


@clauses("5.2")
def test_only_the_head_files_and_only_for_a_department_there_is() -> None:
    for stranger in ("IRIS", "SAM", "GINA"):
        assert spec(DEPARTMENT_RULES).when(FILE, by=stranger).refused(NotTheHead).attempt
    spec(DEPARTMENT_RULES).when(filed(department="D-MOON"), by="IAN").refused(NoSuchDepartment, department="D-MOON")


@clauses("5.2")
def test_rules_hold_allowed_values_and_no_past() -> None:
    garbled = filed(parameters={"4.1.3.1": {"hours": "soon"}})
    spec(DEPARTMENT_RULES).when(garbled, by="IAN").refused(ParameterNotAllowed, given='"soon"')
    late = filed(effective_from=TODAY - timedelta(days=1))
    spec(DEPARTMENT_RULES).when(late, by="IAN").refused(EffectiveInThePast)


@clauses("5.2")
def test_their_approval_says_what_comes_into_force() -> None:
    waiting = spec(DEPARTMENT_RULES).when(FILE, by="IAN").and_then()
    approved = waiting.when(Approve(), by="VICE").events[-1]
    assert approved == DepartmentRulesApproved(department="D-IT", tightened=TIGHTENED, effective_from=NEXT_MONTH)


@clauses("5.2")
def test_the_rulebook_takes_them_with_the_approval_and_never_by_hand() -> None:
    spec(RULEBOOK, FIRST).when(in_force(), by="VICE", by_house=True).then(RULES)
    spec(RULEBOOK, FIRST).when(in_force(), by="VICE").refused(IssuedByTheHouse)
    spec(RULEBOOK).when(in_force(), by="VICE", by_house=True).refused(NotAdoptedYet)


@clauses("5.2")
def test_rules_are_compared_again_with_the_policy_they_come_into_force_under() -> None:
    five = ParameterChange(clause="4.1.2.3", name="minimum_suppliers", before=3, after=5)
    stricter_policy = adopted("2026.2", NOW + timedelta(hours=1), five)
    outcome = spec(RULEBOOK, FIRST, stricter_policy).when(in_force(), by="VICE", by_house=True)
    assert outcome.refused(LoosensPolicy).facts["policy"] == "5"


@clauses("5.2")
def test_a_version_still_to_come_does_not_excuse_rules_that_come_before_it() -> None:
    eight_hours = ParameterChange(clause="4.1.3.1", name="hours", before=4, after=8)
    six_hours = ParameterChange(clause="4.1.3.1", name="hours", before=8, after=6)
    to_come = adopted("2026.2", midnight(date(2026, 5, 1)), eight_hours)
    book = spec(RULEBOOK, FIRST, to_come)
    book.when(in_force((six_hours,)), by="VICE", by_house=True).refused(LoosensPolicy, policy="4", proposed="6")
    assert book.when(in_force((six_hours,), on=date(2026, 5, 1)), by="VICE", by_house=True).events


@clauses("5.2")
def test_a_later_filing_replaces_the_earlier_one_and_an_empty_one_ends_it() -> None:
    later = spec(RULEBOOK, FIRST, RULES)
    later.when(in_force(()), by="VICE", by_house=True).refused(VersionsInOrder)
    ended = later.when(in_force((), on=date(2026, 5, 1), filing="DR2"), by="VICE", by_house=True)
    ended.then(
        DepartmentRulesAdopted(
            department="D-IT", version="D-IT.2", effective_from=midnight(date(2026, 5, 1)), parameters={}, filing="DR2"
        )
    )


@clauses("5.2")
def test_a_filing_is_revised_by_the_head_until_it_is_decided() -> None:
    revise = ReviseDepartmentRules(
        parameters={"4.1.3.1": {"hours": 3}}, text="三小时内验收。", effective_from=NEXT_MONTH
    )
    waiting = spec(DEPARTMENT_RULES).when(FILE, by="IAN").and_then()
    waiting.when(FILE, by="IAN").refused(FiledAlready, status="open")
    waiting.when(revise, by="IRIS").refused(NotTheHead)
    approved = waiting.when(revise, by="IAN").and_then().when(Approve(), by="GINA")
    three_hours = (ParameterChange(clause="4.1.3.1", name="hours", before=4, after=3),)
    assert approved.events[-1] == DepartmentRulesApproved(
        department="D-IT", tightened=three_hours, effective_from=NEXT_MONTH
    )
    approved.and_then().when(revise, by="IAN").refused(FiledAlready, status="approved")
