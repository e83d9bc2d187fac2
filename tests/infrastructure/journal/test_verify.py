"""Verification 审计核验: what a superuser did to the journal is found, and the first bad position is named."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import psycopg
import pytest
import pytest_asyncio

from infrastructure.journal.checkpoint import make
from infrastructure.journal.merkle import Frontier
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.journal.sample import across, submission
from infrastructure.journal.signed_note import Note, NoteError, SigningKey
from infrastructure.journal.verify import Report, verify
from tests.database import Database

KEY = SigningKey("sample.example/journal", bytes(range(32)))
SIZE = 600
"""Two full tiles of 256, and a partial one; checkpoints at 102 and 399."""
LEAF = "leaf = sha256('\\x00'::bytea || convert_to(body::text, 'UTF8'))"


@dataclass(frozen=True, slots=True)
class Tampered:
    """A journal of 600 entries, three a command and twelve a stream, at the mercy of a superuser."""

    database: Database

    def by(self, *statements: str) -> Report:
        """What verification says after these statements, with every trigger and constraint out of the way."""
        with psycopg.connect(self.database.url) as superuser:
            superuser.execute("set session_replication_role = replica")
            for statement in statements:
                superuser.execute(statement.encode())
        return verify(self.database.url, key=KEY.verifier)


@pytest_asyncio.fixture
async def tampered(database: Database, journal: PostgresJournal) -> AsyncIterator[Tampered]:
    commands = [submission(f"sample-{at // 12:03}", at % 12, 3) for at in range(0, SIZE, 3)]
    for start, end in ((0, 102), (102, 399), (399, SIZE)):
        async for _ in journal.bulk_append(commands[start // 3 : end // 3]):
            pass
        if end < SIZE:
            await make(journal, KEY)
    yield Tampered(database)


def test_an_untouched_journal_holds(tampered: Tampered) -> None:
    told: list[tuple[int, int]] = []
    report = verify(tampered.database.url, lambda done, size: told.append((done, size)), key=KEY.verifier)
    assert (report.holds, report.size, report.checkpoints, told) == (True, SIZE, 2, [(SIZE, SIZE)])
    assert report.as_json()["holds"] is True


def test_the_application_itself_may_verify(tampered: Tampered) -> None:
    assert verify(tampered.database.app_url).holds


@pytest.mark.parametrize("position", [0, 255, 256, 300, 599])
def test_an_edited_entry(tampered: Tampered, position: int) -> None:
    edit = "update journal.entries set body = replace(body::text, '6000.00', '9000.00')::json"
    _first(tampered.by(f"{edit} where position = {position}"), position, "edited")


@pytest.mark.parametrize(
    "change",
    ["actor = 'FORGED'", "type = 'Forged'", "occurred_at = occurred_at - interval '1 day'",
     "event_id = gen_random_uuid()", "command_id = gen_random_uuid()", "leaf = sha256('')", "version = 77"],
)  # fmt: skip
def test_an_edited_column(tampered: Tampered, change: str) -> None:
    _first(tampered.by(f"update journal.entries set {change} where position = 300"), 300, "edited")


@pytest.mark.parametrize(
    ("position", "start", "end"), [(10, 0, 256), (300, 256, 512), (520, 512, 576), (599, 592, 600)]
)
def test_an_entry_edited_together_with_its_leaf_is_narrowed_to_its_subtree(
    tampered: Tampered, position: int, start: int, end: int
) -> None:
    edit = "update journal.entries set body = replace(body::text, '6000.00', '9000.00')::json"
    report = tampered.by(f"{edit} where position = {position}", f"update journal.entries set {LEAF}")
    assert report.problem is not None
    assert (report.problem.kind, report.problem.position, report.problem.until) == ("edited", start, end)


def test_an_entry_edited_with_all_hashes_up_to_the_root_contradicts_the_checkpoints(tampered: Tampered) -> None:
    tampered.by(
        "update journal.entries set body = replace(body::text, '6000.00', '9000.00')::json where position = 150"
    )
    forge_the_tree(tampered.database)
    _first(verify(tampered.database.url, key=KEY.verifier), 102, "edited", until=399)


def test_a_journal_replaced_with_its_checkpoints_contradicts_one_kept_elsewhere(tampered: Tampered) -> None:
    kept = _checkpoint(tampered.database)
    tampered.by(
        "update journal.entries set body = replace(body::text, '6000.00', '9000.00')::json where position = 50",
        "truncate journal.checkpoints cascade",
    )
    forge_the_tree(tampered.database)
    assert verify(tampered.database.url, key=KEY.verifier).holds
    _first(verify(tampered.database.url, key=KEY.verifier, kept=[kept]), 0, "edited", until=399)


@pytest.mark.parametrize("position", [0, 255, 256, 300, 598])
def test_a_deleted_entry(tampered: Tampered, position: int) -> None:
    _first(tampered.by(f"delete from journal.entries where position = {position}"), position, "deleted")


@pytest.mark.parametrize("last", [1, 44, 100, 600])
def test_entries_cut_off_at_the_end(tampered: Tampered, last: int) -> None:
    report = tampered.by(f"delete from journal.entries where position >= {SIZE - last}")
    _first(report, SIZE - last, "truncated", until=SIZE)


def test_a_journal_cut_off_with_its_head_turned_back_contradicts_a_longer_checkpoint(tampered: Tampered) -> None:
    _first(
        tampered.by(
            "delete from journal.entries where position >= 256",
            "delete from journal.commands where first >= 256",
            "delete from journal.subtrees where index > 0",
            "update journal.head set size = 256, root = (select hash from journal.subtrees), "
            "frontier = array_fill(null::bytea, array[8]) || (select hash from journal.subtrees)",
        ),
        256,
        "truncated",
        until=399,
    )


def test_commands_beyond_the_end_tell_that_there_was_more(tampered: Tampered) -> None:
    _first(
        tampered.by(
            "truncate journal.checkpoints cascade",
            "delete from journal.entries where position >= 256",
            "delete from journal.subtrees where index > 0",
            "update journal.head set size = 256, root = (select hash from journal.subtrees), "
            "frontier = array_fill(null::bytea, array[8]) || (select hash from journal.subtrees)",
        ),
        255,
        "command",
    )


def test_an_inserted_entry(tampered: Tampered) -> None:
    copy = (
        "insert into journal.entries select {} + position, 1, occurred_at, gen_random_uuid(), command_id, type, "
        "'forged-1', actor, leaf, body from journal.entries where position = 0"
    )
    _first(tampered.by(copy.format(SIZE)), SIZE, "inserted")


def test_an_entry_inserted_in_the_midst_of_others(tampered: Tampered) -> None:
    forged = "replace(replace(body::text, stream, 'forged-1'), event_id::text, '00000000-0000-7000-8000-000000000000')"
    forged = f"replace({forged}, command_id::text, '00000000-0000-7000-8000-000000000001')::json"
    report = tampered.by(
        "update journal.entries set position = -1 - position where position >= 300",
        "update journal.entries set position = -position where position < 0",
        "insert into journal.entries select 300, 1, occurred_at, '00000000-0000-7000-8000-000000000000', "
        f"'00000000-0000-7000-8000-000000000001', type, 'forged-1', actor, leaf, {forged} "
        "from journal.entries where position = 0",
        f"update journal.entries set {LEAF} where position = 300",
        "update journal.head set size = size + 1",
    )
    _first(report, 300, "inserted")


def test_two_entries_that_exchanged_their_bytes(tampered: Tampered) -> None:
    exchange = (
        "update journal.entries e set body = o.body from journal.entries o "
        "where (e.position, o.position) in ((300, 310), (310, 300))"
    )
    report = tampered.by(exchange)
    _first(report, 300, "swapped")
    assert report.problem is not None
    assert "310" in report.problem.en


def test_two_entries_that_exchanged_their_places(tampered: Tampered) -> None:
    exchange = [
        "update journal.entries set position = -1 where position = 290",
        "update journal.entries set position = 290 where position = 500",
        "update journal.entries set position = 500 where position = -1",
    ]
    _first(tampered.by(*exchange), 290, "swapped")


def test_two_entries_of_one_stream_that_exchanged_their_places(tampered: Tampered) -> None:
    exchange = [
        "update journal.entries set position = -1 where position = 289",
        "update journal.entries set position = 289 where position = 290",
        "update journal.entries set position = 290 where position = -1",
    ]
    _first(tampered.by(*exchange), 289, "swapped")


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("update journal.head set root = sha256('')", "head"),
        ("update journal.head set frontier[1] = sha256('')", "head"),
        ("update journal.head set frontier[4] = sha256('')", "head"),
        ("update journal.head set frontier[5] = sha256('')", "head"),
        ("update journal.head set frontier[11] = sha256('')", "head"),
        ("update journal.head set frontier[0] = sha256('')", "head"),
        ("update journal.head set frontier = array[frontier]", "head"),
        ("update journal.head set frontier = '{}'", "head"),
        ("update journal.head set standing = 100", "head"),
        ("update journal.head set standing = -2", "head"),
        ("delete from journal.head", "head"),
        ("update journal.subtrees set hash = sha256('') where index = 0", "edited"),
        ("insert into journal.subtrees values (2, 0, sha256(''))", "head"),
        ("update journal.checkpoints set root = sha256('') where size = 399", "checkpoint"),
        ("update journal.checkpoints set note = replace(note, E'\\n399\\n', E'\\n398\\n')", "checkpoint"),
        ("delete from journal.commands where first = 300", "command"),
        ("update journal.commands set first = 0 where first = 300", "command"),
        ("update journal.commands set count = 2 where first = 300", "command"),
        ("update journal.commands set count = 0 where first = 300", "command"),
        ("update journal.commands set count = -3 where first = 300", "command"),
        ("update journal.commands set first = 301 where first = 300", "command"),
        ("update journal.commands set command_id = gen_random_uuid() where first = 300", "command"),
        ("insert into journal.commands values (gen_random_uuid(), '', 300, 3)", "command"),
        ("insert into journal.commands values (gen_random_uuid(), '', 300, 0)", "command"),
        ("insert into journal.commands values (gen_random_uuid(), '', 600, 0)", "command"),
        ("insert into journal.commands values (gen_random_uuid(), '', -7, 3)", "command"),
        ("insert into journal.commands values (gen_random_uuid(), '', 5000, 3)", "command"),
    ],
)
def test_what_stands_beside_the_entries_is_verified_too(tampered: Tampered, statement: str, kind: str) -> None:
    report = tampered.by(statement)
    assert report.problem is not None
    assert report.problem.kind == kind


def test_a_journal_without_a_head_is_reported_with_no_position(tampered: Tampered) -> None:
    report = tampered.by("delete from journal.head")
    assert (report.size, report.root) == (0, "")
    assert report.problem is not None
    assert (report.problem.position, str(report.problem)[:6]) == (-1, "head: ")


def test_a_second_head_is_found(tampered: Tampered) -> None:
    report = tampered.by(
        "alter table journal.head drop constraint head_pkey", "insert into journal.head select * from journal.head"
    )
    assert report.problem is not None
    assert (report.problem.kind, report.problem.position) == ("head", -1)


@pytest.mark.parametrize("stream", ["rulebook-company", "organisation-company", "calendar-CN"])
async def test_the_head_names_the_last_governing_entry(
    database: Database, journal: PostgresJournal, stream: str
) -> None:
    governing = across({stream: 0, "sample-0": 0}, [stream, stream, "sample-0"])
    await journal.append(replace(governing, governing=True))
    await journal.append(submission("sample-1"))
    assert verify(database.url).holds
    for standing in (-1, 0, 1, 3):
        with psycopg.connect(database.url) as superuser:
            superuser.execute("update journal.head set standing = %s", (standing,))
        problem = verify(database.url).problem
        assert problem is not None
        assert problem.kind == "head"
        assert f"standing is {standing}, the last governing entry is 2" in problem.en


def test_a_checkpoint_signed_by_somebody_else_is_no_checkpoint(tampered: Tampered) -> None:
    other = SigningKey(KEY.name, bytes(32)).verifier
    report = verify(tampered.database.url, key=other)
    assert report.problem is not None
    assert report.problem.kind == "checkpoint"
    with pytest.raises(NoteError):
        verify(tampered.database.url, key=KEY.verifier, kept=[Note("sample\n", (KEY.sign("other\n"),))])


def test_several_processes_find_the_same(tampered: Tampered, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infrastructure.journal.verify.SMALL", 0)
    assert verify(tampered.database.url, key=KEY.verifier, processes=2).holds
    report = tampered.by("delete from journal.entries where position = 300")
    assert report.problem is not None
    assert report.problem.position == 300


def forge_the_tree(database: Database) -> None:
    """What a superuser can do who knows how it works: every hash computed anew."""
    with psycopg.connect(database.url) as superuser:
        superuser.execute("set session_replication_role = replica")
        superuser.execute(f"update journal.entries set {LEAF}".encode())
        leaves = [row[0] for row in superuser.execute("select leaf from journal.entries order by position")]
        tree = Frontier()
        made = tree.extend(leaves)
        superuser.execute("truncate journal.subtrees")
        for node, hash_ in made:
            superuser.execute(
                "insert into journal.subtrees values (%s, %s, %s)", (node.height // 8, node.number, hash_)
            )
        edge = iter(reversed(tree.edge))
        frontier = [next(edge) if tree.size >> bit & 1 else None for bit in range(tree.size.bit_length())]
        superuser.execute("update journal.head set root = %s, frontier = %s", (tree.root(), frontier))


async def test_a_journal_of_any_size_holds_however_it_is_cut_into_chunks(
    database: Database, journal: PostgresJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert verify(database.url).holds
    for size in (1, 255, 256, 257, 512, 768, 1024, 1025, 1280):
        grown = await journal.size()
        await journal.append(submission("sample-0", grown, size - grown))
        await make(journal, KEY)
        for chunk in (256, 512, 1024):
            monkeypatch.setattr("infrastructure.journal.verify.CHUNK", chunk)
            report = verify(database.url, key=KEY.verifier)
            assert report.holds, (size, chunk, report.problem)
    with psycopg.connect(database.url) as superuser:
        superuser.execute("set session_replication_role = replica")
        superuser.execute("delete from journal.entries where position = 1100")
    _first(verify(database.url), 1100, "deleted")


async def test_a_journal_that_grows_meanwhile_holds(database: Database, journal: PostgresJournal) -> None:
    await journal.append(submission("sample-0"))
    verifying = [asyncio.create_task(asyncio.to_thread(verify, database.url)) for _ in range(5)]
    version = 1
    while not all(each.done() for each in verifying):
        await journal.append(submission("sample-0", version))
        version += 1
    assert [each.result().problem for each in verifying] == [None] * 5


def _checkpoint(database: Database) -> Note:
    with psycopg.connect(database.url) as connection:
        row = connection.execute("select note from journal.checkpoints order by size desc").fetchone()
    assert row is not None
    return Note.parse(row[0])


def _first(report: Report, position: int, kind: str, until: int | None = None) -> None:
    assert report.problem is not None, "nothing was found"
    found = report.problem
    assert (found.position, found.kind, found.until) == (position, kind, until or position + 1), str(found)
    assert str(position) in str(found)
