"""Views 视图 over HTTP: one route for each, made from its declaration: filters, order, pages, headings, who sees what.

GET /api/views/requisitions?status=open&amount_from=5000&order_by=-submitted_at&limit=20
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from domain import catalogue
from domain.governance.access_rules import NotYoursToSee, Sight
from interfaces.http.bodies import StrictRoute
from interfaces.http.callers import Caller, Reader, refuse
from interfaces.http.desk import Desk, desk_of
from interfaces.http.languages import Language, language_of
from interfaces.http.problems import RETRY_SECONDS, Problem
from interfaces.http.reading import Asked, NotFilled, NotReadYet, ViewStopped
from interfaces.http.validation import invalid
from interfaces.http.wire import plain, problems
from projections.asking import MOST, BadQuestion, Filter, Scope, Shown, columns, filters, lines, may_see
from projections.catalogue import views
from projections.view import View

TAG = "视图 views"
FURTHEST = 2**63 - 1
_OWN = frozenset({"order_by", "limit", "cursor", "min_position"})

Limit = Annotated[int, Query(ge=1, le=MOST, description="Rows a page 每页行数")]
MinPosition = Annotated[
    int,
    Query(
        ge=-1,
        le=FURTHEST,
        description="Wait (up to 5 s) until the view has read this position, e.g. that of your command 等待至该位置",
    ),
]


class ColumnShown(BaseModel):
    """A column of a view 列, titled in the caller's language."""

    name: str
    title: str
    kind: str = Field(description="text, number, money, moment, day, flag, subject, employee, clause, … 类型")


class FilterShown(BaseModel):
    """A filter 筛选项: a query parameter of that name."""

    name: str
    title: str
    kind: str


class ViewShown(BaseModel):
    """A view 视图: a question people ask."""

    name: str
    title: str
    clauses: list[str]
    columns: list[ColumnShown]
    lines: dict[str, list[ColumnShown]] = Field(description="Columns of the lines below a row 明细列")
    filters: list[FilterShown]
    order: list[str] = Field(description="How it is ordered unless asked otherwise 默认排序")
    href: str


class ViewsShown(BaseModel):
    """Every view that the caller may look at 视图目录."""

    views: list[ViewShown]


def router() -> APIRouter:
    """The list, and one route for each view."""
    made = APIRouter(route_class=StrictRoute, tags=[TAG])
    made.add_api_route(
        "/api/views",
        list_views,
        response_model=ViewsShown,
        summary="视图目录 · All views",
        operation_id="views",
        responses=problems(),
    )
    for view in views().values():
        made.add_api_route(
            f"/api/views/{view.name}",
            _endpoint(view),
            response_class=JSONResponse,
            summary=f"{view.zh} · {view.en}",
            description=f"{view.zh} {view.en} ({', '.join(view.clauses)}).",
            operation_id=f"views.{view.name}",
            openapi_extra={"parameters": [_parameter(each) for each in filters(view).values()] + [_order(view)]},
            responses=problems() | {200: {"content": {"application/json": {"schema": _page_schema(view)}}}},
        )
    return made


async def list_views(caller: Reader, request: Request) -> ViewsShown:
    """Every view that the caller may look at, with its columns and filters."""
    language = language_of(request)
    return ViewsShown(
        views=[_shown(view, language) for view in views().values() if may_see(view, scope_of(caller.sight, view))]
    )


async def ask_view(
    desk: Desk, caller: Caller, request: Request, view: View, min_position: int = -1, **asked: Any
) -> dict[str, Any]:
    """A page of a view within the caller's sight; raises Problem."""
    scope = scope_of(caller.sight, view)
    if not may_see(view, scope):
        await refuse(desk, caller, request, NotYoursToSee(view=view.name), f"views/{view.name}")
    found = await found_in(desk, view, scope, min_position, **asked)
    language = language_of(request)
    return {
        "view": view.name,
        "title": _title(view, language),
        "position": found.position,
        "columns": [_column(each, language) for each in columns(view)],
        "lines": {name: [_column(each, language) for each in shown] for name, shown in lines(view).items()},
        "rows": plain(found.page.rows),
        "next": found.page.next,
    }


