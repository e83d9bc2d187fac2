"""Whatever happens in whatever order, the parts add up to the whole, to the fen 勾稽关系 (clause 2.1.2.2)."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.finance.budget_line import BudgetLine
from domain.finance.budget_line_messages import BudgetLineAdjusted, BudgetLineMoved
from domain.finance.budget_transfer_messages import LineRef, SubmitTransfer, TransferTarget
from domain.finance.cost_period_messages import BookEntries, CorrectEntry, EntryValues, FileEntry, OpenPeriod
from domain.finance.encumbrance import Encumbrance
from domain.finance.reserve_pool import FundPool
from domain.governance.approvals import Approve, Reject, Return, Withdraw
from domain.kernel import SYSTEM, Command, Refusal
from domain.money import ZERO, total
from domain.operations.procurement.order_messages import CancelPurchaseOrder, PlaceDirectOrder
from domain.operations.procurement.receipt_messages import AcceptGoods, ExchangeGoods, RecordArrival, ReturnGoods
from domain.operations.procurement.requisition_messages import CancelRequisition, ReviseRequisition, SubmitRequisition
from tests.domain.finance.samples import IT_LINE, opened, world_with_budget
from tests.domain.procurement.samples import check, checked, fault, requested
from tests.spec import clauses

OFFICE_LINE = "budget_line-2026.D-SALES.office"
LINES = (IT_LINE, OFFICE_LINE)
PURCHASES = ("1", "2")
PERIOD, POOL = "cost_period-2026-03", Decimal("500.00")
prices = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("300.00"), places=2)
quantities = st.sampled_from(("1", "2", "3.333"))
kinds = ("damaged", "defective")

costs = st.decimals(min_value=-300, max_value=300, places=2).filter(bool)
accounts = st.sampled_from((None, "office"))
purchases = st.sampled_from(PURCHASES)
bought = st.tuples(st.just("buy"), purchases, prices, quantities, accounts)
received = st.tuples(st.just("receive"), purchases, st.sampled_from(("0", "1", "2", "3.333", "4")))
faulty = st.tuples(st.just("faulty"), purchases, st.sampled_from(kinds))
settled = st.tuples(st.just("settle"), purchases, st.sampled_from(("return", "exchange", "accept")))
step = st.one_of(
    bought,
    received,
    faulty,
    settled,
    st.tuples(st.sampled_from(("ask", "revise")), purchases, prices, quantities, accounts),
    st.tuples(st.sampled_from(("approve", "reject", "return", "withdraw", "cancel", "cancel_order")), purchases),
    st.tuples(st.just("order"), purchases, st.sampled_from(("0.9", "1", "1.04"))),
    st.tuples(st.just("transfer"), st.sampled_from(LINES), prices, st.sampled_from(("line", "pool"))),
    st.tuples(st.sampled_from(("book", "correct")), st.sampled_from(LINES), costs),
)
life = st.tuples(bought, st.one_of(received, faulty), st.lists(step, min_size=3, max_size=20)).map(
    lambda parts: [parts[0], parts[1], *parts[2]]
)


def _account(line: str) -> str:
    return line.rpartition(".")[2]


class Company:
    """Two lines of sales, up to three purchases; whoever is asked may refuse."""

    def __init__(self) -> None:
        self.world = world_with_budget("2400")
        self.world.given(OFFICE_LINE, opened("1200", account="office", category="administration"))
        self.world.under("4.1.2.3", required_over=Decimal(10**6))
        self.receipts = 0
        self.numbers = 0
        pool = FundPool(year=2026, amount=POOL, by="budget_round-2026")
        self.world.act("reserve_pool-2026", pool, by=SYSTEM, by_house=True)
        self.world.act(PERIOD, OpenPeriod(month="2026-03"), by=SYSTEM, by_house=True)

    def ask(self, subject: str, command: Command, by: str, *, by_house: bool = False) -> bool:
        with suppress(Refusal):
            self.world.act(subject, command, by=by, by_house=by_house)
            return True
        return False

    def do(self, what: str, which: str, *more: object) -> None:
        """One step; which of them makes sense now the rules say."""
        world, requisition, order = self.world, f"requisition-PR{which}", f"purchase_order-PO{which}"
        match what, more:
            case "ask", (Decimal() as price, str(quantity), account):
                lines = (requested(price=str(price), quantity=quantity),)
                form = SubmitRequisition(department="D-SALES", lines=lines, purpose="示例", account=account)  # type: ignore[arg-type]
                self.ask(requisition, form, "ANN")
            case "buy", (price, quantity, account):
                for one, told in (("ask", more), ("approve", ()), ("order", ("1",))):
                    self.do(one, which, *told)
            case "revise", (Decimal() as price, str(quantity), account):
                lines = (requested(price=str(price), quantity=quantity),)
                self.ask(requisition, ReviseRequisition(lines=lines, purpose="示例", account=account), "ANN")  # type: ignore[arg-type]
            case "approve", _:
                while waiting := world.state(requisition).approval.waits_for:
                    if not self.ask(requisition, Approve(), waiting[0]):
                        return
            case (("reject" | "return"), _):
                waiting = world.state(requisition).approval.waits_for
                reply = Reject(reason="示例") if what == "reject" else Return(reason="示例")
                self.ask(requisition, reply, waiting[0] if waiting else "SAM")
            case "withdraw", _:
                self.ask(requisition, Withdraw(), "ANN")
            case "cancel", _:
                self.ask(requisition, CancelRequisition(reason="示例"), "ANN")
            case "order", (str(factor),):
                for line in world.state(requisition).lines:
                    price = max((line.estimated_price * Decimal(factor)).quantize(Decimal("0.01")), Decimal("0.01"))
                    place = PlaceDirectOrder(requisition=f"PR{which}", supplier="S1", prices=(price,), delivery_days=3)
                    self.ask(order, place, "BUD")
            case "receive", (str(counted),):
                self._receive(which, checked(counted=counted, bin=None if counted == "0" else "A-01"))
            case "faulty", (str(kind),):
                self._receive(which, checked(counted="2", faults=(fault(kind),)))
            case "settle", (str(how),):
                self._settle(order, how)
            case "cancel_order", _:
                self.ask(order, CancelPurchaseOrder(reason="示例"), "BUD")
            case "transfer", (Decimal() as amount, source):
                self._transfer(which, source == "line", amount)
            case "book", (Decimal() as amount,):
                self._book(which, amount)
            case "correct", (Decimal() as amount,):
                self._correct(which, amount)

    def _transfer(self, which: str, from_line: bool, amount: Decimal) -> None:
        """To a line from the other one, or from the pool; decided by whoever it takes."""
        self.numbers += 1
        transfer, other = f"budget_transfer-BT{self.numbers}", next(each for each in LINES if each != which)
        target = TransferTarget(department="D-SALES", account=_account(which), amount=amount, calculation="示例")
        source = LineRef(department="D-SALES", account=_account(other)) if from_line else None
        form = SubmitTransfer(year=2026, source=source, targets=(target,), grounds="示例")
        if self.ask(transfer, form, "SAM"):
            while waiting := self.world.state(transfer).approval.waits_for:
                if not self.ask(transfer, Approve(comment="确有必要"), waiting[0]):
                    return

    def _book(self, which: str, amount: Decimal) -> None:
        """A file of one entry."""
        self.numbers += 1
        entry = FileEntry(account=_account(which), department="D-SALES", amount=amount, line=2)
        file = BookEntries(file="示例.csv", sha256=sha256(str(self.numbers).encode()).hexdigest(), entries=(entry,))
        self.world.act(PERIOD, file, by="FRED")

    def _correct(self, which: str, amount: Decimal) -> None:
        """The first entry that was not corrected turns out to be another amount, on another account."""
        self.world.react()
        period = self.world.state(PERIOD)
        left = [each.id for each in period.entries if each.origin != "correction" and each.id not in period.corrected]
        if left:
            right = EntryValues(account=_account(which), department="D-SALES", amount=amount)
            self.ask(PERIOD, CorrectEntry(entry=left[0], right=right, reason="示例"), "FRED")

    def _receive(self, which: str, line: object) -> None:
        self.receipts += 1
        receipt = f"goods_receipt-GR{self.receipts}"
        if self.ask(receipt, RecordArrival(order=f"PO{which}", delivery_note="示例"), "KIM"):
            done = self.ask(receipt, check(line), "KIM")  # type: ignore[arg-type]
            if not done:
                self.ask(receipt, check(checked(counted="0", bin=None)), "KIM")

    def _settle(self, order: str, how: str) -> None:
        for receipt, number in self.world.state(order).exceptions:
            settle: dict[str, tuple[Command, str]] = {
                "return": (ReturnGoods(exception=number, reason="示例"), "BUD"),
                "exchange": (ExchangeGoods(exception=number, reason="示例"), "BUD"),
                "accept": (AcceptGoods(exception=number, reason="示例", bin="A-01"), "SAM"),
            }
            command, by = settle[how]
            self.ask(f"goods_receipt-{receipt}", command, by)

    def check(self) -> None:
        """What is told of the lines is what the purchases, the transfers and the entries say."""
        claims = {
            stream: self.world.state(str(stream)) for stream in self.world.streams if stream.aggregate == "encumbrance"
        }
        for name in LINES:
            line = self.world.state(name)
            assert isinstance(line, BudgetLine)
            mine = [each for each in claims.values() if isinstance(each, Encumbrance) and each.account == line.account]
            assert line.reserved == total(each.reserved for each in mine)
            assert line.committed == total(each.committed for each in mine)
            assert total(line.claims.values()) == line.reserved + line.committed
            assert min((line.reserved, line.committed, *line.claims.values())) >= 0
            assert total(line.moved.values()) == line.reserved + line.committed + line.spent
            self._as_the_events_say(name, line)
        budgets = total(self.world.state(name).budget for name in LINES)
        assert budgets + self.world.state("reserve_pool-2026").balance == Decimal("3600.00") + POOL
        self.world.react()
        for name in LINES:
            entries = [each.amount for each in self.world.state(PERIOD).entries if each.account == _account(name)]
            assert sum(entries, ZERO) == self.world.state(name).spent

    def _as_the_events_say(self, name: str, line: BudgetLine) -> None:
        events = [each.event for each in self.world.log if str(each.subject) == name]
        moves = [each for each in events if isinstance(each, BudgetLineMoved)]
        adjusted = [each for each in events if isinstance(each, BudgetLineAdjusted)]
        start = line.budget - sum((each.amount for each in adjusted), ZERO)
        assert str(start) == ("2400.00" if name == IT_LINE else "1200.00")
        assert sum((each.reserved for each in moves), ZERO) == line.reserved
        assert sum((each.committed for each in moves), ZERO) == line.committed
        assert sum((each.actual for each in moves), ZERO) == line.spent
        last = [each for each in events if isinstance(each, BudgetLineMoved | BudgetLineAdjusted)][-1:]
        assert all(each.available == line.available for each in last)


@clauses("2.1.2.2", "2.1.3.1")
@settings(max_examples=30, deadline=None)
@given(life)
def test_the_parts_add_up_whatever_happens(steps: list[tuple[object, ...]]) -> None:
    company = Company()
    for what, which, *more in steps:
        company.do(str(what), str(which), *more)
        company.check()


def test_the_steps_get_somewhere() -> None:
    """The property is worth something only if purchases come to their end under it."""
    company = Company()
    for what in ("ask", "approve", "order", "faulty", "settle", "receive"):
        more: dict[str, tuple[object, ...]] = {
            "ask": (Decimal("100"), "2", None),
            "order": ("1",),
            "faulty": ("damaged",),
            "settle": ("exchange",),
            "receive": ("1",),
        }
        company.do(what, "1", *more.get(what, ()))
        company.check()
    assert company.world.state("purchase_order-PO1").status == "closed"
    assert company.world.state(IT_LINE).spent == Decimal("200.00")
