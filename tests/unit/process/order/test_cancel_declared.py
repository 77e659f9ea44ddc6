"""Cancelling what customs has taken (domain.md §3.2.5 CX-05): the declaration first, the goods after it."""

from __future__ import annotations

import pytest

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Subject
from crossdock.canonical.events import customs as cus
from crossdock.canonical.events.order import OrderCancelRequested
from crossdock.canonical.vocabulary import Role
from crossdock.process.declaring import lrn_of
from crossdock.process.effects import Send
from crossdock.process.order.cancel import rule_of
from crossdock.process.order.machine import MACHINE
from crossdock.process.order.state import OrderState
from crossdock.testing.given import NOON, Given, cases, command, derives, fact, sends
from tests.unit.process import examples as ex

LRN = lrn_of(ex.KEY)
WISH = OrderCancelRequested(request_id="CR-1", reason="not needed")


def customs(payload: Payload) -> object:
    """Customs about the declaration of the release."""
    return fact(payload, Subject("declaration", LRN), by=Role.CUS)


def declared() -> Given[OrderState]:
    """SO-1, packed, and customs has accepted its declaration."""
    way = ("order.released", "fulfilment.accepted", "allocation.confirmed", "wave.assigned", "pick.completed")
    born = Given(MACHINE, "SO-1").given(ex.told("order.approved", ex.approved()))
    born.given(*(ex.told(step) for step in (*way, "pack.completed")))
    return born.given(customs(cus.CustomsAccepted(lrn=LRN, mrn="M-1", accepted_at=NOON)))  # type: ignore[arg-type]


def asked() -> Given[OrderState]:
    """The whole order is to be cancelled; customs has been asked."""
    born = declared()
    wish = born.when(ex.told("order.cancel_requested", WISH))
    assert (wish.row, sends(wish.effects)) == ("ORD-12", ["cancel_declaration"])
    sent = next(effect.payload for effect in wish.effects if isinstance(effect, Send))
    return born.given(command(sent, ex.ORDER))


@pytest.mark.proves("CX-05", "W-19.2")
def test_customs_is_asked_first_and_the_warehouse_once_the_declaration_is_void() -> None:
    """The request bears the release's name, so that it finds its declaration."""
    born = asked()
    assert rule_of(born.now().groups[ex.GROUP]) == "CX-05"
    void = born.when(customs(cus.CustomsCancelled(lrn=LRN, mrn="M-1", reason="on request", at=NOON)))  # type: ignore[arg-type]
    assert sends(void.effects) == ["cancel_fulfilment_order", "cancel_shipment"]
    assert born.when(ex.told("fulfilment.cancelled")).row == "ORD-14"


@pytest.mark.proves("CUS-06")
@pytest.mark.proves("CX-05", "ORD-15")
def test_a_denial_refuses_the_cancellation() -> None:
    """What is declared leaves, or somebody asks again; the warehouse has heard nothing."""
    denied = asked().when(customs(cus.CustomsCancelDenied(lrn=LRN, mrn="M-1", reason="presented")))  # type: ignore[arg-type]
    assert (denied.row, derives(denied.effects)) == ("ORD-15", ["order.cancel_rejected"])
    assert (sends(denied.effects), cases(denied.effects)) == ([], [])


@pytest.mark.proves("CX-02", "CX-04")
def test_what_is_not_declared_yet_or_void_again_is_cancelled_at_once() -> None:
    """No word of customs, or one that ended it."""
    fresh = Given(MACHINE, "SO-1").given(ex.told("order.approved", ex.approved()), ex.told("order.released"))
    assert sends(fresh.when(ex.told("order.cancel_requested", WISH)).effects)[0] == "cancel_fulfilment_order"
    born = declared()
    born.given(customs(cus.CustomsCancelled(lrn=LRN, mrn="M-1", reason="no exit", at=NOON)))  # type: ignore[arg-type]
    assert sends(born.when(ex.told("order.cancel_requested", WISH)).effects)[0] == "cancel_fulfilment_order"
