"""Reads the mapping of a costs file 成本导入映射文件: YAML, plain text only, whatever is wrong told with its line.

See ``application.cost_mapping.CostMapping`` for what it holds, ``docs/examples/costs-payroll.yaml`` for one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from application.cost_mapping import CostMapping
from application.tables import BadTable

LARGEST = 256 * 1024
DEEPEST = 4

Place = tuple[str, ...]


def load_mapping(path: Path) -> CostMapping:
    """The mapping in ``path``. Raises BadTable saying what is wrong and where."""
    try:
        content = path.read_bytes()
    except OSError as error:
        told = error.strerror or str(error)
        raise BadTable(f"The mapping cannot be read: {told}.", f"无法读取映射文件：{told}。") from error
    return parse_mapping(content)


def parse_mapping(content: bytes) -> CostMapping:
    """The mapping in ``content``. Raises BadTable."""
    if len(content) > LARGEST:
        raise BadTable("The mapping is larger than 256 KiB.", "映射文件超过256KiB。")
    try:
        _check_plain(content)
        node = yaml.compose(content, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise _wrong(line, f"this is not YAML: {error.problem}", "不是有效的YAML，请检查缩进、冒号与引号") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _wrong(1, "this is no text in UTF-8", "不是UTF-8文本") from error
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(
            1, "names with values are wanted: columns, values, amounts, maps", "应为键值对：columns、values 等"
        )
    lines: dict[Place, int] = {}
    try:
        return CostMapping.model_validate(_plain(node, (), lines))
    except ValidationError as error:
        first = error.errors()[0]
        place = tuple(str(each) for each in first["loc"] if each != "[key]")
        where = ".".join(place)
        line = next((lines[place[:end]] for end in range(len(place), 0, -1) if place[:end] in lines), 1)
        told = first["msg"].removeprefix("Value error, ")
        raise _wrong(line, f"{where}: {told}" if where else told, f"{where or '映射'} 有误：{told}") from error


def _wrong(line: int, en: str, zh: str) -> BadTable:
    return BadTable(f"The mapping, line {line}: {en}.", f"映射文件第{line}行：{zh}。")


def _check_plain(content: bytes) -> None:
    """Nothing but text: what would refer, convert or nest without end is refused before it is built."""
    depth = 0
    for event in yaml.parse(content, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None) or depth > DEEPEST:
            raise yaml.MarkedYAMLError(
                problem="aliases, tags and deep nesting are not accepted",
                problem_mark=event.start_mark,  # type: ignore[arg-type]
            )


def _plain(node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    """The node as texts, with the line of each."""
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                raise _wrong(key.start_mark.line + 1, f"{name} stands here twice", f"{name} 重复")
            lines[(*place, name)] = key.start_mark.line + 1
            found[name] = _plain(value, (*place, name), lines)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(each, place, lines) for each in node.value]
    # An empty value stands for an empty mapping where one is wanted, and for no text elsewhere.
    return str(node.value)
