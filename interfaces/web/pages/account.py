"""My account 我的帐号: who I am, and my open sessions, each of which I may end."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import RedirectResponse, Response

from interfaces.web.page import Page, shown
from interfaces.web.visitor import Person

PAGE = Page()


@PAGE.get("/account")
async def account(person: Person) -> Response:
    """Roles, how far one sees, sessions."""
    return shown(
        person,
        "account.html",
        sessions=await person.desk.access.sessions(person.employee),
        this=person.caller.bearer.id,
        roles=sorted(person.caller.roles),
        sees="all" if person.caller.sight.everything else "department" if person.caller.sight.departments else "own",
    )


@PAGE.post("/account/sessions/{id}/end")
async def end(id: UUID, person: Person) -> Response:
    """End one of my sessions; one that has ended already is no error."""
    await person.desk.access.end_session(person.employee, id)
    return RedirectResponse("/account", 303)
