"""Who has to explain an overrun, review it or decide on the pool is told; who asked hears of it (clause 2.1.2.2)."""

from collections.abc import Sequence

from application.notices import shown, tell
from application.reactions import Asked, Known, after
from domain.finance.variance_explanation import VarianceExplanation
from domain.finance.variance_explanation_messages import (
    ExplanationAccepted,
    ExplanationDemanded,
    ExplanationFiled,
    ExplanationReturned,
    PoolDecided,
)
from domain.history import Recorded


@after(ExplanationDemanded, ExplanationFiled)
async def tell_what_an_overrun_asks(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """The head explains, finance reviews."""
    match recorded.event:
        case ExplanationDemanded() as demanded:
            line, until = f"{demanded.year}.{demanded.department}.{demanded.account}", shown(demanded.due_at)
            return tell(
                recorded,
                demanded.owed_by,
                "explanation_demanded",
                f"预算行 {line} {demanded.month} 超支 {demanded.over} 元（预算 {demanded.budget}，"
                f"实际 {demanded.actual}），请于 {until} 前提交《预算差异说明》",
                f"Budget line {line} is {demanded.over} CNY over in {demanded.month} (budget {demanded.budget}, "
                f"spent {demanded.actual}); please explain it by {until}",
            )
        case ExplanationFiled() as filed:
            return tell(
                recorded,
                filed.reviewers,
                "explanation_filed",
                f"{recorded.subject.id} 的《预算差异说明》待财务审核",
                f"The variance explanation {recorded.subject.id} waits for finance's review",
            )
    return []


@after(ExplanationAccepted, ExplanationReturned, PoolDecided)
async def tell_what_became_of_an_explanation(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """Whoever filed it; and management where it asks something of the pool."""
    id = recorded.subject.id
    explanation = await known.state(recorded.subject, recorded.position)
    assert isinstance(explanation, VarianceExplanation)
    filer = (explanation.filer,)
    match recorded.event:
        case ExplanationReturned(reason=reason, by=by):
            zh, en = f"{id} 的差异说明被 {by} 退回：{reason}", f"{id}: {by} returned your explanation: {reason}"
            return tell(recorded, filer, "explanation_returned", zh, en)
        case PoolDecided(granted=granted, asked=asked, reason=reason):
            zh = f"{id} 申请调剂池 {asked} 元，批准 {granted} 元：{reason}"
            en = f"{id} asked {asked} CNY of the reserve pool, {granted} were granted: {reason}"
            return tell(recorded, filer, "pool_decided", zh, en)
        case ExplanationAccepted(from_pool=amount, decided_by=deciders):
            zh, en = f"{id} 的差异说明已审核通过", f"{id}: your explanation was accepted"
            told = list(tell(recorded, filer, "explanation_accepted", zh, en))
            if amount:
                zh = f"{id} 申请动用调剂池 {amount} 元，待管理层决定"
                en = f"{id} asks {amount} CNY of the reserve pool; it waits for management's decision"
                told += tell(recorded, deciders, "pool_asked", zh, en)
            return told
    return []
