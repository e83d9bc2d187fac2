"""``guicheng audit``: what an auditor does, on the sample company's journal; and on one that was tampered with."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infrastructure.journal.proof import Proof
from infrastructure.journal.signed_note import VerifierKey
from tests.interfaces.cli.command import Guicheng

DAY_TWO = "2026-03-03"


def ordered(company: Guicheng) -> list[dict[str, Any]]:
    """The trail of the requisition with the most events."""
    lines = [json.loads(line) for line in company.done("stream", "tail", "--after", "-1", "--json").out.splitlines()]
    subjects = [line["subject"] for line in lines if line["subject"].startswith("requisition-")]
    busiest = max(sorted(set(subjects)), key=subjects.count)
    found: list[dict[str, Any]] = company.done("audit", "trail", busiest.removeprefix("requisition-"), "--json").json
    assert len(found) == subjects.count(busiest) > 3
    return [{"subject": busiest, **each} for each in found]


def test_a_journal_that_was_left_alone_holds_and_replays(company: Guicheng) -> None:
    verified = company.done("audit", "verify", "--json").json
    replayed = company.done("audit", "replay", "--json").json
    assert verified["holds"] and replayed["holds"]
    assert verified["size"] == replayed["entries"] == sum(replayed["types"].values()) > 300
    assert f"{verified['size']:,} entries hold" in company.done("audit", "verify").out
    assert "RequisitionSubmitted" in company.done("audit", "replay").out


def test_the_trail_of_a_subject_names_person_clause_and_policy(company: Guicheng) -> None:
    trail = ordered(company)
    assert [each["version"] for each in trail] == list(range(1, len(trail) + 1))
    assert trail[0]["type"] == "RequisitionSubmitted"
    assert all(basis["clause"] and basis["policy"] == "2026.1" for each in trail for basis in each["basis"])
    told = company.done("audit", "trail", trail[0]["subject"]).out
    for each in trail:
        assert each["type"] in told and each["actor"] in told and str(each["position"]) in told


def test_a_subject_is_shown_as_it_was(company: Guicheng) -> None:
    trail = ordered(company)
    subject = trail[0]["subject"]
    for each in (trail[0], trail[-1]):
        found = company.done("audit", "as-of", subject, "--position", each["position"], "--json").json
        assert (found["subject"], found["version"]) == (subject, each["version"])
    assert found["state"] == company.done("audit", "as-of", subject, "--json").json["state"]
    at = trail[1]["occurred_at"]
    upto = [each for each in trail if each["occurred_at"] <= at]
    assert company.done("audit", "as-of", subject, "--time", at, "--json").json["version"] == len(upto)
    told = company.done("audit", "as-of", subject, "--position", trail[0]["position"]).out
    assert found["state"]["requester"] in told and "version 1" in told


def test_before_its_beginning_there_is_no_subject(company: Guicheng) -> None:
    subject = ordered(company)[0]["subject"]
    company("audit", "as-of", subject, "--time", "2026-01-20").said("not yet then", subject, "尚不存在")
    company("audit", "trail", "PR260302-9999999").said("requisition-PR260302-9999999")


def test_a_checkpoint_is_written_and_a_later_journal_contains_it(guicheng: Guicheng, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    first = guicheng.done("audit", "checkpoint", "--out", kept, "--json").json
    assert first["size"] == 0 and kept.read_text() == first["note"]
    assert guicheng.done("init").code == 0
    second = guicheng.done("audit", "checkpoint", "--json").json
    assert second["size"] > 1 and second["verifier_key"] == first["verifier_key"]
    assert guicheng.done("audit", "verify", "--checkpoint", kept, "--json").json["holds"]
    assert second["verifier_key"] in guicheng.done("audit", "checkpoint").out


def test_a_proof_can_be_checked_without_us(company: Guicheng, tmp_path: Path) -> None:
    found = company.done("audit", "proof", 7, "--out", tmp_path / "proofs", "--json").json
    body = Path(found["entry"]).read_bytes()
    assert json.loads(body)["type"]
    Proof.parse(Path(found["proof"]).read_text()).verify(body, VerifierKey.parse(found["verifier_key"]))
    assert found["entry"] in company.done("audit", "proof", 7, "--out", tmp_path / "proofs").out


@pytest.fixture
def tampered(guicheng: Guicheng) -> Guicheng:
    """A journal in which a superuser changed an entry."""
    guicheng.done("init")
    assert guicheng.database is not None
    with psycopg.connect(guicheng.database.url) as superuser:
        superuser.execute("set session_replication_role = replica")
        superuser.execute(
            "update journal.entries set body = replace(body::text, 'SYSTEM', 'NOBODY')::json where position = 1"
        )
    return guicheng


def test_a_tampered_journal_does_not_hold_and_the_exit_code_says_so(tampered: Guicheng, tmp_path: Path) -> None:
    result = tampered("audit", "verify", "--json")
    assert result.code == 1
    assert not result.json["holds"] and result.json["problem"]["position"] == 1
    for_people = tampered("audit", "verify")
    for_people.said("does not hold", "1", "日志与其承诺不符")
    assert for_people.code == 1
    proof = tampered("audit", "proof", 1, "--out", tmp_path)
    proof.said("Entry 1 is not in the journal as signed")
    assert proof.code == 1 and not list(tmp_path.glob("entry-*"))


def test_a_journal_whose_head_is_gone_does_not_hold(guicheng: Guicheng) -> None:
    guicheng.done("init")
    assert guicheng.database is not None
    with psycopg.connect(guicheng.database.url) as superuser:
        superuser.execute("set session_replication_role = replica")
        superuser.execute("delete from journal.head")
    result = guicheng("audit", "verify")
    result.said("does not hold", "head")
    assert result.code == 1
    result = guicheng("audit", "verify", "--json")
    assert result.code == 1
    assert (result.json["holds"], result.json["problem"]["kind"], result.json["problem"]["position"]) == (
        False,
        "head",
        -1,
    )


def test_a_journal_whose_guards_are_off_does_not_hold(guicheng: Guicheng) -> None:
    guicheng.done("init")
    assert guicheng.database is not None
    with psycopg.connect(guicheng.database.url) as superuser:
        superuser.execute("alter table journal.entries disable trigger only_grows")
    result = guicheng("audit", "verify")
    result.said("does not hold", "guards", "only_grows on journal.entries", "日志与其承诺不符")
    assert result.code == 1


def test_a_journal_replaced_behind_a_checkpoint_contradicts_it(company: Guicheng, guicheng: Guicheng) -> None:
    kept = guicheng.home.parent / "kept"
    guicheng.done("init")
    guicheng.done("audit", "checkpoint", "--out", kept)
    # Another journal, signed with the same key.
    assert company.database is not None
    secret = company.home / "secrets" / "checkpoint"
    before = secret.read_bytes()
    secret.write_bytes((guicheng.home / "secrets" / "checkpoint").read_bytes())
    try:
        result = company("audit", "verify", "--checkpoint", kept)
    finally:
        secret.write_bytes(before)
    result.said("does not hold")
    assert result.code == 1


def test_a_checkpoint_of_somebody_else_is_no_evidence(company: Guicheng, guicheng: Guicheng) -> None:
    kept = guicheng.home.parent / "kept"
    guicheng.done("audit", "checkpoint", "--out", kept)
    company("audit", "verify", "--checkpoint", kept).said("not of this journal", "不是本日志签发的")


def test_versions_that_do_not_follow_stop_the_replay(guicheng: Guicheng) -> None:
    guicheng.done("init")
    assert guicheng.database is not None
    with psycopg.connect(guicheng.database.url) as superuser:
        superuser.execute("set session_replication_role = replica")
        superuser.execute(
            "update journal.entries set version = 9, body = regexp_replace(body::text, '\"v\":1,?', '\"v\":9')::json "
            "where position = 0 "
        )
    result = guicheng("audit", "replay", "--json")
    result.said("Position 0", "版本不连续")
    assert result.code == 1 and result.out == ""


def test_an_event_of_a_newer_release_is_named(guicheng: Guicheng) -> None:
    guicheng.done("init")
    assert guicheng.database is not None
    with psycopg.connect(guicheng.database.url) as superuser:
        superuser.execute("set session_replication_role = replica")
        superuser.execute(
            "update journal.entries set type = 'HolidayGranted', "
            "body = replace(body::text, '\"YearPublished\"', '\"HolidayGranted\"')::json "
            "where type = 'YearPublished' and version = 1"
        )
    for command in (("audit", "replay"), ("stream", "tail"), ("audit", "trail", "calendar-CN"), ("init",)):
        result = guicheng(*command)
        result.said("HolidayGranted", "install the release", "请安装写入该日志的版本")
        assert result.code == 1


def test_a_database_that_a_newer_release_migrated_is_left_alone(guicheng: Guicheng) -> None:
    guicheng.done("init")
    assert guicheng.database is not None
    with psycopg.connect(guicheng.database.url) as owner:
        owner.execute("update migrations.alembic_version set version_num = 'journal_99' where version_num ~ '^views'")
    result = guicheng("audit", "verify")
    result.said("journal_99", "install that release", "请安装该版本")
    assert result.code == 2


def test_a_schema_version_of_a_newer_release_is_named(guicheng: Guicheng) -> None:
    guicheng.done("init")
    assert guicheng.database is not None
    with psycopg.connect(guicheng.database.url) as superuser:
        superuser.execute("set session_replication_role = replica")
        superuser.execute(
            "update journal.entries set body = replace(body::text, '\"schema\":1', '\"schema\":9')::json "
            "where type = 'YearPublished'"
        )
    guicheng("audit", "replay").said("YearPublished in schema version 9", "install the release")


@pytest.mark.parametrize(
    ("arguments", "named", "code"),
    [
        (("audit", "trail", "XX-1"), "'XX-1' is no subject", 1),
        (("audit", "trail", "requisition-"), "'requisition-' is no subject", 1),
        (("audit", "trail", ""), "'' is no subject", 1),
        (("audit", "trail", "PR\ud8001"), "is no subject", 1),
        (("audit", "trail", "PR1-[/red]:smile:"), "requisition-PR1-[/red]:smile:", 1),
        (("audit", "trail", "x" * 5000), "x'… is no subject", 1),
        (("audit", "as-of", "PR260302-0070001", "--time", "yesterday"), "'yesterday' is no time", 1),
        (("audit", "as-of", "PR260302-0070001", "--time", "2026-02-30"), "'2026-02-30' is no time", 1),
        (("audit", "as-of", "PR260302-0070001", "--position", "-1"), "--position", 2),
        (("audit", "as-of"), "subject", 2),
        (("audit", "proof", "10000"), "no position 10000", 1),
        (("audit", "proof", "9" * 40), "no position 999", 1),
        (("audit", "proof", "-1"), "-1", 2),
        (("audit", "proof", "seven"), "position", 2),
        (("audit", "proof", "3", "--out", "/proc/there"), "/proc/there", 2),
        (("audit", "checkpoint", "--out", "/nowhere/kept"), "/nowhere/kept", 2),
        (("audit", "verify", "--checkpoint", "/nowhere/kept"), "/nowhere/kept", 1),
        (("audit", "verify", "--checkpoint", "/etc/hostname"), "/etc/hostname", 1),
        (("audit", "verify", "--fast"), "--fast", 2),
        (("audit", "nosuch"), "nosuch", 2),
    ],
)
def test_what_is_asked_wrongly_is_named(company: Guicheng, arguments: tuple[str, ...], named: str, code: int) -> None:
    result = company(*arguments)
    result.said(named)
    assert result.code == code
    assert result.out == ""


def test_openssl_accepts_the_key_that_is_printed(company: Guicheng, tmp_path: Path) -> None:
    pem = tmp_path / "key.pem"
    pem.write_text(company.done("audit", "checkpoint", "--json").json["public_key_pem"])
    done = subprocess.run(["openssl", "pkey", "-pubin", "-in", pem, "-noout", "-text"], capture_output=True, text=True)
    assert "ED25519" in done.stdout
