"""Fixtures of the web tests: the application on the company of the specs, and browsers signed in as its people."""

from __future__ import annotations

import httpx

from interfaces.http.callers import COOKIE
from tests.interfaces.http.conftest import Site, built, database, founded, site

__all__ = ["HTMX", "browser", "built", "database", "founded", "site"]

HTMX = {"HX-Request": "true"}


async def browser(site: Site, employee: str, language: str = "en") -> httpx.AsyncClient:
    """A browser with a session of ``employee``."""
    token, _ = await site.desk.access.open_session(employee)
    client = await site.client(language=language)
    client.cookies.set(COOKIE, token)
    return client
