"""Entries that mean nothing, of the size and shape of real ones: for benchmarks and for tests of the journal itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from application.journal import Draft, Submission
from infrastructure.identifiers import uuid7
from infrastructure.journal.canonical import canonical

PURPOSE = "Sample text 样例文本. " * 12
"""Makes an entry of about 900 bytes, as a requisition of two lines is."""


def draft(
    stream: str, version: int, command_id: UUID, type: str = "SampleNoted", text: str = PURPOSE, actor: str = "SAMPLE"
) -> Draft:
    """One entry, in the shape ``infrastructure.codec`` writes."""
    event_id, now = uuid7(), datetime.now(UTC)
    body = canonical(
        {
            "actor": actor,
            "basis": [
                {
                    "clause": "4.1.1.1",
                    "inputs": {"amount": "6000.00", "limit": "5000.00"},
                    "outcome": "recorded",
                    "policy": "sample",
                    "rule": "Sample",
                }
            ],
            "causation": None,
            "command": command_id,
            "correlation": stream,
            "data": {"text": text},
            "delegation": None,
            "for": None,
            "id": event_id,
            "occurred": now,
            "recorded": now,
            "schema": 1,
            "source": None,
            "stream": stream,
            "type": type,
            "v": version,
        }
    )
    return Draft(event_id, type, stream, version, now, actor, body)


def submission(
    stream: str, after: int = 0, count: int = 1, *, command_id: UUID | None = None, text: str = PURPOSE
) -> Submission:
    """A command of ``count`` entries in one stream that is at version ``after``."""
    return across({stream: after}, [stream] * count, command_id=command_id, text=text)


def across(
    expected: dict[str, int], streams: Sequence[str], *, command_id: UUID | None = None, text: str = PURPOSE
) -> Submission:
    """A command with one entry in each of ``streams``, in this order, decided on the versions ``expected``."""
    command = command_id or uuid7()
    versions = dict(expected)
    drafts = []
    for stream in streams:
        versions[stream] += 1
        drafts.append(draft(stream, versions[stream], command, text=text))
    return Submission(command, sha256(command.bytes).digest(), drafts, expected)
