"""Appending 追加: dense positions, whole commands, conflicts, repeats."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from application.journal import Appended, EntryTooLarge, Moved, Repeated, Reused, Submission
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.journal.sample import across, submission
from infrastructure.journal.verify import verify
from tests.database import Database


async def test_positions_are_dense_in_commit_order_whoever_appends_at_once(database: Database) -> None:
    async with PostgresJournal(database.app_url) as one, PostgresJournal(database.app_url) as other:
        commands = [submission(f"sample-{number}", count=1 + number % 3) for number in range(200)]
        outcomes = await asyncio.gather(
            *(journal.append(each) for each, journal in zip(commands, [one, other] * 100, strict=True))
        )
        positions = [position for outcome in outcomes for position in _appended(outcome)]
        assert sorted(positions) == list(range(len(positions)))
        for command, outcome in zip(commands, outcomes, strict=True):
            stored = await one.entries(_appended(outcome))
            assert [entry.body for entry in stored] == [draft.body for draft in command.drafts]
    assert verify(database.url).holds


async def test_a_command_whose_stream_moved_is_left_out_whole_and_the_others_go_on(journal: PostgresJournal) -> None:
    await journal.append(submission("sample-A"))
    stale = across({"sample-B": 0, "sample-A": 0}, ["sample-B", "sample-A"])
    group = [submission("sample-C"), stale, submission("sample-A", 1)]
    outcomes = await asyncio.gather(*map(journal.append, group))
    assert outcomes == [Appended((1,)), Moved("sample-A", 0, 1), Appended((2,))]
    assert await journal.stream("sample-B") == []
    assert await journal.positions_of(stale.command_id) is None


async def test_in_one_group_the_first_to_touch_a_stream_wins(journal: PostgresJournal) -> None:
    outcomes = await asyncio.gather(*(journal.append(submission("sample-A")) for _ in range(5)))
    assert outcomes == [Appended((0,)), *[Moved("sample-A", 0, 1)] * 4]


async def test_in_one_group_a_stream_goes_on_from_command_to_command(journal: PostgresJournal) -> None:
    outcomes = await asyncio.gather(*(journal.append(submission("sample-A", version)) for version in range(5)))
    assert outcomes == [Appended((position,)) for position in range(5)]


async def test_several_streams_go_in_together(journal: PostgresJournal) -> None:
    command = across({"sample-A": 0, "sample-B": 0}, ["sample-A", "sample-B", "sample-A"])
    assert await journal.append(command) == Appended((0, 1, 2))
    assert [(entry.position, entry.version) for entry in await journal.stream("sample-A")] == [(0, 1), (2, 2)]


async def test_a_stream_that_was_only_read_must_not_have_moved(journal: PostgresJournal) -> None:
    await journal.append(submission("sample-budget"))
    unguarded = submission("sample-A")
    assert await journal.append(replace(unguarded, guards={"sample-budget": 0})) == Moved("sample-budget", 0, 1)
    assert await journal.append(replace(unguarded, guards={"sample-budget": 1})) == Appended((1,))


async def test_what_was_decided_on_an_older_standing_is_left_out(journal: PostgresJournal) -> None:
    governing = replace(submission("rulebook-company", count=2), governing=True, standing=-1)
    before = replace(submission("sample-A"), standing=-1)
    careless = submission("sample-B")
    assert await asyncio.gather(*map(journal.append, (governing, before, careless))) == [
        Appended((0, 1)),
        Moved(None, -1, 1),
        Appended((2,)),
    ]
    assert await journal.standing() == 1
    assert await journal.append(replace(before, standing=1)) == Appended((3,))
    left_out = submission("sample-B", 7)
    assert await asyncio.gather(*map(journal.append, (left_out, replace(governing, **_again(2), standing=1)))) == [
        Moved("sample-B", 7, 1),
        Appended((4, 5)),
    ]
    assert await journal.standing() == 5


async def test_a_repeated_command_is_answered_with_its_first_result(database: Database) -> None:
    command = submission("sample-A", count=3)
    async with PostgresJournal(database.app_url) as journal:
        assert await journal.append(submission("sample-Z")) == Appended((0,))
        assert await journal.append(command) == Appended((1, 2, 3))
        assert await journal.append(command) == Repeated((1, 2, 3))
        assert await asyncio.gather(*[journal.append(command)] * 3) == [Repeated((1, 2, 3))] * 3
    async with PostgresJournal(database.app_url) as journal:
        assert await journal.append(command) == Repeated((1, 2, 3))
        assert await journal.size() == 4


async def test_a_command_sent_twice_at_once_is_stored_once(journal: PostgresJournal) -> None:
    command = submission("sample-A")
    assert sorted(map(str, await asyncio.gather(journal.append(command), journal.append(command)))) == [
        "Appended(positions=(0,))",
        "Repeated(positions=(0,))",
    ]


async def test_a_command_id_is_not_used_for_two_commands(journal: PostgresJournal) -> None:
    command = submission("sample-A")
    await journal.append(command)
    other = replace(submission("sample-B", command_id=command.command_id), digest=b"\1" * 32)
    assert await journal.append(other) == Reused((0,))
    assert await journal.stream("sample-B") == []


async def test_a_command_with_nothing_to_say_is_remembered_too(journal: PostgresJournal) -> None:
    command = Submission(uuid4(), b"\0" * 32, [], {})
    assert await journal.append(command) == Appended(())
    assert await journal.append(command) == Repeated(())
    assert (await journal.positions_of(command.command_id), await journal.size()) == ((), 0)


async def test_after_a_crash_between_commit_and_answer_the_repeat_gives_the_first_result(database: Database) -> None:
    command = submission("sample-A", count=2)
    async with PostgresJournal(database.app_url) as journal:
        waiting = asyncio.create_task(journal.append(command))
        while await journal.positions_of(command.command_id) is None:
            await asyncio.sleep(0)
        # The process ends here: nobody hears the answer.
        waiting.cancel()
    async with PostgresJournal(database.app_url) as journal:
        assert await journal.append(command) == Repeated((0, 1))


async def test_a_connection_that_is_cut_off_is_made_anew_and_nothing_is_stored_twice(database: Database) -> None:
    async with (
        PostgresJournal(database.app_url, pauses=(0.01,) * 20) as journal,
        await psycopg.AsyncConnection.connect(database.url, autocommit=True) as superuser,
    ):

        async def act(number: int) -> None:
            for version in range(10):
                outcome = await journal.append(submission(f"sample-{number}", version))
                assert isinstance(outcome, Appended | Repeated)
                if number == 0:
                    await superuser.execute(_CUT)

        await asyncio.gather(*map(act, range(20)))
        assert await journal.size() == 200
    assert verify(database.url).holds


async def test_an_entry_over_64_kib_or_out_of_order_is_refused_here_and_by_the_database(
    journal: PostgresJournal, database: Database
) -> None:
    with pytest.raises(EntryTooLarge, match="附件"):
        await journal.append(submission("sample-A", text="x" * 65_536))
    for size, version, says in ((65_536, 1, "65535"), (10, 2, "version 2 must be 1"), (65_535, 1, None)):
        with psycopg.connect(database.app_url) as connection:
            values = (uuid4(), b"\0" * 32, "sample-A", uuid4(), version, b'"' + b"x" * (size - 2) + b'"')
            if says is None:
                connection.cursor(binary=True).execute(_CALL, values)
                continue
            with pytest.raises(psycopg.errors.CheckViolation, match=says):
                connection.cursor(binary=True).execute(_CALL, values)
            connection.rollback()


async def test_one_wrong_entry_does_not_hurt_the_rest_of_its_group(journal: PostgresJournal) -> None:
    good, wrong = submission("sample-A"), submission("sample-B")
    wrong = replace(wrong, drafts=[replace(wrong.drafts[0], body=b"not json")])
    results = await asyncio.gather(
        *(journal.append(each) for each in (good, wrong, submission("sample-C"))), return_exceptions=True
    )
    assert [type(result) for result in results] == [Appended, ValueError, Appended]
    assert await journal.size() == 2


async def test_versions_that_do_not_follow_are_refused(journal: PostgresJournal) -> None:
    command = submission("sample-A")
    with pytest.raises(ValueError, match="does not follow"):
        await journal.append(replace(command, expected={"sample-A": 1}))
    with pytest.raises(ValueError, match="does not follow"):
        await journal.append(replace(command, expected={}))


async def test_a_bulk_import_keeps_the_same_rules_and_is_safe_to_repeat(
    journal: PostgresJournal, database: Database
) -> None:
    await journal.append(submission("sample-7"))
    commands = [submission(f"sample-{number}", count=2) for number in range(3_000)]
    first = [outcome async for _, outcome in journal.bulk_append(iter(commands))]
    assert first[7] == Moved("sample-7", 0, 1)
    assert [type(outcome) for outcome in first].count(Appended) == 2_999
    again = [outcome async for _, outcome in journal.bulk_append(iter(commands))]
    assert [type(outcome) for outcome in again].count(Repeated) == 2_999
    assert await journal.size() == 1 + 2 * 2_999
    assert verify(database.url).holds


async def test_a_follower_hears_of_every_growth_from_elsewhere(database: Database) -> None:
    async with PostgresJournal(database.app_url) as writer, PostgresJournal(database.app_url) as reader:
        following = reader.follow(0)
        for size in range(1, 4):
            heard = asyncio.ensure_future(anext(following))
            await writer.append(submission("sample-A", size - 1))
            assert await heard == size


async def test_reading_by_type_keeps_the_order_of_positions(journal: PostgresJournal) -> None:
    for number, type_ in enumerate("ABCABCAAA"):
        command = submission(f"sample-{number}")
        await journal.append(replace(command, drafts=[replace(command.drafts[0], type=type_)]))

    async def read(after: int, limit: int, *types: str) -> list[int]:
        return [entry.position for entry in await journal.read(after, limit, types)]

    assert await read(-1, 10, "C", "B") == [1, 2, 4, 5]
    assert await read(1, 2, "A", "C", "A") == [2, 3]
    assert await read(-1, 10, "A") == [0, 3, 6, 7, 8]
    assert await read(8, 10, "A") == []


async def test_reading_by_position_type_and_stream(journal: PostgresJournal) -> None:
    for version in range(6):
        await journal.append(submission("sample-A", version))
    assert [entry.position for entry in await journal.read(-1, 3)] == [0, 1, 2]
    assert [entry.position for entry in await journal.read(3, 10)] == [4, 5]
    assert await journal.read(-1, 10, types=["NoSuchThing"]) == []
    assert [entry.version for entry in await journal.stream("sample-A", after_version=4)] == [5, 6]
    assert [entry.version for entry in await journal.stream("sample-A", up_to_position=1)] == [1, 2]
    with pytest.raises(LookupError, match="没有"):
        await journal.entries([0, 99])


_CUT = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and usename = 'guicheng_app' and query like '%journal.append%'
"""

_CALL = """
select * from journal.append(array[%b::uuid], array[%b::bytea], array[null::bigint], array[false], array[1], array[1],
    array[1], array[0], array[%b::text], array[1], array[%b::uuid], array['Sample'], array[1], array[%b::integer],
    array[now()], array['SAMPLE'], array[%b::bytea])
"""


def _again(after: int) -> dict[str, Any]:
    command = submission("rulebook-company", after, count=2)
    return {"command_id": command.command_id, "drafts": command.drafts, "expected": command.expected}


def _appended(outcome: object) -> tuple[int, ...]:
    assert isinstance(outcome, Appended)
    return outcome.positions
