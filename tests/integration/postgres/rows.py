"""Rows with everything a test does not care about filled in."""

from __future__ import annotations

from datetime import UTC, datetime

from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.store import CaseRow, DeliveryRow, DossierRow, EventRow, MessageRow, QuarantineRow, WaitingRow

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


def dossier(number: int, version: int = 1, *, ident: str = "", state: bytes = b"state") -> DossierRow:
    return DossierRow(number, ident or f"order||SO-{number}", version, "label", state)


def event(
    number: int,
    seq: int = 1,
    *,
    disposition: Disposition = Disposition.APPLY,
    body: bytes = b"{}",
    message: str = "",
    cause: str = "",
    folded: bool = True,
) -> EventRow:
    return EventRow(
        dossier=number,
        seq=seq,
        type="order.approved",
        disposition=disposition,
        partner="erp",
        occurred=NOON,
        received=NOON,
        body=body,
        key=f"order.approved|SO-{number}|{seq}",
        message=message,
        cause=cause,
        folded=folded,
    )


def waiting(name: str, *idents: str, message: str = "") -> WaitingRow:
    return WaitingRow(name, idents, "stop.delivered", "car", b"{}", f"key-{name}", NOON, NOON, "no owner yet", message)


def quarantined(name: str, *, message: str = "") -> QuarantineRow:
    return QuarantineRow(name, "car", b"\x00\xff", NOON, "cannot be read", "INT-01", message=message)


def delivery(number: int, owner: int, *, key: str = "") -> DeliveryRow:
    return DeliveryRow(
        number,
        owner,
        "wms",
        "release_to_warehouse",
        key or f"key-{number}",
        f"SO-{owner}",
        1,
        f"{owner}.1",
        "",
        b"{}",
        NOON,
    )


def case(code: str, *, opened: bool = True, cause: str = "1.1", owner: int = 1) -> CaseRow:
    return CaseRow(code, "SO-1", "", owner, 2, "desk", "look", opened, cause, NOON)


def message(name: str, *, control: str = "", status: str = "accepted", facts: int = 0) -> MessageRow:
    return MessageRow(
        name, "wms", "folder", "application/edi-x12", NOON, f"sha-{name}", b"ISA", status, facts, b"[]", control
    )
