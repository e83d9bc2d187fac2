"""The page of views 视图: the question each answers, its columns and filters, who sees what, the clauses it serves."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import projections
from interfaces.docs.clauses import clause_link
from interfaces.docs.markdown import heading, link, page, paragraphs, table
from projections.asking import Shown, columns, filters, lines
from projections.catalogue import views
from projections.columns import SCHEMA
from projections.view import View

INTRODUCTION = f"""What people ask of the journal. Each view is a table of the database schema `{SCHEMA}`, filled from
the events and filled again whenever it changes; any BI tool may read it. Over HTTP: `GET /api/views/<name>`, with
`order` (a minus sign first for descending), `limit`, `cursor`, and a filter for each column: `column=value`, repeated
for any of several; ordered columns also take `column_from` and `column_to`, both inclusive. Rows are shown as far as
one may see: one's own, those of the departments one heads, or all."""


def views_page() -> str:
    """The whole page."""
    rows = [
        (link(each.name, "", f"v-{each.name}"), each.zh, each.en, ", ".join(each.clauses)) for each in views().values()
    ]
    contents = table(("view 视图", "问题", "question", "clauses"), rows)
    return page("Views 视图", INTRODUCTION, contents, *(_view(view) for view in views().values()))


def _view(view: View) -> str:
    told = [
        heading(2, f"v-{view.name}", f"{view.zh} {view.en} `{view.name}`"),
        paragraphs(_home(view)),
        f"Clauses {', '.join(clause_link(each) for each in view.clauses)}. {_seen_by(view)} "
        f"Ordered by {', '.join(f'`{each}`' for each in view.order) or 'the key'} unless asked otherwise.",
        _columns(columns(view), frozenset(view.table.primary_key.columns.keys()), frozenset(filters(view))),
    ]
    for child in view.children:
        if not child.hidden:
            told.append(f"Lines 明细 {child.zh} {child.en} `{child.table.name}`")
            told.append(_columns(lines(view)[child.table.name]))
    if view.drawn is None and view.always is None:
        told.append("Hears: " + ", ".join(link(name, "events.md", f"e-{name}") for name in sorted(_heard(view))))
    elif view.always is not None:
        told.append("Hears every event.")
    return "\n\n".join(each for each in told if each)


def _columns(found: tuple[Shown, ...], key: frozenset[str] = frozenset(), asked: frozenset[str] = frozenset()) -> str:
    def row(each: Shown) -> tuple[str, ...]:
        more = [name for name in (f"{each.name}_from", f"{each.name}_to") if name in asked]
        told = ("key" if each.name in key else "", "may be empty" if each.null else "", *(f"`{name}`" for name in more))
        return f"`{each.name}`", each.zh, each.en, each.kind, ", ".join(filter(None, told))

    return table(("column 列", "中文", "English", "kind", ""), map(row, found))


def _heard(view: View) -> set[str]:
    """Current names only; an alias is heard as its event."""
    known = view.listens
    return {event.__name__ for event in view.handlers if event.__name__ in known}


def _seen_by(view: View) -> str:
    if view.everyone:
        return "Everybody sees all of it."
    told = [f"one's own rows by {', '.join(f'`{each}`' for each in view.own)}"] if view.own else []
    told += [f"a department's by `{view.department}`"] if view.department else []
    return (
        f"Seen by: {'; '.join(told)}; all by those whose work it is and by auditors."
        if told
        else ("Seen by those whose work it is and by auditors.")
    )


@cache
def _homes() -> dict[int, str]:
    found: dict[int, str] = {}
    for name in sorted(each.name for each in pkgutil.walk_packages(projections.__path__, "projections.")):
        module = importlib.import_module(name)
        for value in vars(module).values():
            if isinstance(value, View):
                found.setdefault(id(value), module.__doc__ or "")
    return found


def _home(view: View) -> str:
    return _homes()[id(view)]
