"""Lists 列表: any view with filters, order, pages and a download; and the list of everything one may see."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import AsyncIterator
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response, StreamingResponse

from domain.governance.access_rules import NotYoursToSee
from domain.working_time import SHANGHAI
from interfaces.http.callers import refuse
from interfaces.http.problems import Problem
from interfaces.http.views import asked_as, found_in, scope_of
from interfaces.web import labels
from interfaces.web.page import Nav, Page, shown
from interfaces.web.visitor import Person, Visitor
from interfaces.web.words import N_
from projections.asking import MOST, Scope, Shown, columns, filters, lines, may_see
from projections.catalogue import views
from projections.columns import LISTS
from projections.view import View

PAGE = Page(Nav("/lists", N_("Lists"), 30))
ROWS = 30
DOWNLOADED = 200_000
"""Rows a download may have."""
_FIGURES = frozenset({"number", "decimal", "percent", "money", "quantity"})
_NOT_TO_ORDER = LISTS | {"json"}


@PAGE.get("/lists")
async def catalogue_of_lists(person: Person) -> Response:
    """Every view that the visitor may look at, by area."""
    areas: dict[str, list[tuple[str, str, tuple[str, ...]]]] = {}
    for view in views().values():
        if may_see(view, scope_of(person.caller.sight, view)):
            told = (f"/lists/{view.name}", view.zh if person.language == "zh" else view.en, view.clauses)
            areas.setdefault(_areas()[view.name], []).append(told)
    return shown(person, "lists.html", areas=areas)


@PAGE.get("/lists/{name}.csv")
async def download(person: Person, name: str) -> Response:
    """The same rows as a CSV file that spreadsheets open as Chinese text."""
    view, scope = await _allowed(person, name)
    asked, order = _asked(person, view)
    first = await found_in(person.desk, view, scope, filters=asked, order=order, limit=MOST)
    headers = {"Content-Disposition": f'attachment; filename="{view.name}.csv"'}
    rows = _csv(person, view, scope, asked, order, first.page)
    return StreamingResponse(rows, media_type="text/csv; charset=utf-8", headers=headers)


@PAGE.get("/lists/{name}")
async def one_list(person: Person, name: str, cursor: Annotated[str | None, Query(max_length=4000)] = None) -> Response:
    """A page of a view."""
    view, scope = await _allowed(person, name)
    asked, order = _asked(person, view)
    found = await found_in(person.desk, view, scope, filters=asked, order=order, limit=ROWS, cursor=cursor)
    zh = person.language == "zh"
    ordered = (order or list(view.order) or [""])[0]
    query = [(asked_as(each), text) for each, texts in asked.items() for text in texts]
    return shown(
        person,
        "list.html",
        name=view.name,
        title=view.zh if zh else view.en,
        clauses=view.clauses,
        columns=[_head(view, each, query, ordered, zh) for each in columns(view)],
        rows=found.page.rows,
        lines={table: _titled(shown_columns, zh) for table, shown_columns in lines(view).items()},
        filters=_filters(view, asked, zh),
        filtered=bool(asked),
        order_by=",".join(order),
        first=_href(view, query, order_by=",".join(order)) if cursor else None,
        next=_href(view, query, order_by=",".join(order), cursor=found.page.next) if found.page.next else None,
        csv=_href(view, query, suffix=".csv", order_by=",".join(order)),
        position=found.position,
    )  # fmt: skip


def _head(view: View, each: Shown, query: list[tuple[str, str]], ordered: str, zh: bool) -> dict[str, Any]:
    """A column's head; it orders the list, and turns the order it has."""
    turned = f"-{each.name}" if ordered == each.name else each.name
    return {
        "name": each.name,
        "kind": each.kind,
        "title": each.zh if zh else each.en,
        "figure": each.kind in _FIGURES,
        "ordered": ordered == each.name,
        "reversed": ordered == f"-{each.name}",
        "href": None if each.kind in _NOT_TO_ORDER else _href(view, query, order_by=turned),
    }


async def _allowed(person: Visitor, name: str) -> tuple[View, Scope]:
    view = views().get(name)
    if view is None:
        raise Problem(
            404, "not-found", en=("There is no such list.", "Choose one of those there are."),
            zh=("没有该列表。", "请从列表目录中选择。"),
        )  # fmt: skip
    scope = scope_of(person.caller.sight, view)
    if not may_see(view, scope):
        refusal = NotYoursToSee(view=view.name)
        await refuse(person.desk, person.caller, person.request, refusal, f"views/{view.name}")
    return view, scope


def _asked(person: Visitor, view: View) -> tuple[dict[str, list[str]], list[str]]:
    """Filters and order of the query; what is left empty filters nothing, other parameters are not ours."""
    given = person.request.query_params
    known = {asked_as(name): name for name in filters(view)}
    asked = {known[name]: texts for name in known if (texts := [text for text in given.getlist(name) if text])}
    return asked, [name for each in given.getlist("order_by") for name in each.split(",") if name]


def _filters(view: View, asked: dict[str, list[str]], zh: bool) -> list[dict[str, Any]]:
    """The filters as a form offers them: ranges as two fields side by side."""
    found: list[dict[str, Any]] = []
    for each in filters(view).values():
        if each.op == "is" and f"{each.name}_from" in filters(view):
            continue
        found.append(
            {
                "name": asked_as(each.name), "title": each.zh if zh else each.en, "kind": each.kind,
                "value": ", ".join(asked.get(each.name, ())),
            }
        )  # fmt: skip
    return found


def _href(view: View, query: list[tuple[str, str]], *, suffix: str = "", **more: str | None) -> str:
    told = urlencode([*query, *((name, text) for name, text in more.items() if text)])
    return f"/lists/{view.name}{suffix}" + (f"?{told}" if told else "")


def _titled(found: Any, zh: bool) -> list[dict[str, Any]]:
    return [
        {"name": each.name, "kind": each.kind, "title": each.zh if zh else each.en, "figure": each.kind in _FIGURES}
        for each in found
    ]


@cache
def _areas() -> dict[str, str]:
    """The package below ``projections`` in which each view stands, by the view's name."""
    found: dict[str, str] = {}
    for name, module in sorted(sys.modules.items()):
        if name.startswith("projections.") and name.count(".") == 2:
            for value in vars(module).values():
                if isinstance(value, View) and (value.name not in found or name.endswith(f".{value.name}")):
                    found[value.name] = name.split(".")[1]
    return found


async def _csv(
    person: Visitor, view: View, scope: Scope, asked: dict[str, list[str]], order: list[str], page: Any
) -> AsyncIterator[str]:
    shown_columns = columns(view)
    zh = person.language == "zh"
    yield "\ufeff" + _line(each.zh if zh else each.en for each in shown_columns)
    written = 0
    while True:
        for row in page.rows:
            yield _line(_cell(row[each.name], each.kind, person) for each in shown_columns)
        written += len(page.rows)
        if page.next is None or written >= DOWNLOADED:
            return
        found = await found_in(person.desk, view, scope, filters=asked, order=order, limit=MOST, cursor=page.next)
        page = found.page


def _line(cells: Any) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(value: Any, kind: str, person: Visitor) -> str:
    """A cell as a spreadsheet reads it; text that it would take for a formula is marked as text."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case datetime():
            return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case list():
            return "; ".join(str(each) for each in value)
    text = labels.of_value(str(value), person.language) if kind == "text" else str(value)
    return f"'{text}" if kind not in _FIGURES and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
