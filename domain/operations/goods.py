"""Words about goods 物料 that procurement, inventory and sales share: names compared, stock numbers, photographs."""

import unicodedata
from base64 import b32encode
from decimal import Decimal
from hashlib import sha256
from typing import Annotated

from pydantic import AfterValidator, Field, PlainSerializer

from domain.money import THOUSANDTH

Sha256 = Annotated[
    str,
    Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of an attachment, 64 hex digits 附件校验值"),
]
"""An attachment 附件 by the SHA-256 of its content; the content lies in the attachment store."""

Bin = Annotated[
    str,
    Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,31}$", description="Bin location, capitals, digits, dashes 库位"),
]
"""A bin location 库位 of the warehouse, e.g. ``A-01-03``."""

Sum = Annotated[
    Decimal,
    Field(ge=0, max_digits=18, decimal_places=3, allow_inf_nan=False, description="Sum of quantities 数量合计"),
    AfterValidator(lambda value: value.quantize(THOUSANDTH)),
    PlainSerializer(str, return_type=str),
]
"""A sum of quantities over the lines of a document; wider than one quantity, so that no sum of them is too large."""


def same_name(text: str) -> str:
    """The form in which names of goods are compared: full and half width, case and spacing do not matter."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def stock_number(item: str, specification: str, unit: str) -> str:
    """The stock number 库存编号 of an item in a specification and unit: the same goods always give the same number."""
    named = "\n".join(same_name(part) for part in (item, specification, unit))
    return "SK" + b32encode(sha256(named.encode()).digest()[:10]).decode()
