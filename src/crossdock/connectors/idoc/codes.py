"""Which basic types one map reads, and the converters maps of this connector name.

Source: SAP basic types (transaction WE60); conversion exit ALPHA; GS1 keys as in reference/identifiers.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from crossdock.mapping.converters import Converter
from crossdock.mediation.references import channel_order, fulfilment_order

# A later release of a basic type only adds segments and fields, so one map reads them all, under the name it has there.
FAMILIES = {
    "ORDERS": "ORDERS05",
    "DELVRY": "DELVRY05",
    "SHPMNT": "SHPMNT05",
    "INVOIC": "INVOIC02",
    "ALEAUD": "ALEAUD01",
}
VERSION_LENGTH = 2
CONTENT_TYPES = {"xml": "application/xml", "flat": "text/plain"}
SUFFIXES = {"xml": "xml", "flat": "idoc"}

EMPTY_DATE = "00000000"
DOCUMENT_LENGTH = 10
MATERIAL_LENGTH = 18
ITEM_LENGTH = 6
SSCC_LENGTH = 18
SSCC_WITH_AI = "00"


def family(basic_type: str) -> str:
    """What maps call a basic type: `ORDERS01` to `ORDERS05` are `ORDERS05`; types of the partner's own stay."""
    stem, version = basic_type[:-VERSION_LENGTH], basic_type[-VERSION_LENGTH:]
    return FAMILIES.get(stem, basic_type) if version.isdecimal() else basic_type


def number(text: str) -> str:
    """A number as people write it: SAP keeps numbers of digits alone with leading zeros, others without (ALPHA)."""
    return text.lstrip("0") if text.isascii() and text.isdecimal() else text


def _padded(length: int) -> Converter:
    def padded(text: str) -> str:
        return text.zfill(length) if text.isascii() and text.isdecimal() else text

    return padded


def day(text: str) -> str:
    """A date CCYYMMDD; nothing where the field is initial."""
    return "" if text.strip("0") == "" else text


def iso_day(text: str) -> str:
    """A date CCYYMMDD as ISO 8601."""
    if len(text) != len(EMPTY_DATE) or not text.isascii() or not text.isdecimal() or text == EMPTY_DATE:
        raise ValueError("is no date CCYYMMDD")
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def sscc(text: str) -> str:
    """An SSCC without its application identifier; any other handling unit as SAP shows it."""
    is_prefixed = len(text) == SSCC_LENGTH + len(SSCC_WITH_AI) and text.isdecimal() and text.startswith(SSCC_WITH_AI)
    if is_prefixed and text[len(SSCC_WITH_AI) :].strip("0"):
        stripped = text[len(SSCC_WITH_AI) :]
        return stripped if not stripped.startswith("00") else number(text)
    return number(text)


def following(text: str) -> int:
    """The number behind this one: the stop a stage ends at."""
    if not text.isascii() or not text.isdecimal() or len(text) > MATERIAL_LENGTH:
        raise ValueError("is no number")
    return int(text) + 1


def preceding(text: str) -> int:
    """The number before this one: the stage that ends at a stop."""
    return following(text) - 2


CONVERTERS: Mapping[str, Converter] = {
    "number": number,
    "to_document": _padded(DOCUMENT_LENGTH),
    "to_material": _padded(MATERIAL_LENGTH),
    "to_item": _padded(ITEM_LENGTH),
    "day": day,
    "iso_day": iso_day,
    "sscc": sscc,
    "fulfilment_order": fulfilment_order,
    "channel_order": channel_order,
    "following": following,
    "preceding": preceding,
}
