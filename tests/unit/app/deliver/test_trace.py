"""Which trace a command travels under."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from crossdock.app.deliver.step import outbound, trace_of
from crossdock.ports.outbox import Claimed, Phase

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
ROW = Claimed(1, 7, "create", "create:SO-1|WH", "order:SO-1", 1, "7.1", GIVEN, b"{}", NOON, Phase.OPEN, 1, 0, NOON, 1)


def test_a_command_is_a_span_of_its_own_in_the_trace_that_caused_it() -> None:
    version, trace, span, flags = trace_of(ROW).split("-")
    assert (version, trace, flags) == ("00", "4bf92f3577b34da6a3ce929d0e0e4736", "01")
    assert len(span) == 16
    assert span not in GIVEN


def test_commands_of_one_dossier_share_a_trace_where_none_was_given() -> None:
    first = msgspec.structs.replace(ROW, traceparent="")
    second = msgspec.structs.replace(first, id=2, idempotency_key="plan:SO-1|WH")
    other = msgspec.structs.replace(first, dossier=8)
    traces = [trace_of(row).split("-") for row in (first, second, other)]
    assert traces[0][1] == traces[1][1] != traces[2][1]
    assert traces[0][2] != traces[1][2]
    assert [len(part) for part in traces[0]] == [2, 32, 16, 2]


def test_every_attempt_has_the_same_trace() -> None:
    again = msgspec.structs.replace(ROW, tries=2, call=9, id=1)
    assert outbound(again).traceparent == outbound(ROW).traceparent
