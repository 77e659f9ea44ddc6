"""The order the benchmark of maps reads is sound, and different in every copy."""

from __future__ import annotations

from crossdock.bench.orders import CONTEXT, LINES, measure_orders, purchase_orders
from crossdock.bootstrap.library import open_library
from crossdock.canonical.events.order import OrderApproved
from crossdock.canonical.wire import decode_fact
from crossdock.connectors.x12.inbound import X12Decoder


def test_every_order_becomes_a_fact_with_all_its_lines() -> None:
    decoded = X12Decoder(open_library()).decode(purchase_orders(3), "", CONTEXT)
    assert decoded.findings == []
    orders = [decode_fact(fact.body, CONTEXT.received_at).payload for fact in decoded.facts]
    assert len({fact.body for fact in decoded.facts}) == len(orders) == 3
    for order in orders:
        assert isinstance(order, OrderApproved)
        assert len(order.lines) == LINES
        assert all(line.unit_price and line.gtin and line.description for line in order.lines)


def test_the_figure_is_microseconds_an_order() -> None:
    (name, value), *others = measure_orders().items()
    assert (name, others) == ("x12_850_us", [])
    assert value is not None
    assert value > 0
