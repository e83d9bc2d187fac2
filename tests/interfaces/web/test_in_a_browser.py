"""In a browser 浏览器: what a person does with keys and clicks, and what the browser itself complains of: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright", reason="Playwright is not installed")

from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.database import Database
from tests.interfaces.browser import browser as started
from tests.interfaces.browser import chromium
from tests.interfaces.http.conftest import copy_of
from tests.interfaces.web.serving import PASSWORD, served

pytestmark = pytest.mark.skipif(chromium() is None, reason="Chromium is not installed; pages were tried without it")

NEW = "/new/requisition/submit-requisition"


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with started() as found:
        yield found


@pytest.fixture(scope="module")
def addresses(founded: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ...]]:
    home = tmp_path_factory.mktemp("home")
    with copy_of(founded) as database, served(database, home, ("ANN", "BOB", "SAM")) as found:
        yield found


@contextmanager
def person(opened: Browser, address: str, who: str, language: str = "zh", **more: Any) -> Iterator[Page]:
    """Somebody signed in, whose browser complained of nothing when he is done."""
    context = opened.new_context(base_url=address, **more)
    context.add_cookies([{"name": "guicheng_language", "value": language, "url": address}])
    wrong = _watched(context, address)
    page = context.new_page()
    page.goto("/")
    sign_in(page, who)
    try:
        yield page
    finally:
        context.close()
    assert wrong == []


def _watched(context: BrowserContext, address: str) -> list[str]:
    """What the browser complains of: errors, violations of the policy, requests to other hosts."""
    wrong: list[str] = []
    context.on("console", lambda told: wrong.append(told.text) if told.type in ("error", "warning") else None)
    context.on("weberror", lambda told: wrong.append(str(told.error)))

    def asked(request: Any) -> None:
        if urlsplit(request.url).netloc != urlsplit(address).netloc:
            wrong.append(request.url)

    context.on("request", asked)
    return wrong


def sign_in(page: Page, who: str) -> None:
    """By the form, with the keyboard."""
    page.fill("#user", who)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def fill_in(page: Page, purpose: str) -> None:
    """The requisition's form, with two lines."""
    page.fill('[name="lines.0.item"]', "复印纸")
    page.get_by_role("button", name="增加一行").click()
    for number, item in enumerate(("复印纸", "签字笔")):
        expect(page.locator(f'[name="lines.{number}.specification"]')).to_be_visible()
        page.fill(f'[name="lines.{number}.item"]', item)
        page.fill(f'[name="lines.{number}.specification"]', "标准")
        page.fill(f'[name="lines.{number}.category"]', "office_supplies")
        page.fill(f'[name="lines.{number}.quantity"]', "10")
        page.fill(f'[name="lines.{number}.estimated_price"]', "24.50")
    page.fill('[name="purpose"]', purpose)


def file_it(page: Page) -> None:
    """Send the form off; where it does not leave, say what the page says instead."""
    page.locator(".command .buttons .primary").click()
    try:
        page.wait_for_url("**/subjects/requisition/*", wait_until="commit", timeout=60_000)
    except PlaywrightTimeout:
        raise AssertionError(f"still at {page.url}:\n{page.inner_text('main')}") from None


def test_asked_by_one_approved_by_another_and_seen_live_by_the_first_at_another_server(
    opened: Browser, addresses: tuple[str, ...]
) -> None:
    here, there = addresses
    with person(opened, here, "SAM") as sam, person(opened, there, "ANN") as ann:
        expect(sam.locator("html.live")).to_be_attached()
        ann.goto(NEW)
        fill_in(ann, "会议用品")
        file_it(ann)
        expect(ann.locator("h1")).to_have_text("会议用品")
        expect(ann.locator(".path .open")).to_contain_text("示例SAM")
        expect(ann.locator("html.live")).to_be_attached()
        card = sam.locator("article.card", has_text="会议用品")
        expect(card).to_contain_text("¥490.00")
        card.locator("textarea").fill("同意采购")
        card.get_by_role("button", name="同意").click()
        expect(sam.locator("#results")).to_contain_text("已同意")
        expect(card).to_have_count(0)
        expect(ann.locator(".path .done").first).to_contain_text("同意采购")


def test_what_was_typed_outlives_the_session(opened: Browser, addresses: tuple[str, ...]) -> None:
    context = opened.new_context(base_url=addresses[0])
    context.add_cookies([{"name": "guicheng_language", "value": "zh", "url": addresses[0]}])
    page = context.new_page()
    page.goto(NEW)
    sign_in(page, "BOB")
    assert urlsplit(page.url).path == NEW
    fill_in(page, "投影仪")
    context.clear_cookies(name="guicheng_session")
    page.locator(".command .buttons .primary").click()
    page.wait_for_url("**/sign-in?next=*")
    sign_in(page, "BOB")
    page.wait_for_url(f"**{NEW}")
    expect(page.locator('[name="lines.1.item"]')).to_have_value("签字笔")
    expect(page.locator('[name="purpose"]')).to_have_value("投影仪")
    expect(page.locator("[data-draft-note]")).to_be_visible()
    file_it(page)
    page.goto(NEW)
    expect(page.locator('[name="purpose"]')).to_have_value("")
    context.close()


def test_every_page_fits_a_telephone_and_its_controls_have_names(opened: Browser, addresses: tuple[str, ...]) -> None:
    for language in ("zh", "en"):
        size = {"width": 390, "height": 844}
        with person(opened, addresses[1], "ANN", language, viewport=size, color_scheme="dark") as page:
            for path in ("/", "/new", "/lists", "/lists/timeline", "/lists/requisitions", "/account", NEW):
                page.goto(path)
                assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
                unnamed = page.eval_on_selector_all(
                    "button, a, input:not([type=hidden]), select, textarea",
                    "found => found.filter(e => !(e.textContent.trim() || e.labels?.length || e.ariaLabel || e.title"
                    " || e.closest('[aria-hidden]'))).map(e => e.outerHTML)",
                )
                assert unnamed == [], path
