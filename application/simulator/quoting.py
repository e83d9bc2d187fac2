"""Quotes, sample tests and the award in the sample company 询价、样品测试与定标."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from application.simulator.agenda import Story
from application.simulator.approving import decided
from application.simulator.goods import SUPPLIERS
from application.simulator.simulation import Simulation
from domain.directory import Role
from domain.kernel import Stream
from domain.money import rounded
from domain.operations.procurement.quotes import Quote, QuotedLine, is_similar
from domain.operations.procurement.rfq_messages import (
    AwardRfq,
    DeclineToQuote,
    ProposeAwardException,
    RecordQuote,
    RecordSampleTest,
)
from domain.operations.procurement.rfq_state import Rfq
from domain.working_time import SHANGHAI

SERVICES = ("一年质保,上门服务", "一年质保", "三年质保,次日响应", "七天退换")


async def quoted(simulation: Simulation, rfq: Stream, department: str, buyer: str) -> Story:
    """From the request to the award, if there is one."""
    state: Rfq = await simulation.state(rfq)
    for supplier in state.suppliers:
        yield simulation.working_hours(0.3, 5)
        if simulation.chance(5):
            await simulation.ask(rfq, DeclineToQuote(supplier=supplier, reason="暂无现货"), buyer)
        else:
            await simulation.ask(rfq, _quote(simulation, state, supplier), buyer)
    yield simulation.working_hours(0.5, 4)
    ranked = _ranked(await simulation.state(rfq))
    if len(ranked) < 2:
        return
    below = simulation.handler.standing.policy(simulation.now).value("4.1.2.4", "similar_below_percent")
    if simulation.chance(3):
        # The dearest, for its brand: neither path leads there.
        wish = AwardRfq(supplier=ranked[-1].supplier, ground="better_brand", reason="品牌更好")
        await simulation.ask(rfq, wish, buyer)
    if is_similar(ranked[0].amount, ranked[1].amount, below):
        similar = [each for each in ranked if is_similar(ranked[0].amount, each.amount, below)]
        chosen = max(similar, key=lambda each: (SERVICES.index(each.after_sales) == 2, -each.amount))
        award = AwardRfq(supplier=chosen.supplier, ground="better_service", reason=f"服务更优: {chosen.after_sales}")
        await simulation.ask(rfq, award, buyer)
        return
    async for moment in _tested(simulation, rfq, ranked, department, buyer):
        yield moment


async def _tested(simulation: Simulation, rfq: Stream, ranked: list[Quote], department: str, buyer: str) -> Story:
    """Samples are tested from the cheapest on until two are; the cheapest that passed wins, or an exception."""
    testers = [person for person in simulation.holders(Role.IT) if not simulation.directory.holds(person, Role.BUYER)]
    passed: list[Quote] = []
    for number, quote in enumerate(ranked):
        if number >= 2 and passed:
            break
        yield simulation.working_hours(2, 10)
        good = simulation.chance(85)
        score = Decimal(simulation.dice.randint(70, 98) if good else simulation.dice.randint(35, 59))
        findings = "样品符合要求" if good else "样品不符合规格"
        test = RecordSampleTest(supplier=quote.supplier, passed=good, score=score, findings=findings)
        await simulation.ask(rfq, test, simulation.pick(testers))
        if good:
            passed.append(quote)
    yield simulation.working_hours(0.5, 3)
    if passed:
        award = AwardRfq(supplier=passed[0].supplier, ground="sample_test", reason="测试合格者中价格最低")
        await simulation.ask(rfq, award, buyer)
        return
    fallback = ranked[-1].supplier
    await simulation.ask(rfq, ProposeAwardException(supplier=fallback, reason="样品均未通过,现货急需"), buyer)
    async for moment in decided(simulation, rfq):
        yield moment
    await simulation.ask(rfq, AwardRfq(supplier=fallback, ground="exception", reason="经批准的例外"), buyer)


def _ranked(state: Rfq) -> list[Quote]:
    return sorted(state.quotes.values(), key=lambda quote: (quote.amount, quote.supplier))


def _quote(simulation: Simulation, state: Rfq, supplier: str) -> RecordQuote:
    level = next(each.price_level for each in SUPPLIERS if each.id == supplier)
    lines = tuple(
        QuotedLine(
            line=number,
            price=max(rounded(line.estimated_price * level * Decimal(simulation.dice.randint(96, 105)) / 100), _FEN),
            detail=f"{line.item} {line.specification}",
            brand=simulation.pick(("示例品牌甲", "示例品牌乙", "")),
        )
        for number, line in enumerate(state.lines, 1)
    )
    return RecordQuote(
        supplier=supplier,
        lines=lines,
        delivery_days=simulation.dice.randint(1, 9),
        after_sales=simulation.pick(SERVICES),
        valid_until=(simulation.now.astimezone(SHANGHAI) + timedelta(days=45)).date(),
    )


_FEN = Decimal("0.01")
