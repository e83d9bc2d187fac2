"""Approvals, deadlines, compliance, decisions: what the views say of hand-made histories, clause by clause."""

from datetime import date, timedelta

import psycopg

from domain.governance.approvals import ApprovalRejected
from domain.kernel import Basis, Event
from domain.operations.procurement.receipt_messages import GoodsChecked
from projections import catalogue
from tests.database import Database
from tests.projections.buying import TIERS, completed, given, opened, submitted
from tests.projections.everything import PHOTO, arrived, deadlines, found, notices_and_attempts
from tests.projections.history import NINE, History, main_rows, project

FOUR = NINE + timedelta(hours=4)


def checked() -> GoodsChecked:
    """Receipt 1 was checked."""
    return GoodsChecked(
        order="1",
        supplier="S1",
        promised_on=date(2026, 3, 12),
        arrived_at=NINE,
        lines=(),
        photographs=(PHOTO,),
        signature="KIM",
        checked_by="KIM",
    )


def obligation(database: Database, *columns: str) -> list[tuple[object, ...]]:
    project(database.url)
    return main_rows(database.url, "obligations", *columns)


def test_5_1_every_decision_tells_authority_delegation_clause_policy_and_time_at_the_step(database: Database) -> None:
    history = History().happens("requisition-1", submitted(), opened(1, due=NINE + timedelta(hours=1)), by="ANN")
    history.happens("requisition-1", given(1, "HEAD"), opened(2), by="HEAD", at=NINE + timedelta(hours=3))
    history.happens(
        "requisition-1",
        given(2, "DEPUTY", acting_for="FINN"),
        completed(),
        by="DEPUTY",
        acting_for="FINN",
        delegation="DL1",
        at=NINE + timedelta(hours=5),
    ).write(database.url)
    project(database.url, "every_approval")
    columns = ("authority", "signer", "acting_for", "delegation", "clause", "policy", "seconds", "late")
    assert main_rows(database.url, "every_approval", *columns) == [
        ("department_head", "HEAD", None, None, "4.1.1.2", "2026.1", 3 * 3600, True),
        ("finance_manager", "DEPUTY", "FINN", "DL1", "4.1.1.2", "2026.1", 2 * 3600, False),
    ]


def test_5_1_a_rejection_is_a_decision_with_its_reason(database: Database) -> None:
    no = ApprovalRejected(round=1, step=1, authority="department_head", signer="HEAD", reason="预算不足")
    history = History().happens("requisition-1", submitted(), opened(1), by="ANN")
    history.happens("requisition-1", no, by="HEAD").write(database.url)
    project(database.url, "every_approval", "requisitions", "what_waits_for_me")
    assert main_rows(database.url, "every_approval", "decision", "remark") == [("rejected", "预算不足")]
    assert main_rows(database.url, "requisitions", "status", "authority") == [("rejected", None)]
    assert main_rows(database.url, "what_waits_for_me", "signer") == []


def test_4_1_3_1_a_check_in_time_is_met(database: Database) -> None:
    history = History().happens("goods_receipt-1", arrived(), by="KIM", at=NINE)
    history.happens("goods_receipt-1", checked(), by="KIM", at=FOUR).write(database.url)
    columns = ("clause", "status", "due_at", "owed_by", "ended_by", "seconds_late")
    assert obligation(database, *columns) == [("4.1.3.1", "met", FOUR, ["KIM"], "GoodsChecked", 0)]


def test_4_1_3_1_a_check_a_second_after_the_four_hours_is_late(database: Database) -> None:
    history = History().happens("goods_receipt-1", arrived(), by="KIM", at=NINE)
    history.happens("goods_receipt-1", checked(), by="KIM", at=FOUR + timedelta(seconds=1)).write(database.url)
    assert obligation(database, "status", "seconds_late") == [("late", 1)]


def test_4_1_3_1_what_was_missed_and_then_done_is_late(database: Database) -> None:
    history = History().happens("goods_receipt-1", arrived(), found(1), found(2), by="KIM", at=NINE)
    deadlines(history)
    history.write(database.url)
    assert obligation(database, "clause", "key", "status", "escalated_to", "waived_by") == [
        ("4.1.3.1", "", "missed", ["HEAD"], None),
        ("4.1.3.3", "1", "open", [], None),
        ("4.1.3.3", "2", "waived", [], "HEAD"),
    ]
    history.happens("goods_receipt-1", checked(), by="KIM", at=NINE + timedelta(hours=30)).write(database.url)
    assert obligation(database, "status", "seconds_late")[0] == ("late", 26 * 3600)


