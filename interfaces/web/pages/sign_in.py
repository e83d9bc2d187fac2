"""Signing in and out 登录与退出, language and theme."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request
from starlette.responses import RedirectResponse, Response

from interfaces.http.callers import COOKIE, check_own_page
from interfaces.http.desk import desk_of
from interfaces.http.problems import problem_of
from interfaces.http.sessions import set_cookie, sign_in
from interfaces.web.page import Page, rendered
from interfaces.web.visitor import LANGUAGE_COOKIE, THEME_COOKIE, manner_of, safe_next, signed_in

PAGE = Page()
_A_YEAR = 365 * 24 * 3600
Next = Annotated[str | None, Query(max_length=2000)]


@PAGE.get("/sign-in")
async def form(request: Request, next: Next = None) -> Response:
    """The form; who is signed in already goes on."""
    if await signed_in(request) is not None:
        return RedirectResponse(safe_next(next), 303)
    return rendered(request, "sign_in.html", next=safe_next(next), user="", error=None)


@PAGE.post("/sign-in")
async def enter(
    request: Request,
    user: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=256)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Open a session and go on to where one was going."""
    desk, user = desk_of(request), user.strip().replace("\0", "")
    try:
        check_own_page(request)
        token, _ = await sign_in(desk, request, user, password)
    except Exception as error:
        problem = problem_of(error)
        if problem.kind == "defect":
            raise
        words = problem.zh if manner_of(request).language == "zh" else problem.en
        return rendered(
            request, "sign_in.html", problem.status_code, next=safe_next(next), user=user, error=words,
            headers=dict(problem.headers or {}) if problem.status_code == 429 else None,
        )  # fmt: skip
    answer = RedirectResponse(safe_next(next), 303)
    set_cookie(request, answer, token, desk.session_hours())
    return answer


@PAGE.post("/sign-out")
async def leave(request: Request) -> Response:
    """End this session."""
    check_own_page(request)
    person = await signed_in(request)
    if person is not None:
        await person.desk.access.end_session(person.employee, person.caller.bearer.id)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE)
    return answer


@PAGE.post("/preferences")
async def prefer(
    request: Request,
    language: Annotated[str | None, Form(pattern="^(zh|en)$")] = None,
    theme: Annotated[str | None, Form(pattern="^(auto|light|dark)$")] = None,
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Keep the language or the theme in a cookie."""
    check_own_page(request)
    to = next if next.startswith("/sign-in") and next.isprintable() else safe_next(next)
    answer = RedirectResponse(to, 303)
    for cookie, value in ((LANGUAGE_COOKIE, language), (THEME_COOKIE, theme)):
        if value is not None:
            answer.set_cookie(cookie, value, max_age=_A_YEAR, samesite="lax", secure=request.url.scheme == "https")
    return answer
