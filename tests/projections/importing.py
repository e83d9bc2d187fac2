"""A case of an imported log, as it is recorded."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from domain.governance.imported_case import (
    ImportedCaseOpened,
    ImportedDeviationFound,
    ImportedMattersUndetermined,
    ImportedStepTaken,
)
from tests.projections.history import NINE, History


def imported(history: History) -> None:
    """A case of a log with a step as it should be and one that deviates."""
    case = "imported_case-1"
    opened = ImportedCaseOpened(
        procedure="sample-1",
        file_sha256="a" * 64,
        original_id="case 1",
        number="N1",
        amount_text="10.00",
        amount=Decimal("10.00"),
        currency="EUR",
        department="D1",
        attributes={},
    )
    taken = {
        "round": 1,
        "step": "author",
        "outcome": "submitted",
        "original_id": "e1",
        "activity": "SUBMITTED",
        "role": "EMPLOYEE",
        "person": "UNKNOWN",
        "happened_at": NINE,
        "attributes": {},
    }
    later = {**taken, "step": "head", "outcome": "rejected", "happened_at": NINE + timedelta(hours=5)}
    history.happens(
        case,
        opened,
        ImportedStepTaken.model_validate(taken),
        ImportedDeviationFound.model_validate({**later, "rule": "StepOutOfOrder", "facts": {"after": "x"}}),
        ImportedMattersUndetermined(questions=("separation_of_duties",)),
    )
