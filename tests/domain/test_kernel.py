"""The words everything is written in: messages that refuse what they do not know, refusals that say what to do."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from pydantic import ValidationError

from domain.kernel import (
    Aggregate,
    Basis,
    Command,
    Context,
    Decision,
    Event,
    Fact,
    IssuedByTheHouse,
    Refusal,
    Ruled,
    Stream,
)
from tests.company import COMPANY, POLICY, WORKING_TIME
from tests.spec import clauses


class Light(Command):
    zh: ClassVar[str] = "点灯"
    lamp: str


class Tick(Command):
    zh: ClassVar[str] = "计时"
    by_house: ClassVar[bool] = True


class Lit(Event):
    zh: ClassVar[str] = "灯已点"
    clause: ClassVar[str] = "5.1"
    lamp: str


class WellSaid(Refusal):
    """A lamp is lit
    once.

    灯只点一次。

    → Leave it
      burning.
    → 让它亮着。
    """

    clause = "5.1"


@dataclass(frozen=True, slots=True)
class Lamps(Fact):
    lit: tuple[str, ...] = ()


def decide(command: Light | Tick, state: Lamps, context: Context) -> Decision:
    match command:
        case Light(lamp=lamp):
            if lamp in state.lit:
                raise WellSaid(field="lamp", lamp=lamp)
            return [Lit(lamp=lamp), Lit(lamp=f"{lamp}2").under(context.basis("5.1", "light", "lit", lamp=lamp))]
        case Tick():
            return []


def evolve(state: Lamps, event: Lit) -> Lamps:
    return Lamps((*state.lit, event.lamp))


LAMPS = Aggregate(name="lamps", zh="灯", prefix="L", initial=Lamps(), decide=decide, evolve=evolve)
CONTEXT = Context(
    subject=Stream("lamps", "1"),
    actor="ANN",
    now=datetime(2026, 3, 3, tzinfo=UTC),
    policy=POLICY,
    directory=COMPANY,
    working_time=WORKING_TIME,
)


def test_a_message_is_frozen_and_refuses_what_it_does_not_know() -> None:
    light = Light(lamp=" A ")
    assert light.lamp == "A"
    with pytest.raises(ValidationError):
        setattr(light, "lamp", "B")  # noqa: B010
    with pytest.raises(ValidationError):
        Light.model_validate({"lamp": "A", "colour": "red"})


def test_an_aggregate_knows_its_commands_and_events_from_its_functions() -> None:
    assert (LAMPS.commands, LAMPS.events) == ((Light, Tick), (Lit,))


def test_what_is_decided_carries_its_rulings() -> None:
    ruling = Basis(clause="5.1", policy="2026.1", rule="light", inputs={"lamp": "A"}, outcome="lit")
    assert LAMPS.decided(Light(lamp="A"), Lamps(), CONTEXT) == (
        Ruled(Lit(lamp="A"), ()),
        Ruled(Lit(lamp="A2"), (ruling,)),
    )


def test_a_state_is_folded_from_the_beginning_or_from_where_it_was() -> None:
    first = LAMPS.fold([Lit(lamp="A")])
    assert LAMPS.fold([Lit(lamp="B")], first) == LAMPS.fold([Lit(lamp="A"), Lit(lamp="B")]) == Lamps(("A", "B"))


@clauses("5.1")
def test_what_the_house_records_nobody_else_does() -> None:
    with pytest.raises(IssuedByTheHouse) as refused:
        LAMPS.decided(Tick(), Lamps(), CONTEXT)
    assert refused.value.facts == {"command": "Tick"}
    assert LAMPS.decided(Tick(), Lamps(), replace(CONTEXT, by_house=True)) == ()


def test_a_refusal_is_its_rule_what_to_do_and_the_facts_in_both_languages() -> None:
    with pytest.raises(WellSaid) as refused:
        LAMPS.decided(Light(lamp="A"), Lamps(("A",)), CONTEXT)
    said = refused.value
    assert (said.rule(), said.rule("zh")) == ("A lamp is lit once.", "灯只点一次。")
    assert (said.remedy(), said.remedy("zh")) == ("Leave it burning.", "让它亮着。")
    assert (said.sentence(), said.sentence("zh")) == ("A lamp is lit once. (lamp A)", "灯只点一次。 (lamp A)")
    assert said == WellSaid(field="lamp", lamp="A")
    assert said != WellSaid(field="lamp", lamp="B")


def test_a_stream_is_written_and_read_back() -> None:
    for stream in (Stream("requisition", "PR261124-7K3Q9"), Stream("delegation", "E-1")):
        assert Stream.parse(str(stream)) == stream
    for text in ("", "requisition", "-1", "requisition-"):
        with pytest.raises(ValueError):
            Stream.parse(text)


def test_a_context_gives_facts_of_the_streams_that_were_consulted() -> None:
    told = replace(CONTEXT, facts={Stream("lamps", "2"): Lamps(("A",)), Stream("lamps", "3"): None})
    assert told.fact(Lamps, "lamps", "2") == Lamps(("A",))
    assert told.fact(Lamps, "lamps", "3") is None
    with pytest.raises(KeyError):
        told.fact(Lamps, "lamps", "4")
    other = type("Other", (Fact,), {})
    with pytest.raises(TypeError):
        told.fact(other, "lamps", "2")


def test_whose_authority_is_used_is_that_of_whom_somebody_acts_for() -> None:
    assert CONTEXT.principal == "ANN"
    assert replace(CONTEXT, acting_for="SAM").principal == "SAM"
