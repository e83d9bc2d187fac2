"""The journal as a transparency log over HTTP: whoever asks can check it without us."""

import httpx
import pytest

from infrastructure.journal.checkpoint import Checkpoint
from infrastructure.journal.merkle import leaf_hash, root_of
from infrastructure.journal.proof import Proof
from infrastructure.journal.signed_note import Note, VerifierKey
from tests.interfaces.http.conftest import Site
from tests.interfaces.http.test_commands import submit
from tests.spec import clauses


async def checkpoint(client: httpx.AsyncClient) -> Checkpoint:
    """The checkpoint, its signature verified with the key served."""
    answer = await client.get("/tlog/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    note = Note.parse(answer.text)
    VerifierKey.parse((await client.get("/tlog/key")).text).verify(note)
    return Checkpoint.parse(note.text)


def bundle(content: bytes) -> list[bytes]:
    """The entries of a bundle."""
    found = []
    while content:
        length = int.from_bytes(content[:2])
        found.append(content[2 : 2 + length])
        content = content[2 + length :]
    return found


async def test_the_entries_served_give_the_root_that_is_signed(site: Site) -> None:
    await submit(site)
    auditor = await site.with_key("AUDREY", "audit")
    signed = await checkpoint(auditor)
    assert signed.size == await site.house.journal.size() < 256
    entries = bundle((await auditor.get(f"/tlog/tile/entries/000.p/{signed.size}")).content)
    leaves = [leaf_hash(each) for each in entries]
    assert root_of(leaves) == signed.root
    tile = await (await site.client()).get(f"/tlog/tile/0/000.p/{signed.size}")
    assert tile.content == b"".join(leaves)
    assert "immutable" in tile.headers["cache-control"]


async def test_a_proof_to_take_away_holds_for_the_entry_and_for_no_other(site: Site) -> None:
    auditor = await site.with_key("AUDREY", "audit")
    signed = await checkpoint(auditor)
    entries = bundle((await auditor.get(f"/tlog/tile/entries/000.p/{signed.size}")).content)
    answer = await (await site.client()).get("/tlog/proof/7")
    assert answer.headers["content-disposition"] == 'attachment; filename="7.tlog-proof"'
    key = VerifierKey.parse((await auditor.get("/tlog/key")).text)
    Proof.parse(answer.text).verify(entries[7], key)
    with pytest.raises(ValueError):
        Proof.parse(answer.text).verify(entries[8], key)


async def test_what_was_appended_a_moment_ago_can_be_proved_now(site: Site) -> None:
    nobody = await site.client()
    before = await checkpoint(nobody)
    await submit(site)
    answer = await nobody.get(f"/tlog/proof/{before.size + 1}")
    assert Checkpoint.parse(Proof.parse(answer.text).checkpoint.text).size == before.size + 2


@clauses("4.3.2.1")
async def test_entries_are_for_auditors_hashes_for_everybody(site: Site) -> None:
    size = (await checkpoint(await site.client())).size
    assert (await (await site.client()).get(f"/tlog/tile/entries/000.p/{size}")).status_code == 401
    answer = await (await site.with_key("ANN", "audit")).get(f"/tlog/tile/entries/000.p/{size}")
    assert (answer.status_code, answer.json()["rule"]) == (403, "NeedsTheRole")
    assert [each.who for each in await site.attempts()] == ["ANN"]


@pytest.mark.parametrize(
    "path",
    ["tile/0/000", "tile/0/999.p/1", "tile/64/000", "tile/0/x001", "tile/0/%2e%2e/key", "tile/7/", "proof/999999"],
)
async def test_what_the_log_does_not_have_is_not_there(site: Site, path: str) -> None:
    answer = await (await site.client()).get(f"/tlog/{path}")
    assert answer.status_code == 404
    assert answer.json()["remedy"]


@pytest.mark.parametrize("position", ["-1", "x", "1" * 30])
async def test_a_position_that_is_none_is_named(site: Site, position: str) -> None:
    answer = await (await site.client()).get(f"/tlog/proof/{position}")
    assert (answer.status_code, answer.json()["field"]) == (422, "path.position")