async def found_in(desk: Desk, view: View, scope: Scope, min_position: int = -1, **asked: Any) -> Asked:
    """A page of a view within ``scope``, as the database has it; raises Problem."""
    if min_position >= 0:
        await _wait(desk, view, min_position)
    try:
        return await desk.reading.ask(view, scope, now=desk.house.clock(), **asked)
    except BadQuestion as error:
        raise _bad(error) from None
    except NotFilled:
        raise _not_filled(view) from None


def scope_of(sight: Sight, view: View) -> Scope:
    """How much of a view somebody sees: all who sees everything, or works in the area whose clauses it serves."""
    areas = [areas_of_clauses().get(clause, frozenset()) for clause in view.clauses]
    works_there = bool(areas) and all(
        any(sight.covers(area=area, department=None, people=()) for area in found) for found in areas
    )
    if sight.everything or works_there:
        return Scope("all", sight.employee)
    if sight.departments:
        return Scope("department", sight.employee, sight.departments)
    return Scope("own", sight.employee)


@cache
def areas_of_clauses() -> dict[str, frozenset[str]]:
    """By clause, the packages below ``domain`` whose events happen under it."""
    found: dict[str, set[str]] = {}
    for aggregate in catalogue.aggregates().values():
        area = ".".join(aggregate.decide.__module__.split(".")[1:-1])
        for event in aggregate.events:
            if ".".join(event.__module__.split(".")[1:-1]) == area:
                found.setdefault(event.clause, set()).add(area)
    return {clause: frozenset(areas) for clause, areas in found.items()}


def asked_as(name: str) -> str:
    """The query parameter of a filter: its own name, unless every view has a parameter of that name."""
    return f"{name}_is" if name in _OWN else name


def _endpoint(view: View) -> Callable[..., Any]:
    known = {asked_as(name): name for name in filters(view)}

    async def endpoint(
        caller: Reader,
        request: Request,
        limit: Limit = 50,
        cursor: Annotated[str | None, Query(max_length=4000, description="`next` of the page before 游标")] = None,
        min_position: MinPosition = -1,
    ) -> Response:
        given = request.query_params
        unknown = [name for name in given if name not in known and name not in _OWN]
        if unknown:
            raise invalid([{"type": "extra_forbidden", "loc": ("query", name)} for name in dict.fromkeys(unknown)])
        order = [name for each in given.getlist("order_by") for name in each.split(",") if name]
        asked = {known[name]: given.getlist(name) for name in dict.fromkeys(given) if name in known}
        page = await ask_view(
            desk_of(request), caller, request, view, min_position,
            filters=asked, order=order, limit=limit, cursor=cursor,
        )  # fmt: skip
        return JSONResponse(page, headers={"Content-Language": language_of(request), "Vary": "Accept-Language"})

    return endpoint


async def _wait(desk: Desk, view: View, position: int) -> None:
    size = await desk.journal.size()
    if position >= size:
        raise Problem(
            422,
            "invalid",
            en=(f"min_position is {position}, but the journal ends at {size - 1}.", "Send a position you were given."),
            zh=(f"min_position 为 {position}，而日志止于 {size - 1}。", "请使用系统返回的位置。"),
            field="query.min_position",
        )
    try:
        await desk.reading.wait(view, position)
    except NotReadYet:
        raise Problem(
            503,
            "not-read-yet",
            en=(f"{view.name} has not read position {position} yet.", "Try again in a moment."),
            zh=(f"{view.zh}尚未更新到位置 {position}。", "请稍后重试。"),
            headers={"Retry-After": str(RETRY_SECONDS)},
        ) from None
    except ViewStopped:
        raise _stopped(view) from None


def _stopped(view: View) -> Problem:
    return Problem(
        503,
        "view-stopped",
        title=("The view has stopped", "视图已停止更新"),
        en=(f"{view.name} stopped at an error and shows nothing newer.", "Tell the operator: guicheng views status."),
        zh=(f"{view.zh}因错误停止更新。", "请告知运维人员：guicheng views status。"),
        headers={"Retry-After": "60"},
    )


def _not_filled(view: View) -> Problem:
    return Problem(
        503,
        "not-read-yet",
        en=(f"{view.name} is being filled for the first time.", "Try again in a moment."),
        zh=(f"{view.zh}正在首次建立。", "请稍后重试。"),
        headers={"Retry-After": str(RETRY_SECONDS)},
    )


