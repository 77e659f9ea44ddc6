"""What tests of the EDIFACT connector share: a partner's file in, decoded facts and findings out."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import msgspec

from crossdock.bootstrap.library import open_library
from crossdock.canonical.envelope import Fact
from crossdock.canonical.wire import decode_fact
from crossdock.connectors.edifact.inbound import EdifactDecoder
from crossdock.mediation.library import MapBook
from crossdock.ports.connector import Decoded, Finding, IntakeContext

RECEIVED = datetime(2026, 6, 2, 18, 0, tzinfo=UTC)


class Told(msgspec.Struct):
    """A decoded file."""

    decoded: Decoded
    facts: list[Fact]
    findings: list[Finding]

    @property
    def errors(self) -> list[tuple[str, str]]:
        return [(one.code, one.where.partition(" (")[0]) for one in self.findings if one.severity == "error"]


@cache
def decoder() -> EdifactDecoder:
    return EdifactDecoder(open_library())


@cache
def book() -> MapBook:
    return open_library().book("edifact")


def context(role: str = "CAR", **settings: object) -> IntakeContext:
    return IntakeContext("partner-1", role, RECEIVED, "Europe/Amsterdam", settings)


def tell(body: bytes, given: IntakeContext) -> Told:
    decoded = decoder().decode(body, "application/edifact", given)
    return Told(decoded, [decode_fact(fact.body, RECEIVED) for fact in decoded.facts], decoded.findings)


def message(kind: str, *rows: str, control: str = "1", version: str = "D:96A:UN") -> str:
    texts = [f"UNH+{control}+{kind}:{version}", *rows, f"UNT+{len(rows) + 2}+{control}"]
    return "'".join(texts) + "'"


def interchange(*messages: str, control: str = "431", head: str = "", sender: str = "PARTNER") -> bytes:
    return (
        f"UNB+UNOC:3+{sender}+CROSSDOCK+260602:1958+{control}{head}'{''.join(messages)}UNZ+{len(messages)}+{control}'"
    ).encode("latin-1")


def replies(body: bytes, given: IntakeContext) -> list[list[str]]:
    """The segments of every CONTRL owed."""
    keys = decoder().decode(body, "", given).reply_keys
    answers = decoder().replies(body, given, range(55, 55 + len(keys)))
    return [answer.decode("latin-1").split("'") for answer in answers]


STATUS = (
    "BGM+23+ST-1+9",
    "DTM+137:202606021958:203",
    "CNI+1+NV7745120",
    "STS+1+21",
    "RFF+CU:SHP-88001",
    "DTM+334:202606021605:203",
)
