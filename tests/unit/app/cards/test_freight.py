"""Which freight is a case that money pages list."""

from __future__ import annotations

from datetime import UTC, datetime

from crossdock.app.cards.freight import freight_cards
from crossdock.app.fold.dossier import DossierState, pack
from crossdock.app.reconcile.dossier import Dossier
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.ports.store import DossierRow
from crossdock.process.freight.state import FreightState, Paper
from crossdock.process.policy import Policy

POLICY = Policy()


def listed(case: FreightState) -> list[str]:
    """The groups of an order with this case that have a card."""
    dossier = Dossier(1, "order||SO-1", datetime(2026, 6, 1, tzinfo=UTC), {"FRT:WH-NL1/1": case}, [], POLICY)
    row = DossierRow(1, "order||SO-1", 1, "", pack(DossierState()))
    return [card.part for card in freight_cards(row, dossier, [], REGISTRIES, POLICY)]


def test_freight_that_is_neither_estimated_nor_claimed_is_no_case_yet() -> None:
    assert listed(FreightState()) == []


def test_what_is_estimated_or_claimed_without_an_estimate_is_one() -> None:
    assert listed(FreightState(state="ESTIMATED")) == ["WH-NL1/1"]
    assert listed(FreightState(papers={"1": Paper("1", "invoice", "2026-06-01", "EUR", 100)})) == ["WH-NL1/1"]
