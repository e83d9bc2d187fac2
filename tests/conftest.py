"""What tests may ask for: ``database``, a fresh migrated PostgreSQL; ``private_server``, one to be cruel to."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from infrastructure.server import Server
from tests.database import Clones, Database, clear, make_run, migrate

hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")

RUN = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """One folder a run: made by whoever was started first, told to the workers."""
    given = getattr(config, "workerinput", {}).get("run")
    run = config.stash[RUN] = Path(given) if given else make_run()
    # No test touches an installation of whoever runs it.
    for name in [name for name in os.environ if name.startswith("GUICHENG_")]:
        del os.environ[name]
    os.environ["GUICHENG_HOME"] = str(run / "home")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tells a worker of xdist which folder is the run's."""
    node.workerinput["run"] = str(node.config.stash[RUN])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whoever made the folder ends its servers and clears it away."""
    if RUN in config.stash and not hasattr(config, "workerinput"):
        clear(config.stash[RUN])


@pytest.fixture(scope="session")
def run(pytestconfig: pytest.Config) -> Path:
    """The run's folder; a server whose home lies in it is ended with the run."""
    return pytestconfig.stash[RUN]


@pytest.fixture(scope="session")
def clones(run: Path) -> Iterator[Clones]:
    """The run's server, with its migrated template."""
    made = Clones(run)
    yield made
    made.close()


@pytest.fixture
def database(clones: Clones) -> Iterator[Database]:
    """A fresh migrated database of this test's own."""
    with clones.clone() as made:
        yield made


@pytest.fixture
def private_home(run: Path) -> Iterator[Path]:
    """A home for an embedded server of the test's own, where the database's user can reach it."""
    home = run / f"private-{os.urandom(4).hex()}"
    yield home
    Server(home).remove()


@pytest.fixture
def private_server(private_home: Path) -> Callable[..., Server]:
    """Starts a durable, migrated server of the test's own: ``private_server(synchronous_commit="off")``."""

    def start(**options: str) -> Server:
        server = Server(private_home, options)
        migrate(server.start(), server.secret)
        return server

    return start
