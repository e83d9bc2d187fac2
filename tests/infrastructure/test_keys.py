"""Personal data 个人信息: sealed per person and purpose, readable until the person is erased, then never again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import psycopg
import pytest

from domain.kernel import ERASED, Event, Message, Personal
from infrastructure.keys import KeyMismatch, KeyStore
from infrastructure.personal import Sealer
from tests.database import Database

Phone = Annotated[str, Personal(of="person", purpose="recruitment")]


class Contact(Message):
    person: str
    phone: Phone = ""
    note: str = ""


class Visit(Message):
    room: str


class PersonNoted(Event):
    employee: str
    name: Annotated[str, Personal(of="employee")]
    contact: Contact | None = None
    others: tuple[Contact, ...] = ()
    by_city: dict[str, Contact] = {}
    met_by: Contact | Visit | None = None
    phones: tuple[Annotated[str, Personal(of="employee")], ...] = ()


NOTED = PersonNoted(
    employee="SAMPLE-1",
    name="样例甲",
    contact=Contact(person="SAMPLE-2", phone="000-0002", note="open"),
    others=(Contact(person="SAMPLE-3", phone="000-0003"), Contact(person="SAMPLE-4")),
    by_city={"Beijing": Contact(person="SAMPLE-2", phone="000-0022")},
    met_by=Contact(person="SAMPLE-3", phone="000-0033"),
    phones=("000-0001", "000-0011"),
)


@pytest.fixture
def keys(database: Database, tmp_path: Path) -> Iterator[KeyStore]:
    KeyStore.set_up(database.url, tmp_path)
    KeyStore.set_up(database.url, tmp_path)
    with KeyStore(database.url, tmp_path) as store:
        yield store


def test_what_is_sealed_opens_and_shows_nothing(keys: KeyStore) -> None:
    sealed = keys.encrypt("SAMPLE-1", "employment", "样例电话 000-0001")
    assert keys.decrypt(sealed) == "样例电话 000-0001"
    assert "000" not in json.dumps(sealed)
    assert keys.encrypt("SAMPLE-1", "employment", "样例电话 000-0001") != sealed


def test_erasing_a_person_for_one_purpose_leaves_the_rest(keys: KeyStore) -> None:
    gone = keys.encrypt("SAMPLE-1", "recruitment", "a")
    other_purpose = keys.encrypt("SAMPLE-1", "employment", "b")
    other_person = keys.encrypt("SAMPLE-2", "recruitment", "c")
    assert keys.erase("SAMPLE-1", "recruitment", "withdrew consent 撤回同意") == 1
    assert [keys.decrypt(each) for each in (gone, other_purpose, other_person)] == [ERASED, "b", "c"]
    assert keys.erase("SAMPLE-1", "recruitment", "again") == 0
    assert [(each.person, each.ground) for each in keys.erasures()] == [("SAMPLE-1", "withdrew consent 撤回同意")]


def test_an_erased_person_may_come_back_under_a_new_key(keys: KeyStore) -> None:
    old = keys.encrypt("SAMPLE-1", "recruitment", "old")
    keys.erase("SAMPLE-1", "recruitment", "withdrew")
    new = keys.encrypt("SAMPLE-1", "recruitment", "new")
    assert (keys.decrypt(old), keys.decrypt(new)) == (ERASED, "new")


def test_a_restored_backup_does_not_bring_an_erased_person_back(
    keys: KeyStore, database: Database, tmp_path: Path
) -> None:
    sealed = keys.encrypt("SAMPLE-1", "employment", "a")
    kept = keys.encrypt("SAMPLE-2", "employment", "b")
    with psycopg.connect(database.url) as connection:
        connection.execute("create table backup as select * from keys.data_keys")
    keys.erase("SAMPLE-1", "employment", "left")
    with psycopg.connect(database.url) as connection:
        connection.execute("truncate keys.data_keys, keys.erasures")
        connection.execute("insert into keys.data_keys select * from backup")
    with KeyStore(database.url, tmp_path) as restored:
        assert restored.decrypt(sealed) == "a"
        assert restored.reapply() == 1
        assert (restored.decrypt(sealed), restored.decrypt(kept)) == (ERASED, "b")
        assert restored.reapply() == 0


def test_another_process_notices_an_erasure_once_it_forgets_its_keys(
    keys: KeyStore, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infrastructure.keys.REMEMBERED", 0.0)
    sealed = keys.encrypt("SAMPLE-1", "employment", "a")
    with KeyStore(database.url, tmp_path) as other:
        assert other.decrypt(sealed) == "a"
        keys.erase("SAMPLE-1", "employment", "left")
        assert other.decrypt(sealed) == ERASED


def test_two_processes_make_one_key(keys: KeyStore, database: Database, tmp_path: Path) -> None:
    with KeyStore(database.url, tmp_path) as other:
        mine, theirs = keys.encrypt("SAMPLE-1", "employment", "a"), other.encrypt("SAMPLE-1", "employment", "b")
        assert mine["key"] == theirs["key"]
        assert keys.decrypt(theirs) == "b"


def test_a_sealed_text_opens_for_nobody_else(keys: KeyStore, database: Database, tmp_path: Path) -> None:
    one, two = keys.encrypt("SAMPLE-1", "employment", "a"), keys.encrypt("SAMPLE-2", "employment", "b")
    with pytest.raises(KeyMismatch, match="改动"):
        keys.decrypt({"key": two["key"], "sealed": one["sealed"]})
    (tmp_path / "elsewhere").mkdir()
    with KeyStore(database.url, tmp_path / "elsewhere") as stranger, pytest.raises(KeyMismatch, match="主密钥"):
        stranger.decrypt(one)


def test_a_lost_connection_is_made_anew(keys: KeyStore, database: Database) -> None:
    sealed = keys.encrypt("SAMPLE-1", "employment", "a")
    with psycopg.connect(database.url, autocommit=True) as superuser:
        superuser.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
    assert keys.decrypt(keys.encrypt("SAMPLE-2", "employment", "b")) == "b"
    assert keys.decrypt(sealed) == "a"


def test_an_event_is_sealed_wherever_it_holds_personal_data_and_nowhere_else(keys: KeyStore) -> None:
    sealer = Sealer(keys)
    data = NOTED.model_dump(mode="json")
    sealed = sealer.seal(PersonNoted, data)
    text = json.dumps(sealed, ensure_ascii=False)
    assert not any(secret in text for secret in ("样例甲", "000-"))
    assert (sealed["employee"], sealed["contact"]["note"]) == ("SAMPLE-1", "open")
    assert sealed["others"][1] == {"person": "SAMPLE-4", "phone": "", "note": ""}
    assert data == NOTED.model_dump(mode="json"), "what was given is left as it was"
    assert PersonNoted.model_validate(sealer.open(PersonNoted, sealed)) == NOTED


def test_an_erased_person_reads_as_erased_and_the_others_stay(keys: KeyStore) -> None:
    sealer = Sealer(keys)
    sealed = sealer.seal(PersonNoted, NOTED.model_dump(mode="json"))
    keys.erase("SAMPLE-3", "recruitment", "withdrew")
    keys.erase("SAMPLE-1", "employment", "left")
    read = PersonNoted.model_validate(sealer.open(PersonNoted, sealed))
    assert (read.name, read.phones, read.others[0].phone) == (ERASED, (ERASED, ERASED), ERASED)
    assert read.met_by == Contact(person="SAMPLE-3", phone=ERASED)
    assert read.contact == NOTED.contact


def test_a_message_without_personal_data_is_not_touched(keys: KeyStore) -> None:
    data = {"room": "101"}
    assert Sealer(keys).seal(Visit, data) is data  # type: ignore[arg-type]


def test_personal_data_without_a_person_is_refused(keys: KeyStore) -> None:
    with pytest.raises(ValueError, match="缺少所属人"):
        Sealer(keys).seal(PersonNoted, {"employee": "", "name": "样例甲"})


class Unmarked(Event):
    name: Annotated[str, Personal(of="nobody")]


class Counted(Event):
    employee: str
    age: Annotated[int, Personal(of="employee")]


@pytest.mark.parametrize("kind", [Unmarked, Counted])
def test_a_mark_that_cannot_work_is_found_at_once(keys: KeyStore, kind: type[Event]) -> None:
    data: dict[str, Any] = {"employee": "SAMPLE-1", "name": "x", "age": 1}
    with pytest.raises(TypeError, match="personal data"):
        Sealer(keys).seal(kind, data)
