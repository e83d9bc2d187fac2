"""Budgets as of any day, and the monthly reports 预算执行情况与预算执行分析报告 over HTTP (clause 2.1.2.1).

Who answers for departments sees their part; finance, management and auditors see all of it, and of a report exactly the
bytes whose fingerprint was published.
"""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from domain.finance.budget_as_of import BudgetRow, By
from domain.finance.execution_report import Report
from domain.governance.access_rules import NotYoursToSee
from domain.kernel import Stream
from domain.working_time import SHANGHAI
from infrastructure.budget_document import MEDIA_TYPES, Format, rendered
from infrastructure.budget_reports import ReportDiffers, budget_as_of, published_report
from infrastructure.projecting.progress import ViewStopped
from interfaces.http.bodies import StrictRoute
from interfaces.http.callers import Caller, Reader, refuse
from interfaces.http.desk import Desk, desk_of
from interfaces.http.languages import language_of
from interfaces.http.problems import Problem
from interfaces.http.views import scope_of
from interfaces.http.wire import problems
from projections.finance.budget_lines import VIEW

TAG = "预算 budget"


class BudgetRowShown(BaseModel):
    """A department, category, line or month 预算执行行; amounts in CNY. The total has no ``key``."""

    key: str
    original: Decimal = Field(description="Budget as published 年初预算")
    budget: Decimal = Field(description="Budget 调整后预算")
    reserved: Decimal = Field(description="Reserved 已预留")
    committed: Decimal = Field(description="Committed 已承诺")
    actual: Decimal = Field(description="Spent 实际发生")
    available: Decimal = Field(description="Left 可用余额")
    forecast: Decimal | None = Field(description="Forecast of the year 全年预测; none by month")


class BudgetShown(BaseModel):
    """The budget of a fiscal year 预算执行情况."""

    year: int
    by: By
    day: date | None
    position: int | None
    rows: list[BudgetRowShown]
    total: BudgetRowShown


def router() -> APIRouter:
    """Two routes."""
    made = APIRouter(route_class=StrictRoute, tags=[TAG])
    made.add_api_route(
        "/api/budget/as-of",
        show_budget,
        response_model=BudgetShown,
        summary="预算执行情况 · The budget as of any day",
        operation_id="budget.as_of",
        responses=problems(),
    )
    made.add_api_route(
        "/api/budget/reports/{month}.{format}",
        show_report,
        response_class=Response,
        summary="预算执行分析报告 · A monthly budget report",
        operation_id="budget.report",
        responses=problems(404)
        | {200: {"content": {media: {"schema": _SCHEMA[kind]} for kind, media in MEDIA_TYPES.items()}}},
    )
    return made


_BINARY: dict[str, Any] = {"type": "string", "format": "binary"}
_SCHEMA: dict[str, dict[str, Any]] = {"json": {"type": "object"}, "xlsx": _BINARY, "pdf": _BINARY}


async def show_budget(
    caller: Reader,
    request: Request,
    year: Annotated[int, Query(ge=1990, le=2190, description="Fiscal year 财年")],
    by: Annotated[By, Query(description="What is summed 汇总方式")] = "department",
    day: Annotated[date | None, Query(description="As it was at the end of this day 截至日期")] = None,
    position: Annotated[int | None, Query(ge=0, le=2**62 - 1, description="As of this entry 截至日志位置")] = None,
) -> BudgetShown:
    """The budget of a fiscal year by department, category, line or month, as of a day, a position, or now."""
    desk = desk_of(request)
    departments = await _departments(desk, caller, request)
    if position is not None and position >= await desk.journal.size():
        raise Problem(
            422,
            "invalid",
            en=(f"The journal has no position {position} yet.", "Send a position you were given."),
            zh=(f"日志尚无位置 {position}。", "请使用系统返回的位置。"),
            field="query.position",
        )
    now = desk.house.clock()
    try:
        found = await budget_as_of(
            desk.figures,
            year,
            by,
            today=now.astimezone(SHANGHAI).date(),
            forecast=desk.handler.standing.policy(now).value("2.1.2.1", "forecast"),
            day=day,
            position=position,
            departments=departments,
        )
    except ViewStopped as error:
        raise _stopped(error) from None
    rows = [_row(each) for each in found.rows]
    return BudgetShown(year=year, by=by, day=day, position=position, rows=rows, total=_row(found.total))


async def show_report(
    caller: Reader,
    request: Request,
    month: Annotated[str, Path(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$", description="Month 月份")],
    format: Annotated[Literal["json", "xlsx", "pdf"], Path(description="Format 格式")],
) -> Response:
    """The report of a month, compiled again from the figures it was published with."""
    desk = desk_of(request)
    departments = await _departments(desk, caller, request)
    state, _ = await desk.handler.state(Stream("execution_report", month))
    assert isinstance(state, Report)
    try:
        found = await published_report(desk.figures, state, departments)
    except ViewStopped as error:
        raise _stopped(error) from None
    except ReportDiffers as error:
        raise Problem(
            503,
            "view-stopped",
            en=(f"{error}.", "Tell the operator: the views have to be filled again (guicheng views rebuild)."),
            zh=(f"{month} 报告重新编制的结果与已发布的不一致。", "请告知运维人员重建视图（guicheng views rebuild）。"),
        ) from None
    if found is None:
        raise Problem(
            404,
            "not-found",
            en=(f"There is no budget report of {month}.", "It is published in the first working days after the month."),
            zh=(f"没有 {month} 的预算执行分析报告。", "报告于次月初的工作日发布。"),
        )
    kind: Format = format
    names = {id: each.name for id, each in caller.directory.departments.items()}
    body = await asyncio.to_thread(rendered, found, kind, language_of(request), names)
    headers = {
        "Content-Disposition": f'attachment; filename="budget-report-{month}.{format}"',
        "Vary": "Accept-Language",
    }
    if found.whole:
        headers["X-Report-Sha256"] = found.published.sha256
    return Response(body, media_type=MEDIA_TYPES[kind], headers=headers)


async def _departments(desk: Desk, caller: Caller, request: Request) -> frozenset[str] | None:
    """The departments whose budget the caller sees, None for all; who sees none is refused."""
    scope = scope_of(caller.sight, VIEW)
    if scope.kind == "all":
        return None
    if scope.kind != "department":
        await refuse(desk, caller, request, NotYoursToSee(view="budget"), "views/budget_lines")
    return scope.departments


def _row(row: BudgetRow) -> BudgetRowShown:
    return BudgetRowShown.model_validate(row, from_attributes=True)


def _stopped(error: ViewStopped) -> Problem:
    return Problem(
        503,
        "view-stopped",
        title=("The view has stopped", "视图已停止更新"),
        en=(f"{error.name} stopped at an error.", "Tell the operator: guicheng views status."),
        zh=(f"视图 {error.name} 因错误停止更新。", "请告知运维人员：guicheng views status。"),
        headers={"Retry-After": "60"},
    )
