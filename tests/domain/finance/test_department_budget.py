"""Department budget 部门预算: actuals first, then lines with their basis, every version readable (2.1.1.1, 2.1.1.2)."""

from decimal import Decimal

import pytest

from domain.finance import department_budget_rules as rules
from domain.finance.department_budget import DEPARTMENT_BUDGET, DepartmentBudget
from domain.finance.department_budget_lines import evenly
from domain.finance.department_budget_messages import (
    ActualsGathered,
    ChangesForecast,
    DepartmentBudgetFiled,
    DepartmentBudgetRevised,
    ForecastChanges,
    GatherActuals,
    NoteActuals,
    PublishDepartmentBudget,
)
from domain.finance.department_budget_terms import (
    BudgetItem,
    CategoryAmount,
    CategoryChange,
    LineChange,
    PlannedLine,
    SourceFile,
)
from domain.kernel import SYSTEM, IssuedByTheHouse, Refusal
from tests.domain.finance.budget_round_samples import (
    FORECAST,
    OCTOBER,
    SALES,
    YEAR,
    amounts,
    file,
    gathered,
    knowing,
    line,
    revise,
    sales,
)
from tests.spec import Spec, clauses, spec

NEW = knowing(spec(DEPARTMENT_BUDGET).where(id=f"{YEAR}.{SALES}", now=OCTOBER))
GATHER = GatherActuals(year=YEAR, department=SALES, actuals=amounts(labour="900000", marketing="60000"))
FILE = SourceFile(file="示例.csv", sha256="a" * 64, rows=5)
COMPUTED = NoteActuals(
    year=YEAR,
    department=SALES,
    how="computed",
    actuals=(CategoryAmount(category="marketing", amount=Decimal("812.50")),),
    position=77,
)


def folded(situation: Spec) -> DepartmentBudget:
    state = situation.aggregate.fold(situation.history)
    assert isinstance(state, DepartmentBudget)
    return state


def filed(*lines: PlannedLine, of: Spec | None = None) -> DepartmentBudgetFiled:
    found = (of or sales()).when(file(*lines), by="SAM").events[0]
    assert isinstance(found, DepartmentBudgetFiled)
    return found


# ── Last year's actuals, and how they will change ────────────────────────────────────────────────────────────


@clauses("2.1.1.1")
def test_the_head_states_last_years_actuals_by_category() -> None:
    NEW.when(GATHER, by="SAM").then(gathered(labour="900000", marketing="60000")).because(
        "2.1.1.1", outcome="entered", categories="5"
    )


@clauses("2.1.1.1")
def test_imported_actuals_keep_their_file() -> None:
    outcome = NEW.when(GATHER.model_copy(update={"source": FILE}), by="FAY")
    (event,) = outcome.events
    assert isinstance(event, ActualsGathered)
    assert (event.how, event.source) == ("imported", FILE)


@clauses("2.1.1.1")
@pytest.mark.parametrize(
    "actuals",
    [amounts()[1:], (*amounts(), amounts()[0]), (*amounts(), CategoryAmount(category="gifts", amount=Decimal(1)))],
    ids=["one is missing", "one stands twice", "one is unknown"],
)
def test_every_category_of_the_policy_is_stated_once(actuals: tuple[CategoryAmount, ...]) -> None:
    NEW.when(GATHER.model_copy(update={"actuals": actuals}), by="SAM").refused(rules.CategoriesIncomplete)


@clauses("2.1.1.1")
def test_nobody_but_the_head_or_finance_states_them() -> None:
    NEW.when(GATHER, by="ANN").refused(rules.FiledByItsHead, filed_by="SAM")


@clauses("2.1.1.1")
def test_what_the_journal_knows_is_noted_and_the_other_categories_had_no_cost() -> None:
    NEW.when(COMPUTED, by=SYSTEM, by_house=True).then(
        ActualsGathered(
            year=YEAR,
            department=SALES,
            of_year=2025,
            how="computed",
            actuals=amounts(marketing="812.50"),
            total=Decimal("812.50"),
            position=77,
        )
    )
    NEW.when(COMPUTED, by="SAM").refused(IssuedByTheHouse)


