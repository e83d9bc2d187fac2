"""Forms of a department's own procedures 表单 (clause 5.2): typed fields, and what is filled in, read against them.

Values are kept in one written form: numbers and money as decimal strings, dates as ``2026-03-03``, yes and no as true
and false, an attachment 附件 as the sha256 of its content in hex.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal, NoReturn

from pydantic import Field, StrictBool, StrictInt, StrictStr

from domain.directory import Directory
from domain.kernel import Message, Refusal
from domain.money import rounded

CLAUSE = "5.2"
NAME = r"^[a-z][a-z0-9_]{0,39}$"

FieldType = Literal["text", "number", "money", "date", "choice", "yes_no", "employee", "department", "attachment"]
Given = Annotated[StrictStr, Field(max_length=4000)] | StrictBool | StrictInt
"""A value as somebody sends it."""
Kept = StrictStr | StrictBool
"""A value as it is kept."""


class FormField(Message):
    """A field of a form 表单项: what it is called, what goes in, whether it must be filled in.

    ``minimum`` and ``maximum`` bound numbers and money, both inclusive; ``choices`` belong to ``choice`` alone.
    """

    name: str = Field(pattern=NAME, description="Name in lower case, e.g. amount 字段名")
    type: FieldType = Field(description="What goes in 类型")
    required: bool = Field(True, description="Whether it must be filled in 是否必填")
    zh: str = Field(min_length=1, max_length=60, description="Name in Chinese 中文名称")
    en: str = Field(min_length=1, max_length=60, description="Name in English 英文名称")
    choices: tuple[Annotated[str, Field(min_length=1, max_length=60)], ...] = Field(
        (), max_length=100, description="What may be chosen 选项"
    )
    minimum: Decimal | None = Field(None, description="Least number or amount, included 下限")
    maximum: Decimal | None = Field(None, description="Largest number or amount, included 上限")


Form = Annotated[tuple[FormField, ...], Field(min_length=1, max_length=60)]


class MissingFields(Refusal):
    """A form is complete or it is refused: every required field is filled in.

    表单须填写完整，必填项不得为空。

    → Fill in the fields named.
    → 请填写所列各项。
    """

    clause = CLAUSE


class UnknownField(Refusal):
    """A form takes the fields its procedure defines, and no others.

    表单仅接受该流程所定义的填写项。

    → Leave the field out, or check its name against the procedure.
    → 请删去该项，或按流程核对字段名。
    """

    clause = CLAUSE


class ValueNotAllowed(Refusal):
    """A field takes values of its type, within its bounds and choices.

    填写项须符合其类型、范围及选项。

    → Correct the field named; what it takes is said beside it.
    → 请按提示更正所列填写项。
    """

    clause = CLAUSE


def fill_in(form: tuple[FormField, ...], given: Mapping[str, Given], directory: Directory) -> dict[str, Kept]:
    """``given`` in its kept form, in the form's order. Raises UnknownField, MissingFields, ValueNotAllowed.

    An empty text counts as not filled in.
    """
    names = {field.name for field in form}
    for name in given:
        if name not in names:
            raise UnknownField(field=name, known=", ".join(sorted(names)))
    filled = {name: value for name, value in given.items() if value != ""}
    missing = [field.name for field in form if field.required and field.name not in filled]
    if missing:
        raise MissingFields(field=missing[0], missing=", ".join(missing))
    return {field.name: _kept(field, filled[field.name], directory) for field in form if field.name in filled}


def _kept(field: FormField, given: Given, directory: Directory) -> Kept:
    match field.type:
        case "text":
            return given if isinstance(given, str) else _refuse(field, given, "text")
        case "number" | "money":
            return _number(field, given)
        case "date":
            return _date(field, given)
        case "choice":
            return _one_of(field, given, field.choices)
        case "yes_no":
            return given if isinstance(given, bool) else _refuse(field, given, "true or false")
        case "employee":
            return _one_of(field, given, directory.employees, "an employee number of that day")
        case "department":
            return _one_of(field, given, directory.departments, "a department's number")
        case "attachment":
            hexadecimal = isinstance(given, str) and re.fullmatch(r"[0-9a-f]{64}", given)
            return str(given) if hexadecimal else _refuse(field, given, "the sha256 of a stored file, 64 hex digits")


def _number(field: FormField, given: Given) -> str:
    needs = "a number such as 1200.50" if field.type == "number" else "an amount in CNY with at most two places"
    if isinstance(given, bool):
        _refuse(field, given, needs)
    try:
        value = Decimal(given)
    except InvalidOperation:
        _refuse(field, given, needs)
    if not value.is_finite() or abs(value.adjusted()) > 12 or len(value.as_tuple().digits) > 15:
        _refuse(field, given, needs)
    if field.type == "money":
        if value < 0 or rounded(value) != value:
            _refuse(field, given, needs)
        value = rounded(value) + 0  # no minus zero
    if field.minimum is not None and value < field.minimum:
        _refuse(field, given, f"at least {field.minimum}")
    if field.maximum is not None and value > field.maximum:
        _refuse(field, given, f"at most {field.maximum}")
    return f"{value:f}"


def _date(field: FormField, given: Given) -> str:
    needs = "a date such as 2026-03-03"
    if not isinstance(given, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", given):
        _refuse(field, given, needs)
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        _refuse(field, given, needs)


def _one_of(field: FormField, given: Given, known: Mapping[str, object] | tuple[str, ...], needs: str = "") -> str:
    if isinstance(given, str) and given in known:
        return given
    _refuse(field, given, needs or f"one of: {', '.join(known)}")


def _refuse(field: FormField, given: Given, needs: str) -> NoReturn:
    raise ValueNotAllowed(field=field.name, needs=needs, given=str(given)[:80])
