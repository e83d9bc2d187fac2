"""Dated delegation 代理 (clause 5.1): who may act for whom, in what, and until when."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.governance import delegation_rules as rules
from domain.governance.delegation import (
    DELEGATION,
    Delegation,
    DelegationGranted,
    DelegationRevoked,
    DelegationStanding,
    GrantDelegation,
    RevokeDelegation,
    delegation_in_force,
)
from domain.kernel import Refusal
from domain.working_time import SHANGHAI, UTC
from tests.spec import NOW, TODAY, Outcome, Spec, clauses, spec

pytestmark = clauses("5.1")

DAY = timedelta(days=1)
FRIDAY = TODAY + 3 * DAY


def grant(to: str = "BOB", since: date = TODAY, until: date = FRIDAY, *scope: str) -> GrantDelegation:
    return GrantDelegation(to=to, since=since, until=until, scope=scope, reason="年休假")


def granted(
    number: int = 1, to: str = "BOB", since: date = TODAY, until: date = FRIDAY, *scope: str
) -> DelegationGranted:
    return DelegationGranted(
        delegation=f"SAM.{number}", delegator="SAM", to=to, since=since, until=until, scope=scope, reason="年休假"
    )


SAMS = spec(DELEGATION).where(id="SAM")


def by_sam(situation: Spec, command: Any) -> Outcome:
    return situation.when(command, by="SAM")


def test_somebody_lets_a_colleague_act_for_him() -> None:
    by_sam(SAMS, grant()).then(granted()).because("5.1", outcome="granted", days="4", longest="90")
    by_sam(SAMS, grant("BOB", TODAY, TODAY, "rulebook", "organisation")).then(
        granted(1, "BOB", TODAY, TODAY, "organisation", "rulebook")
    )


def test_only_ones_own_authority_is_delegated_and_never_passed_on() -> None:
    SAMS.when(grant(), by="ANN").refused(rules.OnlyOnesOwnAuthority, delegator="SAM")
    SAMS.when(grant(), by="ADA").refused(rules.OnlyOnesOwnAuthority)
    SAMS.when(grant("ANN"), by="BOB", acting_for="SAM").refused(rules.OnlyOnesOwnAuthority)
    assert rules.OnlyOnesOwnAuthority.attempt


@pytest.mark.parametrize(
    ("command", "rule", "facts"),
    [
        (grant("SAM"), rules.NotToOneself, {"field": "to"}),
        (grant("NOBODY"), rules.DelegateNotEmployed, {"employee": "NOBODY"}),
        (grant(since=TODAY - DAY), rules.DelegationDates, {"field": "since", "today": "2026-03-03"}),
        (grant(since=FRIDAY, until=TODAY), rules.DelegationDates, {"field": "until"}),
        (grant(until=TODAY + 90 * DAY), rules.DelegationDates, {"field": "until", "most": "90"}),
        (grant("BOB", TODAY, FRIDAY, "nonsense"), rules.UnknownScope, {"given": "nonsense"}),
    ],
)
def test_a_delegation_that_cannot_be_is_refused(command: Any, rule: type[Refusal], facts: dict[str, str]) -> None:
    by_sam(SAMS, command).refused(rule, **facts)


def test_a_delegation_lasts_as_long_as_the_policy_allows_to_the_day() -> None:
    by_sam(SAMS, grant(until=TODAY + 89 * DAY)).then(granted(until=TODAY + 89 * DAY))
    shorter = SAMS.under("5.1", delegation_max_days=4)
    by_sam(shorter, grant()).then(granted())
    by_sam(shorter, grant(until=FRIDAY + DAY)).refused(rules.DelegationDates, most="4")


def test_at_any_time_one_colleague_at_most_acts_in_the_same_matter() -> None:
    limited = SAMS.given(granted(1, "BOB", TODAY, FRIDAY, "organisation"))
    for command in (grant("ANN"), grant("ANN", FRIDAY, FRIDAY, "organisation", "rulebook")):
        by_sam(limited, command).refused(rules.DelegationOverlaps, to="BOB")
    by_sam(limited, grant("ANN", TODAY, FRIDAY, "rulebook")).then(granted(2, "ANN", TODAY, FRIDAY, "rulebook"))
    by_sam(SAMS.given(granted(1, "BOB", FRIDAY, FRIDAY)), grant("ANN", until=FRIDAY - DAY)).then(
        granted(2, "ANN", until=FRIDAY - DAY)
    )
    by_sam(limited, grant("ANN", FRIDAY + DAY, FRIDAY + DAY)).then(granted(2, "ANN", FRIDAY + DAY, FRIDAY + DAY))
    revoked = limited.given(DelegationRevoked(delegation="SAM.1", by="SAM", at=NOW))
    by_sam(revoked, grant("ANN")).then(granted(2, "ANN"))


def test_a_delegation_is_revoked_at_once_by_those_it_concerns() -> None:
    for person in ("SAM", "BOB", "ADA", "HAL"):
        SAMS.given(granted()).when(RevokeDelegation(delegation="SAM.1"), by=person).then(
            DelegationRevoked(delegation="SAM.1", by=person, at=NOW)
        )
    SAMS.given(granted()).when(RevokeDelegation(delegation="SAM.1"), by="ANN").refused(
        rules.OnlyDelegatorRevokes, delegator="SAM"
    )


def test_only_a_delegation_that_stands_is_revoked() -> None:
    revoke = RevokeDelegation(delegation="SAM.1")
    by_sam(SAMS, revoke).refused(rules.NoSuchDelegation, delegation="SAM.1")
    once = by_sam(SAMS.given(granted()), revoke).and_then()
    by_sam(once, revoke).refused(
        rules.NoSuchDelegation, delegation="SAM.1 2026-03-03…2026-03-06, revoked 已撤销 2026-03-03 10:00"
    )
    SAMS.given(granted()).when(revoke, by="SAM", at=NOW + 4 * DAY).refused(rules.NoSuchDelegation)


# ── What others are told ───────────────────────────────────────────────────────────────────────────────────


def standing(*events: Any) -> DelegationStanding:
    state: Delegation = DELEGATION.fold(events)
    assert DELEGATION.fact is not None
    fact = DELEGATION.fact(state)
    assert isinstance(fact, DelegationStanding)
    return fact


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def test_it_is_in_force_from_the_first_to_the_last_day_in_shanghai() -> None:
    told = standing(granted(since=TODAY, until=FRIDAY))
    moments = [moment(TODAY - DAY, 23, 59), moment(TODAY, 0), moment(FRIDAY, 23, 59), moment(FRIDAY + DAY, 0)]
    assert [told.in_force("BOB", each, "requisition") for each in moments] == [None, "SAM.1", "SAM.1", None]
    assert told.in_force("BOB", datetime(2026, 3, 2, 16, 0, tzinfo=UTC), "requisition") == "SAM.1"


def test_it_is_in_force_for_that_colleague_in_those_matters() -> None:
    told = standing(granted(1, "BOB", TODAY, FRIDAY, "requisition"), granted(2, "ANN", TODAY, FRIDAY, "order"))
    asked = [("BOB", "requisition"), ("BOB", "order"), ("ANN", "order"), ("IAN", "order")]
    assert [told.in_force(to, NOW, matter) for to, matter in asked] == ["SAM.1", None, "SAM.2", None]


def test_it_is_in_force_until_the_moment_it_is_revoked() -> None:
    told = standing(granted(), DelegationRevoked(delegation="SAM.1", by="SAM", at=NOW))
    assert told.in_force("BOB", NOW - timedelta(seconds=1), "requisition") == "SAM.1"
    assert told.in_force("BOB", NOW, "requisition") is None


def test_an_act_for_somebody_without_a_delegation_in_force_is_refused_with_the_dates() -> None:
    asked: dict[str, Any] = {"acting_for": "SAM", "delegate": "BOB", "now": NOW, "aggregate": "requisition"}
    assert delegation_in_force(standing(granted()), **asked) == "SAM.1"
    with pytest.raises(rules.NoDelegation) as refused:
        delegation_in_force(None, **asked)
    assert refused.value.facts["granted"] == "-"
    over = granted(1, "BOB", TODAY - 9 * DAY, TODAY - 3 * DAY)
    revoked = (granted(2, "BOB"), DelegationRevoked(delegation="SAM.2", by="SAM", at=NOW))
    with pytest.raises(rules.NoDelegation) as refused:
        delegation_in_force(standing(over, *revoked, granted(3, "IAN")), **asked)
    assert refused.value.facts["granted"] == (
        "SAM.1 2026-02-22…2026-02-28; SAM.2 2026-03-03…2026-03-06, revoked 已撤销 2026-03-03 10:00"
    )
    assert rules.NoDelegation.attempt
