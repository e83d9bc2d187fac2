"""Requisitions, quotations, orders, arrivals, stock, suppliers: what the views say of hand-made histories."""

from datetime import timedelta
from decimal import Decimal

import psycopg

from domain.operations.procurement.order_messages import (
    OrderArrivalNoted,
    OrderExceptionSettled,
    OrderHeld,
    OrderReceiptNoted,
    PurchaseOrderCancelled,
    PurchaseOrderClosed,
)
from domain.operations.procurement.requisition_messages import (
    RequisitionCancelled,
    RequisitionOrderCancelled,
    RequisitionOrdered,
    RequisitionRevised,
)
from domain.operations.procurement.terms import LineQuantity, Settlement
from projections import catalogue
from tests.database import Database
from tests.projections.buying import DOCK, PATH, completed, given, opened, submitted
from tests.projections.everything import (
    STOCK,
    arrived,
    orders_and_receipts,
    placed,
    quotations,
    stock,
    suppliers,
    warnings,
)
from tests.projections.history import NINE, History, main_rows, project, rows

ONE, TWO = Decimal(1), Decimal(2)


def shown(database: Database, view: str, *columns: str) -> list[tuple[object, ...]]:
    project(database.url, view)
    return main_rows(database.url, view, *columns)


def test_4_1_1_1_a_requisition_is_shown_from_filing_to_order(database: Database) -> None:
    history = History().happens("requisition-1", submitted(), opened(1), by="ANN").write(database.url)
    stands = ("status", "step", "authority", "order")
    assert shown(database, "requisitions", "amount", *stands) == [
        (Decimal("6000.00"), "open", 1, "department_head", None)
    ]
    history.happens("requisition-1", given(1, "HEAD"), completed(), by="HEAD").write(database.url)
    assert shown(database, "requisitions", *stands) == [("approved", None, None, None)]
    history.happens("requisition-1", RequisitionOrdered(order="PO1")).write(database.url)
    assert shown(database, "requisitions", *stands) == [("ordered", None, None, "PO1")]
    history.happens("requisition-1", RequisitionOrderCancelled(order="PO1"))
    history.happens("requisition-1", RequisitionCancelled(reason="不再需要"), by="ANN").write(database.url)
    assert shown(database, "requisitions", *stands) == [("cancelled", None, None, None)]


def test_4_1_1_2_a_revision_replaces_the_lines_and_opens_another_round(database: Database) -> None:
    revised = RequisitionRevised(lines=(DOCK,), purpose="仅扩展坞", amount=Decimal("600.00"), changes=(), path=PATH[:1])
    history = History().happens("requisition-1", submitted(), opened(1), by="ANN")
    history.happens("requisition-1", revised, opened(1, round=2), by="ANN").write(database.url)
    project(database.url, "requisitions")
    found = rows(database.url, "requisitions")
    assert [(row["round"], row["amount"], row["status"]) for row in found["requisitions"]] == [
        (2, Decimal("600.00"), "open")
    ]
    assert [(line["line"], line["item"]) for line in found["requisition_lines"]] == [(1, "扩展坞")]


def test_4_1_2_3_quotes_stand_side_by_side_with_their_distance_to_the_lowest(database: Database) -> None:
    history = History()
    quotations(history)
    history.write(database.url)
    project(database.url, "quotations_side_by_side")
    found = rows(database.url, "quotations_side_by_side")
    head = found["quotations_side_by_side"][0]
    assert (head["asked"], head["quoted"], head["lowest"]) == (4, 2, Decimal("5780.00"))
    assert head["difference_percent"] == Decimal("1.730")
    assert [(q["supplier"], q["answer"], q["revision"], q["over_lowest_percent"]) for q in found["quotes"]] == [
        ("S1", "quoted", 1, Decimal("1.730")),
        ("S2", "quoted", 2, Decimal("0.000")),
        ("S3", "declined", 0, None),
        ("S4", "asked", 0, None),
    ]
    prices = [(line["supplier"], line["item"], line["price"]) for line in found["quote_lines"] if line["line"] == 1]
    assert prices == [
        ("", "笔记本电脑", None),
        ("S1", "笔记本电脑", Decimal("5300.00")),
        ("S2", "笔记本电脑", Decimal("5200.00")),
    ]


def test_4_1_2_4_an_award_that_was_revoked_leaves_nobody_awarded(database: Database) -> None:
    history = History()
    quotations(history)
    history.submissions, revoked = history.submissions[:-1], history.submissions[-1]
    history.write(database.url)
    assert shown(database, "quotations_side_by_side", "status", "awarded_to", "ground") == [
        ("awarded", "S1", "sample_test")
    ]
    history.submissions = [revoked]
    history.write(database.url)
    assert shown(database, "quotations_side_by_side", "status", "awarded_to") == [("open", None)]
    assert not any(quote["awarded"] for quote in rows(database.url, "quotations_side_by_side")["quotes"])


def held(kind: str, exception: int, quantity: Decimal = ONE) -> OrderHeld:
    """Something is wrong with the dock."""
    return OrderHeld.model_validate(
        {"receipt": "1", "exception": exception, "line": 2, "kind": kind, "quantity": str(quantity)}
    )


