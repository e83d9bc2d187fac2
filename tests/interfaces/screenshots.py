"""Pictures of every page 界面截图, in both languages and themes, wide and narrow: ``make screenshots``.

    python -m tests.interfaces.screenshots http://127.0.0.1:8000 E0005 PASSWORD [FOLDER]

It looks at a server that runs, as one of its people; the folder is ignored by git.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, ViewportSize

from tests.interfaces.browser import browser

SIZES: dict[str, ViewportSize] = {"1440": {"width": 1440, "height": 900}, "390": {"width": 390, "height": 844}}
PAGES = {
    "my-work": "/",
    "new": "/new",
    "lists": "/lists",
    "list": "/lists/requisitions",
    "account": "/account",
    "form": "/new/requisition/submit-requisition",
    "not-found": "/lists/unicorns",
}


def main(address: str, user: str, password: str, folder: str = "screenshots") -> None:
    """Takes them all."""
    into = Path(folder)
    into.mkdir(parents=True, exist_ok=True)
    with browser() as opened:
        for language in ("zh", "en"):
            for theme in ("light", "dark"):
                context = opened.new_context(base_url=address)
                context.add_cookies(
                    [
                        {"name": f"guicheng_{name}", "value": value, "url": address}
                        for name, value in (("language", language), ("theme", theme))
                    ]
                )
                take(context, into, f"{language}-{theme}", user, password)
                context.close()


def take(context: BrowserContext, into: Path, manner: str, user: str, password: str) -> None:
    """Every page in one manner."""
    page = context.new_page()
    page.goto("/sign-in")
    _picture(page, into / f"sign-in-{manner}")
    page.fill("#user", user)
    page.fill("#password", password)
    page.click(".sign-in button")
    for name, path in PAGES.items():
        page.goto(path)
        _picture(page, into / f"{name}-{manner}")
    page.goto("/lists/requisitions")
    page.click("table.list td a")
    _picture(page, into / f"subject-{manner}")
    page.goto("/new/requisition/submit-requisition")
    page.click(".command .buttons .primary")
    page.wait_for_selector(".refused")
    _picture(page, into / f"form-wrong-{manner}")


def _picture(page: Page, name: Path) -> None:
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        page.screenshot(path=f"{name}-{size}.png", full_page=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
