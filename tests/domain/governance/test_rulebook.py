"""The rulebook 制度: adopted once, changed by approved versions, every moment judged by the one then in force (5.3)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.governance.approvals import Approve, Reject
from domain.governance.policy_changes import (
    EffectiveInThePast,
    NothingChanges,
    ParameterChange,
    ParameterNotAllowed,
    ParametersContradict,
)
from domain.governance.policy_in_force import LatestVersion
from domain.governance.policy_proposal import (
    POLICY_PROPOSAL,
    NotForYouToPropose,
    OnlyProposerRevises,
    PolicyProposalApproved,
    PolicyProposed,
    ProposedAlready,
    ProposePolicy,
    RevisePolicyProposal,
)
from domain.governance.regulation import default_parameters, raw_parameters
from domain.governance.rulebook import (
    RULEBOOK,
    UNADOPTED,
    AdoptedAlready,
    AdoptRegulation,
    AdoptVersion,
    ChangedMeanwhile,
    DepartmentRulesAdopted,
    NotAdoptedYet,
    NotForYouToAdopt,
    PolicyAdopted,
    VersionsInOrder,
    is_adopted,
    policy_at,
)
from domain.kernel import SYSTEM, IssuedByTheHouse
from domain.working_time import SHANGHAI
from tests.spec import NOW, TODAY, clauses, spec

TOMORROW, NEXT_MONTH = TODAY + timedelta(days=1), date(2026, 4, 1)
FOUR_SUPPLIERS = ParameterChange(clause="4.1.2.3", name="minimum_suppliers", before=3, after=4)
FIVE_SUPPLIERS = ParameterChange(clause="4.1.2.3", name="minimum_suppliers", before=4, after=5)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def adopted(version: str, effective_from: datetime, *changes: ParameterChange, **extra: Any) -> PolicyAdopted:
    parameters = raw_parameters(default_parameters())
    for change in changes:
        parameters[change.clause][change.name] = change.after
    return PolicyAdopted(
        version=version, effective_from=effective_from, parameters=parameters, changes=changes[-1:], **extra
    )


FIRST = adopted("2026.1", NOW)
SECOND = adopted("2026.2", midnight(NEXT_MONTH), FOUR_SUPPLIERS, proposal="PP1")


def adopt(*changes: ParameterChange, on: date = NEXT_MONTH) -> AdoptVersion:
    return AdoptVersion(proposal="PP1", changes=changes, effective_from=on)


@clauses("5.3")
def test_the_regulation_is_adopted_at_set_up() -> None:
    for who in (SYSTEM, "ADA"):
        spec(RULEBOOK).when(AdoptRegulation(), by=who).then(FIRST).because("5.3", outcome="2026.1")


@clauses("5.3")
def test_a_company_adopts_it_with_numbers_of_its_own() -> None:
    command = AdoptRegulation(changes={"4.1.2.3": {"minimum_suppliers": 4}}, effective_from=TOMORROW)
    spec(RULEBOOK).when(command, by="ADA").then(adopted("2026.1", midnight(TOMORROW), FOUR_SUPPLIERS))


@clauses("5.3")
def test_nobody_else_puts_the_regulation_in_force() -> None:
    assert spec(RULEBOOK).when(AdoptRegulation(), by="GINA").refused(NotForYouToAdopt).attempt


@clauses("5.3")
def test_the_regulation_is_adopted_once() -> None:
    spec(RULEBOOK, FIRST).when(AdoptRegulation(), by="ADA").refused(AdoptedAlready, version="2026.1")


@clauses("5.3")
def test_the_regulation_is_not_adopted_for_the_past() -> None:
    yesterday = AdoptRegulation(effective_from=TODAY - timedelta(days=1))
    spec(RULEBOOK).when(yesterday, by="ADA").refused(EffectiveInThePast, field="effective_from")


@clauses("5.3")
def test_an_approved_proposal_becomes_the_next_version() -> None:
    spec(RULEBOOK, FIRST).when(adopt(FOUR_SUPPLIERS), by="GINA", by_house=True).then(SECOND)


@clauses("5.3")
def test_a_version_is_adopted_with_its_approval_and_never_by_hand() -> None:
    spec(RULEBOOK, FIRST).when(adopt(FOUR_SUPPLIERS), by="GINA").refused(IssuedByTheHouse)
    spec(RULEBOOK).when(adopt(FOUR_SUPPLIERS), by="GINA", by_house=True).refused(NotAdoptedYet)


@clauses("5.3")
def test_a_version_approved_after_its_day_takes_effect_at_once_and_not_before() -> None:
    late = NOW + timedelta(days=60)
    outcome = spec(RULEBOOK, FIRST).when(adopt(FOUR_SUPPLIERS), by="GINA", by_house=True, at=late)
    outcome.then(adopted("2026.2", late, FOUR_SUPPLIERS, proposal="PP1"))


@clauses("5.3")
def test_versions_take_effect_in_order() -> None:
    earlier = adopt(FIVE_SUPPLIERS, on=NEXT_MONTH - timedelta(days=1))
    spec(RULEBOOK, FIRST, SECOND).when(earlier, by="GINA", by_house=True).refused(VersionsInOrder)
    same_day = adopt(FIVE_SUPPLIERS, on=NEXT_MONTH)
    spec(RULEBOOK, FIRST, SECOND).when(same_day, by="GINA", by_house=True).refused(VersionsInOrder)


@clauses("5.3")
def test_a_proposal_that_another_version_overtook_is_decided_anew() -> None:
    overtaken = adopt(FOUR_SUPPLIERS, on=date(2026, 5, 1))
    refusal = spec(RULEBOOK, FIRST, SECOND).when(overtaken, by="GINA", by_house=True).refused(ChangedMeanwhile)
    assert refusal.facts == {"clause": "4.1.2.3", "parameter": "minimum_suppliers", "version": "2026.2"}


@clauses("5.3")
def test_versions_are_numbered_within_the_year_they_take_effect() -> None:
    new_year = adopt(FIVE_SUPPLIERS, on=date(2027, 1, 1))
    outcome = spec(RULEBOOK, FIRST, SECOND).when(new_year, by="GINA", by_house=True)
    outcome.then(adopted("2027.1", midnight(date(2027, 1, 1)), FOUR_SUPPLIERS, FIVE_SUPPLIERS, proposal="PP1"))


@clauses("5.3")
def test_every_moment_is_judged_by_the_version_then_in_force() -> None:
    book = RULEBOOK.fold([FIRST, SECOND])
    begins = midnight(NEXT_MONTH)
    told = [
        (moment, policy_at(book, moment).version, policy_at(book, moment).value("4.1.2.3", "minimum_suppliers"))
        for moment in (NOW - timedelta(seconds=1), NOW, begins - timedelta(microseconds=1), begins)
    ]
    assert [(version, need) for _, version, need in told] == [
        (UNADOPTED, 3), ("2026.1", 3), ("2026.1", 3), ("2026.2", 4),
    ]  # fmt: skip
    assert not is_adopted(book, NOW - timedelta(seconds=1)) and is_adopted(book, NOW)


@clauses("5.3")
def test_an_adopted_number_is_read_back_even_where_it_would_be_refused_today() -> None:
    beyond = adopted("2026.1", NOW, ParameterChange(clause="4.1.2.3", name="minimum_suppliers", before=3, after=99))
    assert policy_at(RULEBOOK.fold([beyond]), NOW).value("4.1.2.3", "minimum_suppliers") == 99


@clauses("5.3")
def test_a_parameter_a_version_did_not_know_reads_as_the_regulation_has_it() -> None:
    old = FIRST.model_copy(update={"parameters": {"4.1.2.3": {"minimum_suppliers": 5}, "0.0": {"gone": 1}}})
    policy = policy_at(RULEBOOK.fold([old]), NOW)
    assert policy.value("4.1.2.3", "minimum_suppliers") == 5
    assert policy.value("4.1.1.2", "price_tolerance_percent") == Decimal(5)


@clauses("5.2")
def test_departments_rules_hold_from_their_day_as_long_as_they_are_the_stricter() -> None:
    def rules(number: int, day: date, need: int | None) -> DepartmentRulesAdopted:
        parameters: dict[str, Any] = {} if need is None else {"4.1.2.3": {"minimum_suppliers": need}}
        return DepartmentRulesAdopted(
            department="D-IT",
            version=f"D-IT.{number}",
            effective_from=midnight(day),
            parameters=parameters,
            filing=f"DR{number}",
        )

    five = adopted("2026.2", midnight(date(2026, 6, 1)), FOUR_SUPPLIERS, FIVE_SUPPLIERS)
    book = RULEBOOK.fold(
        [FIRST, rules(1, date(2026, 4, 1), 4), rules(2, date(2026, 5, 1), 5), five, rules(3, date(2026, 7, 1), 6),
         rules(4, date(2026, 8, 1), None)]
    )  # fmt: skip

    def in_it(day: date) -> tuple[str, int]:
        policy = policy_at(book, midnight(day)).of_department("D-IT")
        return policy.version, policy.value("4.1.2.3", "minimum_suppliers")

    assert in_it(date(2026, 3, 31)) == ("2026.1", 3)
    assert in_it(date(2026, 4, 1)) == ("2026.1+D-IT.1", 4)
    assert in_it(date(2026, 5, 1)) == ("2026.1+D-IT.2", 5)
    assert in_it(date(2026, 6, 1)) == ("2026.2", 5)  # the policy caught up: the rule adds nothing
    assert in_it(date(2026, 7, 1)) == ("2026.2+D-IT.3", 6)
    assert in_it(date(2026, 8, 1)) == ("2026.2", 5)  # ended
    assert policy_at(book, midnight(date(2026, 7, 1))).of_department("D-FIN").version == "2026.2"


# ── proposals ───────────────────────────────────────────────────────────────────────────────────────────────────────

CHANGES: dict[str, Any] = {"4.1.2.3": {"minimum_suppliers": 4}}
PROPOSE = ProposePolicy(changes=CHANGES, effective_from=NEXT_MONTH, reason="供应商充足")


@clauses("5.3")
def test_a_proposal_waits_for_management() -> None:
    outcome = spec(POLICY_PROPOSAL).when(PROPOSE, by="FAY")
    proposed = outcome.events[0]
    assert isinstance(proposed, PolicyProposed)
    assert (proposed.proposer, proposed.changes, proposed.based_on) == ("FAY", (FOUR_SUPPLIERS,), "2026.1")
    assert [step.signers for step in proposed.path] == [("CLEO", "GINA", "VICE")]
    outcome.because("5.3", authority="management")


@clauses("5.3")
def test_a_proposal_changes_the_latest_version_though_it_is_not_in_force_yet() -> None:
    to_come = LatestVersion(policy_at(RULEBOOK.fold([FIRST, SECOND]), midnight(NEXT_MONTH)))
    there = spec(POLICY_PROPOSAL).knowing("rulebook", "company", to_come)
    there.when(PROPOSE, by="FAY").refused(NothingChanges, version="2026.2")
    five = PROPOSE.model_copy(update={"changes": {"4.1.2.3": {"minimum_suppliers": 5}}})
    proposed = there.when(five, by="FAY").events[0]
    assert isinstance(proposed, PolicyProposed)
    assert (proposed.changes, proposed.based_on) == ((FIVE_SUPPLIERS,), "2026.2")


@clauses("5.3")
def test_its_approval_says_what_is_to_be_adopted() -> None:
    approved = spec(POLICY_PROPOSAL).when(PROPOSE, by="FAY").and_then().when(Approve(), by="GINA").events[-1]
    assert approved == PolicyProposalApproved(changes=(FOUR_SUPPLIERS,), effective_from=NEXT_MONTH)


@clauses("5.3")
def test_management_does_not_approve_its_own_proposal() -> None:
    own = spec(POLICY_PROPOSAL).when(PROPOSE, by="GINA").and_then()
    assert [step.signers for step in own.history[0].path] == [("CLEO", "VICE")]  # type: ignore[attr-defined]
    assert own.when(Approve(), by="GINA").refusal is not None


@clauses("5.3")
def test_only_those_named_propose() -> None:
    assert spec(POLICY_PROPOSAL).when(PROPOSE, by="ANN").refused(NotForYouToPropose).attempt


@clauses("5.3")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"4.1.2.3": {"minimum_suppliers": 0}}, "parameters.4.1.2.3.minimum_suppliers"),
        ({"4.1.2.3": {"most_suppliers": 4}}, "parameters.4.1.2.3.most_suppliers"),
        ({"4.9": {"minimum_suppliers": 4}}, "parameters.4.9.minimum_suppliers"),
        ({"4.1.1.2": {"tiers": "none"}}, "parameters.4.1.1.2.tiers"),
    ],
)
def test_a_value_no_policy_may_hold_is_refused_by_name(changes: Any, field: str) -> None:
    wrong = PROPOSE.model_copy(update={"changes": changes})
    refusal = spec(POLICY_PROPOSAL).when(wrong, by="FAY").refused(ParameterNotAllowed, field=field)
    assert refusal.facts["takes"]


@clauses("5.3")
def test_parameters_that_contradict_each_other_are_refused() -> None:
    wrong = PROPOSE.model_copy(update={"changes": {"4.1.2.3": {"minimum_quotes": 4}}})
    refusal = spec(POLICY_PROPOSAL).when(wrong, by="FAY").refused(ParametersContradict)
    assert refusal.facts == {"parameter": "4.1.2.3 minimum_quotes", "other": "4.1.2.3 minimum_suppliers"}


@clauses("4.1.2.1")
def test_a_new_category_needs_its_name() -> None:
    kinds = ["office_supplies", "it_equipment", "services", "raw_materials"]
    nameless = PROPOSE.model_copy(update={"changes": {"4.1.2.1": {"categories": kinds}}})
    spec(POLICY_PROPOSAL).when(nameless, by="FAY").refused(ParametersContradict)
    names = {"office_supplies": "办公用品", "it_equipment": "IT设备", "services": "服务", "raw_materials": "原材料"}
    both = {"4.1.2.1": {"categories": kinds, "category_names": names}}
    assert spec(POLICY_PROPOSAL).when(PROPOSE.model_copy(update={"changes": both}), by="FAY").events


@clauses("5.3")
def test_a_version_changes_something_and_never_backwards() -> None:
    same = PROPOSE.model_copy(update={"changes": {"4.1.2.3": {"minimum_suppliers": 3}}})
    spec(POLICY_PROPOSAL).when(same, by="FAY").refused(NothingChanges, version="2026.1")
    yesterday = PROPOSE.model_copy(update={"effective_from": TODAY - timedelta(days=1)})
    spec(POLICY_PROPOSAL).when(yesterday, by="FAY").refused(EffectiveInThePast, field="effective_from")
    noticed = spec(POLICY_PROPOSAL).under("5.3", notice_days=30)
    noticed.when(PROPOSE, by="FAY").refused(EffectiveInThePast, notice_days="30")
    assert noticed.when(PROPOSE.model_copy(update={"effective_from": date(2026, 4, 2)}), by="FAY").events


@clauses("5.3")
def test_a_proposal_is_revised_by_its_proposer_until_it_is_decided() -> None:
    revise = RevisePolicyProposal(changes=CHANGES, effective_from=date(2026, 5, 1), reason="推迟生效")
    waiting = spec(POLICY_PROPOSAL).when(PROPOSE, by="FAY").and_then()
    waiting.when(PROPOSE, by="FAY").refused(ProposedAlready)
    waiting.when(revise, by="HAL").refused(OnlyProposerRevises)
    revised = waiting.when(revise, by="FAY").and_then()
    outcome = revised.when(Approve(), by="VICE")
    assert outcome.events[-1] == PolicyProposalApproved(changes=(FOUR_SUPPLIERS,), effective_from=date(2026, 5, 1))
    outcome.and_then().when(revise, by="FAY").refused(ProposedAlready, status="approved")
    rejected = waiting.when(Reject(reason="供应商不足"), by="CLEO").and_then()
    rejected.when(revise, by="FAY").refused(ProposedAlready, status="rejected")
