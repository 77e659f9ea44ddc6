"""Identifiers of the trade: shape, check digit, normal form (domain.md §0.2).

Every `parse_…` takes what a partner wrote, drops spaces and hyphens, raises the case, and gives the normal form. What
is wrong is a `Rejected` that names the value, the rule and the remedy. Whoever needs the raw text keeps it beside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from crossdock.kernel import identifiers_checks as checks
from crossdock.kernel.errors import Rejected

_SHOWN_MAX = 40


def parse_gtin(text: str) -> str:
    """GTIN-8, -12, -13 or -14 as 14 digits, padded with zeros on the left."""
    number = _clean(text)
    _shape(text, number, r"[0-9]{8}|[0-9]{12,14}", "a GTIN has 8, 12, 13 or 14 digits")
    _gs1(text, number, "GTIN")
    return number.zfill(14)


def parse_gln(text: str) -> str:
    """GLN, 13 digits."""
    number = _clean(text)
    _shape(text, number, r"[0-9]{13}", "a GLN has 13 digits")
    return _gs1(text, number, "GLN")


def parse_sscc(text: str) -> str:
    """SSCC, 18 digits; the application identifier `(00)` that labels and EDI put in front is dropped."""
    number = _clean(text).replace("(00)", "")
    if len(number) == 20 and number.startswith("00"):
        number = number[2:]
    _shape(text, number, r"[0-9]{18}", "an SSCC has 18 digits")
    return _gs1(text, number, "SSCC")


def parse_gsin(text: str) -> str:
    """GSIN (shipment), 17 digits."""
    number = _clean(text)
    _shape(text, number, r"[0-9]{17}", "a GSIN has 17 digits")
    return _gs1(text, number, "GSIN")


def parse_scac(text: str) -> str:
    """Standard carrier alpha code, 2 to 4 letters; the list itself is licensed, so only the shape is known here."""
    return _shape(text, _clean(text), r"[A-Z]{2,4}", "a SCAC has 2 to 4 letters")


def parse_container(text: str) -> str:
    """Container number, ISO 6346: `CSQU3054383`."""
    number = _clean(text)
    _shape(
        text,
        number,
        r"[A-Z]{3}[UJZ][0-9]{7}",
        "3 owner letters, U, J or Z, and 7 digits (ISO 6346)",
    )
    return _checked(text, number, checks.is_container(number), checks.mod_11_10(number[:-1]), "ISO 6346")


def parse_imo(text: str) -> str:
    """IMO ship number, 7 digits, with or without `IMO` in front."""
    number = _clean(text).removeprefix("IMO")
    _shape(text, number, r"[0-9]{7}", "an IMO ship number has 7 digits")
    if not checks.is_imo(number):
        raise _wrong(text, "its check digit does not fit (IMO ship number)")
    return number


def parse_mrn(text: str) -> str:
    """Movement reference number of an EU or UK customs office: year, country, 13 signs, check digit."""
    number = _clean(text)
    _shape(text, number, r"[0-9]{2}[A-Z]{2}[A-Z0-9]{13}[0-9]", "an MRN has 18 signs and a country in place 3")
    digit = checks.mod_11_10(number[:-1])
    return _checked(text, number, digit == number[-1], digit, "MRN")


def parse_itn(text: str) -> str:
    """Internal transaction number of US AES: `X`, date of acceptance, six digits."""
    shape = r"X[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{6}"
    return _shape(text, _clean(text), shape, "an ITN is X, a date YYYYMMDD and 6 digits")


def parse_lrn(text: str) -> str:
    """Local reference number of a declaration, the declarant's own: up to 22 signs, hyphens and slashes among them."""
    return _shape(text, _ascii(text).strip(), r"[A-Za-z0-9/\-]{1,22}", "an LRN has up to 22 letters, digits, - or /")


def parse_unlocode(text: str) -> str:
    """UN/LOCODE, 5 signs; the digits 0 and 1 are not used in the place."""
    return _shape(text, _clean(text), r"[A-Z]{2}[A-Z2-9]{3}", "a UN/LOCODE is a country and 3 letters or digits 2 to 9")


def parse_eori(text: str) -> str:
    """EORI number: country and up to 15 signs of the member's own."""
    return _shape(text, _clean(text), r"[A-Z]{2}[A-Z0-9]{1,15}", "an EORI is a country and up to 15 letters or digits")