@clauses("2.1.1.1")
def test_computed_figures_never_replace_what_people_stated_and_are_replaced_with_a_reason_only() -> None:
    NEW.given(gathered(labour="1")).when(COMPUTED, by=SYSTEM, by_house=True).then()
    computed = NEW.when(COMPUTED, by=SYSTEM, by_house=True).and_then()
    computed.when(GATHER, by="SAM").refused(rules.ReasonForCorrection)
    corrected = computed.when(GATHER.model_copy(update={"reason": "系统上线前的支出未入账"}), by="SAM").events[0]
    assert isinstance(corrected, ActualsGathered)
    assert (corrected.how, corrected.reason) == ("entered", "系统上线前的支出未入账")


@clauses("2.1.1.1")
def test_changes_are_forecast_by_category_with_a_reason() -> None:
    change = CategoryChange(category="marketing", change=Decimal("-500"), reason="减少展会")
    NEW.given(gathered()).when(ForecastChanges(changes=(change,)), by="SAM").then(
        ChangesForecast(year=YEAR, department=SALES, changes=(change,))
    )
    NEW.when(ForecastChanges(), by="SAM").refused(rules.ActualsFirst)
    twice = ForecastChanges(changes=(change, change))
    NEW.given(gathered()).when(twice, by="SAM").refused(rules.CategoriesIncomplete, twice="marketing")


@clauses("2.1.1.1")
def test_nothing_is_filed_before_actuals_and_forecast() -> None:
    NEW.when(file(), by="SAM").refused(rules.ActualsFirst, actuals="none")
    NEW.given(gathered()).when(file(), by="SAM").refused(rules.ActualsFirst, forecast="False")
    NEW.given(gathered(marketing="60000"), FORECAST).when(file(), by="SAM").because("2.1.1.4", outcome="no conflict")


@clauses("2.1.1.1")
def test_all_of_it_needs_an_open_round_that_the_department_is_part_of() -> None:
    closed = spec(DEPARTMENT_BUDGET).where(id=f"{YEAR}.{SALES}")
    closed.when(GATHER, by="SAM").refused(rules.RoundClosed)
    knowing(closed, published=True).when(GATHER, by="SAM").refused(rules.RoundClosed, published="True")
    knowing(closed, departments=frozenset({"D-IT"})).when(GATHER, by="SAM").refused(rules.OutsideTheRound)
    NEW.where(id=f"{YEAR}.D-IT").when(GATHER, by="SAM").refused(rules.NotItsNumber, number="2027.D-SALES")


# ── Lines, bottom-up ─────────────────────────────────────────────────────────────────────────────────────────


@clauses("2.1.1.2")
def test_a_line_without_months_is_spread_evenly_and_takes_the_category_of_its_account() -> None:
    event = filed(line(amount="60000.01"), of=sales(marketing="60000.01"))
    (found,) = event.lines
    assert (found.category, found.amount) == ("marketing", Decimal("60000.01"))
    assert found.phasing == (Decimal("5000.01"), *(Decimal("5000.00"),) * 11)
    assert (event.version, event.requester, event.total, event.conflicts) == (1, "SAM", Decimal("60000.01"), ())


@clauses("2.1.1.2")
def test_months_and_items_may_be_given_and_come_to_the_amount() -> None:
    months = ("0",) * 10 + ("20000", "40000")
    items = (BudgetItem(item="示例展位", quantity=Decimal("2.5"), unit_price=Decimal("24000")),)
    (found,) = filed(line(amount=None, phasing=months, items=items)).lines
    assert (found.amount, found.phasing[-1], found.items) == (Decimal("60000.00"), Decimal("40000.00"), items)
    short = line(amount="60000.01", phasing=months)
    sales().when(file(short), by="SAM").refused(rules.PhasingDiffers, months="60000.00", amount="60000.01")
    sales().when(file(line(amount="59999.99", items=items)), by="SAM").refused(rules.ItemsDiffer, items="60000.00")


@clauses("2.1.1.2")
@pytest.mark.parametrize(
    ("wrong", "rule", "field"),
    [
        (line(basis_of_calculation=""), rules.LineIncomplete, "lines.1"),
        (line(amount=None), rules.LineIncomplete, "lines.1"),
        (line("no_such"), rules.NotAnAccount, "lines.1.account"),
        (line(category="labour"), rules.NotAnAccount, "lines.1.category"),
        (line("travel"), rules.AccountTwice, "lines.1.account"),
    ],
    ids=["no basis", "no amount", "no account", "another category", "the account twice"],
)
def test_a_line_that_is_wrong_is_refused_by_its_place(wrong: PlannedLine, rule: type[Refusal], field: str) -> None:
    sales().when(file(line("travel", "100"), wrong), by="SAM").refused(rule, field=field)


