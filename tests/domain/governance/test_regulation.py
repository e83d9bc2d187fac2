"""The regulation as data 企业管理流程规定: complete, typed, and strict about what a parameter may hold."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import domain
from domain.directory import Role
from domain.governance.parameter_types import remember
from domain.governance.parameters import Parameter, Tier, authority_chain, band_of, limits, raw, speaks_for
from domain.governance.regulation import (
    BadParameter,
    coerce,
    default_parameters,
    default_policy,
    loosens,
    parameter,
    raw_parameters,
    remembered,
)
from domain.governance.regulation import clauses as regulation
from tests.spec import clauses

HEAD, FINANCE, VICE = "department_head", "finance_manager", "vice_president"
PARAMETERS = [declared for clause in regulation().values() for declared in clause.parameters.values()]
PURCHASE, BUDGET, PROJECT = (default_parameters()[clause]["tiers"] for clause in ("4.1.1.2", "2.1.1.5", "3.1.1.3"))

amounts = st.decimals(min_value=0, max_value=10_000_000, places=2)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)


def up_to(amount: int, authority: str) -> dict[str, Any]:
    return {"up_to": amount, "authority": authority}


def upward_from(amount: int, authority: str) -> dict[str, Any]:
    return {"from": amount, "authority": authority}


def named(declared: Parameter) -> str:
    return f"{declared.clause}:{declared.name}"


def test_every_clause_is_there_in_the_documents_order() -> None:
    ids = list(regulation())
    assert len(ids) == 106
    assert ids == sorted(ids, key=lambda id: [int(part) for part in id.split(".")])
    areas = Counter(id[:3] if id[0] != "5" else "5" for id in ids)
    assert areas == {
        "1.1": 12, "1.2": 13, "1.3": 13, "2.1": 10, "2.2": 10, "3.1": 9, "3.2": 7, "3.3": 8, "4.1": 10, "4.2": 8,
        "4.3": 3, "5": 3,
    }  # fmt: skip


def test_every_clause_speaks_both_languages() -> None:
    for clause in regulation().values():
        assert clause.zh and clause.en
        assert bool(clause.reading_zh) == bool(clause.reading_en), clause.id
        assert all(declared.zh and declared.en for declared in clause.parameters.values()), clause.id


def test_every_reading_is_a_parameter() -> None:
    assert [clause.id for clause in regulation().values() if clause.reading_en and not clause.parameters] == []


def test_no_parameter_of_finance_procurement_or_the_general_provisions_governs_nothing() -> None:
    """What can be set is read by some rule; a reading with a single choice only says how the text is read."""
    house = Path(domain.__file__).parents[1]
    files = (file for area in ("domain", "application", "interfaces") for file in (house / area).rglob("*.py"))
    said = "\n".join(file.read_text(encoding="utf-8") for file in files)
    settable = [p for p in PARAMETERS if p.clause.startswith(("2.", "4.1.", "5.")) and len(p.choices) != 1]
    assert len(settable) > 80
    assert [named(p) for p in settable if f'"{p.name.removeprefix("obligation_")}"' not in said] == []


def test_the_numbers_of_procurement_are_those_of_the_regulation() -> None:
    policy = default_policy("1", None)
    assert policy.value("4.1.2.3", "minimum_suppliers") == 3
    assert policy.value("4.1.2.4", "similar_below_percent") == Decimal(5)
    assert policy.value("4.1.3.1", "hours") == 4
    assert policy.value("4.1.2.2", "minimum") == Decimal(60)
    assert policy.value("4.1.1.3", "consecutive_months") == 3
    assert policy.value("4.1.1.2", "tiers") == (
        Tier("department_head", up_to=Decimal("1000.00")),
        Tier("finance_manager", up_to=Decimal("2000.00")),
        Tier("vice_president", start=Decimal("5000.00")),
    )


@pytest.mark.parametrize("declared", PARAMETERS, ids=named)
def test_a_default_is_a_value_its_own_declaration_allows(declared: Parameter) -> None:
    through_json = json.loads(json.dumps(raw(declared.value)))
    assert coerce(declared.clause, declared.name, through_json) == declared.value
    assert remember(through_json, declared) == declared.value
    assert type(remember(through_json, declared)) is type(declared.value)
    assert not loosens(declared.clause, declared.name, declared.value, declared.value)


def test_all_parameters_survive_being_stored() -> None:
    stored = json.loads(json.dumps(raw_parameters(default_parameters())))
    assert remembered(stored) == {clause: values for clause, values in default_parameters().items() if values}
    assert remembered({"9.9": {"gone": 1}, "4.1.2.3": {"gone": 1}}) == {"4.1.2.3": {}}


@given(declared=st.sampled_from(PARAMETERS), garbage=json_values)
def test_garbage_is_refused_by_name_or_is_no_garbage(declared: Parameter, garbage: Any) -> None:
    try:
        value = coerce(declared.clause, declared.name, garbage)
    except BadParameter as bad:
        assert declared.clause in bad.sentence() and declared.name in bad.sentence("zh")
        assert bad.allowed_en and bad.allowed_zh
    else:
        assert coerce(declared.clause, declared.name, raw(value)) == value


@pytest.mark.parametrize(
    ("clause", "name", "given", "told"),
    [
        ("4.1.2.3", "minimum_suppliers", 0, "a whole number from 1 to 50"),
        ("4.1.2.3", "minimum_suppliers", 2.5, "a whole number from 1 to 50"),
        ("4.1.2.3", "minimum_suppliers", True, "a whole number from 1 to 50"),
        ("4.1.2.3", "minimum_suppliers", "1e1", "a whole number from 1 to 50"),
        ("4.1.2.4", "similar_below_percent", "NaN", "a percentage from 0 to 100"),
        ("4.1.2.4", "similar_below_percent", "100.01", "a percentage from 0 to 100"),
        ("4.2.1.3", "over", "1.005", "an amount of CNY with at most two places from 0 to 1000000000000"),
        ("4.2.1.3", "over", 10**30, "an amount of CNY with at most two places from 0 to 1000000000000"),
        ("4.1.1.3", "scope", "galaxy", "one of department, company"),
        ("1.2.1.2", "due", "02-30", 'a day of the year as "MM-DD"'),
        ("2.2.1.1", "day_of_month", 31, "a day of the month that every month has from 1 to 28"),
        ("4.1.2.2", "weights", {"price": 50, "quality": 50}, "weights of delivery, price, quality"),
        ("4.1.2.2", "weights", {"price": 50, "quality": 40, "delivery": 40}, "none below 0, together 100"),
        ("2.1.2.2", "control", {"materials": "sotp"}, "for every code one of warn, explain, stop"),
        ("2.1.2.2", "control", {"materials": ["stop"]}, "a table of codes with their names"),
        ("9.9.9", "hours", 4, "a clause of the regulation"),
        ("4.1.3.1", "hour", 4, "one of: hours, hours_counted"),
    ],
)  # fmt: skip
def test_a_wrong_value_says_what_is_allowed(clause: str, name: str, given: Any, told: str) -> None:
    with pytest.raises(BadParameter) as refused:
        coerce(clause, name, given)
    assert told in refused.value.sentence("en")
    assert name in refused.value.sentence("zh")


@pytest.mark.parametrize(
    "tiers",
    [
        [],
        [up_to(1000, HEAD)],
        [up_to(2000, HEAD), up_to(1000, FINANCE), upward_from(5000, "ceo")],
        [upward_from(5000, "ceo"), up_to(9000, HEAD)],
        [up_to(5000, HEAD), upward_from(5000, "ceo")],
        [up_to(1000, "ceo"), upward_from(5000, "ceo")],
        [up_to(1000, "janitor"), upward_from(5000, "ceo")],
        [up_to(-1, HEAD), upward_from(5000, "ceo")],
        [{"up_to": 1000, "from": 1000, "authority": "department_head"}, upward_from(5000, "ceo")],
    ],
)  # fmt: skip
def test_a_matrix_that_leaves_doubt_is_no_matrix(tiers: Any) -> None:
    with pytest.raises(BadParameter):
        coerce("4.1.1.2", "tiers", tiers)


@clauses("4.1.1.2")
@pytest.mark.parametrize(
    ("amount", "chain"),
    [
        ("0.00", (HEAD,)),
        ("1000.00", (HEAD,)),
        ("1000.01", (HEAD, FINANCE)),
        ("2000.00", (HEAD, FINANCE)),
        ("2000.01", (HEAD, FINANCE, VICE)),
        ("4999.99", (HEAD, FINANCE, VICE)),
        ("5000.00", (HEAD, FINANCE, VICE)),
        ("9999999.99", (HEAD, FINANCE, VICE)),
    ],
)
def test_who_decides_a_purchase(amount: str, chain: tuple[str, ...]) -> None:
    assert authority_chain(PURCHASE, Decimal(amount)) == chain


@clauses("4.1.1.2")
def test_the_gap_is_read_as_the_policy_says() -> None:
    amount = Decimal("3000")
    assert authority_chain(PURCHASE, amount, between="next_lower") == (HEAD, FINANCE)
    assert authority_chain(PURCHASE, amount, between="next_higher", chain="deciding_only") == (VICE,)


@clauses("4.1.1.2")
def test_of_two_open_lines_the_higher_one_decides_from_its_bound() -> None:
    matrix = coerce("4.1.1.2", "tiers", [up_to(1000, HEAD), upward_from(5000, VICE), upward_from(50000, "ceo")])
    assert authority_chain(matrix, Decimal("49999.99")) == (HEAD, VICE)
    assert authority_chain(matrix, Decimal("50000.00")) == (HEAD, VICE, "ceo")


@clauses("2.1.1.5", "3.1.1.3")
def test_who_decides_a_budget_and_a_project() -> None:
    assert authority_chain(BUDGET, Decimal("100000")) == (HEAD,)
    assert authority_chain(BUDGET, Decimal("100000.01")) == (HEAD, "general_manager")
    assert authority_chain(PROJECT, Decimal("500000")) == (VICE,)
    assert authority_chain(PROJECT, Decimal("500000.01")) == (VICE, "ceo")


@clauses("4.1.1.2")
@given(tiers=st.sampled_from([PURCHASE, BUDGET, PROJECT]), one=amounts, other=amounts)
def test_more_money_never_needs_fewer_signatures(tiers: tuple[Tier, ...], one: Decimal, other: Decimal) -> None:
    less, more = sorted((one, other))
    chain = authority_chain(tiers, more)
    assert chain[: len(authority_chain(tiers, less))] == authority_chain(tiers, less)
    assert authority_chain(tiers, more, chain="deciding_only") == chain[-1:]


def test_the_limits_are_what_a_purchase_is_split_under() -> None:
    assert limits(PURCHASE) == (Decimal(1000), Decimal(2000))


@clauses("1.2.3.2")
def test_bands_are_half_open() -> None:
    bands = default_parameters()["1.2.3.2"]["bands"]
    assert band_of(bands, Decimal("89.5")).outcome == {"raise": (Decimal(6), Decimal(9))}
    assert band_of(bands, Decimal("90")).outcome == {"raise_min": Decimal(10)}
    assert band_of(bands, Decimal("59.9")).outcome == {"improvement_plan": True}


def test_management_is_spoken_for_by_any_of_its_roles() -> None:
    assert speaks_for("management") == (Role.GENERAL_MANAGER, Role.CEO, Role.VICE_PRESIDENT)
    assert speaks_for("finance_manager") == (Role.FINANCE_MANAGER,)
    assert speaks_for("superior") == ()


@clauses("5.2")
@pytest.mark.parametrize(
    ("clause", "name", "stricter", "looser"),
    [
        ("4.1.2.3", "minimum_suppliers", 4, 2),
        ("4.1.3.1", "hours", 2, 5),
        ("4.1.2.2", "standing_effect", None, "warn"),
        ("4.1.1.2", "price_tolerance_percent", "2.5", "7.5"),
        ("1.1.2.5", "interviewers", ["hr_manager"], None),
        ("4.1.3.1", "checks", ["quantity", "condition", "specification", "noise"], ["quantity"]),
        ("4.1.3.3", "settlements", ["return"], None),
        ("4.1.2.4", "sample_test_required", None, False),
        ("1.2.1.2", "due", "12-01", "12-31"),
        ("1.1.2.5", "minutes", [45, 60], [30, 60]),
        ("4.1.2.2", "weights", None, {"price": 100, "quality": 0, "delivery": 0}),
        (
            "4.1.1.2",
            "tiers",
            [up_to(500, HEAD), up_to(2000, FINANCE), upward_from(3000, VICE)],
            [up_to(1001, HEAD), up_to(2000, FINANCE), upward_from(5000, VICE)],
        ),
        (
            "4.1.1.2",
            "tiers",
            [up_to(1000, HEAD), up_to(2000, FINANCE), upward_from(2001, VICE), upward_from(9000, "ceo")],
            [up_to(1000, HEAD), upward_from(5000, VICE)],
        ),
    ],
)  # fmt: skip
def test_which_way_is_tighter(clause: str, name: str, stricter: Any, looser: Any) -> None:
    now = default_parameters()[clause][name]
    assert stricter is None or not loosens(clause, name, now, coerce(clause, name, stricter))
    assert looser is None or loosens(clause, name, now, coerce(clause, name, looser))


ORDERED = [p for p in PARAMETERS if isinstance(p.value, int | Decimal) and p.tighter in ("lower", "higher")]


@clauses("5.2")
@given(declared=st.sampled_from(ORDERED), one=st.integers(0, 100), other=st.integers(0, 100))
def test_of_two_different_numbers_one_is_looser(declared: Parameter, one: int, other: int) -> None:
    there, back = (loosens(declared.clause, declared.name, *pair) for pair in ((one, other), (other, one)))
    assert (there, back) == (False, False) if one == other else there is not back


@st.composite
def matrices(draw: st.DrawFn) -> Any:
    """Any valid matrix of up to four authorities, in the house's order."""
    authorities = draw(st.sampled_from([(HEAD, FINANCE, VICE), (HEAD, VICE), (HEAD, FINANCE, VICE, "ceo"), (VICE,)]))
    bounds = sorted(draw(st.sets(st.integers(1, 12), min_size=len(authorities), max_size=len(authorities))))
    closed = draw(st.integers(0, len(authorities) - 1))
    lines = [
        up_to(bound, authority) if index < closed else upward_from(bound, authority)
        for index, (bound, authority) in enumerate(zip(bounds, authorities, strict=True))
    ]
    return coerce("4.1.1.2", "tiers", lines)


@clauses("5.2")
@given(old=matrices(), new=matrices())
def test_a_tighter_matrix_is_one_that_asks_everybody_at_every_amount(old: Any, new: Any) -> None:
    everywhere = [Decimal(n) / 2 for n in range(30)]
    asks_all = all(set(authority_chain(old, a)) <= set(authority_chain(new, a)) for a in everywhere)
    assert loosens("4.1.1.2", "tiers", old, new) is not asks_all


def test_the_products_own_parameters_say_so() -> None:
    assert parameter("4.1.1.2", "tiers").origin == "regulation"
    assert parameter("4.1.1.2", "price_tolerance_percent").origin == "product"
