"""GS1 keys in the spellings EPCIS has for them, read into plain digits, and written as Digital Links.

Sources: GS1 EPC Tag Data Standard 2.0 chapter 6 (EPC URIs), GS1 Digital Link URI syntax 1.2, CBV 2.0 chapter 8;
reference/identifiers.md. A pure identity URI splits a key after the company prefix and leaves its check digit out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote

from crossdock.kernel.identifiers_checks import gs1_digit
from crossdock.mapping.converters import Converter

_SSCC = re.compile(r"urn:epc:id:sscc:([0-9]{6,12})\.([0-9])([0-9]{4,10})")
_PLACE = re.compile(r"urn:epc:id:s?p?gln:([0-9]{6,12})\.([0-9]{0,6})(?:\..*)?")
_LINK = re.compile(r"https?://[^?#]*?/(00|414|417)/([0-9]{13,18})(?:[/?#].*)?")
_WORD = re.compile(
    r"(?:urn:epcglobal:cbv:(?:bizstep|disp|btt|sdt|er):"
    r"|(?:https?://(?:ref\.gs1\.org|ns\.gs1\.org)/(?:standards/)?cbv/|cbv:|gs1:)(?:BizStep|Disp|BTT|SDT|ER)-)(\w+)"
)
_TRANSACTION = re.compile(r"urn:epcglobal:cbv:bt:[0-9]{13}:(.+)")
SSCC_DIGITS, GLN_DIGITS = 18, 13
DIGITAL_LINK = "https://id.gs1.org"


def sscc(text: str) -> str:
    """The 18 digits of a logistic unit; empty when the identifier is of something else."""
    found = _SSCC.fullmatch(text)
    if found is not None:
        digits = f"{found[2]}{found[1]}{found[3]}"
        return digits + gs1_digit(digits) if len(digits) == SSCC_DIGITS - 1 else ""
    return _linked(text, ("00",), SSCC_DIGITS)


def gln(text: str) -> str:
    """The 13 digits of a place or a party; empty when the identifier is of something else."""
    found = _PLACE.fullmatch(text)
    if found is not None:
        digits = f"{found[1]}{found[2]}"
        return digits + gs1_digit(digits) if len(digits) == GLN_DIGITS - 1 else ""
    return _linked(text, ("414", "417"), GLN_DIGITS)


def place_name(text: str) -> str:
    """The identifier of a place that has no GLN, as it was sent."""
    return "" if gln(text) else text


def cbv_word(text: str) -> str:
    """`receiving` of every spelling CBV has for it; a word of another vocabulary stays whole."""
    found = _WORD.fullmatch(text)
    return found[1] if found is not None else text


def transaction(text: str) -> str:
    """The number of a business document: what follows the party in a CBV identifier, or the last step of an address
    (CBV 2.0 §8.5), else all of it."""
    found = _TRANSACTION.fullmatch(text)
    if found is not None:
        return found[1]
    return unquote(text.rstrip("/").rpartition("/")[2]) if text.startswith(("https://", "http://")) else text


def _linked(text: str, keys: tuple[str, ...], digits: int) -> str:
    found = _LINK.fullmatch(text)
    return found[2] if found is not None and found[1] in keys and len(found[2]) == digits else ""


CONVERTERS: Mapping[str, Converter] = MappingProxyType(
    {"sscc": sscc, "gln": gln, "place_name": place_name, "cbv_word": cbv_word, "transaction": transaction}
)
