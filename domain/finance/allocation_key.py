"""Allocation keys 分摊标准 (clauses 2.2.1.3, 2.2.1.4): by what measure a shared department's costs are divided.

One register for the company, kept by finance. A key names the department whose costs are shared, on which accounts, and
the weight of every department that bears them, with the source of the weights. A changed key is a new version; what was
allocated stays as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from domain.directory import Role
from domain.finance.accounts import AccountCode, DepartmentId
from domain.finance.chart_of_accounts import CHART, NoSuchAccount, chart_in
from domain.finance.cost_period_rules import DepartmentsUnknown
from domain.finance.periods import Month
from domain.kernel import Aggregate, Command, Context, Decision, Event, Fact, Message, Refusal, Stream
from domain.money import Count

CLAUSE = "2.2.1.4"
KEYS = Stream("allocation_key", "company")

KeyCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$", description="Allocation key 分摊标准编号")]


class Weight(Message):
    """How much weighs a department that bears shared costs 分摊权重, in the key's measure."""

    department: DepartmentId
    weight: Count


class AllocationKey(Message):
    """A key 分摊标准: valid for the months from ``since`` on, to ``until`` if it ends."""

    code: KeyCode
    zh: str = Field(min_length=1, max_length=60, description="Chinese name 名称")
    basis: str = Field(
        min_length=1, max_length=60, description="Measure, e.g. headcount, area 分摊依据", examples=["人数"]
    )
    department: DepartmentId = Field(description="Department whose costs are shared 共同费用部门")
    accounts: tuple[AccountCode, ...] = Field(min_length=1, max_length=50, description="Accounts shared 分摊科目")
    weights: tuple[Weight, ...] = Field(min_length=1, max_length=150, description="Weights 各部门权重")
    source: str = Field(min_length=1, max_length=500, description="Where the weights come from 权重来源")
    since: Month
    until: Month | None = Field(None, description="Last month it holds for; none: until it is changed 截止月份")

    def holds_in(self, month: str) -> bool:
        """Whether it is declared for a month."""
        return self.since <= month and (self.until is None or month <= self.until)


class RecordKey(Command):
    """Record a key, or a new version of it 登记分摊标准."""

    zh: ClassVar[str] = "登记分摊标准"
    key: AllocationKey = Field(description="The key 分摊标准")


KeyCommand = RecordKey


class AllocationKeyRecorded(Event):
    """A key stands as described, in its ``version`` 分摊标准已登记."""

    zh: ClassVar[str] = "分摊标准已登记"
    clause: ClassVar[str] = CLAUSE
    key: AllocationKey
    version: int
    by: str


class KeysKeptByFinance(Refusal):
    """Allocation keys are recorded by finance.

    分摊标准由财务登记。

    → Ask finance to record it.
    → 请联系财务登记。
    """

    clause = CLAUSE
    attempt = True


class SharesNothingOut(Refusal):
    """A key distributes to other departments, each once, at least one with a weight above zero.

    分摊标准须分摊至其他部门，每个部门一次，且至少一个权重大于零。

    → Correct the departments and weights; leave out the department whose costs are shared.
    → 请更正部门与权重，并去掉共同费用部门本身。
    """

    clause = CLAUSE


class OneRegisterOfKeys(Refusal):
    """The company has one register of allocation keys, numbered company; a key has its code in it.

    公司只有一份分摊标准登记，编号为 company；各标准以代码区分。

    → Use that number, and state the code of the key.
    → 请使用该编号，并填写分摊标准的代码。
    """

    clause = CLAUSE


class EndsBeforeItStarts(Refusal):
    """A key ends in the month it starts in or later.

    分摊标准的截止月份不得早于起始月份。

    → Correct the months.
    → 请更正起止月份。
    """

    clause = CLAUSE


@dataclass(frozen=True, slots=True)
class KeysStanding(Fact):
    """Every key in its latest version, with the version's number, by code 分摊标准."""

    keys: Mapping[str, tuple[AllocationKey, int]]


@dataclass(frozen=True, slots=True)
class Keys:
    """The register as its history left it."""

    keys: Mapping[str, tuple[AllocationKey, int]] = field(default_factory=dict)


def decide(command: KeyCommand, state: Keys, context: Context) -> Decision:
    """The order of the checks is the order of the rules."""
    holds = context.directory.holds
    if not (holds(context.principal, Role.FINANCE) or holds(context.principal, Role.FINANCE_MANAGER)):
        raise KeysKeptByFinance()
    if context.subject != KEYS:
        raise OneRegisterOfKeys(number=context.subject.id, wanted=KEYS.id)
    key = command.key
    known, version = state.keys.get(key.code, (None, 0))
    if known == key:
        return []
    if key.until is not None and key.until < key.since:
        raise EndsBeforeItStarts(field="key.until", since=key.since, until=key.until)
    bearing = [each.department for each in key.weights]
    whole = sum((each.weight for each in key.weights), Decimal(0))
    if key.department in bearing or len(set(bearing)) < len(bearing) or not whole:
        raise SharesNothingOut(field="key.weights", department=key.department, departments=", ".join(bearing))
    unknown = [each for each in (key.department, *bearing) if each not in context.directory.departments]
    if unknown:
        raise DepartmentsUnknown(field="key.weights", named=", ".join(unknown))
    chart = chart_in(context)
    for number, account in enumerate(key.accounts):
        if account not in chart.accounts:
            raise NoSuchAccount(field=f"key.accounts.{number}", account=account)
    return [AllocationKeyRecorded(key=key, version=version + 1, by=context.principal)]


def evolve(state: Keys, event: AllocationKeyRecorded) -> Keys:
    """The register after ``event``."""
    return Keys({**state.keys, event.key.code: (event.key, event.version)})


def consults(command: KeyCommand, state: Keys) -> tuple[Stream, ...]:
    """The chart of accounts."""
    return (CHART,)


def standing(state: Keys) -> KeysStanding:
    """What others may know of it."""
    return KeysStanding(state.keys)


ALLOCATION_KEY = Aggregate(
    name="allocation_key",
    zh="分摊标准",
    prefix="AK",
    initial=Keys(),
    decide=decide,
    evolve=evolve,
    consults=consults,
    fact=standing,
)
