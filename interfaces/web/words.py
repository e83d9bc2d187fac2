"""Words 词语: what the pages say, in Chinese and English.

Message ids are the English text; ``catalogs/*.po`` hold the Chinese, one file a page, read at the start. Codes of the
model (names of fields, values of enumerations) are translated too, under the contexts ``field`` and ``value``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from interfaces.http.languages import Language

CATALOGS = Path(__file__).parent / "catalogs"


def N_(message: str) -> str:
    """Marks a message for the catalog where it is declared; it is translated where it is shown."""
    return message


class TwoTranslations(ValueError):
    """Two catalogs translate one message differently."""


@cache
def chinese() -> Mapping[tuple[str, str], str]:
    """Every message in Chinese, by context ('' for what pages say) and message id; raises TwoTranslations."""
    found: dict[tuple[str, str], str] = {}
    for path in sorted(CATALOGS.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh"):
                # Chinese has one form for any number; it is kept under the English plural.
                many, one = isinstance(message.id, tuple | list), message.string
                key = (message.context or "", str(message.id[1] if many else message.id))
                text = str(one[0] if isinstance(one, tuple | list) else one)
                if message.id and found.setdefault(key, text) != text:
                    raise TwoTranslations(f"{path.name}: {key}")
    return found


def said(message: str, language: Language, context: str = "") -> str:
    """``message`` in ``language``; the message itself where the catalog has none."""
    return chinese().get((context, message), message) if language == "zh" else message


def plural(one: str, many: str, number: int, language: Language) -> str:
    """``one`` or ``many``; Chinese has one form for both, kept under ``many``."""
    return said(many, language) if language == "zh" or number != 1 else one
