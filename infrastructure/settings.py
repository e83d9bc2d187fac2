"""What an operator may set, all by environment variable 设置; the table ``SETTINGS`` is what help and docs show."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from platformdirs import user_data_path

ROOT_HOME = Path("/var/lib/guicheng")
"""Home for root: the database cannot run as root, and another user could reach it in no home folder."""


class Setting(NamedTuple):
    """One variable: its name, what holds without it, what it means."""

    name: str
    default: str
    en: str
    zh: str


SETTINGS = (
    Setting(
        "GUICHENG_HOME",
        f"the user's data folder; as root {ROOT_HOME}",
        "Folder of this installation: the embedded database, keys, attachments.",
        "本机数据目录：内置数据库、密钥、附件。",
    ),
    Setting(
        "GUICHENG_DATABASE_URL",
        "the embedded server",
        "PostgreSQL 15 or newer of your own, as owner: postgresql://user:password@host:5432/guicheng",
        "自备的 PostgreSQL（15 或更新），以所有者身份连接。",
    ),
    Setting(
        "GUICHENG_KEYS_DATABASE_URL",
        "the embedded server; else the database above",
        "Database of the keys to personal data; keep its backups short-lived, so that an erased key stays erased.",
        "个人信息密钥所在的数据库；备份应短期保存，使已销毁的密钥不能恢复。",
    ),
    Setting(
        "GUICHENG_ORIGIN",
        "guicheng.local/journal",
        "The journal's name in checkpoints; chosen once, before the first entry.",
        "日志在检查点中的名称；写入第一条之前选定，此后不变。",
    ),
    Setting("GUICHENG_HOST", "127.0.0.1", "Address that `guicheng serve` listens on.", "服务监听的地址。"),
    Setting("GUICHENG_PORT", "8000", "Port that `guicheng serve` listens on.", "服务监听的端口。"),
    Setting(
        "GUICHENG_SMTP_URL",
        "none: notices stay in the inbox",
        "Mail server for notices: smtp://user:password@host:587, or smtps:// for TLS from the start.",
        "发送通知的邮件服务器；不设置时通知只进收件箱。",
    ),
    Setting(
        "GUICHENG_WEBHOOK_URL",
        "none: notices are sent to no other system",
        "Address that every notice is posted to, signed as Standard Webhooks has it.",
        "通知推送的回调地址，按 Standard Webhooks 规范签名；不设置时不推送。",
    ),
    Setting("GUICHENG_MAIL_FROM", "guicheng@localhost", "Sender of notices by mail.", "邮件通知的发件人。"),
)


class SettingError(Exception):
    """Something about this machine or its settings stands in the way; says what to do, in English and Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(f"{en}\n{zh}")
        self.en, self.zh = en, zh


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force; the fields follow ``SETTINGS``, None where a default has to be worked out later."""

    home: Path
    database_url: str | None = None
    keys_database_url: str | None = None
    origin: str = "guicheng.local/journal"
    host: str = "127.0.0.1"
    port: int = 8000
    smtp_url: str | None = None
    webhook_url: str | None = None
    mail_from: str = "guicheng@localhost"

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """From environment variables; a variable set to nothing counts as not set. Raises SettingError."""
        given = os.environ if environment is None else environment
        known = {setting.name for setting in SETTINGS}
        unknown = sorted(name for name in given if name.startswith("GUICHENG_") and name not in known)
        if unknown:
            raise SettingError(
                f"There is no setting {', '.join(unknown)}; `guicheng --help` lists them all.",
                f"没有 {'、'.join(unknown)} 这个设置；`guicheng --help` 列出全部设置。",
            )
        values = {field.name: given.get(f"GUICHENG_{field.name.upper()}", "").strip() for field in fields(cls)}
        home = Path(values.pop("home") or default_home()).expanduser().absolute()
        port = _port(values.pop("port") or "8000")
        for name in ("database_url", "keys_database_url"):
            _check_url(f"GUICHENG_{name.upper()}", values[name])
        _check_address("GUICHENG_SMTP_URL", values["smtp_url"], ("smtp", "smtps"))
        _check_address("GUICHENG_WEBHOOK_URL", values["webhook_url"], ("https", "http"))
        return cls(home=home, port=port, **{name: value for name, value in values.items() if value})

    def secret(self, name: str) -> str:
        """A secret of this installation 密钥, 256 random bits in hex, made the first time it is asked for.

        It lies in ``home/secrets/NAME``, readable to its owner only. Two processes asking at once get the same.
        """
        folder = self.home / "secrets"
        path = folder / name
        try:
            return path.read_text().strip()
        except FileNotFoundError:
            pass
        except OSError as error:
            raise unusable(path, error) from error
        try:
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.mkdir(exist_ok=True, mode=0o700)
            handle, draft = tempfile.mkstemp(dir=folder, prefix=f".{name}-")
            try:
                with os.fdopen(handle, "w") as file:
                    file.write(secrets.token_hex(32) + "\n")
                    file.flush()
                    os.fsync(file.fileno())
                # A link appears whole and never replaces what another process made first.
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                os.unlink(draft)
            return path.read_text().strip()
        except OSError as error:
            raise unusable(folder, error) from error


def default_home() -> Path:
    """The user's data folder, or root's own."""
    return ROOT_HOME if os.geteuid() == 0 else user_data_path("guicheng", appauthor=False)


def redacted(url: str) -> str:
    """A database URL fit to be shown: its password is left out."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    user, at, place = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}:***{at}{place}"))


def unusable(path: Path, error: OSError) -> SettingError:
    """The error for a folder or file that cannot be used."""
    return SettingError(
        f"{path} cannot be used: {error.strerror or error}. Free space there or make it writable, "
        f"or set GUICHENG_HOME to another folder.",
        f"无法使用 {path}：{error.strerror or error}。请腾出空间或授予写权限，或将 GUICHENG_HOME 设为其他目录。",
    )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 <= int(text) <= 65535):
        raise SettingError(
            f"GUICHENG_PORT is {text!r}; it must be a number from 0 to 65535.",
            f"GUICHENG_PORT 为 {text!r}；应为 0 到 65535 之间的数字。",
        )
    return int(text)


def _check_address(name: str, url: str, schemes: tuple[str, ...]) -> None:
    try:
        parts = urlsplit(url)
        sound = not url or (parts.scheme in schemes and bool(parts.hostname))
        parts.port  # noqa: B018  raises ValueError on a port that is none
    except ValueError:
        sound = False
    if not sound:
        raise SettingError(
            f"{name} is no address that begins with {' or '.join(f'{each}://' for each in schemes)}; correct it",
            f"{name} 不是以 {' 或 '.join(f'{each}://' for each in schemes)} 开头的地址，请更正",
        )


def _check_url(name: str, url: str) -> None:
    if not url:
        return
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("postgresql", "postgres") and bool(parts.path.strip("/"))
        parts.port  # noqa: B018  raises ValueError on a port that is none
    except ValueError:
        sound = False
    if not sound:
        raise SettingError(
            f"{name} is not a PostgreSQL URL with a database name; write postgresql://user:password@host:5432/guicheng",
            f"{name} 不是带数据库名的 PostgreSQL 地址；应写作 postgresql://user:password@host:5432/guicheng",
        )
