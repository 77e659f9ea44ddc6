"""Readers see everything but what they have no right to."""

from __future__ import annotations

from crossdock.app.masking import MASK
from crossdock.app.orders.masking import hides_money, masked

SAID = {
    "order_no": "SO-1",
    "customer": {"no": "C-1", "name": "J. Doe"},
    "ship_to": {"location_no": "L-1", "address": {"city": "London"}},
    "lines": [{"no": "10", "unit_price": {"amount": "3.10", "currency": "EUR"}, "qty": {"value": "4", "uom": "EA"}}],
    "total": {"amount": "12.40", "currency": "EUR"},
    "note": "",
}


def test_with_both_rights_nothing_is_hidden() -> None:
    assert masked(SAID, personal=True, money=True) == SAID


def test_without_the_right_to_persons_names_and_addresses_are_hidden() -> None:
    shown = masked(SAID, personal=False, money=True)
    assert shown == SAID | {
        "customer": {"no": "C-1", "name": MASK},
        "ship_to": {"location_no": "L-1", "address": {"city": MASK}},
    }


def test_without_the_right_to_money_amounts_are_hidden_by_name_and_by_shape() -> None:
    shown = masked(SAID | {"freight": {"amount": "9", "currency": "EUR"}}, personal=True, money=False)
    assert isinstance(shown, dict)
    assert shown["total"] == MASK
    assert shown["freight"] == MASK
    assert shown["lines"] == [{"no": "10", "unit_price": MASK, "qty": {"value": "4", "uom": "EA"}}]


def test_empty_fields_stay_as_they_are() -> None:
    assert masked({"price": "", "customer": {"name": ""}}, personal=False, money=False) == {
        "price": "",
        "customer": {"name": ""},
    }


def test_a_path_to_money_is_money() -> None:
    assert hides_money("FRT:W/1.accrued.DET")
    assert not hides_money("SHP:W/1.carrier")