def parse_vat(text: str) -> str:
    """VAT number of an EU member, country in front."""
    number = _clean(text).replace(".", "")
    _shape(text, number, r"[A-Z]{2}[A-Z0-9+*]{2,13}", "a VAT number is a country and up to 13 signs")
    if not checks.is_vat(number):
        raise _wrong(text, f"it does not follow the VAT rule of {number[:2]}")
    return number


def parse_lei(text: str) -> str:
    """Legal entity identifier, ISO 17442, 20 signs."""
    number = _clean(text)
    _shape(text, number, r"[A-Z0-9]{18}[0-9]{2}", "an LEI has 18 letters or digits and 2 check digits")
    if not checks.is_lei(number):
        raise _wrong(text, "its check digits do not fit (LEI)")
    return number


def parse_bic(text: str) -> str:
    """Business identifier code, ISO 9362, 8 or 11 signs."""
    number = _clean(text)
    _shape(text, number, r"[A-Z0-9]{8}|[A-Z0-9]{11}", "a BIC has 8 or 11 letters or digits")
    if not checks.is_bic(number):
        raise _wrong(text, "a BIC is 4 letters, a country, a place and perhaps a branch")
    return number


def parse_air_waybill(text: str) -> str:
    """Air waybill number, written `125-12345675`."""
    number = _clean(text)
    _shape(text, number, r"[0-9]{11}", "an air waybill has 3 digits of the airline and 8 of its own")
    digit = checks.awb_digit(number[3:10])
    _checked(text, number, digit == number[-1], digit, "air waybill")
    return f"{number[:3]}-{number[3:]}"


def parse_s10(text: str) -> str:
    """Postal item, UPU S10: `RR473124829GB`."""
    number = _clean(text)
    _shape(text, number, r"[A-Z]{2}[0-9]{9}[A-Z]{2}", "a postal item number is 2 letters, 9 digits and a country")
    digit = checks.s10_digit(number[2:10])
    return _checked(text, number, digit == number[10], digit, "UPU S10")


def parse_hs(text: str) -> str:
    """Commodity code: 6 digits of the Harmonised System, up to 10 with national ones; points are dropped."""
    return _shape(
        text, _clean(text).replace(".", ""), r"[0-9]{6}([0-9]{2}){0,2}", "a tariff code has 6, 8 or 10 digits"
    )


def parse_un_number(text: str) -> str:
    """Dangerous goods number, 4 digits, with or without `UN` or `NA` in front."""
    number = _clean(text).removeprefix("UN").removeprefix("NA")
    return _shape(text, number, r"[0-9]{4}", "a UN number has 4 digits")


PARSERS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "gtin": parse_gtin,
        "gln": parse_gln,
        "sscc": parse_sscc,
        "gsin": parse_gsin,
        "scac": parse_scac,
        "container": parse_container,
        "imo": parse_imo,
        "mrn": parse_mrn,
        "itn": parse_itn,
        "lrn": parse_lrn,
        "unlocode": parse_unlocode,
        "eori": parse_eori,
        "vat": parse_vat,
        "lei": parse_lei,
        "bic": parse_bic,
        "air_waybill": parse_air_waybill,
        "s10": parse_s10,
        "hs": parse_hs,
        "un_number": parse_un_number,
    }
)


def is_valid(kind: str, text: str) -> bool:
    """Whether `text` is a `kind` of `PARSERS`, for rules that only flag (WHS-14)."""
    try:
        PARSERS[kind](text)
    except Rejected:
        return False
    return True


def _ascii(text: str) -> str:
    if not text.isascii():
        raise _wrong(text, "it holds characters outside ASCII: write plain letters and digits")
    return text


def _clean(text: str) -> str:
    return _ascii(text).replace(" ", "").replace("-", "").upper()


def _shape(text: str, number: str, pattern: str, rule: str) -> str:
    if not re.fullmatch(pattern, number):
        raise _wrong(text, rule)
    return number


def _gs1(text: str, number: str, kind: str) -> str:
    digit = checks.gs1_digit(number[:-1])
    return _checked(text, number, digit == number[-1], digit, kind)


def _checked(text: str, number: str, fits: bool, digit: str, kind: str) -> str:
    if not fits:
        raise _wrong(text, f"its check digit should be {digit} ({kind})")
    return number


def _wrong(text: str, rule: str) -> Rejected:
    shown = text if len(text) <= _SHOWN_MAX else text[:_SHOWN_MAX] + "…"
    return Rejected(f"{shown!r} cannot be used: {rule}; correct it at the source and send again")
