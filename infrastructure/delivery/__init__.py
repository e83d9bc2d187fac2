"""Delivers notices 通知投递: fed from the journal, carried by dramatiq over PostgreSQL, retried, dead letters visible.

    await deliver(handler, url, settings)                      # all of it, as `guicheng work` does; or by parts:

    with Post(url, channels) as post:                          # workers in this process
        async with Feed(journal, codec, post, url) as feed:
            await feed.follow()                                # for ever; drain() for what is new now
    dead_letters(url), send_again(url, ids)

The journal is the outbox: the feed keeps its position, a letter's id is made from its notice, and the table
``jobs.deliveries`` remembers what was delivered, so that a job that runs twice sends once. Between sending and
remembering a process may die; such a letter goes out again, with the same id for the receiver to tell.
"""

from infrastructure.delivery.carrying import deliver, webhook_secret
from infrastructure.delivery.feed import Feed
from infrastructure.delivery.letters import DeadLetter, dead_letters, send_again, waiting
from infrastructure.delivery.mail import Mail
from infrastructure.delivery.post import Post
from infrastructure.delivery.webhook import Webhook

__all__ = [
    "DeadLetter",
    "Feed",
    "Mail",
    "Post",
    "Webhook",
    "dead_letters",
    "deliver",
    "send_again",
    "waiting",
    "webhook_secret",
]
