"""The words of approvals 审批: what may be asked of one and what happens to it, the same wherever somebody decides.

Steps are numbered from 1 as the path stands at that moment: a step added before another moves that one back.
"""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from domain.kernel import Command, Event


class Approve(Command):
    """Agree at the step that is open 同意."""

    zh: ClassVar[str] = "同意"
    comment: str = Field("", max_length=2000, description="What the signer adds 审批意见")


class Reject(Command):
    """Refuse for good at the step that is open 驳回."""

    zh: ClassVar[str] = "驳回"
    reason: str = Field(min_length=1, max_length=2000, description="Why it is rejected 驳回理由")


class Return(Command):
    """Send back 退回: to an earlier step by its number from 1, or to the author where none is given."""

    zh: ClassVar[str] = "退回"
    reason: str = Field(min_length=1, max_length=2000, description="What has to change 退回理由")
    to_step: int | None = Field(
        None, ge=1, le=99, description="Number of an earlier step, from 1; none: to the author 退回至第几步"
    )


class Withdraw(Command):
    """Take one's own request back before it is decided 撤回."""

    zh: ClassVar[str] = "撤回"
    reason: str = Field("", max_length=2000, description="Why it is taken back 撤回原因")


class Transfer(Command):
    """Hand one's own part of the open step to a colleague 转交."""

    zh: ClassVar[str] = "转交"
    to: str = Field(min_length=1, max_length=64, description="Employee number of who decides instead 转交给")
    reason: str = Field(min_length=1, max_length=2000, description="Why it is handed on 转交原因")


class AddSigner(Command):
    """Have somebody sign as well 加签: in a step before or after the open one, or beside oneself in it."""

    zh: ClassVar[str] = "加签"
    signer: str = Field(min_length=1, max_length=64, description="Employee number of the signer added 加签人")
    place: Literal["before", "after", "beside"] = Field(
        description="Before, after or beside one's own part 前加签、后加签、并加签"
    )
    reason: str = Field("", max_length=2000, description="Why he should sign 加签原因")


class Remind(Command):
    """Remind those the open step waits for 催办; the calendar does so once a step."""

    zh: ClassVar[str] = "催办"


class Copy(Command):
    """Let somebody know who need not decide 抄送."""

    zh: ClassVar[str] = "抄送"
    to: tuple[str, ...] = Field(min_length=1, max_length=50, description="Employee numbers of who is to know 抄送人")


class EndStepTime(Command):
    """The calendar says the open step's time is over 审批时限届满; issued by the system."""

    zh: ClassVar[str] = "审批时限届满"
    by_house: ClassVar[bool] = True
    step: int


ApprovalCommand = Approve | Reject | Return | Withdraw | Transfer | AddSigner | Remind | Copy | EndStepTime


class ApprovalStepOpened(Event):
    """A step waits 待审批 for all of its signers or any one, by ``mode``; who signed it before is not among them.

    ``instead_of`` are those who may not sign it or left; ``filed_by`` filed for the requester and signs no step.
    """

    zh: ClassVar[str] = "待审批"
    clause: ClassVar[str] = "5.1"
    schema_version: ClassVar[int] = 2
    round: int
    step: int
    authority: str
    signers: tuple[str, ...]
    mode: Literal["all", "any"]
    decided_under: str
    policy: str
    instead_of: tuple[str, ...] = ()
    filed_by: str | None = None
    remind_at: datetime | None = None
    due_at: datetime | None = None


class ApprovalGiven(Event):
    """A signer agreed 已同意."""

    zh: ClassVar[str] = "已同意"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    authority: str
    signer: str
    acting_for: str | None = None
    comment: str = ""


class ApprovalCompleted(Event):
    """Every step agreed 审批通过."""

    zh: ClassVar[str] = "审批通过"
    clause: ClassVar[str] = "5.1"
    round: int


class ApprovalRejected(Event):
    """A signer refused for good 已驳回."""

    zh: ClassVar[str] = "已驳回"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    authority: str
    signer: str
    acting_for: str | None = None
    reason: str


class ApprovalReturned(Event):
    """A signer sent it back 已退回, to a step or (``to_step`` None) to the author."""

    zh: ClassVar[str] = "已退回"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    authority: str
    signer: str
    acting_for: str | None = None
    to_step: int | None = None
    reason: str


class ApprovalWithdrawn(Event):
    """The requester took it back 已撤回."""

    zh: ClassVar[str] = "已撤回"
    clause: ClassVar[str] = "5.1"
    round: int
    by: str
    reason: str = ""


class ApprovalTransferred(Event):
    """A signer handed his part of a step to a colleague 已转交."""

    zh: ClassVar[str] = "已转交"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    giver: str
    receiver: str
    reason: str


class SignerAdded(Event):
    """Somebody has to sign as well 已加签. ``before`` and ``after`` add a step of their own."""

    zh: ClassVar[str] = "已加签"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    by: str
    signer: str
    place: Literal["before", "after", "beside"]
    decided_under: str
    policy: str
    reason: str = ""


class ApprovalReminded(Event):
    """Those it waits for were reminded 已催办."""

    zh: ClassVar[str] = "已催办"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    signers: tuple[str, ...]


class ApprovalCopied(Event):
    """Somebody was let know 已抄送."""

    zh: ClassVar[str] = "已抄送"
    clause: ClassVar[str] = "5.1"
    to: tuple[str, ...]


class ApprovalStepEscalated(Event):
    """A step's time was over 超时上报: the part of ``late[i]`` may now be signed by ``to[i]`` as well: his superior or,
    where he left, his successor.
    """

    zh: ClassVar[str] = "超时上报"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    late: tuple[str, ...]
    to: tuple[str, ...]


class ApprovalStepExpired(Event):
    """A step's time was over 超时未决 and nobody above may take it, or the policy lets it wait; it waits on."""

    zh: ClassVar[str] = "超时未决"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    late: tuple[str, ...]


ApprovalEvent = (
    ApprovalStepOpened
    | ApprovalGiven
    | ApprovalCompleted
    | ApprovalRejected
    | ApprovalReturned
    | ApprovalWithdrawn
    | ApprovalTransferred
    | SignerAdded
    | ApprovalReminded
    | ApprovalCopied
    | ApprovalStepEscalated
    | ApprovalStepExpired
)
