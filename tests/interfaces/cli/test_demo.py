"""``guicheng demo`` and ``simulate``: one seed gives one course of events, and what is printed is what happened."""

from __future__ import annotations

import json
import re
import statistics
from collections import Counter, defaultdict
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import psycopg

from application.simulator.agenda import Agenda
from application.standing import CALENDAR
from domain import catalogue
from domain.working_time import SHANGHAI
from infrastructure.settings import Settings
from interfaces.bootstrap import running, set_up
from interfaces.cli.demo import let_work
from interfaces.cli.summary import STATES, TIERS
from tests.database import Clones, Database
from tests.interfaces.cli.command import Guicheng, on

UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


def entries(guicheng: Guicheng) -> list[dict[str, Any]]:
    """The journal as it was written, straight from the table."""
    assert guicheng.database is not None
    with psycopg.connect(guicheng.database.url) as connection:
        return [row[0] for row in connection.execute("select body from journal.entries order by position")]


def business(guicheng: Guicheng) -> list[dict[str, Any]]:
    """Everything that happened, with personal data readable; ids numbered as they first appear."""
    lines = guicheng.done("stream", "tail", "--after", "-1", "--json").out
    numbers: dict[str, str] = {}
    plain = UUID.sub(lambda found: numbers.setdefault(found[0].replace("-", ""), f"id {len(numbers)}"), lines)
    return [json.loads(line) for line in plain.splitlines()]


def table(found: dict[str, Any], title: str) -> list[dict[str, Any]]:
    """The rows of the table with that title."""
    return next(each["rows"] for each in found["tables"] if title in each["title"])


def test_one_seed_gives_one_course_of_events(
    demo: tuple[Guicheng, dict[str, Any]], clones: Clones, tmp_path: Path
) -> None:
    guicheng, found = demo
    with clones.clone() as database:
        again = on(database, tmp_path)
        assert again.done("demo", "--days", "2", "--no-serve", "--json").json == found
        assert business(again) == business(guicheng)
    with clones.clone() as database:
        other = on(database, tmp_path / "other")
        assert other.done("demo", "--days", "1", "--seed", "8", "--no-serve", "--json").json["entries"] > 300
        assert business(other)[: found["entries"]] != business(guicheng)[: len(entries(other))]


def test_what_is_printed_is_what_the_journal_says(clones: Clones, tmp_path: Path) -> None:
    with clones.clone() as database:
        guicheng = on(database, tmp_path)
        found = guicheng.done("demo", "--days", "8", "--seed", "3", "--no-serve", "--json").json
        written = entries(guicheng)
        told = _plain(guicheng.done("demo", "--no-serve").out)
    assert found["entries"] == len(written)
    assert found["subjects"] == len({each["stream"] for each in written})
    assert table(found, "采购申请") == _requisitions(written)
    assert table(found, "各级审批") == _tiers(written)
    assert table(found, "越权尝试") == _attempts(written)
    assert table(found, "预警") == _warnings(written)
    assert {row["clause"]: _judged(row) for row in table(found, "时限义务")} == _deadlines(written)
    stock = {row["item"]: Decimal(row["available"]) for row in table(found, "库存")}
    assert stock and stock.items() <= _stock(written).items()
    for each in found["tables"]:
        assert _plain(each["title"]) in told
        for row in each["rows"]:
            for cell in row.values():
                assert cell is None or _plain(str(cell)) in told, cell


def _plain(text: str) -> str:
    """Without what a table puts between words and thousands."""
    return "".join(text.replace(",", "").split())


def of(written: list[dict[str, Any]], *kinds: str) -> list[dict[str, Any]]:
    """The entries of these types."""
    return [each for each in written if each["type"] in kinds]


