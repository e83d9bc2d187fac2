"""Quick decoding gives what the codec gives."""

import orjson
import pytest
from pydantic import ValidationError

from infrastructure.bench_data import submissions
from infrastructure.projecting.decoding import Decoder
from tests.house import OpenSealer
from tests.projections.everything import everything
from tests.projections.history import CODEC

QUICK = Decoder(OpenSealer())


def test_it_reads_what_the_codec_reads() -> None:
    bodies = [draft.body for each in (*everything().submissions, *submissions(500)) for draft in each.drafts]
    for body in map(orjson.loads, bodies):
        event = CODEC.event(body["type"], body["schema"], body["data"])
        quick = QUICK(body["type"], body["schema"], body["data"])
        assert quick == event
        assert type(quick) is type(event)
        assert quick.model_dump(mode="json") == event.model_dump(mode="json")


def test_a_field_that_was_not_there_yet_has_its_default() -> None:
    data = {"supplier": "S1"}
    assert QUICK("SupplierInvited", 1, data) == CODEC.event("SupplierInvited", 1, data)


def test_what_the_codec_refuses_is_refused() -> None:
    with pytest.raises(ValidationError, match="no_such_field"):
        QUICK("SupplierInvited", 1, {"supplier": "S1", "warnings": [], "no_such_field": 1})
    with pytest.raises(LookupError, match="NoSuchEvent"):
        QUICK("NoSuchEvent", 1, {})
