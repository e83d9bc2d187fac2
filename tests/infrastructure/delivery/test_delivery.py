"""Delivery of notices 通知投递 through a real queue, to a real mail server and a real HTTP server on loopback."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import standardwebhooks
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from application.delivery import Channel, Letter, letters
from domain.governance.notice import Notify
from domain.kernel import SYSTEM
from infrastructure.delivery import (
    Feed,
    Mail,
    Post,
    Webhook,
    dead_letters,
    deliver,
    send_again,
    waiting,
    webhook_secret,
)
from infrastructure.delivery.webhook import secret_of
from infrastructure.settings import Settings
from tests.database import Database
from tests.house import TestHouse

PATIENCE = 30.0
"""Seconds until a test gives up on what should have come at once."""
ADDRESSES = {"IRIS": "iris@company.example", "IAN": "ian@company.example", "GONE": "[已删除 erased]"}
SECRET = secret_of(bytes(range(32)))


@dataclass
class Mailbox:
    """A mail server that answers what it is told to, then keeps what comes."""

    answers: list[str] = field(default_factory=list)
    got: queue.Queue[EmailMessage] = field(default_factory=queue.Queue)
    asked: queue.Queue[str] = field(default_factory=queue.Queue)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "250 kept"
        self.asked.put(answer)
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.got.put(message)
        return answer


@contextmanager
def mail_server(mailbox: Mailbox, **options: Any) -> Iterator[str]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    begin = loop.create_server(lambda: SMTP(mailbox, loop=loop, **options), "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(begin, loop).result(PATIENCE)
    try:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@dataclass
class Receiver:
    """A web server that answers what it is told to, and keeps every request."""

    answers: list[int] = field(default_factory=list)
    got: queue.Queue[tuple[dict[str, str], bytes]] = field(default_factory=queue.Queue)


@contextmanager
def web_server(receiver: Receiver) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            answer = receiver.answers.pop(0) if receiver.answers else 204
            self.send_response(answer)
            self.send_header("location", "/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()
            receiver.got.put(({name.lower(): value for name, value in self.headers.items()}, body))

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/notices"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def post(database: Database, *channels: Channel, **options: Any) -> Post:
    """A post office that tries again at once."""
    return Post(database.app_url, channels, first_pause_ms=1, poll_seconds=0.05, **options)


def outcomes(database: Database) -> list[tuple[str, list[str], int, str | None]]:
    with psycopg.connect(database.app_url) as connection:
        return connection.execute(
            "select channel, recipients, attempts, outcome from jobs.deliveries order by channel, recipients"
        ).fetchall()


def settled(database: Database) -> None:
    """Until the queue holds nothing that is still to be carried; LISTEN wakes, so nothing is slept through."""
    with psycopg.connect(database.app_url, autocommit=True) as connection:
        connection.execute('listen "dramatiq.notices.ack"')
        connection.execute('listen "dramatiq.notices.DQ.ack"')
        while waiting(database.app_url):
            heard = list(connection.notifies(timeout=PATIENCE, stop_after=1))
            assert heard or not waiting(database.app_url), "the queue does not empty"


@pytest.fixture
async def told(company: TestHouse) -> TestHouse:
    """IRIS, IAN and somebody erased were told something."""
    await company.do(
        "notice-00000000-0000-0000-0000-000000000001",
        Notify(
            to=("IRIS", "IAN", "GONE"),
            kind="to_install",
            text_zh="PO1 有设备\n待安装",
            text_en="PO1 has equipment to install",
            about="order-PO1",
        ),
        SYSTEM,
        by_house=True,
    )
    return company


async def test_everybody_gets_a_mail_of_his_own_and_once(told: TestHouse, database: Database) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as url, post(database, Mail(url, "rules@company.example", ADDRESSES.get)) as office:
        async with Feed(told.journal, told.codec, office, database.app_url) as feed:
            assert await feed.drain() == 1
            settled(database)
            assert await feed.drain() == 0
    first, second = sorted((mailbox.got.get_nowait(), mailbox.got.get_nowait()), key=lambda mail: str(mail["To"]))
    assert mailbox.got.empty()
    assert (str(first["To"]), str(second["To"])) == ("ian@company.example", "iris@company.example")
    assert first["Subject"] == "PO1 有设备 待安装"
    assert first["Message-ID"] != second["Message-ID"]
    assert first.get_content().replace("\r\n", "\n").startswith("PO1 有设备\n待安装\n\nPO1 has equipment to install\n")
    assert outcomes(database) == [
        ("mail", ["GONE"], 1, "no address"),
        ("mail", ["IAN"], 1, "sent"),
        ("mail", ["IRIS"], 1, "sent"),
    ]


async def test_a_feed_that_begins_again_sends_nothing_twice(told: TestHouse, database: Database) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as url, post(database, Mail(url, "rules@company.example", ADDRESSES.get)) as office:
        for _ in range(2):
            with psycopg.connect(database.url) as connection:
                connection.execute("delete from jobs.place")
            async with Feed(told.journal, told.codec, office, database.app_url) as feed:
                assert await feed.drain() == 1
            settled(database)
    assert mailbox.got.qsize() == 2


async def test_a_server_that_is_busy_is_tried_again(told: TestHouse, database: Database) -> None:
    mailbox = Mailbox(answers=["451 busy", "421 away"])
    only_ian = {"IAN": "ian@company.example"}
    with mail_server(mailbox) as url, post(database, Mail(url, "rules@company.example", only_ian.get)) as office:
        async with Feed(told.journal, told.codec, office, database.app_url) as feed:
            await feed.drain()
        assert mailbox.got.get(timeout=PATIENCE)["To"] == "ian@company.example"
        settled(database)
    assert ("mail", ["IAN"], 3, "sent") in outcomes(database)
    assert dead_letters(database.app_url) == []


async def test_what_cannot_be_delivered_is_a_dead_letter_until_it_is_sent_again(
    told: TestHouse, database: Database
) -> None:
    mailbox = Mailbox(answers=["550 no such person as ian@company.example"])
    only_ian = {"IAN": "ian@company.example"}
    with mail_server(mailbox) as url, post(database, Mail(url, "rules@company.example", only_ian.get)) as office:
        async with Feed(told.journal, told.codec, office, database.app_url) as feed:
            await feed.drain()
        settled(database)
        (dead,) = dead_letters(database.app_url)
        assert (dead.channel, dead.recipients, dead.attempts) == ("mail", ["IAN"], 1)
        with psycopg.connect(database.app_url) as connection:
            kept = connection.execute("select message::text from jobs.queue").fetchall()
        assert "company.example" not in str(kept), "the queue keeps no address"
        assert dead.error == "Undeliverable: 550 no such person as IAN"
        assert send_again(database.app_url, [dead.id, UUID(int=0)]) == 1
        assert mailbox.got.get(timeout=PATIENCE)["To"] == "ian@company.example"
        settled(database)
    assert dead_letters(database.app_url) == []


async def test_tries_come_to_an_end(told: TestHouse, database: Database) -> None:
    mailbox = Mailbox(answers=["451 busy"] * 5)
    only_ian = {"IAN": "ian@company.example"}
    with mail_server(mailbox) as url:
        channel = Mail(url, "rules@company.example", only_ian.get)
        with post(database, channel, max_tries=3) as office:
            async with Feed(told.journal, told.codec, office, database.app_url) as feed:
                await feed.drain()
            settled(database)
    (dead,) = dead_letters(database.app_url)
    assert dead.attempts == 3
    assert mailbox.asked.qsize() == 3


async def test_a_webhook_is_signed_and_names_everybody(told: TestHouse, database: Database) -> None:
    receiver = Receiver(answers=[503])
    with web_server(receiver) as url, post(database, Webhook(url, SECRET)) as office:
        async with Feed(told.journal, told.codec, office, database.app_url) as feed:
            await feed.drain()
        settled(database)
    first, second = receiver.got.get_nowait(), receiver.got.get_nowait()
    assert receiver.got.empty()
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    said = standardwebhooks.Webhook(SECRET).verify(second[1], second[0])
    assert said == json.loads(second[1])
    assert said["type"] == "notice.issued"
    assert said["data"] == {
        "notice": "notice-00000000-0000-0000-0000-000000000001",
        "to": ["IRIS", "IAN", "GONE"],
        "kind": "to_install",
        "zh": "PO1 有设备\n待安装",
        "en": "PO1 has equipment to install",
        "about": "order-PO1",
    }
    assert outcomes(database) == [("webhook", ["IRIS", "IAN", "GONE"], 2, "answered 204")]


@pytest.mark.parametrize("answer", [302, 404, 410])
async def test_a_receiver_that_refuses_or_sends_elsewhere_is_a_dead_letter(
    told: TestHouse, database: Database, answer: int
) -> None:
    receiver = Receiver(answers=[answer])
    with web_server(receiver) as url, post(database, Webhook(url, SECRET)) as office:
        async with Feed(told.journal, told.codec, office, database.app_url) as feed:
            await feed.drain()
        settled(database)
    assert receiver.got.qsize() == 1
    (dead,) = dead_letters(database.app_url)
    assert dead.error is not None and str(answer) in dead.error


async def test_without_channels_the_feed_only_moves_on(told: TestHouse, database: Database) -> None:
    with post(database) as office:
        async with Feed(told.journal, told.codec, office, database.app_url) as feed:
            assert await feed.drain() == 1
            assert await feed.drain() == 0
    assert waiting(database.app_url) == 0


async def test_letters_wait_where_nobody_carries_and_are_carried_by_another_process(
    told: TestHouse, database: Database
) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as url:
        channel = Mail(url, "rules@company.example", ADDRESSES.get)
        with post(database, channel, threads=0) as office:
            async with Feed(told.journal, told.codec, office, database.app_url) as feed:
                await feed.drain()
        assert waiting(database.app_url) == 3
        with post(database, channel):
            settled(database)
    assert mailbox.got.qsize() == 2


async def test_a_password_goes_over_nothing_that_is_not_encrypted(told: TestHouse) -> None:
    issued = next(each for each in told.codec.decode_all(await told.journal.read(-1, 10_000, ["NoticeIssued"])))
    mailbox = Mailbox()
    with mail_server(mailbox, authenticator=lambda *_: AuthResult(success=True), auth_require_tls=False) as url:
        channel = Mail(url.replace("//", "//user:secret@"), "rules@company.example", ADDRESSES.get)
        letter: Letter = letters(issued, [channel])[0]
        with pytest.raises(Exception, match="offers no encryption"):
            channel.send(letter)
    assert mailbox.got.empty()


def test_an_address_that_is_none_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="smtp://"):
        Mail("mail.company.example", "rules@company.example", ADDRESSES.get)
    with pytest.raises(ValueError, match="http"):
        Webhook("file:///etc/passwd", SECRET)


async def test_the_house_delivers_by_its_settings_until_it_is_stopped(
    told: TestHouse, database: Database, tmp_path: Path
) -> None:
    receiver = Receiver()
    with web_server(receiver) as url:
        settings = Settings(home=tmp_path, webhook_url=url)
        work = asyncio.create_task(deliver(told.handler, database.app_url, settings))
        headers, body = await asyncio.to_thread(receiver.got.get, timeout=PATIENCE)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
    said = standardwebhooks.Webhook(webhook_secret(settings)).verify(body, headers)
    assert said["data"]["about"] == "order-PO1"


async def test_what_was_issued_while_no_channel_was_set_is_not_sent_later(told: TestHouse, database: Database) -> None:
    with post(database) as office:
        async with Feed(told.journal, told.codec, office, database.app_url) as feed:
            await feed.pass_over()
    receiver = Receiver()
    with web_server(receiver) as url, post(database, Webhook(url, SECRET)) as office:
        async with Feed(told.journal, told.codec, office, database.app_url) as feed:
            assert await feed.drain() == 0


async def test_addresses_are_those_of_the_organisation_today(
    told: TestHouse, database: Database, tmp_path: Path
) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox) as url:
        work = asyncio.create_task(deliver(told.handler, database.app_url, Settings(home=tmp_path, smtp_url=url)))
        mails = [await asyncio.to_thread(mailbox.got.get, timeout=PATIENCE) for _ in range(2)]
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
    assert {str(mail["To"]) for mail in mails} == {"iris@company.example", "ian@company.example"}
    assert {str(mail["From"]) for mail in mails} == {"规程 Guicheng <guicheng@localhost>"}