def settled(kind: str, exception: int, settlement: Settlement) -> OrderExceptionSettled:
    """It is settled."""
    return OrderExceptionSettled.model_validate(
        {**held(kind, exception).model_dump(mode="json"), "settlement": settlement, "amount": "5880.00"}
    )


def test_4_1_3_3_an_order_is_pending_until_its_exception_is_settled(database: Database) -> None:
    accepted = OrderReceiptNoted(receipt="1", accepted=(LineQuantity(line=1, quantity=ONE),))
    history = History().happens("purchase_order-1", placed(), OrderArrivalNoted(receipt="1"), by="BUY")
    stands = ("status", "arrivals", "exceptions", "outstanding")
    history.write(database.url)
    assert shown(database, "open_orders", *stands) == [("placed", 1, 0, TWO)]
    history.happens("purchase_order-1", held("damaged", 1), accepted).write(database.url)
    assert shown(database, "open_orders", *stands) == [("pending", 0, 1, Decimal(0))]
    history.happens("purchase_order-1", settled("damaged", 1, "exchange")).write(database.url)
    assert shown(database, "open_orders", *stands) == [("partly_received", 0, 0, ONE)]
    lines = rows(database.url, "open_orders")["open_order_lines"]
    assert [(line["accepted"], line["held"], line["given_up"], line["outstanding"]) for line in lines] == [
        (1, 0, 0, 0),
        (0, 0, 0, 1),
    ]
    history.happens("purchase_order-1", PurchaseOrderClosed(amount=Decimal("5300.00"))).write(database.url)
    assert shown(database, "open_orders", "subject") == []
    assert rows(database.url, "open_orders")["open_order_lines"] == []


def test_4_1_3_3_what_is_given_up_is_no_longer_outstanding(database: Database) -> None:
    history = History().happens("purchase_order-1", placed(), by="BUY")
    history.happens("purchase_order-1", held("shortage", 1), held("damaged", 2))
    history.happens("purchase_order-1", settled("shortage", 1, "exchange"), settled("damaged", 2, "return"))
    rest = (LineQuantity(line=1, quantity=ONE),)
    cancelled = PurchaseOrderCancelled(requisition="1", reason="停产", whole=False, rest=rest)
    history.happens("purchase_order-1", cancelled, by="BUY").write(database.url)
    assert shown(database, "open_orders", "status", "outstanding") == [("partly_received", 0)]


def test_4_1_3_1_arrivals_are_due_on_the_promised_day_and_checks_within_the_hours(database: Database) -> None:
    history = History().happens("purchase_order-1", placed(), by="BUY", at=NINE)
    history.happens("goods_receipt-1", arrived(), by="KIM").write(database.url)
    assert shown(database, "arrivals_due", "subject", "waits_for", "due_at") == [
        ("goods_receipt-1", "check", NINE + timedelta(hours=4)),
        ("purchase_order-1", "arrival", NINE.replace(day=12, hour=23, minute=59, second=59)),
    ]


def test_4_1_3_2_stock_is_kept_by_bin_and_what_is_held_is_not_available(database: Database) -> None:
    history = History()
    stock(history)
    orders_and_receipts(history)
    history.write(database.url)
    project(database.url, "stock", "waiting_for_installation")
    found = rows(database.url, "stock")
    assert [(row["subject"], row["available"], row["held"]) for row in found["stock"]] == [(STOCK, 5, 1)]
    assert [(row["bin"], row["quantity"]) for row in found["stock_bins"]] == [("A-02", 1), ("B-01", 4)]
    with psycopg.connect(database.url) as connection:
        assert catalogue.view("stock").query(connection).rows[0]["to_install"] == 3


def test_4_1_3_2_equipment_waits_until_the_last_piece_is_installed(database: Database) -> None:
    history = History()
    orders_and_receipts(history)
    history.write(database.url)
    assert shown(database, "waiting_for_installation", "line", "quantity", "informed") == [(1, 3, ["IT"])]


def test_4_1_2_2_a_scorecard_shows_standing_record_and_score(database: Database) -> None:
    history = History()
    suppliers(history)
    history.write(database.url)
    assert shown(database, "supplier_scorecard", "supplier", "status", "score", "scored_year") == [
        ("S1", "qualified", Decimal("82.91"), 2026)
    ]
    year = rows(database.url, "supplier_scorecard")["supplier_years"][0]
    assert (year["quotes"], year["price_points"]) == (1, Decimal("98.299"))
    assert (year["deliveries"], year["on_time"], year["received"], year["good"]) == (1, 1, 2, 1)
    assert year["faults"] == {"damaged": "1.000"}
    assert (year["price"], year["quality"], year["delivery"]) == (Decimal("98.29"), 50, 100)


def test_4_1_1_3_repeat_and_split_purchases_are_listed_with_what_they_rest_on(database: Database) -> None:
    history = History()
    warnings(history)
    history.write(database.url)
    columns = ("kind", "clause", "department", "who", "item", "amount", "requisitions")
    assert shown(database, "repeat_and_split_purchases", *columns) == [
        ("repeat", "4.1.1.3", "RND", None, "扩展坞", None, ["1", "2"]),
        ("split", "4.1.1.2", None, "ANN", None, Decimal("1800.00"), ["1", "2"]),
    ]
