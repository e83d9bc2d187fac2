"""What a version of a procedure fixes 流程内容 (clause 5.2): its form, who decides by role and amount, the handling."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from domain.directory import Role
from domain.governance.form import CLAUSE, NAME, Form, FormField
from domain.governance.parameters import AUTHORITIES
from domain.kernel import Context, Fact, Message, Refusal
from domain.money import Money


class ProcedureStep(Message):
    """A step of its approval 审批步骤: a role, ``management``, ``superior``, or named employees; all or any of them.

    ``above`` limits it to requests whose amount is more than that.
    """

    authority: str = Field(min_length=1, max_length=64, description="Role, management or superior 审批权限")
    people: tuple[str, ...] = Field((), max_length=20, description="Named employees instead of a role 指定人员")
    mode: Literal["all", "any"] = Field("any", description="Whether all sign or any of them 会签或或签")
    above: Money | None = Field(None, description="Only for amounts above this, in CNY 金额超过(元)")
    limit_working_hours: int | None = Field(None, ge=0, le=720, description="Time to decide 审批时限(工作小时)")


class Handling(Message):
    """What is done once a request is approved 办理: by which role, within how many working days."""

    role: Role = Field(description="Who handles it 办理角色")
    working_days: int = Field(ge=1, le=250, description="Within so many working days 办理时限(工作日)")


class ProcedureTerms(Message):
    """All of a procedure that a version fixes 流程内容."""

    zh: str = Field(min_length=1, max_length=60, description="Name in Chinese 名称")
    en: str = Field(min_length=1, max_length=60, description="Name in English 英文名称")
    open_to: Literal["department", "company"] = Field("company", description="Who may ask under it 适用范围")
    form: Form = Field(description="The fields 表单")
    steps: tuple[ProcedureStep, ...] = Field(min_length=1, max_length=10, description="Who decides, in order 审批步骤")
    amount_field: Annotated[str, Field(pattern=NAME)] | None = Field(
        None, description="The form's field that holds the amount 金额字段"
    )
    handling: Handling | None = Field(None, description="What is done once it is approved 办理")


@dataclass(frozen=True, slots=True)
class ProcedureStanding(Fact):
    """What a procedure tells requests: its versions, and which is in force (0: none)."""

    department: str
    version: int
    versions: Mapping[int, ProcedureTerms]
    retired: bool


class ProcedureUnsound(Refusal):
    """A procedure says who decides every request: known authorities, steps that cover every amount, fields told apart.

    流程须使每份申请均有人审批：权限明确、步骤覆盖全部金额、字段不重名。

    → Correct what is named.
    → 请更正所列内容。
    """

    clause = CLAUSE


def check_sound(terms: ProcedureTerms, context: Context) -> None:
    """Raises ProcedureUnsound, naming what does not hold."""
    fields = {each.name: each for each in terms.form}
    if len(fields) < len(terms.form):
        raise ProcedureUnsound(field="form", because="two fields have one name 字段重名")
    for each in terms.form:
        _check_field(each)
    for step in terms.steps:
        if not step.people and step.authority not in AUTHORITIES:
            raise ProcedureUnsound(field="steps", because=f"no such authority 无此权限: {step.authority}")
        for person in step.people:
            if person not in context.directory.employees:
                raise ProcedureUnsound(field="steps", because=f"no such employee 无此员工: {person}")
    if all(step.above is not None for step in terms.steps):
        raise ProcedureUnsound(field="steps", because="no step decides small amounts 小额无人审批")
    limited = any(step.above is not None for step in terms.steps)
    amount = fields.get(terms.amount_field or "")
    if (limited or terms.amount_field) and (amount is None or amount.type != "money" or not amount.required):
        raise ProcedureUnsound(field="amount_field", because="name a required money field 须为必填金额字段")


def _check_field(each: FormField) -> None:
    if (each.type == "choice") != bool(each.choices):
        raise ProcedureUnsound(field=each.name, because="a choice has choices, nothing else has 仅选择项有选项")
    bounded = each.minimum is not None or each.maximum is not None
    if bounded and each.type not in ("number", "money"):
        raise ProcedureUnsound(field=each.name, because="only numbers and money have bounds 仅数值有范围")
    if each.minimum is not None and each.maximum is not None and each.minimum > each.maximum:
        raise ProcedureUnsound(field=each.name, because="minimum above maximum 下限大于上限")
