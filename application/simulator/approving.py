"""How people decide in the sample company: mostly soon, sometimes late, sometimes not as asked 审批行为."""

from __future__ import annotations

from application.simulator.agenda import Story
from application.simulator.simulation import Simulation
from domain.governance.approvals import AddSigner, Approval, Approve, Copy, Reject, Remind, Return, Transfer
from domain.kernel import Command, Stream

MOST_ROUNDS = 60


async def decided(simulation: Simulation, subject: Stream) -> Story:
    """Goes on until the approval of ``subject`` is no longer open."""
    for _ in range(MOST_ROUNDS):
        approval: Approval = (await simulation.state(subject)).approval
        if approval.status != "open":
            return
        slow = simulation.chance(4)
        yield simulation.working_hours(17, 30) if slow else simulation.working_hours(0.2, 6)
        approval = (await simulation.state(subject)).approval
        if approval.status != "open":
            return
        await _somebody_oversteps(simulation, subject, approval)
        signer = simulation.pick(approval.waits_for)
        if signer in simulation.away:
            delegate = simulation.away[signer]
            await simulation.ask(subject, _decision(simulation, approval, plain=True), delegate, acting_for=signer)
        else:
            await simulation.ask(subject, _decision(simulation, approval), signer)


async def _somebody_oversteps(simulation: Simulation, subject: Stream, approval: Approval) -> None:
    """Now and then somebody tries what he may not, or reminds."""
    if simulation.chance(2):
        await simulation.ask(subject, Approve(comment="自行同意 own request"), approval.requester)
    if simulation.chance(1.5):
        colleague = simulation.pick(sorted(simulation.directory.employees))
        if colleague not in approval.waits_for:
            await simulation.ask(subject, Approve(), colleague)
    if simulation.chance(6):
        await simulation.ask(subject, Remind(), approval.requester)


def _decision(simulation: Simulation, approval: Approval, plain: bool = False) -> Command:
    roll = simulation.dice.random() * 100
    if plain or roll < 88:
        return Approve(comment=simulation.pick(("", "", "同意", "预算内,同意", "请尽快办理")))
    if roll < 90:
        return Reject(reason=simulation.pick(("本季度不再采购", "已有库存,先领用")))
    if roll < 93:
        back = simulation.pick((None, None, approval.at - 1 or None))
        return Return(reason=simulation.pick(("请补充用途", "数量偏多,请核减")), to_step=back)
    colleague = simulation.pick(sorted(simulation.directory.employees))
    if roll < 95:
        return Transfer(to=colleague, reason="由熟悉情况的同事办理")
    if roll < 98:
        return AddSigner(signer=colleague, place=simulation.pick(("before", "after", "beside")), reason="请协助把关")
    return Copy(to=(colleague,))
