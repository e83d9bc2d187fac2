"""What waits for me (clause 5.1): who has to sign what, and why it reached him."""

from domain.governance.approvals import ApprovalStepEscalated, ApprovalTransferred, SignerAdded
from tests.database import Database
from tests.projections.buying import given, opened, step, submitted
from tests.projections.history import NINE, History, main_rows, project

VIEW = "what_waits_for_me"


def waiting(database: Database) -> list[tuple[str, ...]]:
    project(database.url, VIEW)
    return [tuple(row) for row in main_rows(database.url, VIEW, "signer", "authority", "reached_by")]


def test_5_1_a_step_waits_for_its_signers_only(database: Database) -> None:
    history = History().happens("requisition-1", submitted(), opened(1), by="ANN").write(database.url)
    assert waiting(database) == [("HEAD", "department_head", "role")]
    history.happens("requisition-1", given(1, "HEAD"), opened(2), by="HEAD").write(database.url)
    assert waiting(database) == [("FINN", "finance_manager", "role")]


def test_5_1_all_of_a_step_must_sign_where_the_path_says_all(database: Database) -> None:
    both = step("finance_manager", "FINN", "FAYE", mode="all")
    history = History().happens("requisition-1", submitted(), opened(1, both), by="ANN")
    history.happens("requisition-1", given(1, "FAYE"), by="FAYE").write(database.url)
    assert waiting(database) == [("FINN", "finance_manager", "role")]


def test_5_1_any_of_a_step_ends_the_waiting_of_all(database: Database) -> None:
    either = step("finance_manager", "FINN", "FAYE")
    history = History().happens("requisition-1", submitted(), opened(1, either), by="ANN")
    history.happens("requisition-1", given(1, "FAYE"), by="FAYE").write(database.url)
    assert waiting(database) == []


def test_5_1_a_delegate_signs_for_whom_he_stands_in(database: Database) -> None:
    history = History().happens(
        "requisition-1", submitted(), opened(1, step("x", "HEAD", "FINN", mode="all")), by="ANN"
    )
    history.happens("requisition-1", given(1, "DEPUTY", acting_for="HEAD"), by="DEPUTY").write(database.url)
    assert waiting(database) == [("FINN", "x", "role")]


def test_5_1_what_was_transferred_added_or_escalated_says_so(database: Database) -> None:
    history = History().happens("requisition-1", submitted(), opened(1), by="ANN")
    history.happens(
        "requisition-1", ApprovalTransferred(round=1, step=1, giver="HEAD", receiver="HAL", reason="出差"), by="HEAD"
    )
    beside = SignerAdded(
        round=1, step=1, by="HAL", signer="LEA", place="beside", decided_under="4.1.1.2", policy="2026.1"
    )
    history.happens("requisition-1", beside, by="HAL")
    late = ApprovalStepEscalated(round=1, step=1, late=("HAL", "LEA"), to=("VICE", "GINA"))
    history.happens("requisition-1", late).write(database.url)
    assert waiting(database) == [
        ("GINA", "department_head", "escalated"),
        ("HAL", "department_head", "transferred"),
        ("LEA", "department_head", "added"),
        ("VICE", "department_head", "escalated"),
    ]


def test_5_1_a_superior_settles_the_part_of_whoever_is_late_and_no_other(database: Database) -> None:
    both = step("finance_manager", "FINN", "FAYE", mode="all")
    history = History().happens("requisition-1", submitted(), opened(1, both), by="ANN")
    history.happens("requisition-1", ApprovalStepEscalated(round=1, step=1, late=("FINN",), to=("VICE",)))
    history.happens("requisition-1", given(1, "VICE"), by="VICE").write(database.url)
    assert waiting(database) == [("FAYE", "finance_manager", "role")]


def test_5_1_a_superior_signs_instead_of_whoever_may_not(database: Database) -> None:
    stands_in = step("department_head", "VICE", instead_of=("HEAD",))
    History().happens("requisition-1", submitted("HEAD"), opened(1, stands_in, due=NINE)).write(database.url)
    assert waiting(database) == [("VICE", "department_head", "superior")]
    assert main_rows(database.url, VIEW, "instead_of", "due_at") == [(["HEAD"], NINE)]
