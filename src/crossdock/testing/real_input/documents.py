"""The real documents as partners send them.

A document is a partner of its own, as many of them name the same sender, receiver and control number. Partners whose
documents are refused for their totals or trailers are played a second time as partners with whom that is tolerated.
Documents that name the same order, shipment or load sit in different rounds, each a hub with a database of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crossdock.app.ingest.correlate import identifiers
from crossdock.app.queries import Fact as Line
from crossdock.canonical.envelope import Fact
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import decode_fact
from crossdock.connectors.x12.inbound import X12Decoder
from crossdock.ports.connector import Decoded, IntakeContext
from crossdock.testing.x12_outcomes import RECEIVED, ROLES, documents

# Totals and trailers that do not fit: what a partner may be forgiven, because the content can be read all the same.
TOLERABLE = ("718-3", "718-4", "716-4", "716-5", "I18-001", "I18-021")
# The sets that find an order, a load or a shipment of ours; what would open new ones is played nowhere.
PLAYED = ("214", "945", "990")
ZONE = "America/New_York"
WAREHOUSE = "WH-REAL"
SPEAKERS = {"erp": Role.ERP, "wms": Role.WMS, "tms": Role.TMS}


@dataclass(slots=True)
class Document:
    """One file as one partner sends it; what became of it is filled in on its way."""

    path: Path
    tolerant: bool
    facts: Sequence[Fact]
    message: str = ""
    statuses: tuple[str, ...] = ()
    findings: Sequence[str] = ()
    waited: Sequence[tuple[str, ...]] = ()
    lines: Sequence[Line] = ()

    @property
    def code(self) -> str:
        """The set it is filed under."""
        return self.path.parent.name

    @property
    def name(self) -> str:
        """The file, as the page names it."""
        return f"{self.code}/{self.path.name}"

    @property
    def partner(self) -> str:
        """The partner that sends it."""
        plain = re.sub(r"[^a-z0-9]+", "-", f"{self.code}-{self.path.stem}".lower())
        return f"{plain[:50]}{'-tolerated' if self.tolerant else ''}"

    @property
    def idents(self) -> frozenset[str]:
        """Everything its facts may be found under."""
        return frozenset(ident for fact in self.facts for ident in identifiers(fact))

    def config(self) -> dict[str, object]:
        """The partner's file. Each stands for a place of its own, so that no two play one role for one place."""
        role = ROLES[self.code]
        place: dict[str, object] = {"sites": [self.partner]} if role == "WMS" else {"scacs": [self.partner]}
        settings: dict[str, object] = {"site": WAREHOUSE}
        if self.tolerant:
            settings["tolerate"] = list(TOLERABLE)
        return {"role": role, "connector": "x12", "tz": ZONE, **place, "settings": settings}


def every_document() -> list[Document]:
    """Each file as it is judged by default, and tolerated too where something in it can be forgiven."""
    found: list[Document] = []
    for path in documents(PLAYED):
        strict = decode(path, tolerant=False)
        found.append(Document(path, False, facts_of(strict)))
        if any(one.code.removeprefix("X12-") in TOLERABLE for one in strict.findings if one.severity == "error"):
            found.append(Document(path, True, facts_of(decode(path, tolerant=True))))
    return found


def decode(path: Path, *, tolerant: bool) -> Decoded:
    """One file by itself, to know what its partner will have to be told of."""
    settings: dict[str, object] = {"site": WAREHOUSE, "tolerate": list(TOLERABLE) if tolerant else []}
    context = IntakeContext("sample", ROLES[path.parent.name], RECEIVED, ZONE, settings)
    return X12Decoder().decode(path.read_bytes(), "application/edi-x12", context)


def facts_of(decoded: Decoded) -> list[Fact]:
    """The facts read from a file, in its order."""
    return [decode_fact(fact.body, RECEIVED) for fact in decoded.facts]


def rounds(found: Sequence[Document]) -> list[list[Document]]:
    """The documents in as few rounds as let no two in one name the same thing."""
    seated: list[list[Document]] = []
    for one in found:
        free = (seat for seat in seated if all(one.idents.isdisjoint(other.idents) for other in seat))
        seat = next(free, None)
        if seat is None:
            seated.append([one])
        else:
            seat.append(one)
    return seated


def partners(found: Sequence[Document]) -> dict[str, dict[str, object]]:
    """The partners of one round, and those that speak of the orders, shipments and loads."""
    speakers: dict[str, dict[str, object]] = {
        name: {"role": role.value, "connector": "canonical_json"} for name, role in SPEAKERS.items()
    }
    return speakers | {one.partner: one.config() for one in found}
