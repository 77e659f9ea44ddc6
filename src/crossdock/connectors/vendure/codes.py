"""Words of Vendure and what they mean here.

Source: Vendure 3.7, Admin API schema; the default order, payment, refund and fulfilment processes.
"""

from __future__ import annotations

import re

# The only kind of order a customer places; a marketplace's sellers get copies of their own.
REGULAR = "Regular"
CANCELLED = "Cancelled"

# Payments that are money, by what the partner file counts as paid.
MONEY = {"settled": frozenset({"Settled"}), "authorized": frozenset({"Settled", "Authorized"})}
REFUNDED = "Settled"

CREATED, PENDING, SHIPPED, DELIVERED = "Created", "Pending", "Shipped", "Delivered"
GONE = frozenset({SHIPPED, DELIVERED})

# What the history says of cancelled lines.
CANCELLATION = "ORDER_CANCELLATION"
PIECE = "EA"

# A cancellation of ours ends its reason with this: the shop telling us of it is no news.
OURS_TEXT = "[crossdock {}]"
OURS = re.compile(r"\[crossdock [^\]]+\]$")
