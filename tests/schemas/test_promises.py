"""A stored shape changes only with its version and an upcast; each way to break that is tried here."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import AfterValidator, Field

from domain.kernel import Event, Message, Personal
from domain.money import Money
from infrastructure.upcasts import upcast
from interfaces.docs import schemas
from interfaces.docs.schemas import Stored, broken_promises, schema_of
from interfaces.docs.writing import promises

Kinds = dict[str, type[Event]]


def test_no_promise_is_broken() -> None:
    """The committed schemas against today's code; the message says what to do."""
    assert promises() == []


class Part(Message):
    """A part of the event below."""

    amount: Money
    kind: Literal["large", "small"] = "small"


class BoxPacked(Event):
    """The event of these tests, as it was first stored."""

    zh: ClassVar[str] = "已装箱"
    clause: ClassVar[str] = "4.1.3.2"
    number: str = Field(max_length=10, description="Its number")
    parts: tuple[Part, ...] = Field(min_length=1)
    weight: int | None = None


FIRST = {Stored("BoxPacked", 1): schema_of(BoxPacked)}


def broken(kind: type[Event], old: dict[Stored, Any] = FIRST, *steps: int) -> dict[str, str]:
    """What comes of releasing ``kind`` as BoxPacked, with upcasts from these versions."""
    kind.__name__ = "BoxPacked"
    new = {Stored("BoxPacked", kind.schema_version): schema_of(kind)}
    known: Kinds = {name: kind for name in ("BoxPacked", *kind.aliases)}
    return broken_promises(old, new, known, {("BoxPacked", version): dict for version in steps})


def a_field_more() -> type[Event]:
    class Packed(BoxPacked):
        """The same with one optional field more."""

        colour: str | None = None

    return Packed


def a_field_less() -> type[Event]:
    class Packed(Event):
        """The same without the weight."""

        number: str = Field(max_length=10)
        parts: tuple[Part, ...] = Field(min_length=1)

    return Packed


def a_stricter_text() -> type[Event]:
    class Packed(BoxPacked):
        """The same with shorter numbers."""

        number: str = Field(max_length=9)

    return Packed


def a_looser_text() -> type[Event]:
    class Packed(BoxPacked):
        """The same with longer numbers: what is then stored, readers of the old schema do not expect."""

        number: str = Field(max_length=11)

    return Packed


def another_type() -> type[Event]:
    class Packed(BoxPacked):
        """The same with a weight as text."""

        weight: str | None = None  # type: ignore[assignment]

    return Packed


def another_default() -> type[Event]:
    class Packed(BoxPacked):
        """The same, but a weight that was not stored is now read as nought."""

        weight: int | None = 0

    return Packed


def a_check_in_code() -> type[Event]:
    def never_empty(value: str) -> str:
        if not value:
            raise ValueError("empty")
        return value

    class Packed(BoxPacked):
        """The same with a check of the number."""

        number: Annotated[str, AfterValidator(never_empty)] = Field(max_length=10)

    return Packed


def a_choice_less() -> type[Event]:
    class Small(Message):
        """The part, without the large ones."""

        amount: Money
        kind: Literal["small"] = "small"

    Small.__name__ = "Part"

    class Packed(BoxPacked):
        """The same with small parts only."""

        parts: tuple[Small, ...] = Field(min_length=1)  # type: ignore[assignment]

    return Packed


def a_bound_of_a_decimal() -> type[Event]:
    class Cheap(Message):
        """The part, with amounts of at most a hundred: stored as text, so the bound is seen only when it is read."""

        amount: Annotated[Money, Field(le=100)]
        kind: Literal["large", "small"] = "small"

    Cheap.__name__ = "Part"

    class Packed(BoxPacked):
        """The same with cheap parts only."""

        parts: tuple[Cheap, ...] = Field(min_length=1)  # type: ignore[assignment]

    return Packed


def a_secret() -> type[Event]:
    class Packed(BoxPacked):
        """The same with the number as personal data."""

        number: Annotated[str, Personal(of="weight")] = Field(max_length=10)

    return Packed


