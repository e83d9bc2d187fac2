"""Budgets, reports, reviews: what the finance views say of hand-made histories."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.governance.approvals import ApprovalRejected, ApprovalReturned, ApprovalWithdrawn
from domain.kernel import Event
from domain.money import ZERO
from interfaces.http.views import areas_of_clauses
from projections import catalogue
from projections.asking import Scope, may_see
from tests.database import Database
from tests.projections import budget_year, finance_control
from tests.projections.budget_year import BUDGET, TRANSFER, gathered, money
from tests.projections.buying import completed
from tests.projections.finance_control import DUE
from tests.projections.history import History
from tests.projections.told import asked, below, shown, told
from tests.spec import clauses

FINANCE = sorted(
    name
    for name, view in catalogue.views().items()
    if all(each in areas_of_clauses() and each.startswith("2.") for each in view.clauses)
)


@clauses("2.1.1.1", "2.1.1.4")
def test_consolidation_shows_every_department_last_year_growth_and_the_conflict_that_blocks(database: Database) -> None:
    told(database, budget_year.filing)
    columns = ("department", "status", "version", "asked", "last_year", "expected", "growth", "conflicts")
    assert shown(database, "consolidation", *columns) == [
        ("ADM", "none", 0, None, None, None, None, 0),
        ("RND", "open", 1, money("291000"), money("260000"), money("265000"), Decimal("11.92"), 1),
    ]
    by_category = ("category", "last_year", "change", "asked", "growth", "conflict", "accounts", "blocks")
    assert below(database, "consolidation", "consolidation_categories", *by_category) == [
        ("labour", money("200000"), ZERO, money("200000"), ZERO, None, [], False),
        ("marketing", money("60000"), money("5000"), money("91000"), Decimal("51.67"), "growth", ["advertising"], True),
    ]


@clauses("2.1.1.1", "2.1.1.4")
@pytest.mark.parametrize(
    ("marketing", "kind", "conflicts"), [("70000", None, 0), ("69999.99", "growth", 1), ("0", "new_spending", 1)]
)
def test_other_actuals_change_what_has_grown_beyond_the_limit(
    database: Database, marketing: str, kind: str | None, conflicts: int
) -> None:
    history = told(database, budget_year.filing)
    history.happens(BUDGET, gathered(marketing=marketing, labour="200000"), by="HEAD").write(database.url)
    assert [each for _, each in shown(database, "consolidation", "department", "conflicts")] == [0, conflicts]
    found = dict(below(database, "consolidation", "consolidation_categories", "category", "conflict"))
    assert found == {"labour": None, "marketing": kind}


@clauses("2.1.1.3", "2.1.1.4", "2.1.1.6")
def test_grounds_and_a_higher_total_settle_what_blocks_a_budget_until_it_is_published(database: Database) -> None:
    history = History()
    for part in (budget_year.filing, budget_year.revision, budget_year.publication):
        part(history)
    rest, set_low = history.submissions[:7], history.submissions[7:]
    history.submissions = rest
    history.write(database.url)
    stands = ("status", "set_total", "above_total", "conflicts", "grounded", "negotiations")
    found = {row[0]: row[1:] for row in shown(database, "consolidation", "department", *stands)}
    assert found["RND"] == ("open", money("250000"), True, 2, 0, 1)
    told_of_rnd = {row[0]: row[1] for row in asked(database, "consolidation", "department", "to_deliberate", now=DUE)}
    assert told_of_rnd == {"ADM": False, "RND": True}
    history.submissions = set_low
    history.write(database.url)
    found = {row[0]: row[1:] for row in shown(database, "consolidation", "department", "included", *stands)}
    assert found == {
        "ADM": (False, "none", None, False, 0, 0, 0),
        "OPS": (True, "none", None, False, 0, 0, 0),
        "RND": (True, "published", money("280000"), False, 0, 1, 1),
    }
    columns = ("status", "departments", "negotiations", "meetings", "pool", "total")
    assert shown(database, "budget_rounds", *columns) == [("published", 1, 1, 1, money("20000"), money("300000"))]
    talks = below(database, "budget_rounds", "budget_round_talks", "kind", "people", "management")
    assert talks == [("negotiation", ["HEAD", "FINN"], []), ("meeting", ["FINN", "VICE"], ["VICE"])]


@clauses("2.1.1.2", "2.1.1.4")
def test_every_version_of_a_budget_stays_readable_and_says_how_it_differs(database: Database) -> None:
    told(database, budget_year.filing, budget_year.revision)
    assert shown(database, "budget_versions", "version", "status", "total", "reason") == [
        (1, "superseded", money("291000"), None),
        (2, "open", money("280000"), "协商后调整"),
    ]
    lines = below(database, "budget_versions", "budget_version_lines", "version", "account", "amount")
    assert [each for each in lines if each[1] == "advertising"] == [
        (1, "advertising", money("91000")),
        (2, "advertising", money("80000")),
    ]
    changes = ("version", "account", "kind", "before", "after", "fields")
    assert below(database, "budget_versions", "budget_version_changes", *changes) == [
        (2, "advertising", "changed", money("91000"), money("80000"), ["amount", "phasing"])
    ]


@clauses("2.1.1.4", "2.1.1.5")
@pytest.mark.parametrize(
    ("end", "status"),
    [
        (completed(), "approved"),
        (ApprovalWithdrawn(round=1, by="HEAD", reason="重做"), "withdrawn"),
        (ApprovalRejected(round=1, step=1, authority="superior", signer="VICE", reason="过高"), "rejected"),
        (ApprovalReturned(round=1, step=1, authority="superior", signer="VICE", reason="补依据"), "returned"),
        (ApprovalReturned(round=1, step=2, authority="superior", signer="VICE", to_step=1, reason="再看"), "open"),
    ],
)
def test_a_version_says_what_became_of_it(database: Database, end: Event, status: str) -> None:
    told(database, budget_year.filing).happens(BUDGET, end, by="VICE").write(database.url)
    assert shown(database, "budget_versions", "version", "status") == [(1, status)]
    assert ("RND", status) in shown(database, "consolidation", "department", "status")


@clauses("2.1.2.2")
def test_the_reserve_pool_shows_its_balance_and_what_moved_it(database: Database) -> None:
    told(database, budget_year.pool)
    columns = ("year", "funded", "drawn", "returned", "balance")
    assert shown(database, "reserve_pool", *columns) == [
        (2026, money("20000"), money("3000"), money("500"), money("17500"))
    ]
    moved = below(database, "reserve_pool", "reserve_pool_movements", "kind", "amount", "balance", "by")
    assert moved[1:] == [
        ("drawn", money("3000"), money("17000"), finance_control.EXPLANATION),
        ("returned", money("500"), money("17500"), TRANSFER),
    ]


@clauses("2.1.3.1")
def test_transfers_show_how_far_they_came_and_are_seen_by_every_department_they_touch(database: Database) -> None:
    told(database, budget_year.transfers)
    columns = ("status", "round", "from_pool", "source_department", "amount", "month", "assessment")
    assert shown(database, "budget_transfers", *columns) == [
        ("transferred", 2, False, "RND", money("1500"), "2026-03", "确有必要"),
        ("returned", 1, True, None, money("1000"), None, None),
        ("rejected", 1, True, None, money("1000"), None, None),
        ("withdrawn", 1, True, None, money("1000"), None, None),
    ]
    targets = below(database, "budget_transfers", "budget_transfer_targets", "subject", "department", "opens")
    assert targets[0] == (TRANSFER, "OPS", True) and len(targets) == 4
    seen = {
        who: asked(database, "budget_transfers", "subject", now=DUE, scope=Scope("department", who, frozenset({where})))
        for who, where in (("ZED", "RND"), ("OLA", "OPS"), ("EVE", "ADM"))
    }
    assert {who: len(found) for who, found in seen.items()} == {"ZED": 1, "OLA": 4, "EVE": 0}


@clauses("2.1.3.1")
def test_a_carry_forward_shows_what_was_asked_and_what_was_taken(database: Database) -> None:
    told(database, budget_year.carries)
    columns = ("department", "status", "asked", "carried", "to_year")
    assert shown(database, "carry_forward", *columns) == [("RND", "carried", money("600"), money("550"), 2027)]
    lines = ("account", "asked", "carried", "claims", "opens")
    assert below(database, "carry_forward", "carry_forward_lines", *lines) == [
        ("it_equipment", money("600"), money("550"), 1, True)
    ]


@clauses("2.1.2.2")
def test_explanations_are_open_overdue_or_late(database: Database) -> None:
    told(database, finance_control.explanations)
    columns = ("department", "status", "open", "overdue", "late", "returned", "granted", "waits_for")
    before, after = DUE - timedelta(minutes=1), DUE + timedelta(minutes=1)
    done: tuple[Any, ...] = ("RND", "accepted", False, False, True, 1, money("2000"), [])
    owed = ("OPS", "demanded", True, False, False, 0, None, ["OLA"])
    assert asked(database, "variance_explanations", *columns, now=before) == [owed, done]
    overdue = (*owed[:3], True, *owed[4:])
    assert asked(database, "variance_explanations", *columns, now=after) == [overdue, done]


@clauses("2.1.2.2")
def test_filed_in_time_and_again_after_a_return_an_explanation_is_not_late(database: Database) -> None:
    told(database, lambda history: finance_control.explanations(history, filed_at=DUE - timedelta(hours=1)))
    columns = ("department", "returned", "late")
    assert asked(database, "variance_explanations", *columns, now=DUE)[1] == ("RND", 1, False)


@clauses("2.1.2.1")
def test_reports_show_when_they_were_published_and_each_department_its_own_part(database: Database) -> None:
    told(database, finance_control.reports)
    columns = ("month", "status", "late", "likely", "overruns", "month_actual", "position")
    assert asked(database, "execution_reports", *columns, now=DUE) == [
        ("2026-02", "published", True, 2, 1, money("33000"), 7)
    ]
    totals = below(database, "execution_reports", "execution_report_totals", "by", "key", "month_actual")
    assert totals == [
        ("category", "administration", money("33000")),
        ("department", "OPS", money("20000")),
        ("department", "RND", money("13000")),
    ]
    head = Scope("department", "HEAD", frozenset({"RND"}))
    of_department = ("department", "month_actual", "to_date_percent", "overruns", "over")
    assert asked(database, "execution_by_department", *of_department, now=DUE, scope=head) == [
        ("RND", money("13000"), Decimal("130.00"), 1, money("3000"))
    ]


@clauses("2.1.3.2")
def test_a_review_shows_its_findings_and_its_lessons_make_up_the_handbook(database: Database) -> None:
    history = History()
    finance_control.review(history)
    history.submissions, last = history.submissions[:-1], history.submissions[-1:]
    history.write(database.url)
    columns = ("year", "status", "overruns", "beyond", "findings", "serious")
    assert shown(database, "budget_reviews", *columns) == [(2026, "open", 2, 1, 1, 1)]
    assert asked(database, "budget_handbook", "lesson", now=DUE) == []
    history.submissions = last
    history.write(database.url)
    assert shown(database, "budget_reviews", *columns) == [(2026, "completed", 2, 1, 1, 1)]
    findings = below(database, "budget_reviews", "budget_review_findings", "department", "responsible", "serious")
    assert findings == [("RND", "HEAD", True)]
    assert asked(database, "budget_handbook", "year", "lesson", now=DUE) == [(2026, "办公用品须比价")]


def test_finance_works_in_the_area_of_every_finance_view() -> None:
    assert len(FINANCE) >= 19
    for name in FINANCE:
        assert all("finance" in areas_of_clauses()[each] for each in catalogue.view(name).clauses), name


def test_a_head_sees_the_finance_views_that_name_a_department() -> None:
    head = Scope("department", "HEAD", frozenset({"RND"}))
    whole_company = {"budget_reviews", "budget_rounds", "cost_periods", "execution_reports", "reserve_pool"}
    assert {name for name in FINANCE if not may_see(catalogue.view(name), head)} == whole_company
