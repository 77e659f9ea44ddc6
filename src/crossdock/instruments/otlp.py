"""Spans to a collector, by OTLP over HTTP. This is the only module that knows OpenTelemetry.

The library sends from a thread of its own, in batches, and drops what a collector is too slow for: the hub never waits.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import Decision, TraceIdRatioBased
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from crossdock.ports.traces import SAMPLED, Side, Span

KINDS = {Side.SERVER: SpanKind.SERVER, Side.CLIENT: SpanKind.CLIENT, Side.INTERNAL: SpanKind.INTERNAL}
SCOPE = InstrumentationScope("crossdock")
ERROR_CHARS_MAX = 500


class OtlpTraces:
    """See `ports.traces.Traces`. A trace that came with a message is kept as whoever began it wants (parent-based)."""

    def __init__(self, processor: SpanProcessor, share: float, resource: Mapping[str, str]) -> None:
        self._processor = processor
        self._sampler = TraceIdRatioBased(share)
        self._resource = Resource.create(dict(resource))

    def begin(self, given: str) -> str:
        """See `Traces.begin`."""
        span = random.getrandbits(64) or 1
        if given:
            return f"{given[:36]}{span:016x}{given[52:]}"
        trace = random.getrandbits(128) or 1
        return f"00-{trace:032x}-{span:016x}-{self._kept(trace):02x}"

    def keeps(self, traceparent: str) -> bool:
        """See `Traces.keeps`."""
        return self._kept(int(traceparent[3:35], 16))

    def record(self, span: Span) -> None:
        """See `Traces.record`."""
        context = _context(span.traceparent)
        if not context.trace_flags.sampled:
            return
        status = Status(StatusCode.ERROR, span.error[:ERROR_CHARS_MAX]) if span.error else Status()
        self._processor.on_end(
            ReadableSpan(
                name=span.name,
                context=context,
                parent=_context(span.parent) if span.parent else None,
                resource=self._resource,
                attributes={f"crossdock.{name}": value for name, value in span.attributes.items()},
                links=[Link(_context(one)) for one in span.links],
                kind=KINDS[span.side],
                status=status,
                start_time=span.began_ns,
                end_time=span.ended_ns,
                instrumentation_scope=SCOPE,
            )
        )

    def close(self) -> None:
        """Send what is left, within the exporter's own time limit."""
        self._processor.shutdown()

    def _kept(self, trace: int) -> bool:
        return self._sampler.should_sample(None, trace, "").decision is Decision.RECORD_AND_SAMPLE


def open_traces(
    url: str, *, share: float, timeout_s: float, resource: Mapping[str, str], headers: Mapping[str, str]
) -> OtlpTraces:
    """Traces to the collector at `url` (all of the address, with `/v1/traces`). Nothing is sent yet."""
    exporter = OTLPSpanExporter(endpoint=url, timeout=timeout_s, headers=dict(headers))
    return OtlpTraces(BatchSpanProcessor(exporter), share, resource)


def _context(traceparent: str) -> SpanContext:
    flags = TraceFlags(int(traceparent[53:55], 16) & SAMPLED)
    return SpanContext(int(traceparent[3:35], 16), int(traceparent[36:52], 16), is_remote=False, trace_flags=flags)
