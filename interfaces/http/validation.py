"""Validation errors 校验错误 in words: the field's path and what to write instead, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from interfaces.http.languages import Language
from interfaces.http.problems import FieldError, Problem

SHOWN = 50
"""How many errors are told at once."""

TEXTS: Mapping[str, tuple[str, str]] = {
    "missing": ("this field is required", "此项必填"),
    "extra_forbidden": ("there is no such field here; remove it", "没有此字段，请删除"),
    "string_type": ("write a text", "请填写文本"),
    "string_too_short": ("write at least {min_length} characters", "至少填写 {min_length} 个字符"),
    "string_too_long": ("write at most {max_length} characters", "最多填写 {max_length} 个字符"),
    "string_pattern_mismatch": ("write it by the pattern {pattern}", "格式须符合 {pattern}"),
    "string_unicode": ("this is not valid Unicode text", "不是有效的 Unicode 文本"),
    "too_short": ("give at least {min_length}", "至少填写 {min_length} 项"),
    "too_long": ("give at most {max_length}", "最多填写 {max_length} 项"),
    "list_type": ("write a list [ … ]", "请填写列表 [ … ]"),
    "tuple_type": ("write a list [ … ]", "请填写列表 [ … ]"),
    "set_type": ("write a list [ … ]", "请填写列表 [ … ]"),
    "frozen_set_type": ("write a list [ … ]", "请填写列表 [ … ]"),
    "dict_type": ("write an object { … }", "请填写对象 { … }"),
    "mapping_type": ("write an object { … }", "请填写对象 { … }"),
    "model_type": ("write an object { … }", "请填写对象 { … }"),
    "model_attributes_type": ("write an object { … }", "请填写对象 { … }"),
    "dataclass_type": ("write an object { … }", "请填写对象 { … }"),
    "bool_type": ("write true or false", "请填写 true 或 false"),
    "bool_parsing": ("write true or false", "请填写 true 或 false"),
    "int_type": ("write a whole number", "请填写整数"),
    "int_parsing": ("write a whole number", "请填写整数"),
    "int_parsing_size": ("this whole number is too large", "整数过大"),
    "int_from_float": ("write a whole number, without a fraction", "请填写整数，不带小数"),
    "decimal_type": ('write the number as a string, e.g. "1200.50"', '请以字符串填写数字，如 "1200.50"'),
    "decimal_parsing": ('write a decimal number, e.g. "1200.50"', '请填写十进制数，如 "1200.50"'),
    "decimal_max_digits": ("write at most {max_digits} digits", "最多 {max_digits} 位数字"),
    "decimal_max_places": ("write at most {decimal_places} decimal places", "最多 {decimal_places} 位小数"),
    "decimal_whole_digits": (
        "write at most {whole_digits} digits before the decimal point",
        "小数点前最多 {whole_digits} 位数字",
    ),
    "finite_number": ("write a finite number, not NaN or infinity", "请填写有限数，不接受 NaN 或无穷大"),
    "greater_than": ("write more than {gt}", "须大于 {gt}"),
    "greater_than_equal": ("write {ge} or more", "须不小于 {ge}"),
    "less_than": ("write less than {lt}", "须小于 {lt}"),
    "less_than_equal": ("write {le} or less", "须不大于 {le}"),
    "multiple_of": ("write a multiple of {multiple_of}", "须为 {multiple_of} 的倍数"),
    "literal_error": ("write one of {expected}", "请填写以下之一：{expected}"),
    "enum": ("write one of {expected}", "请填写以下之一：{expected}"),
    "date_type": ("write a date such as 2026-03-31", "请填写日期，如 2026-03-31"),
    "date_parsing": ("write a date that exists, such as 2026-03-31", "请填写存在的日期，如 2026-03-31"),
    "date_from_datetime_parsing": ("write a date that exists, such as 2026-03-31", "请填写存在的日期，如 2026-03-31"),
    "date_from_datetime_inexact": (
        "write a date without a time, such as 2026-03-31",
        "请填写不带时间的日期，如 2026-03-31",
    ),
    "datetime_type": ("write a time such as 2026-03-31T09:00:00+08:00", "请填写时间，如 2026-03-31T09:00:00+08:00"),
    "datetime_parsing": (
        "write a time that exists, such as 2026-03-31T09:00:00+08:00",
        "请填写存在的时间，如 2026-03-31T09:00:00+08:00",
    ),
    "datetime_from_date_parsing": (
        "write a time that exists, such as 2026-03-31T09:00:00+08:00",
        "请填写存在的时间，如 2026-03-31T09:00:00+08:00",
    ),
    "datetime_object_invalid": (
        "write a time that exists, such as 2026-03-31T09:00:00+08:00",
        "请填写存在的时间，如 2026-03-31T09:00:00+08:00",
    ),
    "timezone_aware": ("give the zone, as in 2026-03-31T09:00:00+08:00", "请注明时区，如 2026-03-31T09:00:00+08:00"),
    "uuid_type": ("write a UUID", "请填写 UUID"),
    "uuid_parsing": ("write a UUID", "请填写 UUID"),
    "union_tag_invalid": ("{discriminator} is one of {expected_tags}", "{discriminator} 须为以下之一：{expected_tags}"),
    "union_tag_not_found": ("give {discriminator}", "请填写 {discriminator}"),
    "invalid_key": ("names of fields are texts", "字段名须为文本"),
    "nul_character": ("remove the NUL character (U+0000)", "请删除空字符（U+0000）"),
}
"""What each kind of pydantic's errors says here; ``{…}`` are facts of the error."""

