"""Notices 通知: what the rules tell somebody: a reminder, a warning, something to install 待安装.

The house issues a notice as an event; it stands in the inbox from then on, and delivery by mail or webhook follows from
the journal. Whoever it is for marks it read, each for himself.
"""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from pydantic import Field

from domain.kernel import Aggregate, Command, Context, Decision, Event, Refusal

CLAUSE = "5.1"


class Notify(Command):
    """Tell these people something 发出通知; ``about`` is the subject it concerns, e.g. ``requisition-PR261124-7K3``."""

    zh: ClassVar[str] = "发出通知"
    by_house: ClassVar[bool] = True
    to: tuple[str, ...] = Field(min_length=1, max_length=500)
    kind: str = Field(min_length=1, max_length=64, description="What sort of notice, e.g. approval_waits 通知类别")
    text_zh: str = Field(min_length=1, max_length=2000)
    text_en: str = Field(min_length=1, max_length=2000)
    about: str = Field(min_length=1, max_length=200, description="The subject it concerns 相关单据")


class ReadNotice(Command):
    """Mark a notice as read, for oneself 标为已读."""

    zh: ClassVar[str] = "标为已读"


NoticeCommand = Notify | ReadNotice


class NoticeIssued(Event):
    """These people were told something 通知已发出."""

    zh: ClassVar[str] = "通知已发出"
    clause: ClassVar[str] = CLAUSE
    to: tuple[str, ...]
    kind: str
    text_zh: str
    text_en: str
    about: str


class NoticeRead(Event):
    """Somebody it was for has read it 通知已读."""

    zh: ClassVar[str] = "通知已读"
    clause: ClassVar[str] = CLAUSE
    reader: str


NoticeEvent = NoticeIssued | NoticeRead


class NoticeExists(Refusal):
    """A notice is issued once and never rewritten.

    通知只发出一次，不得改写。

    → Issue a new notice.
    → 请另发通知。
    """

    clause = CLAUSE


class NoSuchNotice(Refusal):
    """Only a notice that was issued can be read.

    仅已发出的通知可以标为已读。

    → Check the notice's number in your inbox.
    → 请在收件箱中核对通知编号。
    """

    clause = CLAUSE


class NotForYou(Refusal):
    """A notice is marked read by those it was issued to, each for himself; a delegate does not read for another.

    通知由收件人本人标为已读，代理人不得代为标记。

    → Leave it to those it is for.
    → 请由收件人本人处理。
    """

    clause = CLAUSE
    attempt = True


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice: whom it is for, and who has read it."""

    to: tuple[str, ...] = ()
    read_by: frozenset[str] = field(default_factory=frozenset)


def decide(command: NoticeCommand, state: Notice, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case Notify():
            if state.to:
                raise NoticeExists()
            return [
                NoticeIssued(
                    to=tuple(dict.fromkeys(command.to)),
                    kind=command.kind,
                    text_zh=command.text_zh,
                    text_en=command.text_en,
                    about=command.about,
                )
            ]
        case ReadNotice():
            if not state.to:
                raise NoSuchNotice()
            if context.actor not in state.to:
                raise NotForYou(to=", ".join(state.to))
            return [] if context.actor in state.read_by else [NoticeRead(reader=context.actor)]


def evolve(state: Notice, event: NoticeEvent) -> Notice:
    """The notice after ``event``."""
    match event:
        case NoticeIssued(to=to):
            return Notice(to=to)
        case NoticeRead(reader=reader):
            return replace(state, read_by=state.read_by | {reader})


NOTICE = Aggregate(name="notice", zh="通知", prefix="NT", initial=Notice(), decide=decide, evolve=evolve)
