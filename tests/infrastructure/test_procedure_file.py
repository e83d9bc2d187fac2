"""Procedure files 流程文件: the example reads as it says; whatever is wrong is said with line and column."""

from pathlib import Path

import pytest

from infrastructure.procedure_file import ProcedureFile, ProcedureFileError, load, parse

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "request-for-payment.yaml"
PLAIN = """\
procedure: {name: leave, version: "1", zh: 请假, en: Leave}
log: {event: id, currency: EUR, unknown_people: [STAFF]}
steps:
  author: {kind: author, zh: 申请人, en: Author, roles: [A]}
  head: {kind: decision, zh: 主管, en: Head, roles: [H], final: true}
activities:
  submit: {step: author, outcome: submitted}
  approve: {step: head, outcome: finally_approved}
"""


def faults(text: str) -> list[tuple[int, int, str]]:
    """Where, and the English sentence, of everything that is wrong with ``text``."""
    with pytest.raises(ProcedureFileError) as told:
        parse(text.encode(), "sample.yaml")
    assert all(each.zh for each in told.value.faults)
    return [(each.line, each.column, each.en) for each in told.value.faults]


def changed(before: str, after: str) -> str:
    assert before in PLAIN
    return PLAIN.replace(before, after, 1)


def test_the_example_reads() -> None:
    example: ProcedureFile = load(EXAMPLE)
    assert (example.procedure.name, example.procedure.currency) == ("request-for-payment", "EUR")
    assert len(example.procedure.activities) == 16
    assert [each.name for each in example.procedure.steps if each.final] == ["supervisor", "director"]
    assert example.keys.amount == "(case)_RequestedAmount"
    assert all(each.why_zh and each.why_en for each in example.procedure.steps if each.needed == "unknown")


def test_a_plain_file_reads() -> None:
    read = parse(PLAIN.encode(), "sample.yaml")
    assert read.keys.event == "id"
    assert read.procedure.unknown_people == ("STAFF",)


@pytest.mark.parametrize(
    ("text", "line", "column", "told"),
    [
        ("", 1, 1, "is empty"),
        ("a: [1", 1, 6, "this is not YAML"),
        ("\tprocedure: 1", 1, 1, "this is not YAML"),
        ("a: &x [1]\nb: *x", 2, 4, "aliases (*name) are not accepted"),
        ("a: !!python/name:os.system ''", 1, 4, "tags (!name) are not accepted"),
        ("[" * 5000, 1, 11, "nested too deep"),
        ("- 1", 1, 1, "names with values are wanted here"),
        (changed("zh: 请假, ", ""), 1, 12, "zh is missing"),
        (changed("event: id", "evnt: id"), 2, 7, "there is no evnt here"),
        (changed("[STAFF]", "STAFF"), 2, 49, "a list is wanted here"),
        (changed("final: true", "final: maybe"), 5, 63, "true or false is wanted here"),
        (changed("roles: [A]", "roles: [{}]"), 4, 55, "a text is wanted here"),
        (changed("kind: decision", "kind: deciding"), 5, 16, "Input should be 'author', 'decision'"),
        (changed("final: true", "needed: unknown"), 5, 9, "a step whose need is unknown says why"),
        (changed("step: head", "step: had"), 8, 12, "there is no step had; there are: author, head"),
        (changed("finally_approved", "submitted"), 8, 12, "a step of kind decision has one of"),
        (changed("  approve", "  submit"), 8, 3, "submit stands here twice"),
        (changed("name: leave", "name: Leave It"), 1, 19, "String should match pattern"),
        (PLAIN + "rules: {giving_up: never}\n", 9, 20, "Input should be 'after_rejection' or 'any_time'"),
    ],
)
def test_what_is_wrong_is_said_with_line_and_column(text: str, line: int, column: int, told: str) -> None:
    found = faults(text)
    assert [(at, place) for at, place, _ in found] == [(line, column)], found
    assert told in found[0][2]


def test_everything_wrong_is_said_at_once() -> None:
    twice = changed("step: author", "stp: author").replace("kind: author", "knd: author")
    assert [(line, en.split(";")[0]) for line, _, en in faults(twice)] == [
        (4, "kind is missing"),
        (4, "there is no knd here"),
        (7, "step is missing"),
        (7, "there is no stp here"),
    ]


def test_a_file_that_is_not_there_or_no_text_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(ProcedureFileError, match="check the path"):
        load(tmp_path / "nowhere.yaml")
    with pytest.raises(ProcedureFileError, match="no text in UTF-8"):
        parse(b"\xff\xfe\x00a: \xd8", "sample.yaml")
    with pytest.raises(ProcedureFileError, match="larger than 1 MiB"):
        parse(b"#" * (1 << 20) + b"#", "sample.yaml")
