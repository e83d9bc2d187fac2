"""A plain page 页面: what waits for me, the views, signing in. No script; everything a reader wrote is escaped."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.responses import HTMLResponse, RedirectResponse, Response

from domain import catalogue
from domain.governance.access_rules import sight_of
from domain.kernel import Stream
from domain.working_time import SHANGHAI
from interfaces.http.callers import COOKIE, Caller, check_own_page
from interfaces.http.desk import Desk, desk_of
from interfaces.http.languages import Language, chosen
from interfaces.http.problems import Problem, problem_of
from interfaces.http.sessions import set_cookie, sign_in
from interfaces.http.views import ask_view, scope_of
from projections.asking import columns, filters, may_see
from projections.catalogue import views
from projections.view import View

HERE = Path(__file__).parent / "templates"
ROWS = 50
INBOX = "what_waits_for_me"

POLICY = (
    "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "sign_in": "Sign in",
        "sign_out": "Sign out",
        "user": "Employee number",
        "password": "Password",
        "views": "Views",
        "inbox": "What waits for me",
        "nothing": "Nothing here.",
        "more": "More",
        "yes": "yes",
        "no": "no",
        "checkpoint": "Signed checkpoint",
        "health": "Health",
        "no_view": "There is no view of that name.",
    },
    "zh": {
        "sign_in": "登录",
        "sign_out": "退出",
        "user": "员工编号",
        "password": "密码",
        "views": "视图",
        "inbox": "待我处理",
        "nothing": "暂无内容。",
        "more": "下一页",
        "yes": "是",
        "no": "否",
        "checkpoint": "签名检查点",
        "health": "运行状况",
        "no_view": "没有该视图。",
    },
}

Lang = Annotated[Literal["zh", "en"] | None, Query()]

_TEMPLATES = Environment(loader=FileSystemLoader(HERE), autoescape=select_autoescape(default=True), trim_blocks=True)
_TEMPLATES.filters["shanghai"] = lambda text: f"{datetime.fromisoformat(text).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def router() -> APIRouter:
    """The page, its style, and its two forms."""
    made = APIRouter(include_in_schema=False)
    made.add_api_route("/", page)
    made.add_api_route("/page.css", style)
    made.add_api_route("/sign-in", sign_in_by_form, methods=["POST"])
    made.add_api_route("/sign-out", sign_out_by_form, methods=["POST"])
    return made


async def page(
    request: Request,
    lang: Lang = None,
    view: Annotated[str | None, Query(max_length=64)] = None,
    cursor: Annotated[str | None, Query(max_length=4000)] = None,
) -> Response:
    """What waits for me, or the view asked for, and the list of views; the sign-in form for everybody else."""
    language = lang or chosen(request.headers.get("accept-language"), "zh")
    desk = desk_of(request)
    caller = await _caller(desk, request)
    if caller is None:
        return _shown(request, language, title=WORDS[language]["sign_in"])
    words = WORDS[language]
    chosen_view = views().get(view or INBOX)
    if chosen_view is None:
        return _shown(request, language, caller, status=404, title=words["views"], error=words["no_view"])
    title = words["inbox"] if view is None else chosen_view.zh if language == "zh" else chosen_view.en
    asked: dict[str, Any] = {"limit": ROWS, "cursor": cursor}
    if view is None and "signer" in filters(chosen_view):
        asked["filters"] = {"signer": caller.employee}
    try:
        found = await ask_view(desk, caller, request, chosen_view, **asked)
    except Problem as problem:
        said = problem.zh[0] if language == "zh" else problem.en[0]
        return _shown(request, language, caller, status=problem.status_code, title=title, error=said)
    found["columns"] = [
        {"name": each.name, "kind": each.kind, "title": each.zh if language == "zh" else each.en}
        for each in columns(chosen_view)
    ]
    return _shown(request, language, caller, title=title, page=found, view=view)


async def style() -> Response:
    """The page's style."""
    headers = {"Cache-Control": "max-age=3600"}
    return Response((HERE / "page.css").read_text(encoding="utf-8"), media_type="text/css", headers=headers)


async def sign_in_by_form(
    request: Request,
    user: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=256)] = "",
    lang: Lang = None,
) -> Response:
    """Open a session and go to the page."""
    language = lang or chosen(request.headers.get("accept-language"), "zh")
    try:
        check_own_page(request)
        desk = desk_of(request)
        token, _ = await sign_in(desk, request, user.replace("\0", ""), password)
    except Exception as error:
        problem = problem_of(error)
        if problem.kind == "defect":
            raise
        said = problem.zh[0] if language == "zh" else problem.en[0]
        return _shown(request, language, status=problem.status_code, title=WORDS[language]["sign_in"], error=said)
    answer = RedirectResponse(f"/?lang={language}", 303)
    set_cookie(request, answer, token, desk.session_hours())
    return answer


async def sign_out_by_form(request: Request) -> Response:
    """End this session and go to the sign-in form."""
    check_own_page(request)
    desk = desk_of(request)
    token = request.cookies.get(COOKIE)
    bearer = await desk.access.bearer(token) if token else None
    if bearer is not None and bearer.kind == "session":
        await desk.access.end_session(bearer.employee, bearer.id)
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE)
    return answer


async def _caller(desk: Desk, request: Request) -> Caller | None:
    token = request.cookies.get(COOKIE)
    bearer = await desk.access.bearer(token) if token else None
    if bearer is None:
        return None
    directory = await desk.directory()
    if bearer.employee not in directory.employees:
        return None
    return Caller(bearer.employee, bearer, directory, sight_of(bearer.employee, directory))


def _shown(
    request: Request, language: Language, caller: Caller | None = None, *, status: int = 200, **told: Any
) -> Response:
    """The page with what it is to show."""
    other: Language = "en" if language == "zh" else "zh"
    query = {name: value for name, value in request.query_params.items() if name not in ("lang", "cursor")}
    page = told.get("page")
    person = caller.directory.employees.get(caller.employee) if caller else None
    body = _TEMPLATES.get_template("page.html").render(
        language=language,
        words=WORDS[language],
        other_language=urlencode({**query, "lang": other}),
        me={"employee": caller.employee, "name": person.name if person else None} if caller else None,
        views=[_listed(each, language) for each in _open_views(caller)] if caller else [],
        next_page=urlencode({**query, "lang": language, "cursor": page["next"]}) if page and page["next"] else "",
        hrefs=_hrefs(page) if page else {},
        **told,
    )
    headers = {
        "Content-Security-Policy": POLICY,
        "Content-Language": language,
        "Vary": "Accept-Language, Cookie",
    }
    return HTMLResponse(body, status, headers)


def _open_views(caller: Caller) -> list[View]:
    return [each for each in views().values() if may_see(each, scope_of(caller.sight, each))]


def _listed(view: View, language: Language) -> dict[str, Any]:
    return {"name": view.name, "title": view.zh if language == "zh" else view.en, "clauses": view.clauses}


def _hrefs(page: dict[str, Any]) -> dict[str, str]:
    """Where each subject of a page can be looked at."""
    found: dict[str, str] = {}
    names = [each["name"] for each in page["columns"] if each["kind"] == "subject"]
    for text in {row[name] for row in page["rows"] for name in names if row[name]}:
        try:
            subject = Stream.parse(text)
        except ValueError:
            continue
        if subject.aggregate in catalogue.aggregates():
            found[text] = f"/api/{subject.aggregate}/{subject.id}"
    return found