def _bad(error: BadQuestion) -> Problem:
    field = {"order": "order_by", "limit": "limit_is"}.get(error.field, error.field)
    return Problem(
        422,
        "invalid",
        en=(f"{field}: {error.en}.", "Correct the parameter named in field."),
        zh=(f"{field}：{error.zh}。", "请更正 field 所列参数。"),
        field=f"query.{field}",
    )


def _title(view: View | Shown | Filter, language: Language) -> str:
    return view.zh if language == "zh" else view.en


def _column(shown: Shown, language: Language) -> dict[str, str]:
    return {"name": shown.name, "title": _title(shown, language), "kind": shown.kind}


def _shown(view: View, language: Language) -> ViewShown:
    def told(found: Iterable[Shown]) -> list[ColumnShown]:
        return [ColumnShown(**_column(each, language)) for each in found]

    return ViewShown(
        name=view.name,
        title=_title(view, language),
        clauses=list(view.clauses),
        columns=told(columns(view)),
        lines={name: told(found) for name, found in lines(view).items()},
        filters=[
            FilterShown(name=asked_as(each.name), title=_title(each, language), kind=each.kind)
            for each in filters(view).values()
        ],
        order=list(view.order),
        href=f"/api/views/{view.name}",
    )


_SCHEMAS: dict[str, dict[str, Any]] = {
    "number": {"type": "integer"},
    "decimal": {"type": "string"},
    "percent": {"type": "string"},
    "price": {"type": "string"},
    "money": {"type": "string"},
    "quantity": {"type": "string"},
    "moment": {"type": "string", "format": "date-time"},
    "day": {"type": "string", "format": "date"},
    "flag": {"type": "boolean"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "employees": {"type": "array", "items": {"type": "string"}},
    "json": {},
}
"""What a column of each kind looks like in JSON; every other kind is text."""


def _cell(shown: Shown) -> dict[str, Any]:
    schema = _SCHEMAS.get(shown.kind, {"type": "string"})
    told = {**schema, "description": f"{shown.zh} {shown.en}"}
    return {"anyOf": [told, {"type": "null"}]} if shown.null and schema else told


def _row_schema(found: Iterable[Shown], more: dict[str, Any]) -> dict[str, Any]:
    properties = {each.name: _cell(each) for each in found} | more
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _page_schema(view: View) -> dict[str, Any]:
    below = {name: {"type": "array", "items": _row_schema(found, {})} for name, found in lines(view).items()}
    told = {"type": "array", "items": {"$ref": "#/components/schemas/ColumnShown"}}
    properties: dict[str, Any] = {
        "view": {"const": view.name},
        "title": {"type": "string"},
        "position": {"type": "integer", "description": "The view had read at least this far 已更新至"},
        "columns": told,
        "lines": {"type": "object", "additionalProperties": told},
        "rows": {"type": "array", "items": _row_schema(columns(view), below)},
        "next": {"type": ["string", "null"], "description": "cursor of the next page 下一页游标"},
    }
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _parameter(each: Filter) -> dict[str, Any]:
    schema = {
        "number": {"type": "integer"},
        "flag": {"type": "string", "enum": ["true", "false"]},
        "decimal": {"type": "string", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$"},
        "percent": {"type": "string", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$"},
        "price": {"type": "string", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"},
        "money": {"type": "string", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$"},
        "quantity": {"type": "string", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$"},
        "moment": {"type": "string", "format": "date-time"},
        "day": {"type": "string", "format": "date"},
    }.get(each.kind, {"type": "string"})
    return {
        "name": asked_as(each.name),
        "in": "query",
        "required": False,
        "schema": schema,
        "description": f"{each.zh} {each.en}",
    }


def _order(view: View) -> dict[str, Any]:
    return {
        "name": "order_by",
        "in": "query",
        "required": False,
        "schema": {"type": "string"},
        "description": f"Columns, a minus sign first for descending; else {', '.join(view.order) or 'the key'} 排序",
        "example": ",".join(view.order) or view.table.primary_key.columns.keys()[0],
    }
