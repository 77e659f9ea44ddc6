"""Converters the maps of this connector may name; text to text or value, `ValueError` for what they cannot take."""

from __future__ import annotations

from collections.abc import Mapping

from crossdock.connectors.x12.acknowledgement_997 import control_id
from crossdock.connectors.x12.facts import SSCC_LENGTH, SSCC_WITH_AI
from crossdock.connectors.x12.text_out import words
from crossdock.formats.x12.values import to_date
from crossdock.formats.x12.writer import STANDARD
from crossdock.mapping.converters import Converter

# A date of six digits is of this century: none of our documents are older.
_THIS_CENTURY = 2000
_TEXT_MAX = 256
REGION_LENGTH = 2


def day(text: str) -> str:
    """DT (`20260602` or `260602`) as ISO 8601."""
    on = to_date(text.strip(), _THIS_CENTURY)
    if on is None:
        raise ValueError("is no date CCYYMMDD")
    return on.isoformat()


def next_number(text: str) -> int:
    """One more: the revision a change makes of an order that begins with 1, an HL behind the first."""
    if not text.strip().isdecimal():
        raise ValueError("is no whole number")
    return int(text) + 1


def sscc(text: str) -> str:
    """An SSCC without its application identifier."""
    with_identifier = len(text) == SSCC_LENGTH + len(SSCC_WITH_AI) and text.startswith(SSCC_WITH_AI)
    return text[len(SSCC_WITH_AI) :] if with_identifier else text


def control_number(text: str) -> str:
    """GS06 as we give it out: without padding."""
    return control_id(text, "").removesuffix(".")


def channel_order(text: str) -> str:
    """A number as `create_sales_order` wrote it, `<channel>/<number>`; nothing for a number of the customer's own."""
    channel, _, number = text.partition("/")
    return text if channel.strip() and number.strip() else ""


def plain(text: str) -> str:
    """Free text that X12 can carry: accents dropped, delimiters made blanks."""
    return words(text, _TEXT_MAX, STANDARD)


def region(text: str) -> str:
    """A state or province as element 156 has it: two letters, else nothing; the city and the postal code remain."""
    return text if len(text) == REGION_LENGTH else ""


CONVERTERS: Mapping[str, Converter] = {
    "day": day,
    "next_number": next_number,
    "sscc": sscc,
    "channel_order": channel_order,
    "control_number": control_number,
    "plain": plain,
    "region": region,
}
