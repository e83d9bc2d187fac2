"""Which quote may be taken 定标 (clause 4.1.2.4), and who allows what follows neither path.

The difference is that of the two lowest quotes that count, over the lowest. Below the policy's margin the better
service or brand is taken among the quotes that close; otherwise samples are tested and the award follows the test.
"""

from datetime import date

from domain.governance import approvals
from domain.governance.approval_path import Authority, path
from domain.governance.parameters import authority_chain
from domain.kernel import Basis, Context, Decision
from domain.operations.procurement import rfq_rules as rules
from domain.operations.procurement.quotes import ComparedQuote, Quote, counted, difference, is_similar
from domain.operations.procurement.rfq_messages import (
    AwardExceptionProposed,
    AwardRfq,
    ProposeAwardException,
    RfqAwarded,
)
from domain.operations.procurement.rfq_rules import CLAUSE_AWARD, CLAUSE_RFQ
from domain.operations.procurement.rfq_state import Rfq
from domain.working_time import SHANGHAI


def award(command: AwardRfq, state: Rfq, context: Context) -> Decision:
    """The award with its ground, or the rule that stands against it."""
    today = context.now.astimezone(SHANGHAI).date()
    ranked = _ranked(state, today, context)
    chosen = _chosen(command.supplier, state, today)
    match command.ground:
        case "exception":
            basis = _by_exception(command, chosen, state, context)
        case _ if chosen not in ranked:
            raise rules.NoSuchQuote(supplier=command.supplier, counted=", ".join(each.supplier for each in ranked))
        case _:
            basis = _by_path(command, chosen, ranked, state, context)
    awarded = RfqAwarded(
        requisition=state.requisition,
        supplier=command.supplier,
        ground=command.ground,
        reason=command.reason,
        awarded_by=context.principal,
        amount=chosen.amount,
        lines=chosen.lines,
        delivery_days=chosen.delivery_days,
        valid_until=chosen.valid_until,
        difference_percent=difference(ranked[0].amount, ranked[1].amount) if len(ranked) > 1 else None,
        compared=tuple(_compared(quote, ranked, state) for quote in state.quotes.values()),
    )
    return [awarded.under(basis)]


def propose_exception(command: ProposeAwardException, state: Rfq, context: Context) -> Decision:
    """The exception goes to the authority of the quote's amount (4.1.1.2), never to who asked for the goods."""
    chosen = _chosen(command.supplier, state, context.now.astimezone(SHANGHAI).date())
    tiers = context.policy.value("4.1.1.2", "tiers")
    between = context.policy.value("4.1.1.2", "between")
    (role,) = authority_chain(tiers, chosen.amount, between=between, chain="deciding_only")
    authority = Authority(role=role, clause=CLAUSE_AWARD, people=_not_who_asked(role, state, context))
    steps = path([authority], requester=context.principal, department=state.department, context=context)
    proposed = AwardExceptionProposed(
        supplier=command.supplier,
        amount=chosen.amount,
        reason=command.reason,
        proposer=context.principal,
        path=steps,
    )
    ruling = context.basis(CLAUSE_AWARD, "exception_by", role, amount=chosen.amount, supplier=command.supplier)
    _, first = approvals.submit(state.approval, context.principal, steps, context)
    return [proposed.under(ruling), first]


def _by_exception(command: AwardRfq, chosen: Quote, state: Rfq, context: Context) -> Basis:
    proposed = state.exception
    if (
        proposed is None
        or state.approval.status != "approved"
        or (proposed.supplier, proposed.amount) != (command.supplier, chosen.amount)
    ):
        raise rules.ExceptionNotApproved(supplier=command.supplier, amount=chosen.amount, status=state.approval.status)
    signed = ", ".join(sorted(state.approval.decided))
    return context.basis(CLAUSE_AWARD, "exception", "awarded", supplier=command.supplier, approved_by=signed)


