"""Notices 通知: issued by the house, read by those they are for (clause 5.1)."""

from domain.governance.notice import (
    NOTICE,
    NoSuchNotice,
    NotForYou,
    NoticeExists,
    NoticeIssued,
    NoticeRead,
    Notify,
    ReadNotice,
)
from domain.kernel import SYSTEM, IssuedByTheHouse
from tests.spec import clauses, spec

TELL_IT = Notify(
    to=("IRIS", "IAN", "IRIS"),
    kind="to_install",
    text_zh="PO260303-1 有设备待安装",
    text_en="PO260303-1 has equipment to install",
    about="order-PO260303-1",
)
TOLD = NoticeIssued(
    to=("IRIS", "IAN"), kind=TELL_IT.kind, text_zh=TELL_IT.text_zh, text_en=TELL_IT.text_en, about=TELL_IT.about
)


@clauses("5.1")
def test_the_house_tells_everybody_once() -> None:
    spec(NOTICE).when(TELL_IT, by=SYSTEM, by_house=True).then(TOLD)


@clauses("5.1")
def test_nobody_issues_a_notice_in_the_name_of_the_house() -> None:
    spec(NOTICE).when(TELL_IT, by="ANN").refused(IssuedByTheHouse)


@clauses("5.1")
def test_a_notice_is_never_rewritten() -> None:
    spec(NOTICE, TOLD).when(TELL_IT, by=SYSTEM, by_house=True).refused(NoticeExists)


@clauses("5.1")
def test_each_reads_for_himself_and_once() -> None:
    read = spec(NOTICE, TOLD).when(ReadNotice(), by="IRIS").then(NoticeRead(reader="IRIS")).and_then()
    read.when(ReadNotice(), by="IRIS").then()
    read.when(ReadNotice(), by="IAN").then(NoticeRead(reader="IAN"))


@clauses("5.1")
def test_a_stranger_and_a_delegate_read_for_nobody() -> None:
    spec(NOTICE, TOLD).when(ReadNotice(), by="ANN").refused(NotForYou, to="IRIS, IAN")
    spec(NOTICE, TOLD).when(ReadNotice(), by="ANN", acting_for="IRIS").refused(NotForYou)


@clauses("5.1")
def test_what_was_never_issued_is_not_read() -> None:
    spec(NOTICE).when(ReadNotice(), by="IRIS").refused(NoSuchNotice)
