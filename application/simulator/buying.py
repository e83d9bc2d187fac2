"""The life of a purchase in the sample company, from the need to the stock 采购全过程."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from application.acts import Done
from application.simulator.agenda import Story
from application.simulator.approving import decided
from application.simulator.goods import SUPPLIERS, SampleItem, suppliers_of
from application.simulator.quoting import quoted
from application.simulator.receiving import delivered
from application.simulator.simulation import Simulation
from domain.directory import Role
from domain.kernel import Refusal, Stream
from domain.money import rounded
from domain.operations.procurement.order_messages import CancelPurchaseOrder, PlacePurchaseOrder
from domain.operations.procurement.requisition_messages import CancelRequisition, ReviseRequisition, SubmitRequisition
from domain.operations.procurement.rfq_messages import OpenRfq
from domain.operations.procurement.terms import RequestedLine


@dataclass(frozen=True, slots=True)
class Need:
    """Somebody needs something: who, for which department, how many of what, and why."""

    requester: str
    department: str
    items: tuple[tuple[SampleItem, int], ...]
    purpose: str

    @property
    def category(self) -> str:
        """The category of the goods."""
        return self.items[0][0].category

    def lines(self, dearer: Decimal = Decimal(1)) -> tuple[RequestedLine, ...]:
        """The lines of the form; ``dearer`` raises the estimated prices."""
        return tuple(
            RequestedLine(
                item=item.item,
                specification=item.specification,
                category=item.category,
                quantity=Decimal(quantity),
                unit=item.unit,
                estimated_price=rounded(item.price * dearer),
            )
            for item, quantity in self.items
        )


async def purchase(simulation: Simulation, need: Need) -> Story:
    """One purchase, as far as it comes."""
    requisition = simulation.number("requisition")
    form = SubmitRequisition(department=need.department, lines=need.lines(), purpose=need.purpose)
    if isinstance(await simulation.ask(requisition, form, need.requester), Refusal):
        return
    async for moment in carried_through(simulation, requisition, need):
        yield moment


async def carried_through(simulation: Simulation, requisition: Stream, need: Need) -> Story:
    """From the requisition that was submitted, as far as it comes."""
    async for moment in _approved(simulation, requisition, need, Decimal(1)):
        yield moment
    state = await simulation.state(requisition)
    if state.status != "approved":
        return
    if simulation.chance(2):
        await simulation.ask(requisition, CancelRequisition(reason="需求取消"), need.requester)
        return
    buyer = simulation.pick([person for person in simulation.holders(Role.BUYER) if person != need.requester])
    yield simulation.working_hours(0.5, 6)
    rfq = simulation.number("rfq")
    asked = await _asked(simulation, need.category)
    if simulation.chance(3):
        # Two are too few; the register has more.
        await simulation.ask(rfq, OpenRfq(requisition=requisition.id, suppliers=asked[:2]), buyer)
    opened = await simulation.ask(rfq, OpenRfq(requisition=requisition.id, suppliers=asked), buyer)
    if isinstance(opened, Refusal):
        return
    async for moment in quoted(simulation, rfq, need.department, buyer):
        yield moment
    award = (await simulation.state(rfq)).award
    if award is None:
        return
    yield simulation.working_hours(0.3, 3)
    order = simulation.number("purchase_order")
    place = PlacePurchaseOrder(rfq=rfq.id, requisition=requisition.id, supplier=award.supplier)
    placed = await simulation.ask(order, place, buyer)
    if isinstance(placed, Refusal) and type(placed).__name__ == "OverApprovedAmount":
        dearer = Decimal("1.15")
        revision = ReviseRequisition(lines=need.lines(dearer), purpose=need.purpose)
        await simulation.ask(requisition, revision, need.requester)
        async for moment in _approved(simulation, requisition, need, dearer):
            yield moment
        placed = await simulation.ask(order, place, buyer)
    if not isinstance(placed, Done):
        return
    if simulation.chance(2):
        yield simulation.working_hours(1, 4)
        await simulation.ask(order, CancelPurchaseOrder(reason="供应商无法供货"), buyer)
        return
    supplier = next(each for each in SUPPLIERS if each.id == award.supplier)
    async for moment in delivered(simulation, order, supplier, need.requester, buyer):
        yield moment


async def _approved(simulation: Simulation, requisition: Stream, need: Need, dearer: Decimal) -> Story:
    """Approval, and revision where it comes back."""
    for _ in range(3):
        async for moment in decided(simulation, requisition):
            yield moment
        state = await simulation.state(requisition)
        if state.status != "returned":
            return
        yield simulation.working_hours(0.5, 8)
        revision = ReviseRequisition(lines=need.lines(dearer), purpose=f"{need.purpose}(已补充说明)")
        await simulation.ask(requisition, revision, need.requester)


async def _asked(simulation: Simulation, category: str) -> tuple[str, ...]:
    """Three or four of those still on the register."""
    known = [each.id for each in suppliers_of(category)]
    suppliers = [each for each in known if (await simulation.state(Stream("supplier", each))).status == "qualified"]
    simulation.dice.shuffle(suppliers)
    return tuple(suppliers[: simulation.pick((3, 3, 4))])
