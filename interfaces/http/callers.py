"""Who calls 调用者: by session cookie or bearer token; what the token is good for; how far the caller sees."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from domain.directory import Directory, Role
from domain.governance.access_rules import BeyondTheKey, NeedsTheRole, Sight, sight_of
from domain.governance.attempt import NotEmployed
from domain.kernel import Refusal
from infrastructure.access import Bearer, Scope
from interfaces.http.desk import Desk, desk_of
from interfaces.http.problems import Problem, refused

COOKIE = "guicheng_session"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="Session 登录会话, from POST /session")
_bearer = HTTPBearer(auto_error=False, description="API key or session token 访问密钥或会话令牌")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who is signed in or holds a key."""

    employee: str
    bearer: Bearer
    directory: Directory
    sight: Sight

    @property
    def roles(self) -> frozenset[Role]:
        """His roles today."""
        return self.directory.roles_of(self.employee)


def not_signed_in() -> Problem:
    """401."""
    return Problem(
        401,
        "not-signed-in",
        en=(
            "This needs a session or an API key in force.",
            "Sign in at POST /session, or send Authorization: Bearer …",
        ),
        zh=("此操作需要有效的登录会话或访问密钥。", "请通过 POST /session 登录，或发送 Authorization: Bearer …"),
        headers={"WWW-Authenticate": 'Bearer realm="guicheng"'},
    )


async def bearer_of(
    request: Request,
    cookie: Annotated[str | None, Depends(_cookie)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Bearer:
    """Whose token comes with the request; a token in the header goes before the cookie. Raises Problem 401."""
    token = credentials.credentials if credentials else cookie
    if credentials is None and cookie is not None:
        check_own_page(request)
    found = await desk_of(request).access.bearer(token) if token else None
    if found is None:
        raise not_signed_in()
    return found


def check_own_page(request: Request) -> None:
    """Browsers send the cookie along from foreign pages too; what changes something must come from our own."""
    if request.method in SAFE:
        return
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    foreign = origin is not None and origin.partition("://")[2] != request.headers.get("host", "")
    if foreign or site not in ("same-origin", "none"):
        raise Problem(
            403,
            "foreign-page",
            en=("A foreign page sent this in your name; it was not done.", "Do it on this site, or use an API key."),
            zh=("该请求由其他网站以您的名义发出，未执行。", "请在本站操作，或使用访问密钥。"),
        )


def needs(scope: Scope, *, employed: bool = True) -> Callable[..., Awaitable[Caller]]:
    """A dependency: the caller, if his token is good for ``scope`` and, unless said otherwise, he is employed today."""

    async def caller(request: Request, bearer: Annotated[Bearer, Depends(bearer_of)]) -> Caller:
        desk = desk_of(request)
        directory = await desk.directory()
        found = Caller(bearer.employee, bearer, directory, sight_of(bearer.employee, directory))
        if scope not in bearer.scopes:
            await refuse(desk, found, request, BeyondTheKey(needs=scope, has=", ".join(sorted(bearer.scopes))))
        if employed and bearer.employee not in directory.employees:
            await refuse(desk, found, request, NotEmployed(employee=bearer.employee))
        return found

    return caller


async def refuse(desk: Desk, caller: Caller, request: Request, refusal: Refusal, subject: str | None = None) -> Any:
    """Journal the attempt, then refuse it with 403."""
    await desk.record_attempt(
        refusal, who=caller.employee, subject=subject or request.url.path[:200], tried=f"HTTP {request.method}"
    )
    raise refused(refusal, 403)


async def need_role(desk: Desk, caller: Caller, request: Request, *roles: Role) -> None:
    """Refuse whoever holds none of these roles."""
    if caller.roles.isdisjoint(roles):
        await refuse(desk, caller, request, NeedsTheRole(roles=", ".join(roles)))


Reader = Annotated[Caller, Depends(needs("read"))]
Actor = Annotated[Caller, Depends(needs("act"))]
Follower = Annotated[Caller, Depends(needs("feed"))]
Auditor = Annotated[Caller, Depends(needs("audit"))]
Administrator = Annotated[Caller, Depends(needs("admin"))]
