"""The house is in order: what stands where, what imports what, what no file here may contain."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
PACKAGES = {"domain", "application", "projections", "infrastructure", "interfaces"}
BESIDE = {"tests", "docs", "requirements", ".ci", "pyproject.toml", "README.md", "Makefile", ".gitignore"}
LOCKS = ("bootstrap", "run", "dev")

# Written in parts, so that this file is none of those it looks for.
REGISTRIES = "|".join(
    ("py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.(org|com)", "index" + "-url", "/simp" + "le/")
)
MACHINE = r"(^|[^A-Za-z0-9_.])/(work|farm|tmp)(/|\b)"
UNFINISHED = "|".join(
    (r"\bTO" + r"DO\b", "FIX" + "ME", "XX" + "X", "NotImpl" + "emented", r"\bfor" + r" now\b", "simpli" + "fied")
)


@cache
def files() -> dict[str, bytes]:
    """Every tracked file, or every file of a copy without its history."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, check=False).stdout.decode()
    names = listed.split("\0") if listed else [str(path.relative_to(HOUSE)) for path in HOUSE.rglob("*")]
    hidden = re.compile(r"(^|/)(\.venv|\.git|__pycache__|\.[a-z_]+_cache|\.hypothesis)(/|$)")
    here = [name for name in names if not hidden.search(name) and (HOUSE / name).is_file()]
    return {name: (HOUSE / name).read_bytes() for name in here}


def lines(suffix: str = "") -> Iterator[tuple[str, str]]:
    """Every line of every text with that suffix, and where it stands."""
    for name, content in files().items():
        if name.endswith(suffix):
            for number, line in enumerate(content.decode().splitlines(), 1):
                yield f"{name}:{number}", line


def having(pattern: str, suffix: str = "") -> list[str]:
    found = re.compile(pattern)
    return [f"{where}: {line.strip()}" for where, line in lines(suffix) if found.search(line)]


def test_every_top_level_folder_is_as_designed() -> None:
    top = {name.split("/", 1)[0] for name in files()}
    assert top - BESIDE - PACKAGES == set()
    assert top >= PACKAGES | BESIDE - {"docs", "README.md"}


def test_no_file_is_binary() -> None:
    """Third-party files come in packages; what is ours is text."""
    assert [name for name, content in files().items() if b"\0" in content] == []


def test_no_file_names_a_package_registry() -> None:
    assert having(REGISTRIES) == []


def test_no_file_names_a_place_on_a_machine() -> None:
    assert having(MACHINE) == []


def test_nothing_is_left_unfinished() -> None:
    assert having(UNFINISHED, ".py") + having(UNFINISHED, ".html") + having(UNFINISHED, ".sql") == []


def test_no_python_file_is_two_rooms_in_one() -> None:
    long = {name: content.count(b"\n") for name, content in files().items() if name.endswith(".py")}
    assert {name: length for name, length in long.items() if length > 400} == {}


def test_the_domain_imports_only_pydantic_and_the_standard_library() -> None:
    allowed = sys.stdlib_module_names | {"domain", "pydantic"}
    strange = [
        f"{name}: {module}"
        for name, content in files().items()
        if name.startswith("domain/") and name.endswith(".py")
        for module in imports(content)
        if module not in allowed
    ]
    assert strange == []


def imports(content: bytes) -> Iterator[str]:
    """The top-level packages a module imports."""
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".", 1)[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").split(".", 1)[0]


def locked(lock: str) -> dict[str, str]:
    """Version by name of package."""
    text = files()[f"requirements/{lock}.txt"].decode()
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text.replace("[", " ["), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_is_hashed_and_names_no_address(lock: str) -> None:
    text = files()[f"requirements/{lock}.txt"].decode()
    requirements = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(requirements) == len(locked(lock)) > 0
    assert [each.split("\n", 1)[0] for each in requirements if "--hash=sha256:" not in each] == []
    assert "://" not in text


def test_the_lock_has_everything_that_is_declared() -> None:
    project = tomllib.loads(files()["pyproject.toml"].decode())
    groups = project["dependency-groups"]
    declared = {
        "run": project["project"]["dependencies"],
        "dev": [*project["project"]["dependencies"], *groups["dev"]],
        "bootstrap": groups["bootstrap"],
    }
    for lock, requirements in declared.items():
        names = {re.split(r"[^A-Za-z0-9.-]", each)[0].lower() for each in requirements}
        assert names - locked(lock).keys() == set(), lock


def test_the_three_locks_agree() -> None:
    everything = locked("dev")
    for lock in ("run", "bootstrap"):
        assert {name: everything.get(name, version) for name, version in locked(lock).items()} == locked(lock)
