"""How a department's lines are settled, and what consolidation finds of them 预算行核定与冲突识别 (2.1.1.2-2.1.1.4)."""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from domain.finance import department_budget_rules as rules
from domain.finance.chart_of_accounts import chart_in
from domain.finance.department_budget_terms import (
    LINES_MAX,
    Conflict,
    FiledLine,
    PlannedLine,
    amount_of,
)
from domain.finance.periods import MONTHS
from domain.finance.shares import divided
from domain.kernel import Basis, Context
from domain.money import FEN, ZERO, total

CLAUSE_FORM, CLAUSE_TOTALS, CLAUSE_CONFLICTS = "2.1.1.2", "2.1.1.3", "2.1.1.4"
HUNDRED = Decimal(100)

_STATED: Mapping[str, Callable[[PlannedLine], bool]] = {
    # The category is always known: that of the account.
    "category": lambda line: True,
    "amount": lambda line: line.amount is not None or line.phasing is not None,
    "phasing": lambda line: line.phasing is not None,
    "basis_of_calculation": lambda line: bool(line.basis_of_calculation),
    "items": lambda line: bool(line.items),
    "grounds": lambda line: bool(line.grounds),
}
"""What a policy may require of a line (2.1.1.2), and whether a line says it."""


def evenly(amount: Decimal) -> tuple[Decimal, ...]:
    """A year's amount in CNY spread evenly over its twelve months, to the fen; the parts add up to it."""
    return divided(amount, [Decimal(1)] * MONTHS)


def settled(lines: Sequence[PlannedLine], context: Context) -> tuple[FiledLine, ...]:
    """The lines with their categories and months, by account. Raises the refusal that stands against the first."""
    if len(lines) > LINES_MAX:
        raise rules.TooManyBudgetLines(field="lines", lines=len(lines), most=LINES_MAX)
    required = context.policy.value(CLAUSE_FORM, "required_fields")
    found: dict[str, FiledLine] = {}
    for number, line in enumerate(lines):
        where = f"lines.{number}"
        if line.account in found:
            raise rules.AccountTwice(field=f"{where}.account", account=line.account)
        missing = [name for name in required if name not in _STATED or not _STATED[name](line)]
        if missing:
            raise rules.LineIncomplete(field=where, account=line.account, missing=", ".join(missing))
        found[line.account] = _settled(line, where, context)
    filed = tuple(found[account] for account in sorted(found))
    rules.bounded(amount_of(filed))
    return filed


def _settled(line: PlannedLine, where: str, context: Context) -> FiledLine:
    account = chart_in(context).accounts.get(line.account)
    if account is None:
        raise rules.NotAnAccount(field=f"{where}.account", account=line.account)
    if line.category not in (None, account.category):
        raise rules.NotAnAccount(
            field=f"{where}.category", account=line.account, category=account.category, given=line.category
        )
    months = total(line.phasing or ())
    amount = months if line.amount is None else line.amount
    if line.phasing is not None and months != amount:
        raise rules.PhasingDiffers(field=f"{where}.phasing", account=line.account, months=months, amount=amount)
    items = total(each.amount for each in line.items)
    if line.items and items != amount:
        raise rules.ItemsDiffer(field=f"{where}.items", account=line.account, items=items, amount=amount)
    return FiledLine(
        account=line.account,
        category=account.category,
        amount=amount,
        phasing=line.phasing or evenly(amount),
        basis_of_calculation=line.basis_of_calculation,
        items=line.items,
        grounds=line.grounds,
    )


def conflicts_of(
    lines: Sequence[FiledLine],
    last_year: Mapping[str, Decimal],
    allowed: Decimal | None,
    grounded: Mapping[str, Decimal],
    context: Context,
) -> tuple[Conflict, ...]:
    """What stands against the budget: categories that grow beyond the policy's limit without grounds, the total.

    ``grounded`` says up to which amount a category's growth has grounds on record; a category also has them where each
    of its lines states its own.
    """
    limit = context.policy.value(CLAUSE_CONFLICTS, "conflict_growth_percent")
    found: list[Conflict] = []
    for category in sorted({each.category for each in lines}):
        of = [each for each in lines if each.category == category]
        amount, before = total(each.amount for each in of), last_year.get(category, ZERO)
        without = tuple(each.account for each in of if not each.grounds)
        if amount * HUNDRED <= before * (HUNDRED + limit) or not without or amount <= grounded.get(category, ZERO):
            continue
        found.append(
            Conflict(
                kind="growth" if before else "new_spending",
                category=category,
                accounts=without,
                amount=amount,
                compared=before,
                growth=growth(amount, before),
            )
        )
    whole = total(each.amount for each in lines)
    if allowed is not None and whole > allowed:
        found.append(Conflict(kind="above_total", amount=whole, compared=allowed, growth=growth(whole, allowed)))
    return tuple(found)


def growth(amount: Decimal, before: Decimal) -> Decimal | None:
    """How much more than before, in percent to two places; None where there was nothing."""
    if not before:
        return None
    return ((amount - before) * HUNDRED / before).quantize(FEN, ROUND_HALF_EVEN)


def ruling(conflicts: Sequence[Conflict], context: Context, **looked_at: object) -> Basis:
    """The consolidation's ruling 合并平衡."""
    limit = context.policy.value(CLAUSE_CONFLICTS, "conflict_growth_percent")
    told = "; ".join(each.told() for each in conflicts)
    outcome = f"{len(conflicts)} conflicts" if conflicts else "no conflict"
    return context.basis(
        CLAUSE_CONFLICTS, "conflict_growth_percent", outcome, limit=limit, conflicts=told[:4000], **looked_at
    )
