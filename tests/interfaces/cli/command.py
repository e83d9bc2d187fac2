"""Runs ``guicheng`` as its users do: with arguments and environment, looking at exit code and output alone."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from interfaces.cli.main import main
from tests.database import Database

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "docs" / "examples"
PROGRAM = "import sys; sys.argv[0] = 'guicheng'; from interfaces.cli import main; main()"
"""What the console script does."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which has to be one JSON document and nothing else."""
        assert self.code in (0, 1), self.err
        return json.loads(self.out)

    def said(self, *parts: str) -> None:
        """It failed and told so, in both languages, with each of these parts, and without a stack trace."""
        assert self.code != 0
        assert "Traceback" not in self.err + self.out, self.err
        assert any("\u4e00" <= letter <= "\u9fff" for letter in self.err), self.err
        for part in parts:
            assert part in self.err, self.err


@dataclass(frozen=True, slots=True)
class Guicheng:
    """The command in one installation: ``guicheng("audit", "verify", "--json").json``."""

    home: Path
    more: dict[str, str] = field(default_factory=dict)
    database: Database | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the tests' own settings, and those of the installation."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("GUICHENG_")}
        return plain | {"GUICHENG_HOME": str(self.home), "PYTHONPATH": str(ROOT)} | self.more

    def __call__(self, *arguments: object) -> Result:
        """Run it in this process, to its end."""
        out, err, code = io.StringIO(), io.StringIO(), 0
        with self._set(arguments), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main()
            except SystemExit as ended:
                code = int(ended.code or 0)
        return Result(code, out.getvalue(), err.getvalue())

    def done(self, *arguments: object) -> Result:
        """Run it; it has to succeed."""
        result = self(*arguments)
        assert result.code == 0, result.err
        return result

    def start(self, *arguments: object, **more: Any) -> subprocess.Popen[str]:
        """Run it in a process of its own."""
        command = [sys.executable, "-c", PROGRAM, *(str(each) for each in arguments)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | more
        process: subprocess.Popen[str] = subprocess.Popen(command, env=self.environment, cwd="/", **pipes)
        return process

    def in_process(self, *arguments: object) -> Result:
        """Run it in a process of its own, to its end."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        return Result(process.returncode, out, err)

    @contextlib.contextmanager
    def _set(self, arguments: tuple[object, ...]) -> Iterator[None]:
        said = ["guicheng", *(str(each) for each in arguments)]
        with patch.object(sys, "argv", said), patch.dict(os.environ, self.environment, clear=True):
            yield


def on(database: Database, home: Path, **more: str) -> Guicheng:
    """The command on a PostgreSQL of the operator's own."""
    return Guicheng(home, {"GUICHENG_DATABASE_URL": database.url, **more}, database)
