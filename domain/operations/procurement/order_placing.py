"""Placing an order 下单 (clauses 4.1.1.2, 4.1.2.3, 4.1.2.4): as awarded, as approved, within the tolerance."""

from datetime import timedelta
from decimal import Decimal

from domain.kernel import Basis, Context, Ruled
from domain.operations.procurement import order_rules as rules
from domain.operations.procurement.amount_rules import bounded
from domain.operations.procurement.duties import check_not_requester
from domain.operations.procurement.order_messages import (
    PlaceDirectOrder,
    PlacePurchaseOrder,
    PurchaseOrderPlaced,
)
from domain.operations.procurement.order_rules import CLAUSE_ORDER
from domain.operations.procurement.rfq_rules import (
    QuoteIncomplete,
    QuoteNotValid,
    RequisitionChangedSince,
    RequisitionNotApproved,
)
from domain.operations.procurement.supplier_check import warnings_on
from domain.operations.procurement.terms import (
    AwardStanding,
    OrderedLine,
    RequisitionStanding,
    amount_of,
    goods_of,
)
from domain.working_time import SHANGHAI


def place(command: PlacePurchaseOrder, context: Context) -> Ruled:
    """The order that follows from an award."""
    award = context.fact(AwardStanding, "rfq", command.rfq)
    awarded = award and (award.status, award.requisition, award.supplier)
    if award is None or awarded != ("awarded", command.requisition, command.supplier):
        raise rules.NotAsAwarded(rfq=command.rfq, status="none" if award is None else award.status)
    today = context.now.astimezone(SHANGHAI).date()
    if award.valid_until < today:
        raise QuoteNotValid(valid_until=award.valid_until)
    return _placed(command.requisition, command.rfq, command.supplier, award.lines, award.delivery_days, context)


def place_directly(command: PlaceDirectOrder, context: Context) -> Ruled:
    """The order of a small amount without quotes, as far as the policy allows that."""
    requisition = _approved(command.requisition, context)
    if len(command.prices) != len(requisition.lines):
        raise QuoteIncomplete(field="prices", lines=len(command.prices), need=len(requisition.lines))
    lines = tuple(
        OrderedLine(number=number, price=price, **line.model_dump(exclude={"estimated_price"}))
        for number, (line, price) in enumerate(zip(requisition.lines, command.prices, strict=True), 1)
    )
    limit = context.policy.value("4.1.2.3", "required_over")
    amount = bounded(amount_of(lines))
    if amount > limit:
        raise rules.QuotesRequired(amount=amount, limit=limit)
    return _placed(command.requisition, None, command.supplier, lines, command.delivery_days, context)


def _placed(
    requisition_id: str,
    rfq: str | None,
    supplier: str,
    lines: tuple[OrderedLine, ...],
    delivery_days: int,
    context: Context,
) -> Ruled:
    requisition = _approved(requisition_id, context)
    check_not_requester(requisition.requester, context)
    if goods_of(requisition.lines) != goods_of(lines):
        raise RequisitionChangedSince(requisition=requisition_id)
    warnings = warnings_on(supplier, requisition.category, context)
    amount = amount_of(lines)
    basis = within_tolerance(amount, requisition.amount, context)
    today = context.now.astimezone(SHANGHAI).date()
    placed = PurchaseOrderPlaced(
        requisition=requisition_id,
        rfq=rfq,
        supplier=supplier,
        buyer=context.principal,
        requester=requisition.requester,
        department=requisition.department,
        category=requisition.category,
        lines=lines,
        amount=amount,
        approved_amount=requisition.amount,
        ordered_on=today,
        promised_on=today + timedelta(days=delivery_days),
        warnings=warnings,
    )
    return placed.under(basis)


def _approved(requisition: str, context: Context) -> RequisitionStanding:
    found = context.fact(RequisitionStanding, "requisition", requisition)
    if found is None or found.status != "approved":
        raise RequisitionNotApproved(requisition=requisition, status="none" if found is None else found.status)
    return found


def within_tolerance(amount: Decimal, approved: Decimal, context: Context) -> Basis:
    """The ruling that ``amount`` exceeds what was approved by no more than the policy's tolerance."""
    percent = context.policy.value(CLAUSE_ORDER, "price_tolerance_percent")
    if amount * 100 > approved * (100 + percent):
        raise rules.OverApprovedAmount(amount=amount, approved=approved, tolerance_percent=percent)
    return context.basis(
        CLAUSE_ORDER, "price_tolerance_percent", "within", amount=amount, approved=approved, tolerance_percent=percent
    )
