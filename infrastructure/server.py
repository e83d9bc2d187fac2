"""Where the database is 数据库: the embedded server, started on demand, or one of the operator's own, checked."""

import hashlib
import hmac
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from infrastructure.embedded import KEYS, Server, pg_tool
from infrastructure.settings import SettingError, Settings, redacted

__all__ = ["Server", "as_role", "database_url", "keys_database_url", "let_in", "pg_tool", "role_url"]

OLDEST = 15
"""The oldest PostgreSQL that is supported."""


def database_url(settings: Settings) -> str:
    """Where to connect as owner: the operator's database, checked, or the embedded one. Raises SettingError."""
    if settings.database_url:
        return _checked("GUICHENG_DATABASE_URL", settings.database_url)
    return Server(settings.home).start()


def keys_database_url(settings: Settings) -> str:
    """Where the keys to personal data are kept."""
    if settings.keys_database_url:
        return _checked("GUICHENG_KEYS_DATABASE_URL", settings.keys_database_url)
    if settings.database_url:
        return database_url(settings)
    server = Server(settings.home)
    server.start()
    return server.url(KEYS)


def role_url(settings: Settings, role: str) -> str:
    """Where to connect as ``role`` (``guicheng_app``, ``guicheng_reader``), which gets a password here if it has none.

    The password follows from the owner's, so that every host given the same GUICHENG_DATABASE_URL finds the same one.
    """
    owner = database_url(settings)
    url = as_role(owner, role, settings.secret("database"))
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError:
        let_in(owner, role, settings.secret("database"))
        _checked("GUICHENG_DATABASE_URL", url)
    return url


def as_role(owner: str, role: str, secret: str) -> str:
    """``owner``'s URL for another role, with that role's password."""
    parts = urlsplit(owner)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{_password(owner, role, secret)}@{place}"))


def let_in(owner: str, role: str, secret: str) -> None:
    """Allow ``role`` to log in with its password."""
    change = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}")
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(change.format(sql.Identifier(role), _password(owner, role, secret)))


def _password(owner: str, role: str, secret: str) -> str:
    key = urlsplit(owner).password or secret
    return hmac.new(key.encode(), f"role {role}".encode(), hashlib.sha256).hexdigest()


def _checked(name: str, url: str) -> str:
    shown = redacted(url)
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            release = connection.info.server_version // 10000
            encoding = connection.info.parameter_status("server_encoding")
    except psycopg.Error as error:
        raise SettingError(
            f"{name} cannot be reached at {shown}: {str(error).strip()}. Start that server, or correct the address, "
            f"user or password; without {name} the embedded server is used.",
            f"无法连接 {name} 所指的 {shown}。请启动该服务器，或更正地址、用户、密码；不设置 {name} 时使用内置服务器。",
        ) from error
    if release < OLDEST:
        raise SettingError(
            f"{shown} is PostgreSQL {release}; Guicheng needs {OLDEST} or newer.",
            f"{shown} 是 PostgreSQL {release}；规程需要 {OLDEST} 或更新版本。",
        )
    if encoding != "UTF8":
        raise SettingError(
            f"The database at {shown} is encoded in {encoding}; create it with ENCODING 'UTF8'.",
            f"{shown} 的编码是 {encoding}；请以 ENCODING 'UTF8' 创建数据库。",
        )
    return url
