"""Layouts that come with this connector, each with a map in `maps/` that reads it; partners may name them.

`erp_order` is the usual export of sales orders: one row a line, the order's own columns repeated on each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from crossdock.formats.delimited.layout import Column, DelimitedLayout, Record
from crossdock.formats.fixed_width.layout import FixedLayout

Layout = DelimitedLayout | FixedLayout


class Shipped(NamedTuple):
    """A layout, and which of its rows belong together under which name."""

    layout: Layout
    by: tuple[str, ...]
    name: str


_ORDER = (
    *(Column(name, required=True) for name in ("order_no", "currency", "customer_no", "country", "requested")),
    *(Column(name, required=True) for name in ("line_no", "item")),
    Column("qty", required=True, decimal="."),
    Column("price", decimal="."),
    *(Column(name) for name in ("rev", "customer_name", "customer_po", "ordered_at", "approved_at")),
    *(
        Column(name)
        for name in ("ship_to_no", "ship_to_name", "street", "city", "postal", "incoterm", "incoterm_place")
    ),
    *(Column(name) for name in ("uom", "description", "warehouse")),
)

LAYOUTS: Mapping[str, Shipped] = {
    "erp_order": Shipped(
        DelimitedLayout("erp_order", records=(Record("row", _ORDER),)),
        ("order_no",),
        "order",
    ),
}
