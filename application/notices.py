"""How a reaction tells somebody something 发通知: one notice for an event, with an id made from the event's.

Texts name people by employee number: a notice stays in the journal for ever, a name has to be erasable.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid5

from application.together import Asked
from domain.governance.notice import Notify
from domain.history import Recorded
from domain.kernel import Stream
from domain.working_time import SHANGHAI

LONGEST = 2000


def tell(
    because: Recorded, to: Sequence[str], kind: str, zh: str, en: str, *, about: str | None = None
) -> Sequence[Asked]:
    """Tell ``to`` about ``about`` (default: the event's subject); nothing where there is nobody to tell.

    A second notice for the same event differs in ``kind``. Text over 2,000 characters is cut and says so by ``…``.
    """
    people = tuple(dict.fromkeys(to))
    if not people:
        return []
    subject = about or str(because.subject)
    notice = Stream("notice", str(uuid5(because.event_id, f"notice/{kind}")))
    return [Asked(notice, Notify(to=people, kind=kind, text_zh=_cut(zh), text_en=_cut(en), about=subject))]


def shown(moment: datetime) -> str:
    """A moment as people in the company read it, e.g. ``2026-03-03 18:00``."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
