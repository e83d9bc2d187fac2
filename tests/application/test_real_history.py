"""The real history of 6,760 requests for payment: what the import reports agrees with a plain count over the file.

The count knows nothing of the import: regular expressions over the text, and arithmetic.
"""

from __future__ import annotations

import gzip
import re
import statistics
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from application.import_approvals import Importer
from infrastructure.codec import Codec
from infrastructure.identifiers import uuid7
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.procedure_file import load
from infrastructure.xes import XesFile
from tests.database import Database
from tests.house import OpenSealer

HOUSE = Path(__file__).parents[2]
HISTORY = HOUSE.parent / "shared" / "data" / "RequestForPayment.xes.gz"
PROCEDURE = HOUSE / "docs" / "examples" / "request-for-payment.yaml"
here = pytest.mark.skipif(not HISTORY.exists(), reason=f"../shared/data/{HISTORY.name} is not there")

PREFIX = "Request For Payment "
GIVEN_UP = f"{PREFIX}REJECTED by EMPLOYEE"


def plain() -> list[list[tuple[str, str, datetime]]]:
    """Of every case its events: id, activity, time."""
    text = gzip.decompress(HISTORY.read_bytes()).decode()
    cases = []
    for trace in re.findall(r"<trace>(.*?)</trace>", text, re.DOTALL):
        events = []
        for event in re.findall(r"<event>(.*?)</event>", trace, re.DOTALL):
            said = dict(re.findall(r'key="([^"]*)" value="([^"]*)"', event))
            events.append((said["id"], said["concept:name"], datetime.fromisoformat(said["time:timestamp"])))
        cases.append(events)
    return cases


@here
async def test_the_import_agrees_with_a_plain_count(database: Database) -> None:
    counted = plain()
    file = load(PROCEDURE)
    async with PostgresJournal(database.app_url) as journal:
        codec = Codec(OpenSealer())
        importer = Importer(journal, codec, lambda: datetime.now(UTC), uuid7)
        told = (await importer.run(XesFile(HISTORY), file.procedure, file.keys, sha256=file.sha256)).as_dict()
        kinds = ("ImportedStepTaken", "ImportedDeviationFound")
        ids: Counter[str] = Counter()
        times: dict[str, datetime] = {}
        after = -1
        while entries := await journal.read(after, 5_000, kinds):
            for each in codec.decode_all(entries):
                ids[each.event.original_id] += 1  # type: ignore[attr-defined]
                times[each.event.original_id] = each.occurred_at  # type: ignore[attr-defined]
            after = entries[-1].position

    events = [event for case in counted for event in case]
    assert (told["cases"], told["events"]) == (len(counted), len(events)) == (6_760, 36_072)
    assert told["activities"] == dict(Counter(name for _, name, _ in events).most_common())
    assert ids == Counter(id for id, _, _ in events), "nothing dropped, nothing invented, nothing twice"
    assert times == {id: at for id, _, at in events}

    rejected = re.compile(rf"{PREFIX}REJECTED by (?!EMPLOYEE)(.*)")
    by = Counter(found[1] for _, name, _ in events if (found := rejected.fullmatch(name)))
    named = {step.roles[0]: name for name, step in ((step.name, step) for step in file.procedure.steps)}
    assert told["rejections"] == {named[role]: number for role, number in by.items()}

    follows = Counter((one[1], other[1]) for case in counted for one, other in pairwise(case))
    after_giving_up = sum(number for (before, _), number in follows.items() if before == GIVEN_UP)
    deviations = {each["rule"]: each["events"] for each in told["deviations"]}
    assert deviations["GivenUpIsOver"] == after_giving_up == 626
    not_rejected = sum(
        number for (before, name), number in follows.items() if name == GIVEN_UP and "REJECTED" not in before
    )
    assert deviations["GivenUpWithoutRejection"] == not_rejected == 3
    assert told["conforming_cases"] + told["deviating_cases"] == len(counted)

    # Every decision is undetermined as to who: only cases that nobody decided are not.
    undecided = sum(not any("APPROVED" in name or rejected.match(name) for _, name, _ in case) for case in counted)
    undetermined = {each["question"]: each["cases"] for each in told["undetermined"]}
    assert undetermined["separation_of_duties"] == len(counted) - undecided
    assert undetermined["authority"] == sum(any("by MISSING" in name for _, name, _ in case) for case in counted)

    waits = [
        (other[2] - one[2]).total_seconds() / 3600
        for case in counted
        for one, other in pairwise(case)
        if other[1] == "Payment Handled"
    ]
    handled = told["time_at_step"]["payment"]
    assert handled["count"] == len(waits)
    assert handled["median_hours"] == round(statistics.median(waits), 2)
    assert handled["p90_hours"] == round(sorted(waits)[-(-9 * len(waits) // 10) - 1], 2)