CHANGES = (
    a_field_more, a_field_less, a_stricter_text, a_looser_text, another_type, another_default, a_check_in_code,
    a_choice_less, a_bound_of_a_decimal, a_secret,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_shape_that_changes_without_a_version_is_found(change: Callable[[], type[Event]]) -> None:
    found = broken(change())
    assert list(found) == ["BoxPacked.v1.json"]
    assert "raise schema_version to 2" in found["BoxPacked.v1.json"]


@pytest.mark.parametrize("change", CHANGES)
def test_a_new_version_asks_for_an_upcast_and_is_content_with_it(change: Callable[[], type[Event]]) -> None:
    kind = change()
    kind.schema_version = 2
    assert broken(kind) == {"BoxPacked.v1.json": "BoxPacked has no upcast from version 1"}
    assert broken(kind, FIRST, 1) == {}


def test_a_chain_of_versions_has_no_missing_link() -> None:
    kind = a_field_more()
    kind.schema_version = 3
    assert broken(kind, FIRST, 1) == {"BoxPacked.v1.json": "BoxPacked has no upcast from version 2"}
    assert broken(kind, FIRST, 1, 2) == {}


def test_a_version_never_goes_down() -> None:
    old = FIRST | {Stored("BoxPacked", 2): schema_of(BoxPacked)}
    assert list(broken(BoxPacked, old)) == ["BoxPacked.v2.json"]


def test_an_event_that_is_renamed_keeps_its_old_name_as_an_alias() -> None:
    old = {Stored("BoxClosed", 1): schema_of(BoxPacked)}
    assert "declares its alias" in broken(BoxPacked, old)["BoxClosed.v1.json"]

    class Packed(BoxPacked):
        """The same under a new name."""

        aliases: ClassVar[tuple[str, ...]] = ("BoxClosed",)

    Packed.__doc__ = BoxPacked.__doc__
    assert broken(Packed, old) == {}


def test_words_may_change() -> None:
    class Packed(BoxPacked):
        """Said otherwise."""

        zh: ClassVar[str] = "箱子已装好"
        number: str = Field(max_length=10, description="The number on its lid")

    assert broken(Packed) == {}


def test_the_code_of_a_check_changes_only_where_somebody_says_that_it_takes_what_it_took() -> None:
    now = schema_of(BoxPacked)
    checks = now["$defs"]["Part"]["properties"]["amount"]["x-checks"]
    was = json.loads(json.dumps(now).replace(checks["domain.money._to_fen"], "0123456789ab"))
    stored, kinds = Stored("BoxPacked", 1), {"BoxPacked": BoxPacked}
    found = broken_promises({stored: was}, {stored: now}, kinds, {})
    assert "--accept-checks" in found["BoxPacked.v1.json"]
    assert broken_promises({stored: was}, {stored: now}, kinds, {}, accept_checks=True) == {}
    assert list(broken_promises(FIRST, {stored: schema_of(a_stricter_text())}, kinds, {}, accept_checks=True))


def test_the_schema_says_where_a_seal_lies() -> None:
    class Packed(Event):
        """Who packed it."""

        packer: str
        name: Annotated[str, Personal(of="packer", purpose="employment")] = Field(max_length=60)

    told = schema_of(Packed)["properties"]["name"]
    assert told["x-personal"] == {"of": "packer", "purpose": "employment"}
    assert told["x-opened"] == {"maxLength": 60, "type": "string"}
    assert {"$ref": "#/$defs/Sealed"} in told["anyOf"]


def test_every_upcast_starts_from_a_version_that_was_written() -> None:
    """An upcast for a shape that nobody stored is a slip of the pen."""
    from infrastructure.upcasts import upcasts
    from interfaces.docs.specs import HOUSE
    from interfaces.docs.writing import EVENTS

    written = {(stored.name, stored.version) for stored in schemas.committed(HOUSE / EVENTS)}
    assert set(upcasts()) - written == set()


def test_upcasts_are_taken_one_after_the_other() -> None:
    from infrastructure import upcasts as package

    first = upcast("BoxPacked", 1)(lambda data: {**data, "colour": "red"})
    second = upcast("BoxPacked", 2)(lambda data: {**data, "colour": data["colour"].upper()})
    known = {(each.event, each.from_version): each.derive for each in (first, second)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(package, "upcasts", lambda: known)
        assert package.raised("BoxPacked", 1, 3, {"number": "1"}) == {"number": "1", "colour": "RED"}
        with pytest.raises(LookupError, match="BoxPacked has no upcast from schema version 3"):
            package.raised("BoxPacked", 1, 4, {"number": "1"})
