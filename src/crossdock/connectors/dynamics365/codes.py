"""Words of Dynamics 365 and what they mean here."""

from __future__ import annotations

# SalesStatus: `Backorder` is an open order; one that was delivered or billed had been one.
OPEN = frozenset({"Backorder", "Delivered", "Invoiced"})
CANCELLED = "Canceled"
YES = "Yes"
# The date that stands for none.
NO_YEAR = 1900

# Unit symbols of the standard data to UN/ECE Recommendation 20; a company may have others.
UNITS = {
    "ea": "EA", "pcs": "EA", "pc": "EA", "kg": "KGM", "g": "GRM", "t": "TNE", "lb": "LBR", "oz": "ONZ", "m": "MTR",
    "cm": "CMT", "mm": "MMT", "l": "LTR", "m2": "MTK", "m3": "MTQ", "box": "BX", "ct": "CT", "pl": "PF", "dz": "DZN",
    "hr": "HUR", "day": "DAY",
}  # fmt: skip
PIECES = frozenset({"EA", "C62", "PCE", "H87"})
