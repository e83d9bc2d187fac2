"""What a savings idea refuses 金点子规则."""

from domain.finance.savings_call import CLAUSE_CALL
from domain.finance.savings_idea_messages import CLAUSE_EFFECT, CLAUSE_PILOT
from domain.kernel import Refusal


class NoOpenCall(Refusal):
    """An idea is proposed under a call that is open.

    金点子须在征集期内提出。

    → Name the call that is open now, or wait for the next one.
    → 请选择当前征集期，或等待下一期征集。
    """

    clause = CLAUSE_CALL


class ProposedOnce(Refusal):
    """An idea is proposed once under its number.

    同一编号的金点子只提出一次。

    → Propose another idea under a number of its own.
    → 请另立编号提出。
    """

    clause = CLAUSE_CALL


class BenefitInMoney(Refusal):
    """An idea states its benefit a year in money, more than zero.

    金点子须写明可量化的年效益，且大于零。

    → Estimate what it saves a year, and say how you calculated it.
    → 请测算年节约额并说明测算方法。
    """

    clause = CLAUSE_CALL


class HandledByFinance(Refusal):
    """Savings ideas are assessed, piloted and evaluated by finance.

    金点子的评估、试点与效果评估由财务办理。

    → Ask the finance manager or finance.
    → 请联系财务经理或财务人员。
    """

    clause = CLAUSE_CALL
    attempt = True


class RewardedByFinanceManager(Refusal):
    """The reward of an idea is recorded by the finance manager.

    金点子奖励由财务经理登记。

    → Ask the finance manager.
    → 请联系财务经理。
    """

    clause = CLAUSE_CALL
    attempt = True


class NotHisOwnIdea(Refusal):
    """Nobody assesses, rewards or adopts an idea of his own, neither himself nor through a delegate.

    任何人不得评估、奖励或推广本人提出的金点子，也不得通过代理人办理。

    → Leave it to somebody else of finance.
    → 请由财务的其他人员办理。
    """

    clause = CLAUSE_CALL
    attempt = True


class IdeaNotInThatState(Refusal):
    """An idea is proposed, assessed, piloted, its pilot ended, and then adopted or closed with lessons, in this order.

    金点子依次经提出、评估、试点、结束试点，再推广或总结经验。

    → Look at where the idea stands, and do what comes next.
    → 请查看金点子当前状态并办理下一步。
    """

    clause = CLAUSE_PILOT


class OnlyGoodIdeasRewarded(Refusal):
    """An idea is rewarded once, after it was found worth piloting.

    经认可的金点子方可奖励，且只奖励一次。

    → Assess it first, or look at the reward on record.
    → 请先评估，或查看已登记的奖励。
    """

    clause = CLAUSE_CALL


class PilotLedByFinance(Refusal):
    """A pilot is led by somebody of finance.

    试点由财务人员牵头。

    → Name a leader who works in finance or is finance manager.
    → 请指定财务人员或财务经理为组长。
    """

    clause = CLAUSE_PILOT


class GroupOfEmployees(Refusal):
    """The group of a pilot are people employed here.

    试点小组成员须为在职员工。

    → Give their employee numbers.
    → 请填写成员工号。
    """

    clause = CLAUSE_PILOT


class PlannedBeforeItStarts(Refusal):
    """A pilot is planned before it starts.

    试点须先有方案，后开始实施。

    → Let it start today or later.
    → 请将开始日期定为今天或之后。
    """

    clause = CLAUSE_PILOT


class TargetInMoney(Refusal):
    """A pilot has a target in money: more than zero, and no more than what is spent before.

    试点须有可量化的目标：大于零，且不超过试点前金额。

    → State what is measured, what it costs now, and by how much it is to come down.
    → 请填写衡量指标、试点前金额与目标节约额。
    """

    clause = CLAUSE_PILOT


class NotedByTheGroup(Refusal):
    """How a pilot gets on is noted by its group or by finance.

    试点进展由小组成员或财务记录。

    → Ask the leader or a member of the group.
    → 请联系组长或小组成员。
    """

    clause = CLAUSE_PILOT
    attempt = True


class EndsEarly(Refusal):
    """A pilot that ends before its last day says why; none ends before it began.

    提前结束试点须说明原因；未开始的试点不得结束。

    → Wait for its last day, or fill in why it ends now.
    → 请等待试点期满，或填写提前结束的原因。
    """

    clause = CLAUSE_PILOT


class DoesNotPay(Refusal):
    """A measure becomes standard only where its return exceeds the policy's minimum.

    投资回报率超过制度规定的措施方可固化为标准。

    → End it with its lessons, and say what is adjusted.
    → 请总结经验教训并填写调整措施。
    """

    clause = CLAUSE_EFFECT


class MissedTargetUnexplained(Refusal):
    """A measure that pays but missed its target becomes standard with the reason stated.

    有效益但未达目标的措施，须说明原因方可推广。

    → Fill in why the target was missed.
    → 请填写未达目标的原因。
    """

    clause = CLAUSE_EFFECT


class WhatWorksBecomesStandard(Refusal):
    """A measure that pays and reached its target becomes standard.

    有效益且达到目标的措施应当固化为标准。

    → Adopt it, and say what everybody does from now on.
    → 请推广该措施并写明标准做法。
    """

    clause = CLAUSE_EFFECT
