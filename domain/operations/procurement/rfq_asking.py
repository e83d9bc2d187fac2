"""Asking suppliers and recording what they say 询价与报价 (clauses 4.1.2.3, 4.1.2.4)."""

from domain.directory import Role
from domain.kernel import Context, Decision
from domain.money import rounded, total
from domain.operations.procurement import rfq_rules as rules
from domain.operations.procurement.amount_rules import bounded
from domain.operations.procurement.duties import check_not_requester
from domain.operations.procurement.rfq_messages import (
    OpenRfq,
    QuoteReceived,
    RecordQuote,
    RecordSampleTest,
    RfqOpened,
    SampleTested,
)
from domain.operations.procurement.rfq_rules import CLAUSE_RFQ
from domain.operations.procurement.rfq_state import Rfq
from domain.operations.procurement.supplier_check import counts_as_qualified, warnings_on
from domain.operations.procurement.terms import RequestedLine, RequisitionStanding, goods_of
from domain.working_time import SHANGHAI


def open_rfq(command: OpenRfq, context: Context) -> Decision:
    """The request, to enough qualified suppliers, for an approved requisition of somebody else."""
    standing = context.fact(RequisitionStanding, "requisition", command.requisition)
    if standing is None or standing.status != "approved":
        raise rules.RequisitionNotApproved(
            requisition=command.requisition, status="none" if standing is None else standing.status
        )
    check_not_requester(standing.requester, context)
    suppliers = tuple(dict.fromkeys(command.suppliers))
    needed = int(context.policy.value(CLAUSE_RFQ, "minimum_suppliers"))
    warnings = tuple(each for name in suppliers for each in warnings_on(name, standing.category, context))
    qualified = sum(counts_as_qualified(name, standing.category, context) for name in suppliers)
    if qualified < needed:
        raise rules.TooFewSuppliers(field="suppliers", have=qualified, need=needed, category=standing.category)
    days = int(context.policy.value(CLAUSE_RFQ, "reply_working_days"))
    opened = RfqOpened(
        requisition=command.requisition,
        requester=standing.requester,
        department=standing.department,
        buyer=context.principal,
        category=standing.category,
        lines=standing.lines,
        suppliers=suppliers,
        quotes_due_at=context.working_time.working_days_after(context.now, days),
        warnings=warnings,
    )
    ruling = context.basis(CLAUSE_RFQ, "minimum_suppliers", "opened", qualified=qualified, needed=needed)
    return [opened.under(ruling)]


def quote_of(command: RecordQuote, state: Rfq, context: Context) -> QuoteReceived:
    """A quote for every line, valid today; late where the time to quote is over."""
    check_invited(command.supplier, state)
    numbers = sorted(each.line for each in command.lines)
    if numbers != list(range(1, len(state.lines) + 1)):
        raise rules.QuoteIncomplete(field="lines", lines=", ".join(map(str, numbers)), need=len(state.lines))
    if command.valid_until < context.now.astimezone(SHANGHAI).date():
        raise rules.QuoteNotValid(field="valid_until", valid_until=command.valid_until)
    before = state.quotes.get(command.supplier)
    quantities = {number: line.quantity for number, line in enumerate(state.lines, 1)}
    return QuoteReceived(
        supplier=command.supplier,
        revision=before.revision + 1 if before else 1,
        lines=tuple(sorted(command.lines, key=lambda each: each.line)),
        amount=bounded(total(rounded(quantities[each.line] * each.price) for each in command.lines)),
        delivery_days=command.delivery_days,
        after_sales=command.after_sales,
        valid_until=command.valid_until,
        late=state.quotes_due_at is not None and context.now > state.quotes_due_at,
        documents=command.documents,
    )


def sample_test(command: RecordSampleTest, state: Rfq, context: Context) -> SampleTested:
    """The result, by the technical or the using department."""
    if command.supplier not in state.quotes:
        raise rules.NoSuchQuote(field="supplier", supplier=command.supplier)
    person, directory = context.principal, context.directory
    may = context.policy.value("4.1.2.4", "sample_tested_by")
    technical = "technical" in may and directory.holds(person, Role.IT)
    using = "using" in may and directory.department_of(person) == state.department
    if not (technical or using) or directory.holds(person, Role.BUYER):
        raise rules.SampleTestedByDepartment(tester=person, department=state.department)
    return SampleTested(
        supplier=command.supplier,
        passed=command.passed,
        score=command.score,
        findings=command.findings,
        tester=person,
        tested_as="using" if using else "technical",
        report=command.report,
    )


def check_invited(supplier: str, state: Rfq) -> None:
    """Only a supplier that was asked can answer."""
    if supplier not in state.suppliers:
        raise rules.SupplierNotInvited(field="supplier", supplier=supplier)


def check_requisition(requisition: str, lines: tuple[RequestedLine, ...], context: Context) -> None:
    """The requisition is approved, and still asks for these goods."""
    standing = context.fact(RequisitionStanding, "requisition", requisition)
    if standing is None or standing.status != "approved":
        raise rules.RequisitionNotApproved(requisition=requisition, status=standing.status if standing else "none")
    if goods_of(standing.lines) != goods_of(lines):
        raise rules.RequisitionChangedSince(requisition=requisition)
