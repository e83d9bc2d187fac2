"""Notices by mail 邮件: one message to each person, over SMTP (RFC 5321), in Chinese and English."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterable, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

from application.delivery import Letter, Undeliverable

TIMEOUT = 20.0
SUBJECT = 120


class NotNow(Exception):
    """The server said so (4xx; RFC 5321, 4.2.1): another try may do."""


class Mail:
    """Implements ``application.delivery.Channel``. ``address_of`` gives an employee's address, or None.

    ``url`` is smtp://user:password@host:587 or smtps://…; with smtp the connection is encrypted as soon as the server
    offers it, and a password is sent over nothing else.
    """

    name = "mail"

    def __init__(self, url: str, sender: str, address_of: Callable[[str], str | None]) -> None:
        self._server: SplitResult = urlsplit(url)
        if self._server.scheme not in ("smtp", "smtps") or not self._server.hostname:
            raise ValueError("a mail server is written smtp://user:password@host:587 邮件服务器应写作 smtp://…")
        self._sender = sender
        self._address_of = address_of

    def addressed(self, to: Sequence[str]) -> Iterable[tuple[str, ...]]:
        """Everybody a message of his own: nobody sees who else was told."""
        return [(person,) for person in to]

    def send(self, letter: Letter) -> str:
        """Hand it to the server; people without an address have the notice in their inbox."""
        (person,) = letter.to
        address = self._address_of(person)
        if not address or "@" not in address:
            return "no address"
        message = self._message(letter, address)
        told: bytes | str
        try:
            with self._connect() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, told = next(iter(error.recipients.values()))
        except smtplib.SMTPResponseException as error:
            code, told = error.smtp_code, error.smtp_error
        else:
            return "sent"
        # What is kept of an error names nobody's address, so nothing of it is chained.
        text = told.decode(errors="replace") if isinstance(told, bytes) else told
        kept = f"{code} {text}".replace(address, person)
        raise (Undeliverable if 500 <= code < 600 else NotNow)(kept)

    def _connect(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "", self._server.port
        if self._server.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or 465, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT)
        try:
            server.ehlo()
            encrypted = self._server.scheme == "smtps"
            if not encrypted and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
                encrypted = True
            if self._server.username:
                if not encrypted:
                    raise Undeliverable("the mail server offers no encryption, so the password is not sent")
                server.login(unquote(self._server.username), unquote(self._server.password or ""))
        except BaseException:
            server.close()
            raise
        return server

    def _message(self, letter: Letter, address: str) -> EmailMessage:
        message = EmailMessage()
        try:
            message["From"] = Address(display_name="规程 Guicheng", addr_spec=self._sender)
            message["To"] = Address(addr_spec=address)
        except ValueError:
            raise Undeliverable("the address on record is none 登记的邮箱地址无效") from None
        message["Subject"] = " ".join(letter.text_zh.split())[:SUBJECT]
        message["Message-ID"] = f"<{letter.id}@{self._sender.rpartition('@')[2] or 'guicheng'}>"
        message["Date"] = letter.issued_at
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"{letter.text_zh}\n\n{letter.text_en}\n\n{letter.about} · {letter.notice}\n")
        return message
