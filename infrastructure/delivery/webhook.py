"""Notices by webhook 网络回调: one signed request for a notice, as Standard Webhooks has it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import standardwebhooks

from application.delivery import Letter, Undeliverable

TIMEOUT = 15.0
PASSING = frozenset({408, 409, 425, 429})
"""Answers of the 4xx that another try may change."""


def secret_of(key: bytes) -> str:
    """The secret as a receiver is told it: ``whsec_…``."""
    return f"whsec_{base64.b64encode(key).decode()}"


class _NoRedirects(HTTPRedirectHandler):
    """A signed message goes where it was addressed, and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None


class Webhook:
    """Implements ``application.delivery.Channel``; ``secret`` is written ``whsec_…``.

    The body is JSON: ``type`` (always ``notice.issued``), ``timestamp``, and in ``data`` notice, to, kind, zh, en,
    about. ``webhook-id`` is the same whenever the same notice is sent.
    """

    name = "webhook"

    def __init__(self, url: str, secret: str) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError("a webhook is an http or https address 回调地址应为 http 或 https")
        self._url = url
        self._signer = standardwebhooks.Webhook(secret)
        self._opener = build_opener(_NoRedirects())

    def addressed(self, to: Sequence[str]) -> Iterable[tuple[str, ...]]:
        """One request names everybody."""
        return [tuple(to)]

    def send(self, letter: Letter) -> str:
        """Post it; any answer of the 2xx means it arrived."""
        now = datetime.now(UTC)
        body = json.dumps(_body(letter), ensure_ascii=False, separators=(",", ":"))
        request = Request(
            self._url,
            data=body.encode(),
            method="POST",
            headers={
                "content-type": "application/json; charset=utf-8",
                "user-agent": "guicheng",
                "webhook-id": str(letter.id),
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": self._signer.sign(str(letter.id), now, body),
            },
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return f"answered {answer.status}"
        except HTTPError as error:
            if 300 <= error.code < 500 and error.code not in PASSING:
                raise Undeliverable(f"the receiver answered {error.code} {error.reason}") from error
            raise


def _body(letter: Letter) -> dict[str, object]:
    return {
        "type": "notice.issued",
        "timestamp": letter.issued_at.isoformat(),
        "data": {
            "notice": letter.notice,
            "to": letter.to,
            "kind": letter.kind,
            "zh": letter.text_zh,
            "en": letter.text_en,
            "about": letter.about,
        },
    }
