"""Signing in 登录: sessions and API keys, each for oneself; passwords of others by the administrator (4.3.2.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.directory import ROLE_ZH, Role
from infrastructure.access import Key, Scope, Session, SignInRefused, TooManyTries, WeakPassword
from interfaces.http.bodies import StrictRoute
from interfaces.http.callers import COOKIE, Administrator, Caller, check_own_page, need_role, needs
from interfaces.http.desk import Desk, desk_of
from interfaces.http.problems import Problem
from interfaces.http.wire import ID_PATTERN, SubjectId, problems

TAG = "登录 access"
Anybody = Annotated[Caller, Depends(needs("read", employed=False))]
Person = Annotated[Caller, Depends(needs("read"))]


class SignIn(BaseModel):
    """Name and password 用户名与密码."""

    model_config = ConfigDict(extra="forbid")

    user: str = Field(pattern=ID_PATTERN, description="Employee number 员工编号")
    password: str = Field(min_length=1, max_length=256)


class NewPassword(BaseModel):
    """A new password 新密码; ``current`` unless the administrator sets it for somebody else."""

    model_config = ConfigDict(extra="forbid")

    password: str = Field(min_length=10, max_length=256)
    current: str | None = Field(None, min_length=1, max_length=256)


class NewKey(BaseModel):
    """What an API key is to be for 访问密钥."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100, description="What uses it 用途")
    scopes: list[Scope] = Field(min_length=1, max_length=5, description="What it is good for 授权范围")
    expires_at: AwareDatetime | None = Field(None, description="None: until it is revoked 有效期")


class RoleShown(BaseModel):
    """A role held 任职."""

    role: Role
    zh: str


class Me(BaseModel):
    """Who is signed in 当前用户, and how far he sees."""

    employee: str
    name: str | None
    department: str | None
    roles: list[RoleShown]
    sees: str = Field(description="all, department or own 可见范围")
    scopes: list[str]
    expires_at: datetime | None


class SessionShown(BaseModel):
    """An open session 会话."""

    id: UUID
    opened_at: datetime
    expires_at: datetime
    address: str
    agent: str
    this: bool = Field(description="Whether it is the one that asks 是否为当前会话")


class Opened(BaseModel):
    """A session was opened 已登录. The cookie carries the token; ``token`` is for programs without cookies."""

    token: str
    expires_at: datetime
    employee: str


class KeyShown(BaseModel):
    """An API key, without its token 访问密钥."""

    id: UUID
    name: str
    scopes: list[str]
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class KeyMade(KeyShown):
    """A new API key; its token is told this once 新密钥, 仅显示一次."""

    token: str


def router() -> APIRouter:
    """Sessions, keys and passwords."""
    made = APIRouter(route_class=StrictRoute, tags=[TAG])
    made.post("/session", status_code=201, summary="登录 · Sign in", responses=problems(400, 413, 415, 429))(
        sign_in_by_json
    )
    made.get("/session", summary="当前用户 · Who is signed in", responses=problems())(me)
    made.delete("/session", status_code=204, summary="退出 · Sign out", responses=problems())(sign_out)
    made.get("/sessions", summary="我的会话 · My open sessions", responses=problems())(my_sessions)
    made.delete("/sessions/{id}", status_code=204, summary="结束会话 · End a session", responses=problems(404))(end)
    made.put(
        "/users/{id}/password", status_code=204, summary="设置密码 · Set a password",
        responses=problems(400, 404, 413, 415, 429),
    )(set_password)  # fmt: skip
    made.get("/keys", summary="我的密钥 · My API keys", responses=problems())(my_keys)
    made.post("/keys", status_code=201, summary="新建密钥 · New API key", responses=problems(400, 413, 415))(new_key)
    made.delete("/keys/{id}", status_code=204, summary="撤销密钥 · Revoke a key", responses=problems(404))(revoke)
    return made


