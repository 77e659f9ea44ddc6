"""Words and numbers into elements: what X12 cannot carry is folded when it is text and refused when it identifies."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

from crossdock.canonical.parts import Place
from crossdock.connectors.x12.codes import UNITS_OUT
from crossdock.formats.x12.tree import Delimiters
from crossdock.kernel.errors import Rejected

_SPELLED = str.maketrans(
    {"ß": "ss", "Æ": "AE", "æ": "ae", "Ø": "O", "ø": "o", "Œ": "OE", "œ": "oe", "Ł": "L", "ł": "l", "Đ": "D"}
)
_PUNCTUATION = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ", "\n": " ", "\t": " "}
)


def words(text: str, width: int, marks: Delimiters) -> str:
    """Free text for people: accents dropped, delimiters and what has no ASCII form made a blank, cut at `width`."""
    spelled = text.translate(_SPELLED).translate(_PUNCTUATION)
    plain = unicodedata.normalize("NFKD", spelled)
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    clean = "".join(sign if " " <= sign <= "~" and sign not in marks.all else " " for sign in kept)
    return " ".join(clean.split())[:width].rstrip()


def identifier(value: str, width: int, name: str) -> str:
    """A number or code of somebody: as it is, or refused.

    Raises:
        Rejected: longer than the element allows.
    """
    if len(value) > width:
        raise Rejected(
            f"{value!r} has more than the {width} characters {name} takes: agree a shorter number", where=name
        )
    return value


def unit(uom: str) -> str:
    """Element 355 for a Rec 20 unit.

    Raises:
        Rejected: there is no two-letter code for it.
    """
    code = UNITS_OUT.get(uom, uom)
    if len(code) != 2:
        raise Rejected(f"unit {uom!r} has no code in element 355: add it to the connector's table", where="uom")
    return code


def day_and_time(at: datetime) -> tuple[str, str]:
    """DT and TM in UTC; the time code beside them is UT."""
    there = at.astimezone(UTC)
    return there.strftime("%Y%m%d"), there.strftime("%H%M")


def address(place: Place, marks: Delimiters) -> list[list[str]]:
    """N3 and N4 of a place; nothing when it has no address."""
    known = place.address
    if known is None:
        return []
    rows: list[list[str]] = []
    lines = [words(line, 55, marks) for line in known.lines if line]
    if lines:
        rows.append(["N3", *lines[:2]])
    region = words(known.region, 2, marks) if len(known.region) <= 2 else ""
    rows.append(["N4", words(known.city, 30, marks), region, words(known.postal, 15, marks), known.country])
    return rows
