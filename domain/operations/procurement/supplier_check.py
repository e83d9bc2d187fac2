"""Whether new business may go to a supplier 供应商可用性 (clauses 4.1.2.1, 4.1.2.2), by its standing and the policy."""

from domain.kernel import Context
from domain.operations.procurement import rfq_rules as rules
from domain.operations.procurement.terms import SupplierStanding


def counts_as_qualified(supplier: str, category: str, context: Context) -> bool:
    """Whether ``supplier`` stands on the register for ``category``."""
    standing = context.fact(SupplierStanding, "supplier", supplier)
    return standing is not None and standing.status == "qualified" and category in standing.categories


def warnings_on(supplier: str, category: str, context: Context) -> tuple[str, ...]:
    """What the buyer is warned of; raises where the policy stops new business with ``supplier``.

    ``below_minimum``: it left the register by its score, and the policy warns instead of stopping. ``not_evaluated``:
    its yearly evaluation is overdue.
    """
    standing = context.fact(SupplierStanding, "supplier", supplier)
    if standing is None or category not in standing.categories:
        raise rules.SupplierNotQualified(supplier=supplier, category=category)
    if standing.status == "removed" and standing.failed:
        if context.policy.value("4.1.2.2", "standing_effect") == "stop":
            raise rules.SupplierBelowMinimum(supplier=supplier, score=standing.score)
        return (f"below_minimum {supplier}",)
    if standing.status != "qualified":
        raise rules.SupplierNotQualified(supplier=supplier, status=standing.status)
    due_at = standing.evaluation_due_at
    effect = context.policy.value("4.1.2.2", "unevaluated_effect")
    if due_at is None or due_at >= context.now or effect == "none":
        return ()
    if effect == "stop":
        raise rules.EvaluationMissing(supplier=supplier, due_at=due_at.isoformat())
    return (f"not_evaluated {supplier}",)
