"""What no code table can say: converters the maps of this connector name, and the words of acknowledgments.

Code tables are `codes/*.csv`. Sources: UN/LOCODE and GS1 keys as in reference/identifiers.md; elements 1225 and 4343
in reference/edifact-milestones.csv.
"""

from __future__ import annotations

from collections.abc import Mapping

from crossdock.mapping.converters import Converter
from crossdock.mediation.references import channel_order

LOCODE_LENGTH = 5
GLN_LENGTH = 13
SSCC_LENGTH = 18
SSCC_WITH_AI = "00"


def locode(text: str) -> str:
    """A UN/LOCODE, `NLRTM`; nothing where the text is none."""
    country, place = text[:2], text[2:]
    is_one = len(text) == LOCODE_LENGTH and text.isascii() and country.isalpha() and place.isalnum()
    return text.upper() if is_one else ""


def locode_country(text: str) -> str:
    """The country of a UN/LOCODE, `NL`; nothing where the text is none."""
    return locode(text)[:2]


def gln(text: str) -> str:
    """A GLN; nothing where the text is no thirteen digits."""
    return text if len(text) == GLN_LENGTH and text.isascii() and text.isdecimal() else ""


def sscc(text: str) -> str:
    """An SSCC without its application identifier; any other package number as it is."""
    is_prefixed = len(text) == SSCC_LENGTH + 2 and text.isdecimal() and text.startswith(SSCC_WITH_AI)
    return text[2:] if is_prefixed else text


def country(text: str) -> str:
    """An ISO 3166 alpha-2 country; nothing where the text is none."""
    return text.upper() if len(text) == 2 and text.isascii() and text.isalpha() else ""


CONVERTERS: Mapping[str, Converter] = {
    "locode": locode,
    "locode_country": locode_country,
    "gln": gln,
    "sscc": sscc,
    "country": country,
    "channel_order": channel_order,
}

# APERAK, BGM 1225 and 4343: what was decided about the whole document.
ACCEPTED = frozenset(("29", "44", "AP", "AD"))
REFUSED = frozenset(("27", "48", "RE", "UT"))
