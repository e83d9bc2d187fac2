"""A cost period as its history left it 成本期间状态: what was booked and corrected, and whether it is closed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from domain.finance.cost_period_messages import (
    CorrectionNoted,
    CostEntry,
    CostsBooked,
    CostTablePublished,
    EntryCorrected,
    PeriodClosed,
    PeriodEvent,
    PeriodOpened,
    ReceiptCostBooked,
    ReceiptCostDeferred,
    SharedCostAllocated,
)
from domain.kernel import Fact
from domain.money import ZERO

Page = tuple[CostEntry, ...]


@dataclass(frozen=True, slots=True)
class CostPeriod:
    """A period; ``pages`` hold its entries as they were booked together, in order."""

    month: str = ""
    fiscal_year: int = 0
    owed_by: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()
    batches: Mapping[str, str] = field(default_factory=dict)
    """Files booked: name by sha256."""
    places: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Places of the pages of every batch, and of every further entry by id."""
    corrected: frozenset[str] = frozenset()
    """Entries of this month that were corrected."""
    corrections: int = 0
    """How many corrections this month books."""
    deferred: frozenset[str] = frozenset()
    closed: PeriodClosed | None = None
    published: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it takes entries."""
        return bool(self.month) and self.closed is None

    @property
    def entries(self) -> Iterator[CostEntry]:
        """Every entry, in the order it was booked."""
        return (entry for page in self.pages for entry in page)

    @property
    def counted(self) -> int:
        """Entries the error rate is taken of: all but corrections."""
        return sum(entry.origin != "correction" for entry in self.entries)

    @property
    def unassigned(self) -> tuple[str, ...]:
        """Entries without an account that were not corrected."""
        return tuple(
            each.id
            for each in self.entries
            if not each.account and each.origin != "correction" and each.id not in self.corrected
        )

    def entry(self, id: str) -> CostEntry | None:
        """An entry by its id."""
        places = self.places.get(id) or self.places.get(id.partition(":")[0], ())
        return next((each for place in places for each in self.pages[place] if each.id == id), None)

    def balance(self, department: str, account: str) -> Decimal:
        """What a department bears on an account, in CNY."""
        return sum((e.amount for e in self.entries if e.department == department and e.account == account), ZERO)


@dataclass(frozen=True, slots=True)
class PeriodStanding(Fact):
    """What a period tells of itself 成本期间概况: ``status`` is ``open`` or ``closed``."""

    month: str
    status: str
    pages: tuple[Page, ...]
    corrected: frozenset[str]
    published: bool
    _state: CostPeriod

    @property
    def entries(self) -> Iterator[CostEntry]:
        """Every entry, in the order it was booked."""
        return self._state.entries

    def entry(self, id: str) -> CostEntry | None:
        """An entry by its id."""
        return self._state.entry(id)


def standing(state: CostPeriod) -> PeriodStanding | None:
    """What others may know of it."""
    if not state.month:
        return None
    status = "closed" if state.closed else "open"
    return PeriodStanding(state.month, status, state.pages, state.corrected, state.published, state)


def evolve(state: CostPeriod, event: PeriodEvent) -> CostPeriod:
    """The period after ``event``."""
    match event:
        case PeriodOpened():
            return CostPeriod(month=event.month, fiscal_year=event.fiscal_year, owed_by=event.owed_by)
        case CostsBooked():
            paged = _with(state, event.entries, event.batch)
            return replace(paged, batches={**state.batches, event.sha256: event.file})
        case ReceiptCostBooked(entry=entry):
            return _with(state, (entry,), entry.id)
        case ReceiptCostDeferred(id=id):
            return replace(state, deferred=state.deferred | {id})
        case EntryCorrected(reversal=reversal, right=right):
            page = (reversal,) if right is None else (reversal, right)
            own = {event.original} if event.original_month == state.month else set()
            return replace(
                _with(state, page, *(each.id for each in page)),
                corrected=state.corrected | own,
                corrections=state.corrections + 1,
            )
        case CorrectionNoted(entry=entry):
            return replace(state, corrected=state.corrected | {entry})
        case SharedCostAllocated(entries=entries):
            return _with(state, entries, *(each.id for each in entries))
        case PeriodClosed():
            return replace(state, closed=event)
        case CostTablePublished():
            return replace(state, published=True)


def _with(state: CostPeriod, page: Page, *names: str) -> CostPeriod:
    place = len(state.pages)
    places = {**state.places, **{name: (*state.places.get(name, ()), place) for name in names}}
    return replace(state, pages=(*state.pages, page), places=places)