def _requisitions(written: list[dict[str, Any]]) -> list[dict[str, Any]]:
    state: dict[str, str] = {}
    amount: dict[str, Decimal] = {}
    becomes = {
        "ApprovalStepOpened": "open",
        "ApprovalCompleted": "approved",
        "ApprovalRejected": "rejected",
        "ApprovalWithdrawn": "withdrawn",
        "RequisitionCancelled": "cancelled",
        "RequisitionOrdered": "ordered",
        "RequisitionOrderCancelled": "approved",
    }
    for each in written:
        if not each["stream"].startswith("requisition-"):
            continue
        if each["type"] in ("RequisitionSubmitted", "RequisitionRevised"):
            amount[each["stream"]] = Decimal(each["data"]["amount"])
        if each["type"] == "ApprovalReturned" and each["data"]["to_step"] is None:
            state[each["stream"]] = "returned"
        elif each["type"] in becomes:
            state[each["stream"]] = becomes[each["type"]]
    assert state.keys() == amount.keys()
    sums: dict[str, list[Decimal]] = defaultdict(list)
    for stream, now in state.items():
        sums[now].append(amount[stream])
    rows = [(f"{status} {STATES[status]}", len(each), str(sum(each))) for status, each in sums.items()]
    rows.sort(key=lambda row: (-row[1], row[0]))
    return [{"status": status, "requisitions": count, "amount": total} for status, count, total in rows]


def _tiers(written: list[dict[str, Any]]) -> list[dict[str, Any]]:
    open_step: dict[str, dict[str, Any]] = {}
    rows: dict[str, dict[str, Any]] = defaultdict(Counter)
    hours: dict[str, list[float]] = defaultdict(list)
    names = {"ApprovalGiven": "approved", "ApprovalReturned": "returned", "ApprovalRejected": "rejected"}
    for each in written:
        if each["type"] == "ApprovalStepOpened":
            open_step[each["stream"]] = each
        elif each["type"] in ("ApprovalTransferred", "SignerAdded"):
            rows[open_step[each["stream"]]["data"]["authority"]]["handed_on"] += 1
        elif each["type"] in names:
            opened, row = open_step[each["stream"]], rows[each["data"]["authority"]]
            row["decided"] += 1
            row[names[each["type"]]] += 1
            row["by_delegate"] += each["for"] is not None
            at, due = datetime.fromisoformat(each["occurred"]), opened["data"]["due_at"]
            row["late"] += due is not None and at > datetime.fromisoformat(due)
            waited = at - datetime.fromisoformat(opened["occurred"])
            hours[each["data"]["authority"]].append(int(waited.total_seconds()) / 3600)
    for tier, row in rows.items():
        median = Decimal(repr(statistics.median(hours[tier]))) if hours[tier] else None
        row["median_hours"] = str(median.quantize(Decimal("0.1"), ROUND_HALF_UP)) if median is not None else None
    order = ("decided", "approved", "returned", "rejected", "by_delegate", "late", "median_hours", "handed_on")
    told = [
        {"authority": f"{tier} {TIERS[tier]}"} | {name: row[name] for name in order}
        for tier, row in sorted(rows.items(), key=lambda item: (-item[1]["decided"], item[0]))
    ]
    assert len(told) >= 3
    return told


def _attempts(written: list[dict[str, Any]]) -> list[dict[str, Any]]:
    counted = Counter((each["data"]["decided_under"], each["data"]["rule"]) for each in of(written, "AttemptRefused"))
    assert counted
    rules = catalogue.refusals()
    return [
        {"clause": clause, "attempts": number, "rule": f"{rules[rule].rule('en')} {rules[rule].rule('zh')}"}
        for (clause, rule), number in sorted(counted.items(), key=lambda item: (-item[1], item[0][1]))
    ]


