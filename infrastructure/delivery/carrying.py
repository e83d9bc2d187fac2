"""Delivery as part of the house at work 投递作业: the feed and the workers in one process, by the settings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from application.delivery import Channel
from application.handler import Handler
from infrastructure.delivery.feed import Feed
from infrastructure.delivery.mail import Mail
from infrastructure.delivery.post import Post
from infrastructure.delivery.webhook import Webhook, secret_of
from infrastructure.settings import Settings

PASS_OVER = 60.0
"""Seconds between two looks where no channel is set: notices of that time are never sent later."""


def webhook_secret(settings: Settings) -> str:
    """The secret a receiver checks signatures with, made the first time it is asked for: ``whsec_…``."""
    return secret_of(bytes.fromhex(settings.secret("webhook")))


def channels(settings: Settings, address_of: Callable[[str], str | None]) -> list[Channel]:
    """The channels the settings name; the inbox needs none."""
    found: list[Channel] = []
    if settings.smtp_url:
        found.append(Mail(settings.smtp_url, settings.mail_from, address_of))
    if settings.webhook_url:
        found.append(Webhook(settings.webhook_url, webhook_secret(settings)))
    return found


async def deliver(handler: Handler, url: str, settings: Settings) -> None:
    """Until cancelled; any number of processes may. ``url`` is the database as the application's role.

    Raises Unavailable where the database goes away, to be begun again.
    """

    def address_of(employee: str) -> str | None:
        found = handler.standing.directory(handler.clock()).employees.get(employee)
        return found.email if found else None

    await handler.standing.refresh(handler.journal, handler.codec)
    post = Post(url, channels(settings, address_of))
    opening = asyncio.create_task(asyncio.to_thread(post.__enter__))
    try:
        await asyncio.shield(opening)
        async with Feed(handler.journal, handler.codec, post, url) as feed:
            while not post.channels:
                await feed.pass_over()
                await asyncio.sleep(PASS_OVER)
            await feed.follow(before=lambda: handler.standing.refresh(handler.journal, handler.codec))
    finally:
        # Told to end while it opens, it is closed once it is open: its workers and connections must not stay behind.
        await asyncio.wait({opening})
        await asyncio.to_thread(post.__exit__, None, None, None)