def test_5_1_what_is_open_past_its_time_shows_as_overdue_before_anybody_recorded_it(database: Database) -> None:
    History().happens("goods_receipt-1", arrived(), by="KIM", at=NINE).write(database.url)
    project(database.url, "obligations")
    view = catalogue.view("obligations")
    with psycopg.connect(database.url) as connection:
        looked = [view.query(connection, now=FOUR + timedelta(seconds=each)).rows[0]["overdue"] for each in (0, 1)]
    assert looked == [False, True]


def test_5_1_compliance_counts_by_clause(database: Database) -> None:
    history = History().happens("goods_receipt-1", arrived(), found(1), found(2), by="KIM", at=NINE)
    deadlines(history)
    notices_and_attempts(history)
    history.happens("goods_receipt-2", arrived("2"), by="KIM", at=NINE + timedelta(days=20))
    history.happens("goods_receipt-2", checked(), by="KIM", at=NINE + timedelta(days=21)).write(database.url)
    project(database.url)
    columns = ("clause", "opened", "open", "met", "late", "missed", "waived", "refused")
    assert sorted(main_rows(database.url, "compliance_by_clause", *columns)) == [
        ("4.1.3.1", 2, 0, 0, 1, 1, 0, 0),
        ("4.1.3.3", 2, 1, 0, 0, 0, 1, 0),
        ("5.1", 0, 0, 0, 0, 0, 0, 1),
    ]


def test_4_3_2_1_a_refused_attempt_names_who_what_and_the_rule(database: Database) -> None:
    history = History()
    notices_and_attempts(history)
    history.write(database.url)
    project(database.url, "refused_attempts")
    assert main_rows(database.url, "refused_attempts", "who", "subject", "command", "rule", "clause") == [
        ("BOB", "requisition-2", "Approve", "OwnRequest", "5.1")
    ]


def test_5_1_a_notice_lies_in_every_inbox_and_is_read_by_each_for_himself(database: Database) -> None:
    history = History()
    notices_and_attempts(history)
    history.write(database.url)
    project(database.url, "notices")
    read = [(who, read_at is not None) for who, read_at in main_rows(database.url, "notices", "recipient", "read_at")]
    assert read == [("FINN", True), ("HEAD", False)]


def test_5_1_every_ruling_of_a_person_is_his_and_those_of_the_house_are_nobodys(database: Database) -> None:
    form = Basis(clause="4.1.1.1", policy="2026.1", rule="form", inputs={"lines": "2"}, outcome="complete")
    history = History().happens("requisition-1", submitted(), opened(1), by="ANN", basis=(form, TIERS))
    history.happens("requisition-1", given(1, "HEAD"), basis=(TIERS,)).write(database.url)
    project(database.url, "who_decided_what")
    assert main_rows(database.url, "who_decided_what", "actor", "clause", "rule", "inputs") == [
        ("ANN", "4.1.1.1", "form", {"lines": "2"}),
        ("ANN", "4.1.1.2", "tiers", {"amount": "6000.00"}),
    ]


def test_5_1_the_timeline_of_a_subject_says_everything_in_order(database: Database) -> None:
    history = History().happens("requisition-1", submitted(), opened(1), by="ANN", basis=(TIERS,), at=NINE)
    history.happens("requisition-2", submitted("BOB"), by="BOB")
    history.happens("requisition-1", given(1, "HEAD"), by="HEAD").write(database.url)
    project(database.url, "timeline")
    with psycopg.connect(database.url) as connection:
        rows = catalogue.view("timeline").query(connection, filters={"subject": "requisition-1"}).rows
    assert [(row["position"], row["version"], row["type"], row["actor"], row["clauses"]) for row in rows] == [
        (0, 1, "RequisitionSubmitted", "ANN", ["4.1.1.2"]),
        (1, 2, "ApprovalStepOpened", "ANN", []),
        (3, 3, "ApprovalGiven", "HEAD", []),
    ]
    assert (rows[0]["occurred_at"], rows[0]["policy"], rows[0]["outcome"]) == (NINE, "2026.1", "head → finance → vice")


def test_5_1_the_journal_is_counted_by_the_day_in_shanghai(database: Database) -> None:
    late, later = NINE.replace(hour=23, minute=59), NINE.replace(hour=0, minute=1) + timedelta(days=1)
    events: list[tuple[Event, object]] = [(submitted(), late), (submitted(), later)]
    history = History()
    for number, (event, _) in enumerate(events, 1):
        history.happens(f"requisition-{number}", event, by="ANN", at=(late, later)[number - 1])
    history.write(database.url)
    project(database.url, "journal_by_type_and_day")
    assert main_rows(database.url, "journal_by_type_and_day", "day", "events", "by_people") == [
        (date(2026, 3, 3), 1, 1),
        (date(2026, 3, 4), 1, 1),
    ]
