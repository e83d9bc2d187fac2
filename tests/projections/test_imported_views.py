"""Imported histories (clause 5.2): cases, deviations by kind, time at each step."""

from tests.database import Database
from tests.projections.history import History, main_rows, project, rows
from tests.projections.importing import imported


def told(database: Database) -> None:
    history = History()
    imported(history)
    history.write(database.url)
    project(database.url)


def test_5_2_a_case_with_a_deviation_does_not_conform_and_says_what_cannot_be_told(database: Database) -> None:
    told(database)
    columns = ("events", "deviations", "conforms", "rules", "undetermined", "rejections", "seconds")
    assert main_rows(database.url, "findings_of_an_imported_history", *columns) == [
        (2, 1, False, ["StepOutOfOrder"], ["separation_of_duties"], 1, 5 * 3600)
    ]
    steps = rows(database.url, "findings_of_an_imported_history")["imported_steps"]
    assert [(step["step"], step["deviation"], step["seconds"]) for step in steps] == [
        ("author", None, None),
        ("head", "StepOutOfOrder", 5 * 3600),
    ]


def test_5_2_deviations_are_counted_by_the_rule_they_broke(database: Database) -> None:
    told(database)
    assert main_rows(database.url, "deviations_by_kind", "procedure", "rule", "deviations", "cases") == [
        ("sample-1", "StepOutOfOrder", 1, 1)
    ]


def test_5_2_time_at_each_step_is_since_the_step_before(database: Database) -> None:
    told(database)
    columns = ("step", "events", "rejections", "median_seconds", "p90_seconds")
    assert main_rows(database.url, "time_at_each_step", *columns) == [
        ("author", 1, 0, None, None),
        ("head", 1, 1, 18000, 18000),
    ]
