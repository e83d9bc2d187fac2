"""Older shapes of ApprovalStepOpened 待审批."""

from typing import Any

from infrastructure.upcasts import upcast


@upcast("ApprovalStepOpened", from_version=1)
def nobody_is_known_to_have_filed_it(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 did not say who filed for the requester; whoever did was kept off the path alone."""
    return {**data, "filed_by": None}
