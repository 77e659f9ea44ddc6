"""Spans of a trace (W3C Trace Context, OpenTelemetry): written down when they are over, as values.

A span is told by the place in the trace it has (`traceparent`, its own id in it) and by that of its parent. So ids may
be made where the hub needs them to be the same again - a command keeps its own over all attempts - and the hot path
pays nothing for a trace nobody samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

import msgspec

from crossdock.kernel.ids import fingerprint

SAMPLED = 1
SPAN = slice(36, 52)
SPAN_MASK = (1 << 64) - 1
NO_ATTRIBUTES: Mapping[str, str | int | float] = MappingProxyType({})


class Side(StrEnum):
    """Which side of a call a span is."""

    SERVER = "server"
    CLIENT = "client"
    INTERNAL = "internal"


class Span(msgspec.Struct, frozen=True, gc=False):
    """One stretch of work. Instants are nanoseconds since 1970.

    `parent` is the traceparent of the span it is inside of, empty for a root. `error` says what went wrong, if
    anything. `links` are traceparents of spans it has to do with and is not inside of. Attributes may hold ids, never
    payloads.
    """

    name: str
    traceparent: str
    parent: str
    began_ns: int
    ended_ns: int
    side: Side = Side.INTERNAL
    error: str = ""
    attributes: Mapping[str, str | int | float] = NO_ATTRIBUTES
    links: tuple[str, ...] = ()


class Traces(Protocol):
    """Where spans go."""

    def begin(self, given: str) -> str:
        """The traceparent of a new span inside `given`; of a new trace where that is empty, sampled by its share."""

    def keeps(self, traceparent: str) -> bool:
        """Whether a trace that nobody began before us is one of the share we keep."""

    def record(self, span: Span) -> None:
        """Keep a span that is over, if its trace is sampled. Never waits; what is too much is dropped and counted."""


def is_sampled(traceparent: str) -> bool:
    """Whether whoever began the trace wants it kept (W3C Trace Context §3.2.2.5)."""
    return len(traceparent) == 55 and bool(int(traceparent[53:], 16) & SAMPLED)


def inside(traceparent: str, what: str) -> str:
    """The traceparent of a span of the same trace that is known by `what`: the same for the same, always."""
    span = (fingerprint(f"{traceparent[:36]} {what}") & SPAN_MASK) or 1
    return f"{traceparent[:36]}{span:016x}{traceparent[52:]}"
