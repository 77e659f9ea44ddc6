"""CHO's table against its own words, and how a sale's lines find the customer's."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.canonical.parts import OrderLine
from crossdock.kernel.quantity import Quantity
from crossdock.process.channel_order.evolve import pair
from crossdock.process.channel_order.machine import MACHINE
from crossdock.process.channel_order.table import ROWS
from crossdock.process.machine import KEEP, PRIOR, Row


def line(number: str, item: str, amount: int) -> OrderLine:
    """A line of pieces."""
    return OrderLine(no=number, item=item, qty=Quantity(Decimal(amount)))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.id} {row.trigger}")
def test_the_table_names_only_what_exists(row: Row) -> None:
    """Guards, actions and states by name."""
    spec = MACHINE.spec
    assert not row.guard or row.guard in spec.guards
    assert set(row.actions) <= set(spec.actions)
    assert {*row.sources, row.target} - {KEEP, PRIOR} <= set(spec.progress)


def test_every_row_has_an_id_of_its_own() -> None:
    """So that a transition names one step."""
    ids = [row.id for row in ROWS]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("sale", "expected"),
    [
        ([line("10", "A", 2), line("20", "B", 1)], {"10": "a1", "20": "b1"}),
        ([line("1", "A", 5), line("2", "A", 2)], {"1": "a2", "2": "a1"}),
        ([line("1", "A", 2), line("2", "GIFT", 1)], {"1": "a1"}),
        ([line("1", "A", 9)], {"1": "a1"}),
    ],
)
def test_a_sales_line_finds_the_customers_by_item_quantity_and_turn(
    sale: list[OrderLine], expected: dict[str, str]
) -> None:
    """An ERP numbers lines its own way, and may add some."""
    channel = [line("a1", "A", 2), line("b1", "B", 1), line("a2", "A", 5)]
    assert pair(channel, sale) == expected


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 3)), max_size=8), st.integers(0, 8))
def test_no_line_of_the_customers_is_taken_twice_and_none_is_left_that_fits(
    lines: list[tuple[str, int]], cut: int
) -> None:
    """Property: a matching of equal items, as large as it can be."""
    channel = [line(f"c{at}", item, amount) for at, (item, amount) in enumerate(lines)]
    sale = [line(f"s{at}", item, amount) for at, (item, amount) in enumerate(reversed(lines[cut:]))]
    pairs = pair(channel, sale)
    items = {one.no: one.item for one in (*channel, *sale)}
    assert len(set(pairs.values())) == len(pairs) == len(sale)
    assert all(items[theirs] == items[ours] for theirs, ours in pairs.items())
