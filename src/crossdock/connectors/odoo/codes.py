"""Words of Odoo and what they mean here."""

from __future__ import annotations

# Sales that are the customer's and ours; `done` is a locked sale before Odoo 17.
CONFIRMED = frozenset({"sale", "done"})
CANCELLED = "cancel"

# Products that are moved (`product` and `consu` until Odoo 17, `consu` from 18 on); a service is not.
MOVED = frozenset({"product", "consu"})

# Odoo's own unit names in English (module uom) to UN/ECE Recommendation 20.
UNITS = {
    "Units": "EA", "Dozens": "DZN", "kg": "KGM", "g": "GRM", "t": "TNE", "lb": "LBR", "oz": "ONZ", "m": "MTR",
    "cm": "CMT", "mm": "MMT", "L": "LTR", "m³": "MTQ", "m²": "MTK", "Hours": "HUR", "Days": "DAY",
}  # fmt: skip
PIECES = frozenset({"EA", "C62", "PCE", "H87"})

# The field a line's unit stands in.
UNIT_FIELD = {"17": "product_uom", "18": "product_uom", "19": "product_uom_id"}

# States of a transfer. `waiting` waits for a transfer before it, in warehouses that pick or pack in steps of their own.
OPEN = frozenset({"confirmed", "assigned"})
DONE = "done"
WAITING = "waiting"
