"""Findings without a place that fuzzing found: whoever is told of a mistake is told where."""

from __future__ import annotations

import msgspec
import pytest

from crossdock.bootstrap.connectors import KINDS
from tests.fuzz.corpora import golden
from tests.fuzz.dialects import ears, seeds_of
from tests.fuzz.target import told


@pytest.mark.parametrize("kind", KINDS)
def test_settings_nobody_can_use_are_told_of_the_partner(kind: str) -> None:
    ear = ears(kind)[-1]
    context = msgspec.structs.replace(ear.context, settings={"nonsense": 1})
    for body in seeds_of(kind)[:3]:
        told(ear.decoder.decode(body, "", context).findings)


@pytest.mark.parametrize("field", [b"DeliveryBlockReason", b"TotalCreditCheckStatus"])
def test_an_order_that_waits_in_s4hana_is_told_with_its_place(field: bytes) -> None:
    ear = ears("s4hana")[-1]
    waiting = [
        body.replace(b'"%s": "' % field, b'"%s": "B' % field) for body in golden("s4hana") if b'"%s"' % field in body
    ]
    assert waiting
    for body in waiting:
        told(ear.decoder.decode(body, "", ear.context).findings)
