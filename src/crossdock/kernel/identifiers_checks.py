"""Check digits. The one door to python-stdnum, and the few rules it does not know.

stdnum takes digits and letters of all alphabets and maps look-alikes to ASCII, so only plain ASCII goes in.
"""

from __future__ import annotations

from stdnum import bic, ean, imo, iso6346, lei
from stdnum.eu import vat
from stdnum.exceptions import ValidationError

# A=10, B=12 … with every multiple of 11 left out (ISO 6346 annex A); the gaps keep the places.
_ISO_6346 = "0123456789A BCDEFGHIJK LMNOPQRSTU VWXYZ"
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def gs1_digit(payload: str) -> str:
    """Mod 10 with weights 3, 1, 3, … from the right (GS1 General Specifications 7.9)."""
    return str(ean.calc_check_digit(payload))


def is_container(number: str) -> bool:
    """ISO 6346: owner, category letter, serial, check digit."""
    return bool(iso6346.is_valid(number))


def is_imo(digits: str) -> bool:
    """IMO ship number, seven digits."""
    return bool(imo.is_valid(digits))


def is_lei(number: str) -> bool:
    """ISO 17442, mod 97."""
    return bool(lei.is_valid(number))


def is_bic(number: str) -> bool:
    """ISO 9362, shape only."""
    return bool(bic.is_valid(number))


def is_vat(number: str) -> bool:
    """VAT number of an EU member, by that country's rule."""
    try:
        return bool(vat.validate(number))
    except ValidationError:
        return False


def mod_11_10(payload: str) -> str:
    """The check digit of a container number, and of an MRN: weights 2^place, mod 11, and 10 becomes 0."""
    return str(sum(_ISO_6346.index(sign) * 2**place for place, sign in enumerate(payload)) % 11 % 10)


def s10_digit(serial: str) -> str:
    """UPU S10: 11 less the weighted sum mod 11, where 10 becomes 0 and 11 becomes 5."""
    digit = 11 - sum(int(sign) * weight for sign, weight in zip(serial, _S10_WEIGHTS, strict=True)) % 11
    return {10: "0", 11: "5"}.get(digit, str(digit))


def awb_digit(serial: str) -> str:
    """IATA air waybill: the seven digits mod 7."""
    return str(int(serial) % 7)
