"""What the columns of a costs file mean 成本导入映射: stated beside the file, so that no column is guessed at.

A row makes one entry, its amount and account in columns or constant; or several, one for each column of ``amounts``
(a payroll 工资表: wages, bonus, social insurance). Values may be translated by ``maps`` (销售部 → D02).
``infrastructure.cost_mapping_file`` reads it from YAML.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, ValidationError, model_validator

from application.tables import BadTable, Row, RowError, Table
from domain.finance.cost_period_messages import MOST_ENTRIES, FileEntry
from domain.kernel import Message

FieldName = Literal["account", "department", "amount", "project", "object", "description", "month"]
FIELD_ZH = {
    "account": "科目",
    "department": "部门",
    "amount": "金额",
    "project": "项目",
    "object": "成本对象",
    "description": "摘要",
    "month": "月份",
}
Heading = Annotated[str, Field(min_length=1, max_length=200)]


class CostMapping(Message):
    """The mapping 映射: ``columns`` says which heading holds a field, ``values`` what is the same in all rows,
    ``amounts`` which headings hold an amount each and on which account, ``maps`` what a cell's text stands for.

    A column ``month`` is compared with the month booked into.
    """

    name: str = Field("", max_length=100)
    columns: dict[FieldName, Heading] = {}
    values: dict[FieldName, str] = {}
    amounts: dict[Heading, str] = {}
    maps: dict[FieldName, dict[str, str]] = {}

    @model_validator(mode="after")
    def _whole(self) -> CostMapping:
        given = {*self.columns, *self.values}
        if both := sorted(set(self.columns) & set(self.values)):
            raise ValueError(f"both in columns and values 列与常量重复: {', '.join(both)}")
        if self.amounts and given & {"amount", "account"}:
            raise ValueError(
                "amounts names accounts itself: leave out amount and account 已有 amounts 时不得另设金额与科目"
            )
        needed = {"department"} if self.amounts else {"department", "account", "amount"}
        if missing := sorted(needed - given):
            raise ValueError(f"missing in columns or values 缺少: {', '.join(missing)}")
        return self

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading it wants."""
        return (*self.columns.values(), *self.amounts)


class Made(NamedTuple):
    """An entry and the columns its fields come from, for errors that name them."""

    entry: FileEntry
    columns: dict[str, str]


@dataclass(frozen=True, slots=True)
class MappedCosts:
    """The entries a table makes, and everything wrong with its rows."""

    made: tuple[Made, ...]
    errors: tuple[RowError, ...]


def mapped(table: Table, mapping: CostMapping, month: str) -> MappedCosts:
    """What the table's rows say under ``mapping``. Raises BadTable where a heading it names is missing."""
    missing = [each for each in mapping.headings if each not in table.headings]
    if missing:
        there = ", ".join(table.headings)
        raise BadTable(
            f"The mapping names columns the file does not have: {', '.join(missing)}; it has: {there}.",
            f"文件缺少映射所列的列：{'、'.join(missing)}；现有：{there}。",
        )
    made: list[Made] = []
    errors = list(table.errors)
    unreadable = {error.line for error in table.errors}
    for row in table.rows:
        if row.line in unreadable:
            continue
        for found in _entries(row, mapping, month):
            if isinstance(found, Made):
                made.append(found)
            else:
                errors.append(found)
    if len(made) > MOST_ENTRIES:
        raise BadTable(
            f"The file makes {len(made)} entries, one act books at most {MOST_ENTRIES}; split the file.",
            f"文件共生成{len(made)}条分录，一次最多入账{MOST_ENTRIES}条；请拆分文件。",
        )
    if not made and not errors:
        raise BadTable("No row of the file holds an amount.", "文件中没有任何金额。")
    return MappedCosts(tuple(made), tuple(errors))


def _entries(row: Row, mapping: CostMapping, month: str) -> Iterator[Made | RowError]:
    shared = {name: _value(name, row, mapping) for name in FIELD_ZH if name not in ("amount", "account")}
    told = shared.pop("month")
    if told and told.replace("/", "-") != month:
        column = mapping.columns.get("month", "")
        yield RowError(row.line, column, f"Of {told[:20]}, not of {month}.", f"属于{told[:20]}，而非{month}。")
        return
    if not mapping.amounts:
        account = _value("account", row, mapping)
        amount = _value("amount", row, mapping)
        yield from _entry(row, mapping, shared, account, amount, mapping.columns.get("amount", ""), 1)
        return
    for part, (heading, account) in enumerate(mapping.amounts.items(), 1):
        amount = row.cells[heading]
        # A payroll leaves blank what somebody does not get: that is no entry.
        if amount and _decimal(amount) != 0:
            yield from _entry(row, mapping, shared, account, amount, heading, part)


def _entry(
    row: Row, mapping: CostMapping, shared: dict[str, str], account: str, text: str, column: str, part: int
) -> Iterator[Made | RowError]:
    amount = _decimal(text)
    columns: dict[str, str] = {**{str(name): heading for name, heading in mapping.columns.items()}, "amount": column}
    if mapping.amounts:
        columns["account"] = column
    if amount is None or amount != amount.quantize(Decimal("0.01")) or not amount:
        yield RowError(
            row.line,
            column,
            f"{text[:40]!r} is no amount: write it in yuan with at most two places, and not zero.",
            f"“{text[:40]}”不是金额：请以元填写，最多两位小数，且不为零。",
        )
        return
    given = {**shared, "account": account, "amount": amount, "line": row.line, "part": part}
    try:
        yield Made(FileEntry.model_validate(given), columns)
    except ValidationError as error:
        for each in error.errors():
            name = str(each["loc"][0]) if each["loc"] else ""
            said = str(given.get(name, ""))[:40]
            heading = columns.get(name, name)
            yield RowError(
                row.line,
                heading,
                f"{said!r} cannot be a {name}: {each['msg']}." if said else f"The {name} is missing.",
                f"“{said}”不符合{FIELD_ZH.get(name, name)}的要求。" if said else f"缺少{FIELD_ZH.get(name, name)}。",
            )


def _value(name: str, row: Row, mapping: CostMapping) -> str:
    field: FieldName = name  # type: ignore[assignment]
    column = mapping.columns.get(field)
    text = row.cells[column].strip() if column is not None else mapping.values.get(field, "")
    return mapping.maps.get(field, {}).get(text, text)


def _decimal(text: str) -> Decimal | None:
    """An amount as people write it: 1,234.50, ¥1234.5, (12.00) for below zero."""
    plain = text.replace("，", ",").replace(",", "").strip().lstrip("¥￥").strip()
    negative = plain.startswith("(") and plain.endswith(")")
    try:
        value = Decimal(plain[1:-1] if negative else plain)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) >= Decimal(10) ** 13:
        return None
    return -value if negative else value
