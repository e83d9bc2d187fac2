"""Who looks at a page 访问者: by session cookie; in which language and theme; nobody goes to the sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlencode, urlsplit

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from domain.governance.access_rules import sight_of
from domain.governance.attempt import NotEmployed
from interfaces.http.callers import COOKIE, Caller, check_own_page, refuse
from interfaces.http.desk import Desk, desk_of
from interfaces.http.languages import Language, chosen
from interfaces.http.problems import Problem

LANGUAGE_COOKIE, THEME_COOKIE = "guicheng_language", "guicheng_theme"
Theme = Literal["auto", "light", "dark"]


@dataclass(frozen=True, slots=True)
class Manner:
    """How somebody likes to read 偏好."""

    language: Language
    theme: Theme


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in and employed, and the request he makes."""

    caller: Caller
    desk: Desk
    request: Request
    manner: Manner

    @property
    def employee(self) -> str:
        """His employee number."""
        return self.caller.employee

    @property
    def language(self) -> Language:
        """His language."""
        return self.manner.language

    @property
    def now(self) -> datetime:
        """The house's time."""
        return self.desk.house.clock()


class SignInNeeded(Problem):
    """Nobody is signed in, or no more: the page goes to the sign-in and comes back to where it was."""

    def __init__(self, back: str) -> None:
        super().__init__(
            401,
            "not-signed-in",
            en=("You are signed out.", "Sign in; you come back to this page."),
            zh=("您尚未登录或登录已过期。", "请登录，之后将回到本页。"),
        )
        self.back = back

    def response(self, request: Request) -> Response:
        """The way to the sign-in, as htmx and as browsers follow it."""
        to = f"/sign-in?{urlencode({'next': self.back})}" if self.back != "/" else "/sign-in"
        if request.headers.get("hx-request"):
            return Response(status_code=401, headers={"HX-Redirect": to})
        return RedirectResponse(to, 303)


def manner_of(request: Request) -> Manner:
    """By cookie; the language else as the browser asks, Chinese where it asks for neither."""
    language = request.cookies.get(LANGUAGE_COOKIE)
    theme = request.cookies.get(THEME_COOKIE)
    return Manner(
        "zh"
        if language == "zh"
        else "en"
        if language == "en"
        else chosen(request.headers.get("accept-language"), "zh"),
        "dark" if theme == "dark" else "light" if theme == "light" else "auto",
    )


async def signed_in(request: Request) -> Visitor | None:
    """Who is signed in by cookie; None where nobody is. Raises Problem for a foreign page."""
    token = request.cookies.get(COOKIE)
    if token is None:
        return None
    check_own_page(request)
    desk = desk_of(request)
    bearer = await desk.access.bearer(token)
    if bearer is None or bearer.kind != "session":
        return None
    directory = await desk.directory()
    caller = Caller(bearer.employee, bearer, directory, sight_of(bearer.employee, directory))
    return Visitor(caller, desk, request, manner_of(request))


async def visitor(request: Request) -> Visitor:
    """Who is signed in and employed; raises SignInNeeded, Problem."""
    found = await signed_in(request)
    if found is None:
        raise SignInNeeded(_back(request))
    if found.employee not in found.caller.directory.employees:
        await refuse(found.desk, found.caller, request, NotEmployed(employee=found.employee))
    return found


def safe_next(path: str | None) -> str:
    """A path of this site to go on to; ``/`` for anything else."""
    if path is None or not path.startswith("/") or path[1:2] in ("/", "\\") or not path.isprintable():
        return "/"
    parts = urlsplit(path)
    return "/" if parts.scheme or parts.netloc or parts.path == "/sign-in" else path


def _back(request: Request) -> str:
    """Where the page is from which this was asked."""
    if request.headers.get("hx-request"):
        shown = urlsplit(request.headers.get("hx-current-url", ""))
    elif request.method == "GET":
        shown = urlsplit(str(request.url))
    else:
        shown = urlsplit(request.headers.get("referer", ""))
    return safe_next(f"{shown.path}?{shown.query}" if shown.query else shown.path or "/")


Person = Annotated[Visitor, Depends(visitor)]
