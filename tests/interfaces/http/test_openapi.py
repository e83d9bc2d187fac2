"""The OpenAPI document tells the truth: whatever fits it is answered as it says (schemathesis)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import httpx
import hypothesis
import pytest
import schemathesis
import uvicorn
from fastapi import FastAPI
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from domain import catalogue
from domain.governance.approvals import ApprovalCommand
from infrastructure.access import SCOPES, Access
from infrastructure.journal.postgres import PostgresJournal
from infrastructure.projecting.runner import Runner
from interfaces.http import build, opened
from interfaces.http.problems import kebab
from tests.database import Clones
from tests.house import Clock
from tests.interfaces.http.conftest import HttpHouse

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "integrate.md"
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
APPROVALS = {kebab(command.__name__) for command in get_args(ApprovalCommand)}
ENDLESS = {"/api/feed/stream"}
EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Served:
    """The application behind a port, and a key of the administrator."""

    url: str
    token: str
    document: dict[str, Any]


@pytest.fixture(scope="module")
def served(clones: Clones, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server in a thread of its own, on a database of its own."""
    with clones.clone() as database:
        ready = threading.Event()
        told: dict[str, str] = {}

        @asynccontextmanager
        async def lifespan(app: FastAPI) -> Any:
            async with AsyncExitStack() as stack:
                journal = await stack.enter_async_context(PostgresJournal(database.app_url))
                home: Path = tmp_path_factory.mktemp("home")
                house = HttpHouse(journal, Clock(), database, home)
                await house.found()
                await asyncio.to_thread(Runner(database.app_url, lambda: house.codec.event).finish)
                async with Access(database.app_url) as access:
                    told["token"], _ = await access.issue_key("ADA", "schemathesis", SCOPES)
                await stack.enter_async_context(opened(app, house))
                yield

        app = build(lifespan)
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
        startup = server.startup

        async def started(*arguments: Any, **named: Any) -> None:
            await startup(*arguments, **named)
            ready.set()

        server.startup = started  # type: ignore[method-assign]
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        assert ready.wait(60)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Served(f"http://127.0.0.1:{port}", told["token"], app.openapi())
        server.should_exit = True
        thread.join(20)


def test_whatever_fits_the_document_is_answered_as_it_says(served: Served) -> None:
    schema = schemathesis.openapi.from_dict(served.document)
    headers = {"Authorization": f"Bearer {served.token}"}
    count = 0
    for result in schema.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]
        if operation.path in ENDLESS or _is_like_another(operation.path):
            continue
        count += 1

        @hypothesis.settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
            phases=[hypothesis.Phase.generate],
        )
        @hypothesis.given(case=operation.as_strategy())
        def answers(case: Any) -> None:
            case.call_and_validate(base_url=served.url, headers=headers, checks=CHECKS)

        answers()
    assert count > 100


def test_the_consumer_in_the_how_to_misses_nothing_and_wakes_when_something_happens(served: Served) -> None:
    code = HOW_TO.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec(code, names)
    heard: list[int] = []
    client = httpx.Client(base_url=served.url, headers={"Authorization": f"Bearer {served.token}"})
    size = int(client.get("/api/feed").headers["guicheng-size"])

    class Enough(Exception):
        pass

    def handle(events: list[dict[str, Any]], cursor: int) -> None:
        heard.extend(int(each["sequence"]) for each in events)
        if cursor >= size:
            raise Enough
        if cursor == size - 1:
            grant = {"to": "GINA", "since": "2026-03-03", "until": "2026-03-04", "reason": "出差"}
            later = threading.Timer(0, client.post, ["/api/delegation/ADA/grant-delegation"], {"json": grant})
            later.start()

    with pytest.raises(Enough):
        names["follow"](served.url, served.token, -1, handle)
    assert heard == list(range(size + 1))


def _is_like_another(path: str) -> bool:
    """Approvals are the same for everything that needs one: those of requisitions stand for all."""
    _, _, aggregate, *_, command = path.split("/") if path.count("/") > 3 else ("", "", "", "")
    return command in APPROVALS and aggregate != "requisition"


def test_every_command_of_people_is_in_the_document_and_none_of_the_house(served: Served) -> None:
    paths = set(served.document["paths"])
    for name, aggregate in catalogue.aggregates().items():
        for command in aggregate.commands:
            path = f"/api/{name}/{{id}}/{kebab(command.__name__)}"
            assert (path in paths) is (not command.by_house), path


def test_amounts_are_strings_whose_digits_are_told(served: Served) -> None:
    line = served.document["components"]["schemas"]["RequestedLine"]["properties"]
    assert line["estimated_price"]["type"] == "string"
    assert line["estimated_price"]["pattern"] == r"^(?!0+(\.0+)?$)[0-9]{1,13}(\.[0-9]{1,2})?$"
    assert "decimal_places" not in str(served.document)


def test_every_operation_says_what_it_is_in_both_languages_and_what_may_go_wrong(served: Served) -> None:
    for path, operations in served.document["paths"].items():
        for method, operation in operations.items():
            assert " · " in operation["summary"], (method, path)
            problems = {status for status in operation["responses"] if status.startswith(("4", "5"))}
            assert problems, (method, path)
            for status in problems - {"416"} if path != "/health" else ():
                assert list(operation["responses"][status]["content"]) == ["application/problem+json"], (path, status)
