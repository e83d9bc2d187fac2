"""What requests refuse 申请规则 (clause 5.2). Each docstring is the rule; screens, API and docs show that sentence."""

from domain.governance.form import CLAUSE
from domain.kernel import Refusal


class RequestExists(Refusal):
    """A request is submitted once; after that it is revised.

    申请只提交一次，之后请修改。

    → Revise it, or submit a new request under a new number.
    → 请修改该申请，或以新单号提交。
    """

    clause = CLAUSE


class NoProcedureInForce(Refusal):
    """A request runs under a procedure that management approved and that is not retired.

    申请须依据管理层已批准且未停用的流程。

    → Choose a procedure in force; the list of procedures shows them.
    → 请选择有效流程，可在流程清单中查看。
    """

    clause = CLAUSE


class NotOpenToYou(Refusal):
    """A procedure kept to its department takes requests of that department's employees.

    仅限本部门的流程只受理本部门员工的申请。

    → Ask a colleague of that department, or its head to open the procedure to the company.
    → 请联系该部门同事，或请其主管将流程开放至全公司。
    """

    clause = CLAUSE
    attempt = True


class NotYourRequest(Refusal):
    """A request is revised by whoever made it.

    申请由申请人本人修改。

    → Return it to the requester, who can change it.
    → 请退回申请人修改。
    """

    clause = CLAUSE
    attempt = True


class RequestClosed(Refusal):
    """A request that is rejected or handled is not changed any more.

    已驳回或已办结的申请不得再变更。

    → Submit a new request.
    → 请提交新的申请。
    """

    clause = CLAUSE


class RequestUnchanged(Refusal):
    """A revision changes something.

    修改须有实际变更。

    → Change what should be different, or leave the request as it is.
    → 请修改相应内容，或保持原申请不变。
    """

    clause = CLAUSE


class NotToBeHandled(Refusal):
    """Only what was approved and waits to be done is handled, once.

    仅已批准待办的申请可以办结，且只办结一次。

    → Wait for the approval, or look at the request's timeline.
    → 请等待审批通过，或查看申请时间线。
    """

    clause = CLAUSE


class HandledByOthers(Refusal):
    """What was approved is handled by those the procedure names, or their delegates.

    已批准的申请由流程指定的人员或其代理人办理。

    → Ask one of the handlers named.
    → 请联系所列办理人。
    """

    clause = CLAUSE
    attempt = True


class NobodyToHandle(Refusal):
    """What is approved has somebody to handle it; a role nobody holds is an error, never passed over.

    批准的申请须有人办理；无人任职的岗位视为错误，不得跳过。

    → Have the administrator fill the role, then decide.
    → 请管理员补齐该岗位后再审批。
    """

    clause = CLAUSE
