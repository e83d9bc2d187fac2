"""Money and quantities 金额与数量: exact decimals with a fixed scale, written as strings.

CNY with two places (the regulation's unit), quantities with three. Ten to the thirtieth, NaN, a third decimal place
are refused where they enter, so that no rule has to think of them.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer
from pydantic.functional_validators import AfterValidator, BeforeValidator

FEN = Decimal("0.01")
THOUSANDTH = Decimal("0.001")
ZERO = Decimal("0.00")


def _no_floats(value: object) -> object:
    """A binary float cannot say what was meant; integers, strings and decimals can."""
    if isinstance(value, float | bool):
        raise ValueError('write the number as a string, e.g. "1200.50" 请以字符串填写数字')
    return value


def _to_fen(value: Decimal) -> Decimal:
    return value.quantize(FEN)


def _to_thousandth(value: Decimal) -> Decimal:
    return value.quantize(THOUSANDTH)


# The bounds come first, where pydantic checks them itself and quickly; what the JSON Schema then no longer knows of
# them is told once more beside the description.
_AS_STRING = PlainSerializer(str, return_type=str)

Money = Annotated[
    Decimal,
    Field(ge=0, max_digits=15, decimal_places=2, allow_inf_nan=False),
    BeforeValidator(_no_floats, json_schema_input_type=str),
    AfterValidator(_to_fen),
    Field(description="CNY, two places 元", json_schema_extra={"ge": 0, "max_digits": 15, "decimal_places": 2}),
    _AS_STRING,
]
"""An amount of CNY, zero or more, below 10^13, two places."""

Change = Annotated[
    Decimal,
    Field(max_digits=15, decimal_places=2, allow_inf_nan=False),
    BeforeValidator(_no_floats, json_schema_input_type=str),
    AfterValidator(_to_fen),
    Field(
        description="CNY more or, below zero, less 增减额(元)",
        json_schema_extra={"max_digits": 15, "decimal_places": 2},
    ),
    _AS_STRING,
]
"""An amount of CNY of either sign: what is added, or taken away where it is below zero."""

Price = Annotated[
    Decimal,
    Field(gt=0, max_digits=15, decimal_places=2, allow_inf_nan=False),
    BeforeValidator(_no_floats, json_schema_input_type=str),
    AfterValidator(_to_fen),
    Field(description="CNY a unit 单价(元)", json_schema_extra={"gt": 0, "max_digits": 15, "decimal_places": 2}),
    _AS_STRING,
]
"""A price of one unit in CNY, more than zero."""

Quantity = Annotated[
    Decimal,
    Field(gt=0, max_digits=12, decimal_places=3, allow_inf_nan=False),
    BeforeValidator(_no_floats, json_schema_input_type=str),
    AfterValidator(_to_thousandth),
    Field(description="Quantity 数量", json_schema_extra={"gt": 0, "max_digits": 12, "decimal_places": 3}),
    _AS_STRING,
]
"""A quantity of something, more than zero, three places."""

Count = Annotated[
    Decimal,
    Field(ge=0, max_digits=12, decimal_places=3, allow_inf_nan=False),
    BeforeValidator(_no_floats, json_schema_input_type=str),
    AfterValidator(_to_thousandth),
    Field(description="Quantity, may be zero 数量", json_schema_extra={"ge": 0, "max_digits": 12, "decimal_places": 3}),
    _AS_STRING,
]
"""A quantity counted, zero or more."""

Percent = Annotated[
    Decimal,
    Field(ge=0, le=100, max_digits=5, decimal_places=2, allow_inf_nan=False),
    BeforeValidator(_no_floats, json_schema_input_type=str),
    Field(
        description="Percent or score 0-100",
        json_schema_extra={"ge": 0, "le": 100, "max_digits": 5, "decimal_places": 2},
    ),
    _AS_STRING,
]
"""A percentage or a score out of a hundred."""


def rounded(value: Decimal) -> Decimal:
    """``value`` in CNY to the fen, half to even."""
    return value.quantize(FEN, ROUND_HALF_EVEN)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of ``amounts`` in CNY, to the fen."""
    return sum(amounts, ZERO).quantize(FEN)
