"""What a procedure would have refused of an imported history 导入偏差. Each docstring is the rule a deviation broke.

Whether somebody decided his own request or two steps of one is judged by ``approval_rules`` where the log tells people
apart.
"""

from domain.kernel import Refusal

CLAUSE = "5.2"


class NotInTheProcedure(Refusal):
    """Only activities the procedure knows are part of it.

    仅流程所列活动属于该流程。

    → Say in the procedure file which step and outcome the activity is.
    → 请在流程文件中说明该活动对应的步骤与结果。
    """

    clause = CLAUSE


class NotTheStepsRole(Refusal):
    """A step is taken by a role the procedure names for it.

    步骤须由流程为其指定的角色办理。

    → Look up who acted, and under what authority.
    → 请核实办理人及其权限。
    """

    clause = CLAUSE


class SavedAfterSubmission(Refusal):
    """A draft is saved before its request is submitted, or after it was rejected.

    草稿须在提交前或被驳回后保存。

    → Look at what became of the request that was under way.
    → 请核实在办申请的去向。
    """

    clause = CLAUSE


class SubmittedWhileUnderWay(Refusal):
    """A request that is being decided or was approved is not submitted again.

    在审或已批准的申请不得再次提交。

    → Have it rejected or returned first, then submit it again.
    → 请先驳回或退回，再重新提交。
    """

    clause = CLAUSE


class GivenUpIsOver(Refusal):
    """A request its author gave up is over; what is still wanted is a new request.

    申请人已放弃的申请即告终结；如仍需要，应另行申请。

    → Submit a new request under a number of its own.
    → 请以新的单号另行提交。
    """

    clause = CLAUSE


class DecidedWhenNothingWaited(Refusal):
    """A request is decided while it waits for a decision: after its submission, before its final approval or rejection.

    申请仅在待审期间可以审批：提交之后，终审或驳回之前。

    → Look up what was decided, and on what ground.
    → 请核实所作决定及其依据。
    """

    clause = CLAUSE


class StepTakenTwice(Refusal):
    """A step decides once in each round.

    同一轮审批中，每一步骤只审批一次。

    → Look up why it was decided again.
    → 请核实重复审批的原因。
    """

    clause = CLAUSE


class StepOutOfOrder(Refusal):
    """Steps are taken in the procedure's order: none after a later one has decided.

    步骤须按流程顺序办理：后续步骤审批后，不得再办理在先步骤。

    → Look up why the earlier step came after the later one.
    → 请核实顺序颠倒的原因。
    """

    clause = CLAUSE


class NeededStepLeftOut(Refusal):
    """No final approval before every step the procedure always needs.

    流程必经步骤未完成前，不得作出终审。

    → Look up why the step named was left out.
    → 请核实缺失步骤的原因。
    """

    clause = CLAUSE


class FinalWithoutAuthority(Refusal):
    """The final approval is given by a step the procedure names for it.

    终审须由流程指定的步骤作出。

    → Look up under what authority it was given.
    → 请核实终审的权限依据。
    """

    clause = CLAUSE


class GivenUpWithoutRejection(Refusal):
    """A request goes back to its author by a rejection; only then does he give it up.

    申请被驳回后方退回申请人；此时方可放弃。

    → Look up who took it back, and why.
    → 请核实由谁取回及其原因。
    """

    clause = CLAUSE


class CarriedOutUnapproved(Refusal):
    """Nothing is carried out before the final approval: no payment is requested or made without one.

    未经终审不得执行：不得请款或付款。

    → Look up on what ground it was carried out, and whether it has to be taken back.
    → 请核实执行依据，及是否需要追回。
    """

    clause = CLAUSE


class CarriedOutTwice(Refusal):
    """What was approved is carried out exactly once.

    已批准事项只执行一次。

    → Look up whether it was paid twice.
    → 请核实是否重复付款。
    """

    clause = CLAUSE


class CarriedOutOutOfOrder(Refusal):
    """What follows the final approval happens in the procedure's order: a payment is handled once it was requested.

    终审后的事项按流程顺序执行：请款之后方可付款。

    → Look up what led to it.
    → 请核实其起因。
    """

    clause = CLAUSE