def _by_path(command: AwardRfq, chosen: Quote, ranked: tuple[Quote, ...], state: Rfq, context: Context) -> Basis:
    needed = int(context.policy.value(CLAUSE_RFQ, "minimum_quotes"))
    if len(ranked) < needed:
        raise rules.TooFewQuotes(have=len(ranked), need=needed)
    below = context.policy.value(CLAUSE_AWARD, "similar_below_percent")
    lowest = ranked[0]
    apart = difference(lowest.amount, ranked[1].amount) if len(ranked) > 1 else None
    inputs = {
        "lowest": lowest.amount,
        "second": ranked[1].amount if len(ranked) > 1 else "",
        "difference_percent": apart if apart is not None else "",
        "similar_below_percent": below,
        "awarded": chosen.amount,
        "supplier": command.supplier,
    }
    if len(ranked) > 1 and is_similar(lowest.amount, ranked[1].amount, below):
        grounds = context.policy.value(CLAUSE_AWARD, "similar_grounds")
        if command.ground not in grounds or not is_similar(lowest.amount, chosen.amount, below):
            raise rules.BetterServiceOrBrand(field="ground", ground=command.ground, **inputs)
        return context.basis(CLAUSE_AWARD, command.ground, "awarded", after_sales=chosen.after_sales, **inputs)
    if context.policy.value(CLAUSE_AWARD, "sample_test_required"):
        _check_follows_test(command, chosen, ranked, state, context)
    elif command.ground != "sample_test" and chosen is not lowest:
        raise rules.SampleTestFirst(field="ground", ground=command.ground, **inputs)
    tested = ", ".join(f"{name} {sample.score}" for name, sample in sorted(state.samples.items()))
    return context.basis(CLAUSE_AWARD, "sample_test", "awarded", tested=tested, **inputs)


def _check_follows_test(
    command: AwardRfq, chosen: Quote, ranked: tuple[Quote, ...], state: Rfq, context: Context
) -> None:
    tested = [quote for quote in ranked if quote.supplier in state.samples]
    needed = min(int(context.policy.value(CLAUSE_AWARD, "samples_minimum")), len(ranked))
    if command.ground != "sample_test" or len(tested) < needed:
        raise rules.SampleTestFirst(field="ground", ground=command.ground, tested=len(tested), need=needed)
    passed = [quote for quote in tested if state.samples[quote.supplier].passed]
    if context.policy.value(CLAUSE_AWARD, "after_test") == "best_result":
        best = max((state.samples[quote.supplier].score for quote in passed), default=None)
        allowed = [quote for quote in passed if state.samples[quote.supplier].score == best]
    else:
        # Lowest that passed: whatever is cheaper was tested too, and failed.
        allowed = passed[:1] if all(quote in tested for quote in ranked[: ranked.index(chosen)]) else []
    if chosen not in allowed:
        raise rules.AwardFollowsTest(
            field="supplier", supplier=command.supplier, allowed=", ".join(quote.supplier for quote in allowed)
        )


def _ranked(state: Rfq, today: date, context: Context) -> tuple[Quote, ...]:
    return counted(state.quotes.values(), today, context.policy.value(CLAUSE_RFQ, "late_quotes"))


def _chosen(supplier: str, state: Rfq, today: date) -> Quote:
    quote = state.quotes.get(supplier)
    if quote is None:
        raise rules.NoSuchQuote(field="supplier", supplier=supplier)
    if quote.valid_until < today:
        raise rules.QuoteNotValid(field="supplier", supplier=supplier, valid_until=quote.valid_until)
    return quote


def _compared(quote: Quote, ranked: tuple[Quote, ...], state: Rfq) -> ComparedQuote:
    sample = state.samples.get(quote.supplier)
    return ComparedQuote(
        supplier=quote.supplier,
        amount=quote.amount,
        delivery_days=quote.delivery_days,
        after_sales=quote.after_sales,
        brands=quote.brands,
        valid_until=quote.valid_until,
        counted=quote in ranked,
        sample=None if sample is None else "passed" if sample.passed else "failed",
    )


def _not_who_asked(role: str, state: Rfq, context: Context) -> tuple[str, ...]:
    """The holders of ``role`` without the requester of the goods; where nobody else is left, his superior."""
    asked = Authority(role=role, clause=CLAUSE_AWARD)
    (step,) = path([asked], requester=state.requester, department=state.department, context=context)
    return step.signers
