"""Personal data 个人信息 of others is withheld from whoever has no need to read it (个人信息保护法, clause 4.3.2.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from domain.governance.access_rules import Sight
from domain.history import Recorded
from domain.kernel import ERASED, Personal
from infrastructure.personal import turned

WITHHELD = "[未显示 withheld]"
"""What stands in the place of personal data that the reader may not see."""


def data_for(sight: Sight, recorded: Recorded) -> tuple[dict[str, Any], bool]:
    """The event's own fields as JSON has them, and whether something was withheld; one's own data are one's own."""
    withheld = False

    def turn(value: Any, mark: Personal, message: dict[str, Any]) -> Any:
        nonlocal withheld
        if value in (None, "", ERASED) or message.get(mark.of) == sight.employee:
            return value
        withheld = True
        return WITHHELD

    data = recorded.event.model_dump(mode="json")
    if sight.personal_data:
        return data, False
    return turned(type(recorded.event), data, turn), withheld


def seen_by(sight: Sight, recorded: Recorded) -> Recorded:
    """The event as its reader may know it, so that what is folded of it holds nothing else."""
    data, withheld = data_for(sight, recorded)
    return replace(recorded, event=type(recorded.event).model_validate(data)) if withheld else recorded
