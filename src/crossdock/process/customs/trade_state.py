"""What TRADE remembers of an order whose goods cross a border, or may. Quantities are millionths.

Everything is keyed by what it is about, and bounded by the order: its lines, releases, packages and documents.
"""

from __future__ import annotations

import msgspec

from crossdock.canonical.events.customs import CustomsRequired
from crossdock.canonical.parts import DocumentRef, Incoterm, Party
from crossdock.kernel.money import Money

UNKNOWN = -1


class Article(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An order line as customs sees it: `net` is millionths of a kilogram per unit, `UNKNOWN` for not said."""

    item: str
    uom: str = ""
    hs: str = ""
    origin: str = ""
    net: int = UNKNOWN
    price: Money | None = None
    licence: str = ""
    licence_needed: bool = False


class Packed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A package: gross weight in millionths of a kilogram (`UNKNOWN` for not weighed) and contents by order line."""

    gross: int
    contents: dict[str, int]


class Release(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One warehouse release: item and quantity by line, packages by their number, whether packing is complete.

    `required` is the shipment's word that it needs a declaration, `said` what customs has been told last.
    """

    lines: dict[str, tuple[str, int]] = {}
    packages: dict[str, Packed] = {}
    final: bool = False
    required: CustomsRequired | None = None
    said: str = ""


class TradeFile(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """See the module. Releases by group (`<warehouse>/<release_no>`), documents by their hash."""

    rev: int = 0
    consignee: Party | None = None
    incoterm: Incoterm | None = None
    articles: dict[str, Article] = {}
    releases: dict[str, Release] = {}
    documents: dict[str, DocumentRef] = {}
