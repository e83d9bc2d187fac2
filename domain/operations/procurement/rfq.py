"""Request for quotation 询价单 (clauses 4.1.2.3, 4.1.2.4): who is asked, what they quote, which quote is taken and why.

At least three qualified suppliers of the category are asked. Quotes close together go by service or brand, quotes
further apart by a sample test; whatever follows neither path is an exception for the authority of the amount.
"""

from collections.abc import Iterable
from dataclasses import replace

from domain.directory import Role
from domain.governance import approvals
from domain.kernel import Aggregate, Context, Decision, Stream
from domain.operations.procurement import rfq_award
from domain.operations.procurement import rfq_rules as rules
from domain.operations.procurement.duties import check_not_requester
from domain.operations.procurement.quotes import Quote, Sample
from domain.operations.procurement.rfq_asking import check_invited, check_requisition, open_rfq, quote_of, sample_test
from domain.operations.procurement.rfq_messages import (
    AwardExceptionProposed,
    AwardRevoked,
    AwardRfq,
    CancelRfq,
    DeclineToQuote,
    InviteSupplier,
    OpenRfq,
    ProposeAwardException,
    QuoteDeclined,
    QuoteReceived,
    RecordQuote,
    RecordSampleTest,
    RevokeAward,
    RfqAwarded,
    RfqCancelled,
    RfqCommand,
    RfqEvent,
    RfqOpened,
    SampleTested,
    SupplierInvited,
)
from domain.operations.procurement.rfq_state import Rfq, at_prices
from domain.operations.procurement.supplier_check import warnings_on
from domain.operations.procurement.terms import AwardStanding, RequisitionStanding


def decide(command: RfqCommand, state: Rfq, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case OpenRfq():
            _check_buyer(context)
            if state.status != "none":
                raise rules.RfqExists(status=state.status)
            return open_rfq(command, context)
        case InviteSupplier(supplier=supplier):
            _check_open(state)
            _check_buyer(context)
            if supplier in state.suppliers:
                raise rules.SupplierNotInvited(field="supplier", supplier=supplier)
            return [SupplierInvited(supplier=supplier, warnings=warnings_on(supplier, state.category, context))]
        case RecordQuote():
            _check_open(state)
            _check_buyer(context)
            return [quote_of(command, state, context)]
        case DeclineToQuote(supplier=supplier, reason=reason):
            _check_open(state)
            _check_buyer(context)
            check_invited(supplier, state)
            return [QuoteDeclined(supplier=supplier, reason=reason)]
        case RecordSampleTest():
            _check_open(state)
            return [sample_test(command, state, context)]
        case ProposeAwardException():
            _check_open(state)
            _check_buyer(context)
            check_not_requester(state.requester, context)
            return rfq_award.propose_exception(command, state, context)
        case AwardRfq(supplier=supplier):
            _check_open(state)
            _check_buyer(context)
            check_not_requester(state.requester, context)
            check_requisition(state.requisition, state.lines, context)
            warnings_on(supplier, state.category, context)
            if not state.everybody_answered and state.quotes_due_at and context.now <= state.quotes_due_at:
                raise rules.QuotingStillOpen(until=state.quotes_due_at.isoformat())
            return rfq_award.award(command, state, context)
        case RevokeAward(reason=reason):
            _check_buyer(context)
            if state.status != "awarded":
                raise rules.RfqNotOpen(status=state.status)
            standing = context.fact(RequisitionStanding, "requisition", state.requisition)
            if standing is not None and standing.ordered_by is not None:
                raise rules.AwardIsOnOrder(order=standing.ordered_by)
            return [AwardRevoked(reason=reason)]
        case CancelRfq(reason=reason):
            _check_open(state)
            _check_buyer(context)
            return [RfqCancelled(reason=reason)]
        case _:
            _check_open(state)
            return approvals.decide(command, state.approval, context)


def evolve(state: Rfq, event: RfqEvent) -> Rfq:
    """The request after ``event``."""
    match event:
        case RfqOpened():
            return Rfq(
                status="open",
                requisition=event.requisition,
                requester=event.requester,
                department=event.department,
                category=event.category,
                lines=event.lines,
                suppliers=event.suppliers,
                quotes_due_at=event.quotes_due_at,
            )
        case SupplierInvited(supplier=supplier):
            return replace(state, suppliers=(*state.suppliers, supplier))
        case QuoteReceived(supplier=supplier):
            quote = Quote(
                supplier=supplier,
                lines=event.lines,
                amount=event.amount,
                delivery_days=event.delivery_days,
                after_sales=event.after_sales,
                valid_until=event.valid_until,
                late=event.late,
                revision=event.revision,
            )
            return replace(state, quotes={**state.quotes, supplier: quote}, declined=state.declined - {supplier})
        case QuoteDeclined(supplier=supplier):
            left = {name: quote for name, quote in state.quotes.items() if name != supplier}
            return replace(state, quotes=left, declined=state.declined | {supplier})
        case SampleTested(supplier=supplier, passed=passed, score=score):
            return replace(state, samples={**state.samples, supplier: Sample(passed, score)})
        case AwardExceptionProposed(proposer=proposer, path=path):
            return replace(state, exception=event, approval=approvals.opened(state.approval, proposer, path))
        case RfqAwarded():
            return replace(state, status="awarded", award=event)
        case AwardRevoked():
            return replace(state, status="open", award=None)
        case RfqCancelled():
            return replace(state, status="cancelled")
        case _:
            return replace(state, approval=approvals.evolve(state.approval, event))


def _check_buyer(context: Context) -> None:
    if not context.directory.holds(context.principal, Role.BUYER):
        raise rules.QuotesByBuyer()


def _check_open(state: Rfq) -> None:
    if state.status != "open":
        raise rules.RfqNotOpen(status=state.status)


def consults(command: RfqCommand, state: Rfq) -> Iterable[Stream]:
    """The requisition it is for, and the suppliers new business goes to."""
    match command:
        case OpenRfq(requisition=requisition, suppliers=suppliers):
            yield Stream("requisition", requisition)
            yield from (Stream("supplier", name) for name in suppliers)
        case InviteSupplier(supplier=supplier):
            yield Stream("supplier", supplier)
        case AwardRfq(supplier=supplier):
            yield Stream("requisition", state.requisition)
            yield Stream("supplier", supplier)
        case RevokeAward():
            yield Stream("requisition", state.requisition)


def standing(state: Rfq) -> AwardStanding | None:
    """What others may know of it: its award, once there is one."""
    if state.award is None:
        return None
    return AwardStanding(
        status=state.status,
        requisition=state.requisition,
        supplier=state.award.supplier,
        lines=at_prices(state.lines, state.award.lines),
        amount=state.award.amount,
        delivery_days=state.award.delivery_days,
        valid_until=state.award.valid_until,
    )


def department(command: RfqCommand, state: Rfq, context: Context) -> str | None:
    """The requesting department, whose detailed rules apply."""
    if isinstance(command, OpenRfq):
        found = context.facts.get(Stream("requisition", command.requisition))
        return found.department if isinstance(found, RequisitionStanding) else None
    return state.department or None


RFQ = Aggregate(
    name="rfq",
    zh="询价单",
    prefix="RQ",
    initial=Rfq(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    fact=standing,
    department=department,
)
