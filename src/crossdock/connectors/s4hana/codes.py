"""Words of S/4HANA and what they mean here."""

from __future__ import annotations

# Units as an English or German user is given them, to UN/ECE Recommendation 20.
UNITS = {
    "PC": "EA", "EA": "EA", "ST": "EA", "KG": "KGM", "G": "GRM", "TO": "TNE", "LB": "LBR", "OZ": "ONZ", "M": "MTR",
    "CM": "CMT", "MM": "MMT", "L": "LTR", "M2": "MTK", "M3": "MTQ", "CAR": "CT", "KAR": "CT", "PAL": "PF", "H": "HUR",
    "STD": "HUR", "DAY": "DAY", "TAG": "DAY",
}  # fmt: skip
PIECES = frozenset({"EA", "C62", "PCE", "H87"})

# Partner functions, as an English or German user is given them.
SHIP_TO = frozenset({"SH", "WE"})
SOLD_TO = frozenset({"SP", "AG"})

# Overall statuses: A not begun, B in part, C completely; empty where it does not apply.
BEGUN_NOT, COMPLETE = ("", "A"), "C"
# Credit: A and D are good, or were let through; B is not, C not yet.
CREDIT_BAD = frozenset({"B", "C"})
