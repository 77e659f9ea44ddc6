"""What people type into the search box."""

from __future__ import annotations

import pytest

from crossdock.app.cards.search import Query, query_of
from crossdock.app.orders.sheet import name_of


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("so-1", Query("SO-1")),
        ("  SO-1  ", Query("SO-1")),
        ("order SO-1", Query("SO-1", "order")),
        ("Order: SO-1", Query("SO-1", "order")),
        ("order||SO-1", Query("SO-1", "order")),
        ("pro|NVTR|778 1", Query("778 1", "pro")),
        ("delivery note 77", Query("77", "delivery_note")),
        ("delivery_note 77", Query("77", "delivery_note")),
        ("customer PO 9", Query("CUSTOMER PO 9".removeprefix("CUSTOMER PO "), "po")),
        ("sscc 003", Query("003", "sscc")),
        ("strange|x|Y", Query("Y")),
        ("ordering", Query("ORDERING")),
        ("", Query("")),
    ],
)
def test_a_term_with_or_without_its_kind(typed: str, meant: Query) -> None:
    assert query_of(typed) == meant


def test_a_page_is_called_by_its_number_where_an_address_can_hold_it() -> None:
    from_order, odd, other = (name_of(ident, 7) for ident in ("order||SO-1", "order||A/1", "stock||W|I"))
    assert (from_order, odd, other) == ("SO-1", "~7", "~7")
