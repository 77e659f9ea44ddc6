"""The relay: CloudEvents by the book, and a cursor that never moves ahead of what is durable."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from crossdock.app.relay import publication, relay_once
from crossdock.canonical.vocabulary import Disposition, Priority
from crossdock.kernel.errors import Overloaded
from crossdock.ports.backbone import Publication, Pulled, Standing
from crossdock.ports.feed import FeedRow, Position

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BODY = b'{"type":"order.approved","subject":{"type":"order","id":"SO-1"},"payload":{"lines": [ ]}}'


def row(tx: int, seq: int = 1, *, disposition: Disposition = Disposition.APPLY) -> FeedRow:
    position = Position(tx, 7, seq)
    return FeedRow(position, seq, "order||SO-1", "order.approved", disposition, "erp", NOON, NOON, "7.1", BODY)


class Log:
    """A feed and a backbone on paper."""

    def __init__(self, rows: Sequence[FeedRow]) -> None:
        self.rows = rows
        self.stands = Position()
        self.published: list[Publication] = []
        self.full = False

    async def cursor(self, name: str) -> Position:
        return self.stands

    async def read(self, after: Position, *, limit: int) -> Sequence[FeedRow]:
        return [row for row in self.rows if row.position > after][:limit]

    async def advance(self, name: str, before: Position, after: Position) -> bool:
        assert before == self.stands
        self.stands = after
        return True

    async def publish(self, publications: Sequence[Publication]) -> None:
        if self.full:
            raise Overloaded("the log is full")
        self.published += publications

    async def pull(self, lane: Priority, count: int, *, wait_s: float) -> Sequence[Pulled]:
        return []

    async def standing(self, lane: Priority) -> Standing:
        return Standing(waiting=len(self.published))


def decoded(message: Publication) -> Any:  # noqa: ANN401  (JSON as a subscriber sees it)
    return json.loads(message.body)


def test_an_event_is_a_cloud_event_in_structured_mode() -> None:
    message = publication(row(5, 3))
    event = decoded(message)
    assert event == {
        "specversion": "1.0",
        "id": "7.3",
        "source": "/crossdock/erp",
        "type": "crossdock.order.approved",
        "subject": "order/SO-1",
        "time": "2026-03-02T12:00:00Z",
        "datacontenttype": "application/json",
        "data": json.loads(BODY),
        "disposition": "APPLY",
        "dossier": "order||SO-1",
        "recordedtime": "2026-03-02T12:00:00Z",
        "causationid": "7.1",
    }
    assert message.subject == "events.order.approved"
    assert message.headers["content-type"] == "application/cloudevents+json"


def test_extension_names_are_what_the_standard_allows() -> None:
    assert all(name.isalnum() and name.islower() for name in decoded(publication(row(5))))


def test_data_is_the_log_s_own_bytes() -> None:
    assert BODY in publication(row(5)).body


def test_a_changed_disposition_is_another_message_of_the_same_event() -> None:
    held, applied = publication(row(5, disposition=Disposition.HOLD)), publication(row(9))
    assert held.msg_id != applied.msg_id
    assert decoded(held)["id"] == decoded(applied)["id"]


async def test_pages_are_published_in_order_until_nothing_is_new() -> None:
    log = Log([row(tx) for tx in range(1, 6)])
    assert [await relay_once(log, log, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert log.published == [publication(each) for each in log.rows]
    assert log.stands == Position(5, 7, 1)


async def test_the_cursor_stays_when_publishing_fails() -> None:
    log = Log([row(1)])
    log.full = True
    with pytest.raises(Overloaded):
        await relay_once(log, log)
    assert log.stands == Position()
    log.full = False
    assert await relay_once(log, log) == 1
