"""Reads the procedure file 流程文件 of an import: YAML, checked down to the last key.

Whatever is wrong is said with line and column, in English and Chinese, and all of it at once where the file can be read
at all. Aliases and tags are refused: a procedure is plain text, and cannot be made to grow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from application.log_cases import Keys
from domain.governance.imported_procedure import KINDS, Judge, LogProcedure

LARGEST = 1 << 20
DEEPEST = 10


class Fault(NamedTuple):
    """One thing that is wrong: where (from 1), and what to do."""

    line: int
    column: int
    en: str
    zh: str


class ProcedureFileError(Exception):
    """A procedure file that cannot be used 流程文件有误; ``faults`` says everything that is wrong with it."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        self.name, self.faults = name, faults
        en = "\n".join(f"{name}:{each.line}:{each.column}: {each.en}" for each in faults)
        zh = "\n".join(f"{name} 第{each.line}行第{each.column}列：{each.zh}" for each in faults)
        super().__init__(f"{en}\n{zh}")


@dataclass(frozen=True, slots=True)
class ProcedureFile:
    """A procedure file as read: the procedure, where things stand in the log, and the file's own sha256."""

    procedure: LogProcedure
    keys: Keys
    sha256: str


def load(path: Path) -> ProcedureFile:
    """The procedure in ``path``; raises ProcedureFileError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        told = error.strerror or str(error)
        raise ProcedureFileError(
            path.name, [Fault(1, 1, f"cannot be read: {told}; check the path", f"无法读取：{told}；请核对路径")]
        ) from error
    return parse(content, path.name)


def parse(content: bytes, name: str) -> ProcedureFile:
    """The procedure in ``content``; ``name`` is what messages call the file. Raises ProcedureFileError."""
    reader = _Reader(_compose(content, name))
    procedure, keys = reader.read()
    if reader.faults:
        raise ProcedureFileError(name, sorted(reader.faults))
    assert procedure is not None
    return ProcedureFile(procedure, keys, hashlib.sha256(content).hexdigest())


def _compose(content: bytes, name: str) -> yaml.Node:
    if len(content) > LARGEST:
        raise ProcedureFileError(
            name, [Fault(1, 1, "is larger than 1 MiB; a procedure is a page", "超过 1 MiB；流程文件应为一页篇幅")]
        )
    try:
        _check_plain(content)
        node = yaml.compose(content, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise ProcedureFileError(
            name,
            [
                Fault(
                    line,
                    column,
                    f"this is not YAML: {error.problem or error}; mind indentation, colons and quotes",
                    f"不是有效的 YAML：{error.problem or error}；请检查缩进、冒号与引号",
                )
            ],
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        told = str(error).splitlines()[0]
        raise ProcedureFileError(
            name, [Fault(1, 1, f"this is no text in UTF-8: {told}", f"不是 UTF-8 文本：{told}")]
        ) from error
    if node is None:
        raise ProcedureFileError(
            name, [Fault(1, 1, "is empty; see docs/examples for one", "文件为空；示例见 docs/examples")]
        )
    return node


def _check_plain(content: bytes) -> None:
    """Nothing but text: what would refer, convert or nest without end is refused before it is built."""
    depth = 0
    for event in yaml.parse(content, yaml.SafeLoader):
        problem = ""
        if isinstance(event, yaml.AliasEvent):
            problem = "aliases (*name) are not accepted"
        elif getattr(event, "tag", None):
            problem = "tags (!name) are not accepted"
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            problem = "nested too deep" if depth > DEEPEST else ""
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if problem:
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)  # type: ignore[arg-type]


class _Reader:
    """Walks the nodes, and notes what is wrong on the way."""

    def __init__(self, root: yaml.Node) -> None:
        self.root = root
        self.faults: list[Fault] = []
        self._at: dict[tuple[str | int, ...], yaml.Node] = {}

    def read(self) -> tuple[LogProcedure | None, Keys]:
        """The procedure, None where something is wrong, and the log's keys."""
        top = self._map(self.root, ("procedure", "log", "steps", "activities"), ("rules",))
        about = self._texts(top.get("procedure"), ("name", "version", "zh", "en"), ())
        log = self._map(top.get("log"), (), (*Keys.__slots__, "currency", "unknown_people", "unknown_roles"))
        lists: dict[str, Any] = {
            key: self._list(log.pop(key)) for key in ("unknown_people", "unknown_roles") if key in log
        }
        places = {key: self._text(node) for key, node in log.items()}
        currency = places.pop("currency", "CNY")
        rules = self._texts(top.get("rules"), (), ("giving_up", "after_giving_up"))
        steps = [self._step(name, node) for name, node in self._entries(top.get("steps"))]
        activities = [self._activity(name, node) for name, node in self._entries(top.get("activities"))]
        if self.faults:
            return None, Keys()
        parts: dict[str, Any] = {"steps": steps, "activities": activities}
        given: dict[str, Any] = {**about, **rules, **lists, "currency": currency, **parts}
        return self._checked(given), Keys(**places)

    def _step(self, name: str, node: yaml.Node) -> dict[str, Any]:
        entry = self._map(node, ("kind", "zh", "en", "roles"), ("final", "needed", "why"))
        read: dict[str, Any] = {"name": name}
        for key in ("kind", "zh", "en", "needed"):
            if key in entry:
                read[key] = self._text(entry[key])
        if "roles" in entry:
            read["roles"] = self._list(entry["roles"])
        if "final" in entry:
            read["final"] = self._yes_no(entry["final"])
        if "why" in entry:
            why = self._texts(entry["why"], ("zh", "en"), ())
            read |= {f"why_{key}": text for key, text in why.items()}
        elif read.get("needed") == "unknown":
            self._fault(
                node, "a step whose need is unknown says why: {zh: …, en: …}", "need 为 unknown 的步骤须写明 why"
            )
        return read

    def _activity(self, name: str, node: yaml.Node) -> dict[str, str]:
        return {"named": name, **self._texts(node, ("step", "outcome"), ())}

    def _checked(self, given: dict[str, Any]) -> LogProcedure | None:
        steps = {step["name"]: step["kind"] for step in given["steps"]}
        for activity in given["activities"]:
            node = self._at["activities", activity["named"]]
            kind = steps.get(activity["step"])
            if kind is None:
                known = ", ".join(steps)
                self._fault(
                    node, f"there is no step {activity['step']}; there are: {known}", f"没有该步骤；现有：{known}"
                )
            elif kind in KINDS and activity["outcome"] not in KINDS[kind]:
                known = ", ".join(sorted(KINDS[kind]))
                self._fault(
                    node, f"a step of kind {kind} has one of: {known}", f"{kind} 类步骤的结果应为其中之一：{known}"
                )
        if self.faults:
            return None
        try:
            procedure = LogProcedure.model_validate(given)
        except ValidationError as error:
            errors = error.errors()
            # A list is too short because something in it is wrong: what is wrong says enough.
            for each in [one for one in errors if len(one["loc"]) > 1] or errors:
                self._fault(self._node_of(each["loc"], given), f"{each['msg']}", f"取值不符：{each['msg']}")
            return None
        Judge.by(procedure)
        return procedure

    def _node_of(self, location: tuple[str | int, ...], given: Mapping[str, Any]) -> yaml.Node:
        """The node a validation error is about."""
        match location:
            case ("steps" | "activities" as part, int(index), *rest):
                name = given[part][index]["name" if part == "steps" else "named"]
                key = str(rest[0]) if rest else ""
                return self._at.get((part, name, key)) or self._at[part, name]
            case (str(key), *_):
                found = (self._at.get((part, key)) for part in ("procedure", "rules", "log"))
                return next((node for node in found if node is not None), self.root)
            case _:
                return self.root

    def _map(self, node: yaml.Node | None, needed: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, yaml.Node]:
        found = {key: value for key, value in self._entries(node, (*needed, *optional))}
        if isinstance(node, yaml.MappingNode):
            for key in needed:
                if key not in found:
                    self._fault(node, f"{key} is missing; add it", f"缺少 {key}，请补充")
        return found

    def _texts(self, node: yaml.Node | None, needed: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, str]:
        return {key: self._text(value) for key, value in self._map(node, needed, optional).items()}

    def _entries(self, node: yaml.Node | None, known: tuple[str, ...] = ()) -> Iterator[tuple[str, yaml.Node]]:
        if node is None:
            return
        if not isinstance(node, yaml.MappingNode):
            self._fault(node, "names with values are wanted here: name: value", "此处应为键值对：name: value")
            return
        path = next((path for path, each in self._at.items() if each is node), ())
        seen: set[str] = set()
        for key_node, value in node.value:
            key = self._text(key_node)
            if key in seen:
                self._fault(key_node, f"{key} stands here twice; keep one", f"{key} 重复，请保留一个")
            elif known and key not in known:
                names = ", ".join(known)
                self._fault(key_node, f"there is no {key} here; there are: {names}", f"此处没有 {key}；可用：{names}")
            else:
                seen.add(key)
                self._at[*path, key] = value
                yield key, value

    def _list(self, node: yaml.Node) -> tuple[str, ...]:
        if isinstance(node, yaml.SequenceNode):
            return tuple(self._text(each) for each in node.value)
        self._fault(node, "a list is wanted here: [one, two]", "此处应为列表：[甲, 乙]")
        return ()

    def _text(self, node: yaml.Node) -> str:
        if isinstance(node, yaml.ScalarNode) and node.tag != "tag:yaml.org,2002:null":
            return str(node.value)
        self._fault(node, "a text is wanted here", "此处应为文本")
        return ""

    def _yes_no(self, node: yaml.Node) -> bool:
        if node.tag == "tag:yaml.org,2002:bool":
            return str(node.value).lower() in ("true", "yes", "on")
        self._fault(node, "true or false is wanted here", "此处应为 true 或 false")
        return False

    def _fault(self, node: yaml.Node, en: str, zh: str) -> None:
        self.faults.append(Fault(node.start_mark.line + 1, node.start_mark.column + 1, en, zh))
