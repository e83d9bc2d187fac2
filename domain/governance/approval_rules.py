"""What approvals refuse 审批规则. Each docstring is the rule; the screens, the API and the docs show that sentence."""

from domain.kernel import Refusal


class OwnRequest(Refusal):
    """Nobody decides a request of his own, neither himself nor through a delegate.

    任何人不得审批本人的申请，也不得通过代理人审批。

    → Leave it to the signers the step names, or to their delegates.
    → 请由该步骤的审批人或其代理人处理。
    """

    clause = "5.1"
    attempt = True


class FiledByHimself(Refusal):
    """Nobody decides what he filed for somebody else as his delegate, neither himself nor through a delegate or as one.

    代他人提交申请的人不得审批该申请，本人、代理人均在内。

    → Leave it to the other signers, or name a colleague who did not file it.
    → 请由其他审批人处理，或另选未经手提交的同事。
    """

    clause = "5.1"
    attempt = True


class DecidedAlready(Refusal):
    """Nobody decides two steps of one request, neither himself nor through a delegate or as one.

    同一申请的两个步骤不得由同一人审批，本人、代理人均在内。

    → Transfer this step to a colleague who has not signed yet.
    → 请转交给尚未签署的同事处理。
    """

    clause = "5.1"
    attempt = True


class NotASigner(Refusal):
    """Only a signer of the open step decides, himself or through a delegate in force.

    仅当前步骤的审批人或其有效代理人可以审批。

    → Ask those it waits for, or have the step transferred to you.
    → 请联系当前审批人，或由其转交给您。
    """

    clause = "5.1"
    attempt = True


class OnlyRequesterWithdraws(Refusal):
    """A request is withdrawn by whoever made it.

    申请仅可由申请人本人撤回。

    → Reject it or return it to the author instead.
    → 请改用驳回或退回。
    """

    clause = "5.1"
    attempt = True


class NotConcerned(Refusal):
    """Only those concerned by a request remind of it or copy it to others: its requester and its signers.

    仅申请人和审批路径中的人员可以催办或抄送。

    → Ask the requester or one of the signers.
    → 请联系申请人或审批人。
    """

    clause = "4.3.2.1"
    attempt = True


class NothingToDecide(Refusal):
    """There is no open approval to decide on.

    当前没有待处理的审批。

    → Look at the subject's timeline: it was decided, returned or withdrawn meanwhile.
    → 请查看单据时间线：该审批已办结、退回或撤回。
    """

    clause = "5.1"


class VacantStep(Refusal):
    """A step of the approval path that nobody can fill is an error, never passed over.

    审批路径中无人可担任的步骤视为错误，不得跳过。

    → Have the administrator fill the role, or appoint a holder for the department.
    → 请管理员补齐该角色，或为该部门指定任职人。
    """

    clause = "5.1"


class ReturnGoesBack(Refusal):
    """A return goes to a step before the open one, or to the author.

    退回只能退至当前步骤之前的步骤或申请人。

    → Give the number of an earlier step, or leave it empty for the author.
    → 请填写更早的步骤序号，或留空退回申请人。
    """

    clause = "5.1"


class SignsAlready(Refusal):
    """Nobody is added to a path on which he signs already.

    已在审批路径中的人员不得重复加签或受转交。

    → Name a colleague who is not on the path.
    → 请选择不在审批路径中的同事。
    """

    clause = "5.1"


class UnknownEmployee(Refusal):
    """Whoever is named must be employed on that day.

    所指定人员须为当日在职员工。

    → Check the employee number in the organisation chart.
    → 请在组织架构中核对员工编号。
    """

    clause = "5.1"
