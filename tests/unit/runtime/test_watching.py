"""A batch and a call are counted once, whatever is in them, and traced only where somebody samples."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from prometheus_client.parser import text_string_to_metric_families

from crossdock.app.deliver.admit import Errand
from crossdock.app.deliver.step import Done, trace_of
from crossdock.app.ingest.arrival import Arrival
from crossdock.app.intake import Receipt
from crossdock.bench.trace import PARTNERS, Order
from crossdock.canonical.vocabulary import Disposition
from crossdock.canonical.wire import decode_fact
from crossdock.instruments.prometheus import PrometheusMeter
from crossdock.kernel.errors import Overloaded, Transient
from crossdock.ports.connector import Outcome, OutcomeKind
from crossdock.ports.measured import METRICS
from crossdock.ports.outbox import Claimed, Phase
from crossdock.ports.traces import Span, inside, is_sampled
from crossdock.runtime.batcher import Batcher
from crossdock.runtime.watching import SPANS_MAX, Watch

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNSAMPLED = TRACE[:-2] + "00"


class Kept:
    """ports.traces.Traces that keeps what is sampled."""

    def __init__(self, share: bool = True) -> None:
        self.spans: list[Span] = []
        self.share = share

    def begin(self, given: str) -> str:
        return inside(given, f"{len(self.spans)}") if given else TRACE

    def keeps(self, traceparent: str) -> bool:
        return self.share

    def record(self, span: Span) -> None:
        self.spans.append(span)


def arrivals(count: int, *traces: str) -> list[Arrival]:
    told = next(iter(Order(1, AT).facts()))
    fact = decode_fact(told.body, AT)
    padded = (*traces, *[""] * count)[:count]
    return [Arrival(PARTNERS[told.partner], told.body, fact, traceparent=trace) for trace in padded]


def samples(meter: PrometheusMeter) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(meter.text(()).decode())
    declared = {metric.name.removesuffix("_total"): metric.labels for metric in METRICS}
    return {
        (
            one.name,
            *(one.labels[label] for label in (*declared.get(family.name, ()), "le") if label in one.labels),
        ): one.value
        for family in families
        for one in family.samples
    }


async def test_a_batch_is_counted_by_partner_format_and_what_became_of_it() -> None:
    meter = PrometheusMeter()
    applied, waits = Receipt("accepted", Disposition.APPLY), Receipt("accepted", waiting_id="w")

    async def take(*_: object) -> list[Receipt]:
        return [applied, applied, waits]

    batcher = Batcher(take, watch=Watch(meter))
    sent = arrivals(3)
    partner = sent[0].partner
    batcher.stop()
    with pytest.raises(Overloaded):
        await batcher.submit(sent)
    assert samples(meter)["crossdock_facts_turned_away_total",] == 3
    Watch(meter).took(sent, (), [applied, applied, waits], first_ns=0, began_ns=0)
    found = samples(meter)
    assert found["crossdock_facts_total", partner.id, partner.connector, "APPLY"] == 2
    assert found["crossdock_facts_total", partner.id, partner.connector, "waiting"] == 1
    assert found["crossdock_batch_facts_count",] == 1


def test_a_batch_that_failed_is_counted_under_who_must_act() -> None:
    meter = PrometheusMeter()
    watch = Watch(meter)
    watch.failed(arrivals(2), Transient("away"))
    watch.failed(arrivals(1), KeyError("ours"))
    found = samples(meter)
    assert (found["crossdock_facts_failed_total", "Transient"], found["crossdock_facts_failed_total", "Bug"]) == (2, 1)


def test_each_sampled_trace_of_a_batch_has_its_span_linked_to_the_first() -> None:
    traces = Kept()
    other = TRACE.replace("0af7", "1bf7")
    receipts = [Receipt("accepted", Disposition.APPLY)] * 5
    Watch(None, traces).took(arrivals(5, TRACE, UNSAMPLED, other, TRACE), (), receipts, first_ns=1, began_ns=2)
    first, second = traces.spans
    assert (first.parent, second.parent) == (TRACE, other)
    assert first.traceparent[:36] == TRACE[:36]
    assert first.traceparent != TRACE
    assert (first.links, second.links) == ((), (first.traceparent,))
    assert (first.attributes["facts"], second.attributes["facts"], first.attributes["batch.facts"]) == (2, 1, 5)


def test_a_batch_of_many_traces_writes_a_bounded_number_of_spans() -> None:
    traces, many = Kept(), [f"00-{number:032x}-{number:016x}-01" for number in range(1, 2 * SPANS_MAX)]
    receipts = [Receipt("accepted")] * len(many)
    Watch(None, traces).took(arrivals(len(many), *many), (), receipts, first_ns=1, began_ns=2)
    assert len(traces.spans) == SPANS_MAX


def claimed(traceparent: str, tries: int) -> Claimed:
    return Claimed(
        7, 3, "release", "release:SO-1", "SO-1", 1, "3.1", traceparent, b"{}", AT, Phase.OPEN, tries, 0, AT, 1
    )


def called(traces: Kept, meter: PrometheusMeter, kind: OutcomeKind, traceparent: str = TRACE, tries: int = 1) -> None:
    done = Done(Errand(1, (claimed(traceparent, tries),), AT), (Outcome(kind, "said no"),))
    Watch(meter, traces).called("wms-a", done, began_ns=5)


def test_every_attempt_is_inside_its_command_which_ends_with_the_answer() -> None:
    traces, meter = Kept(), PrometheusMeter()
    called(traces, meter, OutcomeKind.TRANSIENT, tries=1)
    called(traces, meter, OutcomeKind.DELIVERED, tries=2)
    failed, taken, command = traces.spans
    assert failed.traceparent != taken.traceparent
    assert failed.parent == taken.parent == command.traceparent == trace_of(claimed(TRACE, 1))
    assert (command.parent, command.name, command.error) == (TRACE, "deliver release", "")
    assert failed.error == "transient"
    found = samples(meter)
    assert found["crossdock_calls_total", "wms-a", "release", "transient"] == 1
    assert found["crossdock_retries_total", "wms-a"] == 1


def test_a_command_nobody_traced_is_traced_by_the_share() -> None:
    kept, left = Kept(share=True), Kept(share=False)
    for traces in (kept, left):
        called(traces, PrometheusMeter(), OutcomeKind.DELIVERED, traceparent="")
    assert (len(kept.spans), len(left.spans)) == (2, 0)


def test_only_the_flag_of_a_whole_traceparent_samples() -> None:
    assert is_sampled(TRACE)
    assert not any(map(is_sampled, (UNSAMPLED, "", "00-1-2-01")))
