"""Words of Tryton and what they mean here."""

from __future__ import annotations

# Sales that are the customer's and ours: what comes before may still change, what is cancelled never was one.
CONFIRMED = frozenset({"confirmed", "processing", "done"})
CANCELLED = "cancelled"

# Products that are moved; what else a line may sell (service) or say (title, comment, subtotal) is not.
MOVED = frozenset({"goods", "assets"})

# Tryton's own unit symbols (module product, unit.xml) to UN/ECE Recommendation 20.
UNITS = {
    "u": "EA", "kg": "KGM", "g": "GRM", "t": "TNE", "lb": "LBR", "oz": "ONZ", "m": "MTR", "cm": "CMT", "mm": "MMT",
    "L": "LTR", "l": "LTR", "m³": "MTQ", "m²": "MTK", "h": "HUR", "d": "DAY",
}  # fmt: skip
PIECES = frozenset({"EA", "C62", "PCE", "H87"})

HANDED_OVER = "shipment.handed_over"
DELIVERED = frozenset({"shipment.delivered", "pod.captured"})

# The invoice method with which Tryton drafts an invoice for every shipment that is done.
BILLED_WHEN_DONE = "fulfillment"

# States of a customer shipment whose goods have left the warehouse, in Tryton's order.
GONE = frozenset({"shipped", "done"})
