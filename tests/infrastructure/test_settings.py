"""Settings say what is wrong with them, and secrets are made once."""

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest

from infrastructure.settings import SETTINGS, SettingError, Settings, redacted


def test_every_setting_is_a_field_and_is_explained_in_both_languages() -> None:
    assert [setting.name for setting in SETTINGS] == [f"GUICHENG_{field.name.upper()}" for field in fields(Settings)]
    assert all(setting.en and setting.zh and setting.default for setting in SETTINGS)


def test_defaults_hold_where_nothing_is_set() -> None:
    settings = Settings.load({"GUICHENG_SMTP_URL": " "})
    assert settings == Settings(home=settings.home)
    assert settings.home.is_absolute()


def test_what_is_set_is_taken() -> None:
    url = "postgresql://me:hush@db:5432/guicheng"
    given = {"GUICHENG_HOME": "/data", "GUICHENG_DATABASE_URL": url, "GUICHENG_PORT": "0"}
    assert Settings.load(given) == Settings(home=Path("/data"), database_url=url, port=0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GUICHENG_PORT", "eighty"),
        ("GUICHENG_PORT", "-1"),
        ("GUICHENG_PORT", "65536"),
        ("GUICHENG_PORT", "٣"),
        ("GUICHENG_DATABASE_URL", "sqlite:///x"),
        ("GUICHENG_SMTP_URL", "mail.company.example"),
        ("GUICHENG_SMTP_URL", "smtp://host:port"),
        ("GUICHENG_WEBHOOK_URL", "file:///etc/passwd"),
        ("GUICHENG_DATABASE_URL", "postgresql://host"),
        ("GUICHENG_DATABASE_URL", "postgresql://host:port/guicheng"),
        ("GUICHENG_KEYS_DATABASE_URL", "host=db"),
        ("GUICHENG_DATABSE_URL", "postgresql://host/guicheng"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name) as told:
        Settings.load({name: value})
    assert name in told.value.zh


def test_a_secret_is_made_once_whoever_asks(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(settings.secret, ["journal"] * 32))
    assert len(made) == 1
    assert made == {Settings(home=tmp_path / "home").secret("journal")}
    assert len(made.pop()) == 64
    assert settings.secret("journal") != settings.secret("other")
    assert [path.name for path in (tmp_path / "home" / "secrets").iterdir() if path.name.startswith(".")] == []
    assert stat.S_IMODE((tmp_path / "home" / "secrets" / "journal").stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(SettingError, match="GUICHENG_HOME"):
        Settings(home=tmp_path / "home").secret("journal")


def test_a_shown_url_keeps_its_password() -> None:
    assert redacted("postgresql://me:h%40sh@db:5432/x?host=/run") == "postgresql://me:***@db:5432/x?host=/run"
    assert redacted("postgresql://db/x") == "postgresql://db/x"
