"""What tests of the X12 connector share: a partner's file in, decoded facts and findings out."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from crossdock.bootstrap.library import open_library
from crossdock.canonical.envelope import Fact
from crossdock.canonical.wire import decode_fact
from crossdock.connectors.x12.codes import FUNCTIONAL
from crossdock.connectors.x12.inbound import X12Decoder
from crossdock.ports.connector import Decoded, Finding, IntakeContext
from tests.unit.formats.x12.documents import group, interchange, transaction

RECEIVED = datetime(2026, 6, 2, 18, 0, tzinfo=UTC)
KIND = {"945": "SW", "990": "GF", "214": "QM", "997": "FA", **FUNCTIONAL}
# Compiled here, so that no test of a deadline pays for it.
LIBRARY = open_library(partners=[("nvtr", "x12")])


class Told(msgspec.Struct):
    """A decoded file."""

    decoded: Decoded
    facts: list[Fact]
    findings: list[Finding]

    @property
    def codes(self) -> list[str]:
        return [finding.code for finding in self.findings]


def context(role: str = "CAR", tz: str = "Europe/Amsterdam", **settings: object) -> IntakeContext:
    return IntakeContext("nvtr", role, RECEIVED, tz, settings)


def tell(body: bytes, given: IntakeContext) -> Told:
    decoded = X12Decoder(LIBRARY).decode(body, "application/edi-x12", given)
    return Told(decoded, [decode_fact(fact.body, RECEIVED) for fact in decoded.facts], decoded.findings)


def file(code: str, *rows: str) -> bytes:
    return interchange([group([transaction(code, *rows)], kind=KIND[code])])


def tell_214(*rows: str, tz: str = "Europe/Amsterdam", **settings: object) -> Told:
    return tell(file("214", *rows), context("CAR", tz, **settings))


def tell_945(*rows: str, tz: str = "Europe/Amsterdam", **settings: object) -> Told:
    return tell(file("945", *rows), context("WMS", tz, **settings))


def tell_990(*rows: str) -> Told:
    return tell(file("990", *rows), context("CAR"))


def tell_997(*rows: str, role: str = "WMS") -> Told:
    return tell(file("997", *rows), context(role))


def idents(fact: Fact) -> list[str]:
    return [reference.ident for reference in fact.refs]


def reply(body: bytes, given: IntakeContext, number: int = 55) -> list[list[str]]:
    """The rows of the one reply owed."""
    decoder = X12Decoder(LIBRARY)
    keys = decoder.decode(body, "", given).reply_keys
    (answer,) = decoder.replies(body, given, [number] * len(keys))
    return [row.split("*") for row in answer.decode().split("~") if row]
