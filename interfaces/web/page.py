"""A page 页面: its routes, its place in the navigation, and how it is shown.

PAGE = Page(Nav("/lists", N_("Lists"), 30))

@PAGE.get("/lists")
async def lists(person: Person) -> Response:
    return shown(person, "lists.html", areas=…)
"""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable, Coroutine
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from domain.directory import ROLE_ZH, Directory, Role
from domain.kernel import SYSTEM, Stream
from interfaces.http.languages import Language
from interfaces.http.problems import Problem, problem_of
from interfaces.http.validation import invalid
from interfaces.web import assets, formats, labels
from interfaces.web.visitor import Manner, SignInNeeded, Visitor, manner_of
from interfaces.web.words import plural, said

LOG = logging.getLogger("guicheng.web")
TEMPLATES = Path(__file__).parent / "templates"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DRAWING = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
"""For pages that draw charts: the drawing sets styles of its own."""
_PACK_FROM = 1000

F = TypeVar("F", bound=Callable[..., Any])


class Nav(NamedTuple):
    """A place in the navigation, in order of ``order``."""

    href: str
    title: str
    order: int


class WebRoute(APIRoute):
    """Answers errors as pages: whole ones, or for htmx a notice."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler; what it raises becomes a page."""
        handler = super().get_route_handler()

        async def careful(request: Request) -> Response:
            try:
                return await handler(request)
            except SignInNeeded:
                raise
            except RequestValidationError as error:
                return told(request, invalid(list(error.errors())))
            except Exception as error:
                problem = problem_of(error)
                if problem.kind == "defect":
                    LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
                return told(request, problem)

        return careful


class Page:
    """A file of ``pages``: its routes, and where the navigation names it."""

    def __init__(self, nav: Nav | None = None) -> None:
        self.nav = nav
        self.router = APIRouter(route_class=WebRoute, include_in_schema=False)

    def get(self, path: str, **more: Any) -> Callable[[F], F]:
        """A route to look at."""
        return self.router.get(path, response_model=None, **more)

    def post(self, path: str, **more: Any) -> Callable[[F], F]:
        """A route that does something."""
        return self.router.post(path, response_model=None, **more)


def shown(
    person: Visitor, template: str, status: int = 200, *, headers: dict[str, str] | None = None, **told: Any
) -> Response:
    """The page for somebody who is signed in. ``draws=True`` allows the inline styles that charts need."""
    return rendered(person.request, template, status, person=person, headers=headers, **told)


def rendered(
    request: Request,
    template: str,
    status: int = 200,
    *,
    person: Visitor | None = None,
    headers: dict[str, str] | None = None,
    draws: bool = False,
    **told: Any,
) -> Response:
    """The page for anybody."""
    manner = manner_of(request)
    directory = person.caller.directory if person else Directory()
    body = (
        environment(manner.language)
        .get_template(template)
        .render(
            manner=manner,
            person=person,
            now=person.now if person else None,
            me=directory.employees.get(person.employee) if person else None,
            here=request.url.path,
            here_query=f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path,
            name_of=partial(name_of, directory, manner.language),
            department_of=partial(department_of, directory, manner.language),
            navigation=_navigation(),
            **told,
        )
        .encode()
    )
    said_too = {
        "Content-Security-Policy": DRAWING if draws else POLICY,
        "Content-Language": manner.language,
        "Vary": "Accept-Language, Accept-Encoding, Cookie, HX-Request",
        **(headers or {}),
    }
    if len(body) > _PACK_FROM and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, 4, mtime=0)
        said_too["Content-Encoding"] = "gzip"
    return HTMLResponse(body, status, said_too)


def told(request: Request, problem: Problem) -> Response:
    """A problem as a page, or as a notice on the page that asked."""
    manner = manner_of(request)
    words = _in_words(problem, manner)
    kept = {name: value for name, value in (problem.headers or {}).items() if name == "Retry-After"}
    if request.headers.get("hx-request"):
        headers = {"HX-Retarget": "#notices", "HX-Reswap": "innerHTML", **kept}
        return rendered(request, "notice.html", problem.status_code, problem=words, headers=headers)
    return rendered(request, "problem.html", problem.status_code, problem=words, headers=kept)


def _in_words(problem: Problem, manner: Manner) -> dict[str, Any]:
    zh = manner.language == "zh"
    detail, remedy = problem.zh if zh else problem.en
    return {
        "title": problem.name[1 if zh else 0],
        "detail": detail,
        "remedy": remedy,
        "clause": problem.more.get("clause"),
        "status": problem.status_code,
    }


def name_of(directory: Directory, language: Language, employee: str | None) -> str:
    """How a person is called; the number where it is nobody's today."""
    if employee == SYSTEM:
        return said("the system", language)
    person = directory.employees.get(employee or "")
    return person.name if person else employee or ""


def department_of(directory: Directory, language: Language, id: str | None) -> str:
    """How a department is called."""
    department = directory.departments.get(id or "")
    if department is None:
        return id or ""
    return department.name_en or department.name if language == "en" else department.name


def role_of(name: str, language: Language) -> str:
    """总经理, general manager: a role or an authority of the regulation by its code."""
    if name in set(Role) and language == "zh":
        return ROLE_ZH[Role(name)]
    return labels.of_value(name, language) if language == "zh" else name.replace("_", " ")


def agent(text: str) -> str:
    """What browser on what machine, in short; the beginning of whatever else called."""
    browser = next((name for mark, name in _BROWSERS if mark in text), "")
    system = next((name for mark, name in _SYSTEMS if mark in text), "")
    return f"{browser} · {system}" if browser and system else text[:60]


_BROWSERS = (
    ("DingTalk", "DingTalk"), ("Lark", "Feishu"), ("MicroMessenger", "WeChat"), ("Edg/", "Edge"),
    ("Firefox", "Firefox"),    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def href_of(subject: str) -> str | None:
    """Where a subject can be looked at; None for what is none."""
    try:
        stream = Stream.parse(subject)
    except ValueError:
        return None
    return f"/subjects/{stream.aggregate}/{stream.id}"


@cache
def environment(language: Language) -> Environment:
    """The templates in one language; everything is escaped."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: said(message, language),
        lambda one, many, number: plural(one, many, number, language),
        newstyle=True,
    )
    made.globals |= {"language": language, "asset": assets.href, "href_of": href_of}
    for each in (formats.moment, formats.day, formats.money, formats.number, formats.span):
        made.filters[each.__name__] = partial(_in, each, language)
    made.filters["ago"] = lambda value, now: formats.ago(value, now, language)
    made.filters["has_lines"] = lambda row, tables: any(row[name] for name in tables)
    made.filters["agent"] = agent
    made.filters["iso"] = lambda value: value.isoformat() if isinstance(value, date | datetime) else value
    for name, label in (
        ("aggregate", labels.of_aggregate), ("message", labels.of_message), ("event_name", labels.of_event_name),
        ("field", labels.of_field), ("value", labels.of_value), ("clause_text", labels.of_clause), ("role", role_of),
    ):  # fmt: skip
        made.filters[name] = partial(_in, label, language)
    return made


def _in(function: Callable[..., Any], language: Language, value: Any, *more: Any) -> Any:
    return function(value, language, *more)


@cache
def _navigation() -> tuple[Nav, ...]:
    from interfaces.web.routes import pages

    return tuple(sorted((each.nav for each in pages() if each.nav), key=lambda nav: nav.order))
