"""What may cross the border of a cell, and what is left of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crossdock.app.crossing import Curation, covers, curated
from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.feed import FeedRow, Position

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
BODY = (
    b'{"type":"order.approved","subject":{"type":"order","id":"SO-1"},'
    b'"payload":{"customer":{"id":"C-1","name":"J. Pike"},'
    b'"ship_to":{"address":{"city":"London","lines":["12 Wharf Rd"]}}}}'
)
EU = Curation("eu", ("order.approved", "shipment.*"))


def row(type_: str = "order.approved", disposition: Disposition = Disposition.APPLY) -> FeedRow:
    return FeedRow(Position(3, 7, 2), 2, "order||SO-1", type_, disposition, "erp", NOON, NOON, "7.1", BODY)


@pytest.mark.parametrize(
    ("pattern", "type_", "does"),
    [
        ("order.approved", "order.approved", True),
        ("order.approved", "order.approved_again", False),
        ("shipment.*", "shipment.handed_over", True),
        ("shipment.*", "shipments.lost", False),
        ("shipment.*", "order.approved", False),
    ],
)
def test_a_pattern_stands_for_a_type_or_for_all_that_begin_so(pattern: str, type_: str, does: bool) -> None:
    assert covers(pattern, type_) is does


def test_a_curated_fact_crosses_under_its_region() -> None:
    told = curated(row(), EU)
    assert told is not None
    assert (told.subject, told.msg_id) == ("curated.eu.order.approved", "eu:7.2")
    event = json.loads(told.body)
    assert (event["id"], event["source"]) == ("7.2", "/crossdock/eu/erp")


def test_what_is_about_a_person_stays_unless_it_is_let() -> None:
    shown = [curated(row(), Curation("eu", EU.curated, personal)) for personal in (False, True)]
    payloads = [json.loads(one.body)["data"]["payload"] for one in shown if one is not None]
    assert payloads[0] == {
        "customer": {"id": "C-1", "name": "•••"},
        "ship_to": {"address": {"city": "•••", "lines": ["•••"]}},
    }
    assert payloads[1] == json.loads(BODY)["payload"]


@pytest.mark.parametrize("type_", ["order.cancelled", "freight.settled", "orders.approved"])
def test_what_is_not_named_stays(type_: str) -> None:
    assert curated(row(type_), EU) is None


@pytest.mark.parametrize("disposition", [one for one in Disposition if one is not Disposition.APPLY])
def test_what_was_not_applied_stays(disposition: Disposition) -> None:
    assert curated(row(disposition=disposition), EU) is None
