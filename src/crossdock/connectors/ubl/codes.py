"""How UBL documents are told, and the converters maps of this connector name.

Source: UBL 2.1 and 2.3 (OASIS), document schemas; identifier schemes of ISO/IEC 6523 as Peppol lists them.
"""

from __future__ import annotations

from collections.abc import Mapping

from crossdock.mapping.converters import Converter
from crossdock.mediation.references import channel_order, fulfilment_order

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
COMPONENTS = {
    "cac": f"{UBL}CommonAggregateComponents-2",
    "cbc": f"{UBL}CommonBasicComponents-2",
}
ENVELOPE = "sbdh:StandardBusinessDocument"
ENVELOPE_HEADER = "sbdh:StandardBusinessDocumentHeader"
CONTENT_TYPE = "application/xml"
SUFFIX = "xml"
SSCC_LENGTH = 18
SSCC_WITH_AI = "00"
DIGITS_MAX = 9


def following(text: str) -> int:
    """One more: the revision an order has after its change of that number."""
    if not text.isascii() or not text.isdecimal() or len(text) > DIGITS_MAX:
        raise ValueError("is no number")
    return int(text) + 1


def sscc(text: str) -> str:
    """An SSCC without its application identifier; any other package number as it is."""
    is_prefixed = len(text) == SSCC_LENGTH + len(SSCC_WITH_AI) and text.isdecimal() and text.startswith(SSCC_WITH_AI)
    return text[len(SSCC_WITH_AI) :] if is_prefixed else text


CONVERTERS: Mapping[str, Converter] = {
    "following": following,
    "sscc": sscc,
    "fulfilment_order": fulfilment_order,
    "channel_order": channel_order,
}
