"""Reads XES 事件日志 (IEEE 1849-2023), plain or gzip, case by case, however large the file.

Document types are refused, so that no entity can expand or reach outside. Attributes inside attributes are named by
their path, ``outer/inner``; containers likewise. What a file declares for its whole log (extensions, globals,
classifiers) says nothing about a case and is not part of one.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, NoReturn
from xml.parsers import expat

from application.log_cases import LogError, RawCase

CHUNK = 1 << 18
_GZIP = b"\x1f\x8b"
_TYPES = frozenset({"string", "date", "int", "float", "boolean", "id", "list", "container"})


class XesFile:
    """Implements ``application.log_cases.Log``; reading again starts from the beginning."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name

    @cached_property
    def sha256(self) -> str:
        """Of the content, uncompressed: the same log is the same, packed or not."""
        digest = hashlib.sha256()
        for chunk in self._chunks():
            digest.update(chunk)
        return digest.hexdigest()

    def cases(self) -> Iterator[RawCase]:
        """Every trace, in order. Raises LogError."""
        reader = _Reader()
        for chunk in self._chunks():
            yield from reader.feed(chunk)
        yield from reader.feed(b"", last=True)
        if not reader.is_log:
            raise LogError("this is no XES log: its root element is not <log>", "这不是 XES 日志：根元素不是 <log>")

    def _chunks(self) -> Iterator[bytes]:
        try:
            with self.path.open("rb") as plain:
                packed = plain.read(2) == _GZIP
                plain.seek(0)
                if packed:
                    with gzip.open(plain) as unpacked:
                        yield from _read(unpacked)  # type: ignore[arg-type]
                else:
                    yield from _read(plain)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise LogError(
                f"{self.name} is a damaged gzip file ({error}); fetch it again",
                f"{self.name} 是损坏的 gzip 文件（{error}）；请重新获取",
            ) from error
        except OSError as error:
            raise LogError(
                f"{self.name} cannot be read: {error.strerror or error}; check the path",
                f"无法读取 {self.name}：{error.strerror or error}；请核对路径",
            ) from error


def _read(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


class _Reader:
    """Collects cases from what the parser reports."""

    def __init__(self) -> None:
        self.is_log = False
        self._done: list[RawCase] = []
        self._case: dict[str, str] | None = None
        self._bag: dict[str, str] | None = None
        self._events: list[dict[str, str]] = []
        self._line = 0
        self._lines: list[int] = []
        self._path: list[str] = []
        self._depth = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, chunk: bytes, last: bool = False) -> list[RawCase]:
        """The cases that end in ``chunk``."""
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise LogError(
                f"the XML is broken at column {error.offset + 1}: {reason}; repair the file or export it again",
                f"XML 格式有误（第{error.offset + 1}列）：{reason}；请修复文件或重新导出",
                error.lineno,
            ) from error
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _TYPES or name.rpartition(":")[2] in _TYPES:
            bag = self._bag
            if bag is not None:
                key = attributes.get("key") or self._refuse("an attribute has no key", "属性缺少 key")
                if self._path:
                    key = f"{self._path[-1]}/{key}"
                self._path.append(key)
                value = attributes.get("value")
                if value is not None:
                    if key in bag:
                        self._refuse(f"{key} stands twice in one place", f"{key} 在同一处重复")
                    bag[key] = value
            return
        self._depth += 1
        match name.rpartition(":")[2]:
            case "event":
                if self._case is None or self._bag is not self._case:
                    self._refuse(
                        "an event stands outside of a trace; put it into its trace", "事件不在案例（trace）之内"
                    )
                self._bag = {}
                self._lines.append(self._parser.CurrentLineNumber)
            case "trace":
                if self._case is not None:
                    self._refuse("a trace stands inside another", "案例（trace）不得嵌套")
                self._case = self._bag = {}
                self._line = self._parser.CurrentLineNumber
            case "log" if self._depth == 1:
                self.is_log = True

    def _end(self, name: str) -> None:
        if name in _TYPES or name.rpartition(":")[2] in _TYPES:
            if self._path:
                self._path.pop()
            return
        self._depth -= 1
        match name.rpartition(":")[2]:
            case "event":
                assert self._bag is not None
                self._events.append(self._bag)
                self._bag = self._case
            case "trace":
                assert self._case is not None
                self._done.append(RawCase(self._case, self._events, self._line, self._lines))
                self._case, self._bag, self._events, self._lines = None, None, [], []

    def _doctype(self, *told: object) -> None:
        self._refuse("a document type (DOCTYPE) is not accepted; remove it", "不接受文档类型声明（DOCTYPE），请删除")

    def _refuse(self, en: str, zh: str) -> NoReturn:
        raise LogError(en, zh, self._parser.CurrentLineNumber)
