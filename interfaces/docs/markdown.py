"""Markdown as the reference writes it: tables, anchors, links."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence

NOTE = "<!-- generated from the code by `python -m interfaces.docs`; change the code, not this file -->"


def page(title: str, introduction: str, *parts: str) -> str:
    """A page: title, what it is, its parts."""
    return "\n\n".join((f"# {title}", NOTE, introduction, *(part for part in parts if part))) + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; empty text where there are no rows."""
    lines = [_row(row) for row in rows]
    return "\n".join((_row(columns), _row(["---"] * len(columns)), *lines)) if lines else ""


def heading(level: int, anchor: str, text: str) -> str:
    """A heading that can be linked to by a name that does not change with its text."""
    return f'<a id="{anchor}"></a>\n\n{"#" * level} {text}'


def link(text: str, page: str, anchor: str) -> str:
    """A link to a heading, on this page where ``page`` is empty."""
    return f"[{text}]({page}#{anchor})"


def prose(docstring: str | None) -> str:
    """A docstring as a paragraph: reStructuredText's double backticks become Markdown's."""
    return re.sub(r"``([^`]+)``", r"`\1`", " ".join(inspect.cleandoc(docstring or "").split()))


def paragraphs(docstring: str | None) -> str:
    """A docstring with its paragraphs kept; indented examples become code."""
    found = re.split(r"\n\s*\n", inspect.cleandoc(docstring or ""))
    return "\n\n".join(
        f"```\n{inspect.cleandoc(each)}\n```" if each.startswith("    ") else prose(each) for each in found
    )


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(value: object) -> str:
    return " ".join(str(value).replace("|", "\\|").split()) or " "