async def sign_in(desk: Desk, request: Request, user: str, password: str) -> tuple[str, Session]:
    """A session for whoever knows the password; every failure looks the same from outside."""
    address = request.client.host if request.client else ""
    try:
        await desk.access.check(user, password, address)
    except SignInRefused:
        raise Problem(
            401,
            "sign-in-refused",
            en=("The employee number or the password is wrong.", "Try again, or ask the administrator for a new one."),
            zh=("员工编号或密码错误。", "请重试，或联系系统管理员重置密码。"),
            headers={"WWW-Authenticate": 'Bearer realm="guicheng"'},
        ) from None
    except TooManyTries as error:
        minutes = -(-error.seconds // 60)
        raise Problem(
            429,
            "too-many-tries",
            en=("There were too many failed sign-ins.", f"Try again in {minutes} min, or ask the administrator."),
            zh=("登录失败次数过多。", f"请 {minutes} 分钟后重试，或联系系统管理员。"),
            headers={"Retry-After": str(error.seconds)},
        ) from None
    await desk.directory()
    agent = request.headers.get("user-agent", "")
    return await desk.access.open_session(user, hours=desk.session_hours(), address=address, agent=agent)


def set_cookie(request: Request, response: Response, token: str, hours: int) -> None:
    """The session's cookie: out of reach of scripts and of foreign pages."""
    response.set_cookie(
        COOKIE, token, max_age=hours * 3600, httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )


async def sign_in_by_json(asked: SignIn, request: Request, response: Response) -> Opened:
    """Open a session: a cookie for browsers, a token for programs."""
    check_own_page(request)
    desk = desk_of(request)
    token, session = await sign_in(desk, request, asked.user, asked.password)
    set_cookie(request, response, token, desk.session_hours())
    return Opened(token=token, expires_at=session.expires_at, employee=session.employee)


async def me(caller: Anybody) -> Me:
    """Who is signed in, with today's roles."""
    person = caller.directory.employees.get(caller.employee)
    return Me(
        employee=caller.employee,
        name=person.name if person else None,
        department=person.department if person else None,
        roles=[RoleShown(role=role, zh=ROLE_ZH[role]) for role in sorted(caller.roles)],
        sees="all" if caller.sight.everything else "department" if caller.sight.departments else "own",
        scopes=sorted(caller.bearer.scopes),
        expires_at=caller.bearer.expires_at,
    )


async def sign_out(caller: Anybody, request: Request, response: Response) -> None:
    """End this session."""
    if caller.bearer.kind == "session":
        await desk_of(request).access.end_session(caller.employee, caller.bearer.id)
    response.delete_cookie(COOKIE)


async def my_sessions(caller: Anybody, request: Request) -> list[SessionShown]:
    """One's own open sessions, the newest first."""
    return [
        SessionShown(
            id=each.id,
            opened_at=each.opened_at,
            expires_at=each.expires_at,
            address=each.address,
            agent=each.agent,
            this=each.id == caller.bearer.id,
        )
        for each in await desk_of(request).access.sessions(caller.employee)
    ]


async def end(id: UUID, caller: Anybody, request: Request) -> None:
    """End one of one's own sessions."""
    if not await desk_of(request).access.end_session(caller.employee, id):
        raise _none_such("session", "会话", id)


async def set_password(id: SubjectId, asked: NewPassword, caller: Person, request: Request) -> None:
    """Change one's own password, or as administrator set anybody's; all his sessions end."""
    desk = desk_of(request)
    if id == caller.employee:
        if caller.bearer.kind != "session" or asked.current is None:
            raise _current_is_needed()
        try:
            await desk.access.check(id, asked.current, request.client.host if request.client else "")
        except (SignInRefused, TooManyTries):
            raise _current_is_needed() from None
    else:
        if "admin" not in caller.bearer.scopes:
            await needs("admin")(request, caller.bearer)
        await need_role(desk, caller, request, Role.ADMINISTRATOR)
        if id not in caller.directory.employees:
            raise _none_such("employee", "员工", id)
    try:
        await desk.access.set_password(id, asked.password, by=caller.employee)
    except WeakPassword:
        raise Problem(
            422,
            "invalid",
            en=("The password contains the employee number.", "Choose 10 to 256 characters without it."),
            zh=("密码中含有员工编号。", "请设置10至256个字符且不含员工编号的密码。"),
            field="body.password",
        ) from None


async def my_keys(caller: Person, request: Request) -> list[KeyShown]:
    """One's own API keys, the newest first, revoked ones included."""
    return [KeyShown(**_key(each)) for each in await desk_of(request).access.keys(caller.employee)]


async def new_key(asked: NewKey, caller: Administrator, request: Request) -> KeyMade:
    """A key that does what its scopes name, in one's own name and with one's own roles. The token is told once."""
    token, key = await desk_of(request).access.issue_key(caller.employee, asked.name, asked.scopes, asked.expires_at)
    return KeyMade(**_key(key), token=token)


async def revoke(id: UUID, caller: Person, request: Request) -> None:
    """Revoke one of one's own keys."""
    if not await desk_of(request).access.revoke_key(caller.employee, id):
        raise _none_such("key", "密钥", id)


def _key(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": list(key.scopes),
        "made_at": key.made_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    }


def _current_is_needed() -> Problem:
    return Problem(
        422,
        "invalid",
        en=("The current password is missing or wrong, or this is no session.", "Sign in, and send it in current."),
        zh=("未填写当前密码、当前密码错误，或未通过会话登录。", "请登录后在 current 中填写当前密码。"),
        field="body.current",
    )


def _none_such(kind: str, zh: str, id: object) -> Problem:
    return Problem(
        404,
        "not-found",
        en=(f"There is no {kind} {id} here.", "Look at the list; it may have ended already."),
        zh=(f"没有{zh} {id}。", "请查看列表，可能已结束。"),
    )
