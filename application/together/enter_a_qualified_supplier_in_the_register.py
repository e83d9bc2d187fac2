"""A supplier that is qualified stands on the register at once, and on no other entry 列入名录 (clause 4.1.2.1)."""

from collections.abc import Iterable

from application.together import Asked, together
from domain.kernel import Context, Stream
from domain.operations.procurement.supplier_messages import SupplierQualified, SupplierRemoved
from domain.operations.procurement.supplier_register import THE_REGISTER, EnterSupplier, StrikeSupplier

REGISTER = Stream("supplier_register", THE_REGISTER)


@together(SupplierQualified)
def enter_a_qualified_supplier_in_the_register(qualified: SupplierQualified, context: Context) -> Iterable[Asked]:
    """Under its number, with name, credit code and categories."""
    command = EnterSupplier(
        supplier=context.subject.id,
        name=qualified.name,
        credit_code=qualified.credit_code,
        categories=qualified.categories,
    )
    yield Asked(REGISTER, command)


@together(SupplierRemoved)
def strike_a_removed_supplier_from_the_register(removed: SupplierRemoved, context: Context) -> Iterable[Asked]:
    """Whatever removed it."""
    yield Asked(REGISTER, StrikeSupplier(supplier=context.subject.id))
