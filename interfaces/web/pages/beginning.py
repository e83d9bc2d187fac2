"""What I may begin 新建: every command with which I can start something, by kind of subject."""

from __future__ import annotations

from starlette.responses import Response

from domain import catalogue
from interfaces.http.problems import kebab
from interfaces.web import labels, trying
from interfaces.web.page import Nav, Page, shown
from interfaces.web.visitor import Person
from interfaces.web.words import N_

PAGE = Page(Nav("/new", N_("New"), 20))


@PAGE.get("/new")
async def beginning(person: Person) -> Response:
    """By area of the house, then by kind of subject."""
    found = await trying.beginnings(person.desk.handler, person.employee, person.now)
    areas: dict[str, list[tuple[str, str, str]]] = {}
    for name, commands in found.items():
        for kind in commands:
            told = (f"/new/{name}/{kebab(kind.__name__)}", labels.of_message(kind, person.language), name)
            areas.setdefault(labels.area_of(catalogue.aggregates()[name]), []).append(told)
    return shown(person, "beginning.html", areas=areas)
