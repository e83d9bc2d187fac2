"""Every page 全部页面, found by walking ``pages``; nothing is registered by hand."""

from functools import cache

from fastapi import APIRouter

from application.discovery import declared
from interfaces.web import assets
from interfaces.web import pages as package
from interfaces.web.page import Page


@cache
def pages() -> tuple[Page, ...]:
    """The ``Page`` of every file."""
    return tuple(declared(package, Page))


def router() -> APIRouter:
    """All their routes, and the static files."""
    made = APIRouter(include_in_schema=False)
    made.include_router(assets.router())
    for each in pages():
        made.include_router(each.router)
    return made
