"""Weights, volumes and lengths: UN/ECE Rec 20 codes and their exact factors (Rec 20 rev. 17; NIST SP 811 B.8).

Only measures: what a case or a pallet holds is master data, and no table's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

# code -> (dimension, how many of the dimension's first unit); pounds, inches and gallons are exact by definition.
_ROWS: tuple[tuple[str, str, str], ...] = (
    ("KGM", "mass", "1"),
    ("GRM", "mass", "0.001"),
    ("TNE", "mass", "1000"),
    ("LBR", "mass", "0.45359237"),
    ("ONZ", "mass", "0.028349523125"),
    ("STN", "mass", "907.18474"),
    ("MTQ", "volume", "1"),
    ("LTR", "volume", "0.001"),
    ("DMQ", "volume", "0.001"),
    ("CMQ", "volume", "0.000001"),
    ("FTQ", "volume", "0.028316846592"),
    ("INQ", "volume", "0.000016387064"),
    ("GLL", "volume", "0.003785411784"),
    ("CMT", "length", "1"),
    ("MMT", "length", "0.1"),
    ("MTR", "length", "100"),
    ("INH", "length", "2.54"),
    ("FOT", "length", "30.48"),
)
UNITS: Mapping[str, tuple[str, Decimal]] = MappingProxyType({code: (kind, Decimal(size)) for code, kind, size in _ROWS})
# Short names documents use for them: X12 element 355, ISO abbreviations.
ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "KG": "KGM",
        "GR": "GRM",
        "G": "GRM",
        "LB": "LBR",
        "LBS": "LBR",
        "OZ": "ONZ",
        "MT": "TNE",
        "T": "TNE",
        "ST": "STN",
        "CR": "MTQ",
        "M3": "MTQ",
        "CBM": "MTQ",
        "L": "LTR",
        "CF": "FTQ",
        "CI": "INQ",
        "CC": "CMQ",
        "CM": "CMT",
        "MM": "MMT",
        "M": "MTR",
        "MR": "MTR",
        "IN": "INH",
        "FT": "FOT",
        "GA": "GLL",
    }
)
PLACES = Decimal("0.000001")


def unit(code: str) -> str:
    """The Rec 20 code of a unit, empty when it is no measure we know."""
    found = ALIASES.get(code.upper(), code.upper())
    return found if found in UNITS else ""


def convert(value: Decimal, code: str, to: str) -> Decimal | None:
    """A measure in another unit of its dimension, at six places; None when the units do not go together.

    Args:
        code, to: Rec 20 codes.

    Raises:
        ValueError: at six places it has more digits than are reckoned with.
    """
    if code == to:
        return value
    (kind, size), (wanted, step) = UNITS[code], UNITS[to]
    if kind != wanted:
        return None
    try:
        exact = (value * size / step).quantize(PLACES)
    except InvalidOperation as error:
        raise ValueError(f"is too large a number to be turned into {to}") from error
    return exact.normalize() + 0
