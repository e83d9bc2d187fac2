"""Erasing a person: the key goes, the journal still verifies, and nobody remembers the name."""

from datetime import timedelta
from pathlib import Path

from application.reacting import Place
from domain.governance.erasure import ErasePerson
from domain.governance.organisation_changes import LeaveEmployee
from domain.kernel import ERASED, SYSTEM, Stream
from infrastructure.codec import Codec
from infrastructure.erasing import PLACE, Eraser, views_of_personal_data
from infrastructure.journal.verify import verify
from infrastructure.keys import KeyStore
from infrastructure.personal import Sealer
from infrastructure.reaction_places import PostgresPlaces
from tests.database import Database
from tests.house import TestHouse, house
from tests.spec import clauses

ORGANISATION = Stream("organisation", "company")


async def _name(company: TestHouse, employee: str) -> str:
    state, _ = await company.handler.state(ORGANISATION)
    return str(state.employees[employee].name)


@clauses("4.3.2.1")
async def test_an_erased_person_is_gone_from_everything_but_the_proof(database: Database, tmp_path: Path) -> None:
    KeyStore.set_up(database.url, tmp_path)
    filled: list[str] = []
    with KeyStore(database.url, tmp_path) as keys:
        async with house(database.app_url) as company, PostgresPlaces(database.app_url) as places:
            company.codec = company.handler.codec = Codec(Sealer(keys))
            await company.found()
            yesterday = (company.clock() - timedelta(days=1)).date()
            await company.do("organisation-company", LeaveEmployee(employee="BOB", last_day=yesterday), SYSTEM)
            assert await _name(company, "BOB") == "示例BOB"
            erase = ErasePerson(person="BOB", purpose="employment", ground="本人申请")
            await company.do("erasure-BOB", erase, "HAL")

            eraser = Eraser(company.journal, company.codec, keys, places, filled.extend)
            assert await eraser.drain() == 1
            assert await eraser.drain() == 0

            assert await _name(company, "BOB") == ERASED
            assert await _name(company, "ANN") == "示例ANN"
            assert company.handler.standing.directory(company.clock()).employees.get("BOB") is None
            erased = await company.handler.history(Stream("erasure", "BOB"))
            assert (await places.load())[PLACE] == Place(PLACE, erased[-1].position)
            entries = await company.journal.stream("organisation-company")
            assert not any("示例BOB".encode() in entry.body for entry in entries)
    assert tuple(filled) == views_of_personal_data()
    assert verify(database.url).holds


async def test_the_keys_of_a_restored_backup_are_destroyed_again(database: Database, tmp_path: Path) -> None:
    import psycopg

    KeyStore.set_up(database.url, tmp_path)
    with KeyStore(database.url, tmp_path) as keys, psycopg.connect(database.url) as connection:
        sealed = keys.encrypt("BOB", "employment", "示例BOB")
        backup = connection.execute("select key_id, wrapped from keys.data_keys").fetchall()
        keys.erase("BOB", "employment", "本人申请")
        assert keys.decrypt(sealed) == ERASED
        for key_id, wrapped in backup:
            connection.execute("update keys.data_keys set wrapped = %s where key_id = %s", (wrapped, key_id))
        connection.commit()
        assert keys.reapply() == 1
        assert keys.decrypt(sealed) == ERASED