@clauses("2.1.1.2")
def test_the_policy_may_ask_for_more_of_a_line() -> None:
    stricter = sales().under("2.1.1.2", required_fields=("category", "amount", "basis_of_calculation", "items"))
    stricter.when(file(), by="SAM").refused(rules.LineIncomplete, missing="items")


@clauses("2.1.1.2")
def test_the_head_files_and_nobody_of_his_staff_or_another_department() -> None:
    for somebody in ("ANN", "IAN", "VICE"):
        sales().when(file(), by=somebody).refused(rules.FiledByItsHead)
    assert isinstance(sales().when(file(), by="FAY").events[0], DepartmentBudgetFiled)


@clauses("2.1.1.2")
def test_a_budget_beyond_what_an_entry_holds_is_refused_clearly() -> None:
    many = tuple(line(f"a{number}", "1") for number in range(301))
    sales().when(file(*many), by="SAM").refused(rules.TooManyBudgetLines, lines="301", most="300")
    long = tuple(
        line(each, "1", basis_of_calculation="算" * 2000) for each in ("travel", "office", "rent", "utilities")
    )
    more = tuple(
        line(each, "1", basis_of_calculation="算" * 2000) for each in ("wages", "bonus", "training", "services")
    )
    last = tuple(
        line(each, "1", basis_of_calculation="算" * 2000) for each in ("advertising", "promotion", "materials")
    )
    sales().when(file(*long, *more, *last), by="SAM").refused(rules.BudgetTooLong, most="60000")
    huge = (line(amount="5000000000000"), line("promotion", "5000000000000"))
    sales().when(file(*huge), by="SAM").refused(rules.BudgetTooLarge, amount="10000000000000.00")


@clauses("2.1.1.2")
def test_every_version_stays_readable_and_says_how_it_differs() -> None:
    first = sales().when(file(line(), line("travel", "100")), by="SAM").and_then()
    changed = revise(line(amount="48000"), line("training", "30"))
    second = first.when(changed, by="SAM")
    event = second.events[0]
    assert isinstance(event, DepartmentBudgetRevised)
    assert (event.version, event.total, event.reason) == (2, Decimal("48030.00"), "协商后调整")
    assert event.changes == (
        LineChange(
            account="advertising",
            kind="changed",
            before=Decimal("60000.00"),
            after=Decimal("48000.00"),
            fields=("amount", "phasing"),
        ),
        LineChange(account="training", kind="added", after=Decimal("30.00")),
        LineChange(account="travel", kind="removed", before=Decimal("100.00")),
    )
    state = folded(second.and_then())
    assert [(each.number, [of.account for of in each.lines]) for each in state.versions] == [
        (1, ["advertising", "travel"]),
        (2, ["advertising", "training"]),
    ]


@clauses("2.1.1.2")
def test_it_is_filed_once_revised_after_that_and_a_revision_changes_something() -> None:
    sales().when(revise(line()), by="SAM").refused(rules.NotFiled)
    done = sales().when(file(), by="SAM").and_then()
    done.when(file(), by="SAM").refused(rules.BudgetFiledAlready)
    done.when(revise(line()), by="SAM").refused(rules.NothingRevised)


@clauses("2.1.1.3")
def test_finance_may_restructure_a_budget_and_the_head_then_signs() -> None:
    done = sales().when(file(), by="SAM").and_then()
    event = done.when(revise(line(amount="50000")), by="FAY").events[0]
    assert isinstance(event, DepartmentBudgetRevised)
    assert [each.signers for each in event.path] == [("SAM",)]


@clauses("2.1.1.6")
def test_only_the_approved_version_is_published() -> None:
    done = sales().when(file(), by="SAM").and_then()
    publish = PublishDepartmentBudget(version=1)
    done.when(publish, by=SYSTEM, by_house=True).refused(rules.NotThatVersion, status="open")
    done.when(publish, by="FAY").refused(IssuedByTheHouse)


def test_an_even_spread_loses_no_fen() -> None:
    assert sum(evenly(Decimal("0.13"))) == Decimal("0.13")
    assert max(evenly(Decimal("0.13"))) == Decimal("0.02")
