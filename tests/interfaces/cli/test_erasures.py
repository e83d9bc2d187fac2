"""What a restored backup of the keys brought back is destroyed again, by one command."""

import psycopg

from domain.kernel import ERASED
from infrastructure.keys import KeyStore
from tests.interfaces.cli.command import Guicheng
from tests.spec import clauses


@clauses("4.3.2.1")
def test_keys_that_a_backup_brought_back_are_destroyed_again(guicheng: Guicheng) -> None:
    assert guicheng.database is not None
    guicheng.done("erasures", "list")
    with KeyStore(guicheng.database.url, guicheng.home) as keys:
        sealed = keys.encrypt("E0042", "employment", "示例员工")
        with psycopg.connect(guicheng.database.url) as connection:
            backup = connection.execute("select key_id, wrapped from keys.data_keys").fetchall()
            assert keys.erase("E0042", "employment", "request of the person") == 1
            connection.execute("update keys.data_keys set wrapped = %s where key_id = %s", (backup[0][1], backup[0][0]))
            connection.execute("delete from keys.erasures")
        assert keys.decrypt(sealed) == "示例员工", "the backup brings the text back, or this test shows nothing"

    [erasure] = guicheng.done("erasures", "list", "--json").json
    assert (erasure["person"], erasure["purpose"]) == ("E0042", "employment")
    assert guicheng.done("erasures", "reapply", "--json").json == {"destroyed_again": 1}
    with KeyStore(guicheng.database.url, guicheng.home) as keys:
        assert keys.decrypt(sealed) == ERASED
    assert guicheng.done("erasures", "reapply", "--json").json == {"destroyed_again": 0}
