"""What a batch and a call on a partner were, counted and traced when they are over.

Counting is done once a batch: one of 500 facts of one partner costs what one of a single fact does. Spans are written
for traces somebody samples, and of one batch for so many at most.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from crossdock.app.deliver.admit import Errand
from crossdock.app.deliver.step import Done, trace_of
from crossdock.app.ingest.arrival import Arrival
from crossdock.app.intake import Receipt
from crossdock.kernel.errors import CrossdockError
from crossdock.ports import measured
from crossdock.ports.connector import OutcomeKind
from crossdock.ports.metrics import Instrument, Silent
from crossdock.ports.outbox import Claimed
from crossdock.ports.store import MessageRow
from crossdock.ports.traces import Side, Span, Traces, inside, is_sampled

SPANS_MAX = 64
NS = 1_000_000_000
OVER = (OutcomeKind.DELIVERED, OutcomeKind.REFUSED)


class Watch:
    """One a process. Without a meter nothing is counted, without traces nothing traced."""

    def __init__(self, meter: Instrument | None = None, traces: Traces | None = None) -> None:
        self.meter: Instrument = meter if meter is not None else Silent()
        self.traces = traces

    def turned_away(self, facts: int) -> None:
        """So many facts were refused for want of room."""
        self.meter.count(measured.FACTS_TURNED_AWAY, (), facts)

    def failed(self, arrivals: Sequence[Arrival], error: Exception) -> None:
        """A batch could not be committed."""
        kind = type(error).__name__ if isinstance(error, CrossdockError) else "Bug"
        self.meter.count(measured.FACTS_FAILED, (kind,), len(arrivals))

    def took(
        self,
        arrivals: Sequence[Arrival],
        messages: Sequence[MessageRow],
        receipts: Sequence[Receipt],
        *,
        first_ns: int,
        began_ns: int,
    ) -> None:
        """A batch is committed. Its first submission came at `first_ns`, the batch began at `began_ns`."""
        ended_ns = time.time_ns()
        meter = self.meter
        meter.observe(measured.STAGE_SECONDS, ("wait",), (began_ns - first_ns) / NS)
        meter.observe(measured.STAGE_SECONDS, ("commit",), (ended_ns - began_ns) / NS)
        meter.observe(measured.BATCH_FACTS, (), len(arrivals))
        facts = Counter(
            [(one.partner.id, one.partner.connector, became(got)) for one, got in zip(arrivals, receipts, strict=True)]
        )
        for labels, number in facts.items():
            meter.count(measured.FACTS_TAKEN, labels, number)
        for kept, number in Counter([(one.partner, one.channel, one.status) for one in messages]).items():
            meter.count(measured.MESSAGES_TAKEN, kept, number)
        if self.traces is not None:
            self._trace_batch(self.traces, arrivals, began_ns, ended_ns)

    def called(self, partner: str, done: Done, began_ns: int) -> None:
        """A call on a partner ended."""
        ended_ns = time.time_ns()
        meter, rows = self.meter, done.errand.rows
        meter.observe(measured.STAGE_SECONDS, ("call",), (ended_ns - began_ns) / NS)
        meter.observe(measured.CALL_SECONDS, (partner,), (ended_ns - began_ns) / NS)
        for row, outcome in zip(rows, done.outcomes, strict=True):
            meter.count(measured.CALLS, (partner, row.type, outcome.kind.value))
        again = sum(row.tries > 1 for row in rows)
        if again:
            meter.count(measured.RETRIES, (partner,), again)
        if self.traces is not None:
            self._trace_call(self.traces, partner, done, began_ns, ended_ns)

    def _trace_batch(self, traces: Traces, arrivals: Sequence[Arrival], began_ns: int, ended_ns: int) -> None:
        """A span in each trace of the batch, linked to the first of them: they were committed together."""
        found = dict.fromkeys(one.traceparent for one in arrivals if is_sampled(one.traceparent))
        spans = {given: inside(given, f"batch {began_ns}") for given in list(found)[:SPANS_MAX]}
        first = next(iter(spans.values()), "")
        facts = Counter([one.traceparent for one in arrivals])
        for given, own in spans.items():
            attributes = {"batch.facts": len(arrivals), "batch.traces": len(found), "facts": facts[given]}
            links = (first,) if own != first else ()
            traces.record(Span("batch", own, given, began_ns, ended_ns, attributes=attributes, links=links))

    def _trace_call(self, traces: Traces, partner: str, done: Done, began_ns: int, ended_ns: int) -> None:
        """An attempt is inside its command, which is inside what caused it; the command's span ends with its answer."""
        for row, outcome in list(zip(done.errand.rows, done.outcomes, strict=True))[:SPANS_MAX]:
            command = trace_of(row)
            if not row.traceparent and not traces.keeps(command):
                continue
            # The partner's own words stay with the delivery: they may name persons, and traces leave the house.
            error = "" if outcome.kind is OutcomeKind.DELIVERED else outcome.kind.value
            own = inside(command, f"attempt {row.tries}")
            about = attributes_of(row, partner, done.errand)
            traces.record(Span("attempt", own, command, began_ns, ended_ns, Side.CLIENT, error, about))
            if outcome.kind in OVER:
                name, made_ns = f"deliver {row.type}", int(row.created.timestamp() * NS)
                traces.record(Span(name, command, row.traceparent, made_ns, ended_ns, error=error, attributes=about))


def attributes_of(row: Claimed, partner: str, errand: Errand) -> dict[str, str | int | float]:
    """What is told of an attempt: enough to find its delivery, its dossier and what caused it; no payload."""
    return {
        "partner": partner,
        "delivery": row.id,
        "command": row.type,
        "key": row.idempotency_key,
        "dossier": row.dossier,
        "cause": row.cause,
        "tries": row.tries,
        "look_up": str(errand.look_up).lower(),
    }


def became(receipt: Receipt) -> str:
    """The disposition of a fact, or where it is kept while it has none."""
    if receipt.disposition is not None:
        return receipt.disposition.value
    return "waiting" if receipt.waiting_id else receipt.status
