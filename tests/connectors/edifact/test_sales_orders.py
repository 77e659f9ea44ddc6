"""A channel's order that an ERP over EDIFACT enters and takes back: sound by its directory, and found again."""

from __future__ import annotations

import pytest

from crossdock.canonical.events.order import OrderApproved
from crossdock.formats.edifact.grammar import validate
from crossdock.formats.edifact.reader import read_edifact
from crossdock.kernel.errors import Rejected
from tests.connectors.edifact.test_trade_out import only, wire


@pytest.mark.parametrize("version", ["D:96A:UN", "D:01B:UN"])
@pytest.mark.parametrize("name", ["create_sales_order", "cancel_sales_order"])
def test_what_is_written_is_sound_by_its_directory(name: str, version: str) -> None:
    reading = read_edifact(wire(name, version))
    (message,) = reading.interchanges[0].messages
    validate(message)
    assert (list(reading.findings()), message.notes) == ([], [])


def test_the_order_an_erp_approves_is_the_one_it_was_asked_to_enter() -> None:
    """What the ERP adds: its own number, when it will be there, and on which terms."""
    given = (
        wire("create_sales_order")
        .replace(b"BGM+220+10422+", b"BGM+220+SO-48300+")
        .replace(b"'FTX+DEL", b"'DTM+63:20260612:102'FTX+DEL")
        .replace(b"'ALC+C", b"'TOD+5++DAP'ALC+C")
        .replace(b"UNT+24", b"UNT+26")
    )
    fact = only(given, "ERP")
    assert isinstance(fact.payload, OrderApproved)
    assert ("channel_order", "shop-eu/10422") in {(one.scheme, one.id) for one in fact.refs}
    assert [(line.no, line.item) for line in fact.payload.lines] == [("1", "501"), ("2", "778")]
    assert (fact.payload.customer.no, fact.payload.customer_po) == ("90210", "ML-88")


def test_quantities_of_a_channels_order_are_not_cancelled_as_whole_lines() -> None:
    part = [{"line": "20", "qty": {"value": "1", "uom": "CS"}}]
    with pytest.raises(Rejected, match="cancel these quantities in the ERP by hand"):
        wire("cancel_sales_order", lines=part)