def _warnings(written: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kinds = (("repeat 重复采购", "RepeatPurchaseWarned"), ("split 疑似拆分", "SplitPurchaseFlagged"))
    found = [{"kind": kind, "flagged": len(of(written, event))} for kind, event in kinds]
    return [each for each in found if each["flagged"]]


JUDGED = ("met", "late", "missed", "open", "waived", "closed")


def _judged(row: dict[str, Any]) -> dict[str, int]:
    return {name: row[name] for name in JUDGED}


def _deadlines(written: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Receipts have to be checked and exceptions settled within days; the costs of a month are gathered in the next."""
    due: dict[tuple[str, str], datetime] = {}
    judged: dict[tuple[str, str], str] = {}
    settled = ("GoodsReturned", "GoodsExchanged", "GoodsAccepted")
    for each in written:
        data, stream = each["data"], each["stream"]
        if each["type"] == "GoodsArrived":
            due["4.1.3.1", stream] = datetime.fromisoformat(data["check_due_at"])
        elif each["type"] == "GoodsExceptionFound":
            due["4.1.3.3", f"{stream} {data['number']}"] = datetime.fromisoformat(data["settle_due_at"])
        elif each["type"] == "PeriodOpened":
            due["2.2.1.1", stream] = datetime.fromisoformat(data["due_at"])
        if each["type"] == "GoodsChecked":
            key = "4.1.3.1", stream
        elif each["type"] in settled:
            key = "4.1.3.3", f"{stream} {data['number']}"
        else:
            continue
        judged[key] = "late" if datetime.fromisoformat(each["occurred"]) > due[key] else "met"
    missed = {(each["data"]["obliged_by"], each["data"]["subject"]) for each in of(written, "ObligationMissed")}
    counted = {clause: dict.fromkeys(JUDGED, 0) for clause, _ in due}
    for clause, what in due:
        otherwise = "missed" if (clause, what.partition(" ")[0]) in missed else "open"
        counted[clause][judged.get((clause, what), otherwise)] += 1
    assert counted
    return counted


def _stock(written: list[dict[str, Any]]) -> dict[str, Decimal]:
    signs = {"StockReceived": 1, "HeldReleased": 1, "StockTakenBack": 1, "StockIssued": -1}
    names: dict[str, str] = {}
    left: Counter[str] = Counter()
    for each in written:
        if each["stream"].startswith("stock-"):
            names.setdefault(each["stream"], each["data"].get("item", ""))
            left[each["stream"]] += signs.get(each["type"], 0) * Decimal(each["data"]["quantity"])  # type: ignore[assignment]
    return {names[stream]: Decimal(quantity) for stream, quantity in left.items()}


def test_the_company_works_on_from_where_it_was(clones: Clones, tmp_path: Path) -> None:
    with clones.clone() as database:
        guicheng = on(database, tmp_path)
        first = guicheng.done("simulate", "--days", "1", "--needs", "2", "--json").json
        second = guicheng.done("simulate", "--days", "1", "--needs", "2", "--json").json
        assert second["entries"] > first["entries"] and second["until"] > first["until"]
        assert guicheng.done("audit", "verify", "--json").json["holds"]
        again = guicheng("demo", "--days", "3", "--no-serve", "--json")
        assert again.json == second, "a journal is not simulated over"
        assert "nothing was simulated" in again.err and "未再模拟" in again.err


async def test_where_a_year_without_an_official_calendar_begins_it_is_published_as_provisional(
    database: Database, tmp_path: Path
) -> None:
    agenda = Agenda(datetime(2027, 12, 30, 8, tzinfo=SHANGHAI))
    settings = Settings(home=tmp_path, database_url=database.url)
    set_up(settings)
    async with running(settings, clock=agenda) as house:
        await let_work(house, agenda, days=3, seed=1, needs=0, quiet=True)
        years = (await house.handler.state(CALENDAR))[0].years
    assert agenda.now > datetime(2028, 1, 2, tzinfo=SHANGHAI)
    assert {2026: "official", 2028: "provisional", 2029: "provisional"}.items() <= {
        year: each.status for year, each in years.items()
    }.items()


def test_days_and_seeds_nobody_can_mean_are_refused(guicheng: Guicheng) -> None:
    for wrong in (("--days", "0"), ("--days", "-3"), ("--days", "1e9"), ("--seed", "-1"), ("--needs", "501")):
        result = guicheng("simulate", *wrong)
        result.said(wrong[0], "用法")
        assert result.code == 2
