"""Sample events of a request for quotation 询价示例."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.money import rounded, total
from domain.operations.procurement.quotes import ComparedQuote
from domain.operations.procurement.rfq import RFQ
from domain.operations.procurement.rfq_messages import QuoteReceived, RfqAwarded, RfqOpened, SampleTested
from domain.operations.procurement.terms import RequestedLine
from domain.working_time import SHANGHAI
from tests.domain.procurement.samples import IT, LAPTOPS, SUPPLIERS, VALID, approved, qualified, quote
from tests.spec import Spec, spec

DUE = datetime(2026, 3, 10, 18, tzinfo=SHANGHAI)


def opened(*lines: RequestedLine, **changes: Any) -> RfqOpened:
    """BUD asked S1, S2 and S3 to quote for ANN's requisition."""
    told: dict[str, Any] = {
        "requisition": "PR1",
        "requester": "ANN",
        "department": "D-SALES",
        "buyer": "BUD",
        "category": IT,
        "lines": lines or (LAPTOPS,),
        "suppliers": SUPPLIERS,
        "quotes_due_at": DUE,
    }
    return RfqOpened(**{**told, **changes})


def received(supplier: str, *prices: str, amount: str | None = None, **changes: Any) -> QuoteReceived:
    """A supplier's quote on record, one price a line of two pieces each."""
    said = quote(supplier, *prices)
    told: dict[str, Any] = {
        "supplier": supplier,
        "revision": 1,
        "lines": said.lines,
        "amount": Decimal(amount) if amount else total(rounded(2 * Decimal(price)) for price in prices),
        "delivery_days": said.delivery_days,
        "after_sales": said.after_sales,
        "valid_until": said.valid_until,
        "late": False,
    }
    return QuoteReceived(**{**told, **changes})


def sample(supplier: str, passed: bool = True, score: str = "90") -> SampleTested:
    """IRIS tested a sample."""
    return SampleTested(
        supplier=supplier,
        passed=passed,
        score=Decimal(score),
        findings="示例",
        tester="IRIS",
        tested_as="technical",
    )


def compared(supplier: str, price: str, *, counted: bool = True, sample: Any = None) -> ComparedQuote:
    """A line of the record of quotes, for two pieces."""
    return ComparedQuote(
        supplier=supplier,
        amount=2 * Decimal(price),
        delivery_days=7,
        after_sales="三年上门",
        brands=(f"品牌{supplier}",),
        valid_until=VALID,
        counted=counted,
        sample=sample,
    )


def awarded(**changes: Any) -> RfqAwarded:
    """BUD awarded S1."""
    told: dict[str, Any] = {
        "requisition": "PR1",
        "supplier": "S1",
        "ground": "sample_test",
        "reason": "示例",
        "awarded_by": "BUD",
        "amount": Decimal("5400"),
        "lines": quote("S1", "2700").lines,
        "delivery_days": 7,
        "valid_until": VALID,
        "difference_percent": Decimal("11.11"),
        "compared": (compared("S1", "2700"),),
    }
    return RfqAwarded(**{**told, **changes})


def asked(*lines: RequestedLine) -> Spec:
    """An open request, its requisition approved, its suppliers qualified."""
    situation = spec(RFQ, opened(*lines)).knowing("requisition", "PR1", approved(*(lines or (LAPTOPS,))))
    for supplier in SUPPLIERS:
        situation = situation.knowing("supplier", supplier, qualified())
    return situation


def quoted(*prices: str) -> Spec:
    """All three have quoted these prices a piece, in the order of their numbers."""
    events = (received(supplier, price) for supplier, price in zip(SUPPLIERS, prices, strict=True))
    return asked().given(*events)
