"""Older shapes of RequisitionRevised 采购申请已修改."""

from typing import Any

from infrastructure.upcasts import upcast


@upcast("RequisitionRevised", from_version=1)
def a_revision_named_no_account(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew no budgets: whatever was bought, was bought on the account of its goods."""
    return {**data, "account": None}
