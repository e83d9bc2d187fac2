"""Whoever owes a deadline is reminded and told of the miss; the superior is told when it goes to him 时限通知."""

from collections.abc import Sequence

from application.notices import shown, tell
from application.reactions import Asked, Known, after
from domain.governance.obligation import ObligationEscalated, ObligationMissed, ObligationReminded, ObligationWaived
from domain.history import Recorded


@after(ObligationReminded, ObligationMissed, ObligationEscalated, ObligationWaived)
async def tell_who_owes_it(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """One notice for each event; nobody is told where nobody owes it."""
    event = recorded.event
    assert isinstance(event, ObligationReminded | ObligationMissed | ObligationEscalated | ObligationWaived)
    what = f"{event.what_zh}（{event.obliged_by}，{event.subject}）"
    what_en = f"the deadline of clause {event.obliged_by} on {event.subject}"
    due = shown(event.due_at)
    match event:
        case ObligationReminded(owed_by=to):
            kind, zh, en = "deadline_reminder", f"{what}将于 {due} 到期", f"Reminder: {what_en} falls due {due}"
        case ObligationMissed(owed_by=to):
            kind, zh, en = "deadline_missed", f"{what}已于 {due} 逾期", f"Missed: {what_en} was due {due}"
        case ObligationEscalated(to=to, owed_by=late):
            kind, names = "deadline_escalated", ", ".join(late)
            zh = f"{names} 逾期未办：{what}，应于 {due} 完成"
            en = f"Not done by {names}: {what_en} was due {due}"
        case ObligationWaived(owed_by=to, waived_by=by, reason=reason):
            kind = "deadline_waived"
            zh, en = f"{what}已由 {by} 豁免：{reason}", f"{by} waived {what_en}: {reason}"
    return tell(recorded, to, kind, zh, en, about=event.subject)
