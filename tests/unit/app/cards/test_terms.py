"""What a dossier is found under."""

from __future__ import annotations

from datetime import UTC, datetime

from crossdock.app.cards.terms import normalised, terms_of
from crossdock.app.reconcile.dossier import Dossier
from crossdock.process.billing.state import Bill, BillingState
from crossdock.process.freight.state import FreightState, Paper
from crossdock.process.policy import Policy
from crossdock.process.shipment.state import ShipmentState

NOTHING = Dossier(1, "order||SO-1", datetime(2026, 6, 1, tzinfo=UTC), {}, [], Policy())


def test_a_term_is_kept_once_under_its_strongest_scheme() -> None:
    found = terms_of(["freight_case||SO-1/W/1", "request||SO-1/W/1", "pro|NVTR|abc "], NOTHING)
    assert found == (("ABC", "pro"), ("SO-1/W/1", "request"))


def test_a_scheme_nobody_declared_is_weaker_than_all_that_are() -> None:
    assert terms_of(["strange||X", "po||X"], NOTHING) == (("X", "po"),)


def test_numbers_of_documents_in_the_state_are_terms() -> None:
    bill = Bill("item", "unit", {}, 1, invoice="INV-1", credits={"CN-1": 1})
    states = {
        "BIL:W/1": BillingState("POSTED", bills={"unit": bill}, doubles={"INV-2": 1}),
        "FRT:W/1": FreightState("INVOICED", papers={"F1": Paper("F1", "invoice", "2026-06-01", "EUR", 1)}),
        "SHP:W/1": ShipmentState("PLANNED", tms_id="SH-1", load="LD-1", pro="PRO-1"),
    }
    dossier = Dossier(1, "order||SO-1", NOTHING.at, states, [], Policy())
    found = dict(terms_of([], dossier))
    assert found == {
        "INV-1": "invoice", "INV-2": "invoice", "CN-1": "credit_note", "F1": "carrier_invoice", "LD-1": "load",
        "PRO-1": "pro", "SH-1": "shipment",
    }  # fmt: skip


def test_a_term_is_bounded() -> None:
    assert len(normalised("x" * 1000)) == 128
    assert normalised("  so-1 ") == "SO-1"
