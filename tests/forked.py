"""Starts ``guicheng`` for the pages without its two seconds of loading: a process that has it loaded forks for each.

What runs is the command itself, in a process, a folder and an environment of its own; only the imports are shared.
``python -m tests.forked SOCKET`` serves; the script that ``client`` writes sends its arguments and files there.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

CLIENT = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({path!r})
    asked = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode() + b"\\n"
    socket.send_fds(server, [asked[:1]], [0, 1, 2])
    server.sendall(asked[1:])
    sys.exit(int(server.makefile().read() or 70))
"""


@contextmanager
def client(program: Path, environment: dict[str, str]) -> Iterator[None]:
    """Make ``program`` a command that runs ``guicheng``, as long as the block lasts."""
    path = program.with_suffix(".socket")
    program.write_text(CLIENT.format(python=sys.executable, path=str(path)))
    program.chmod(0o755)
    # Its output goes nowhere, so that the command finds itself writing to no terminal, as it does on the pages.
    serving = subprocess.Popen(
        [sys.executable, "-m", "tests.forked", str(path)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        while not path.exists() and serving.poll() is None:
            time.sleep(0.02)
        yield
    finally:
        serving.terminate()
        serving.wait()


def serve(path: str) -> None:
    """Until terminated."""
    from infrastructure import cost_mapping_file, migrations, tabular  # what commands load as they need it
    from interfaces.cli.main import main

    assert cost_mapping_file and migrations and tabular
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        while True:
            asking, _ = listening.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _answer(asking, main)
            asking.close()


def _answer(asking: socket.socket, main: Callable[[], None]) -> NoReturn:
    """In the process of its own: run the command on the files that were sent, and say how it ended."""
    first, files, _, _ = socket.recv_fds(asking, 1, 3)
    with asking.makefile("rb") as rest:
        arguments, folder, environment = json.loads(first + rest.readline())
    for number, file in enumerate(files):
        os.dup2(file, number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["guicheng", *arguments]
    code = 70
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        asking.sendall(str(code).encode())
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