_OWN = frozenset({"value_error", "assertion_error"})


def texts_of(error: Mapping[str, Any]) -> tuple[str, str]:
    """English and Chinese for one error of pydantic's."""
    kind = str(error["type"])
    context = {name: value for name, value in (error.get("ctx") or {}).items()}
    if kind in _OWN:
        return _halves(str(context.get("error", error.get("msg", ""))))
    known = TEXTS.get(kind)
    if known is None:
        message = str(error.get("msg", kind))
        return message, f"内容无效：{message}"
    return known[0].format_map(_Told(context)), known[1].format_map(_Told(context))


def invalid(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """422 that names every wrong field (up to ``SHOWN``)."""
    told = without_repeats(errors)
    shown = told[:SHOWN]
    first = path_of(shown[0]["loc"])
    en, zh = texts_of(shown[0])
    more_en = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    more_zh = f"（另有 {len(told) - 1} 处）" if len(told) > 1 else ""

    def in_words(language: Language) -> list[FieldError]:
        pick = 1 if language == "zh" else 0
        return [
            FieldError(field=path_of(each["loc"]), code=str(each["type"]), message=texts_of(each)[pick])
            for each in shown
        ]

    return Problem(
        422,
        "invalid",
        en=(f"{first}: {en}{more_en}.", "Correct the fields named in errors, then send it again."),
        zh=(f"{first}：{zh}{more_zh}。", "请更正 errors 所列字段后重新提交。"),
        field=first,
        errors=in_words,
    )


def path_of(location: Iterable[Any]) -> str:
    """``("body", "lines", 0, "quantity")`` as ``body.lines.0.quantity``; never longer than is readable."""
    return ".".join(_printable(str(part)) for part in location)[:200] or "body"


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)


def without_repeats(errors: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Members of a union each report the same place; and a list whose items are wrong is not too short for that."""
    within = {tuple(error["loc"])[:length] for error in errors for length in range(len(error["loc"]))}
    seen: dict[tuple[str, str], Mapping[str, Any]] = {}
    for error in errors:
        if error["type"] == "too_short" and tuple(error["loc"]) in within:
            continue
        seen.setdefault((path_of(error["loc"]), str(error["type"])), error)
    return list(seen.values())


def _halves(text: str) -> tuple[str, str]:
    """A message of our own says the same in English and then in Chinese."""
    for index, char in enumerate(text):
        if "\u4e00" <= char <= "\u9fff":
            return text[:index].strip() or text, text[index:].strip()
    return text, text


class _Told(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
