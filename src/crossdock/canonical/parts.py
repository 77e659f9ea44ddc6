"""The small structs facts, commands and entities are put together from.

Identifiers are the issuer's own text. `""`, `None` and `()` mean "not said", never "none".
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec

from crossdock.canonical.scalars import PERSONAL, Count, Country, Id, Instant, Number, Ordinal, Personal, Text
from crossdock.kernel.instant import Window
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Base of every part: strict on input, silent about defaults on output."""


# ---------------------------------------------------------------- people and places


class ScreeningStatus(StrEnum):
    """Outcome of a denied-party check."""

    CLEAR = "clear"
    REVIEW = "review"
    DENIED = "denied"


class Screening(Part, frozen=True):
    """When a party was checked against which list."""

    status: ScreeningStatus
    list: str = ""
    checked_at: Instant | None = None


class Contact(Part, frozen=True):
    """One way to reach a party; `consent` is the party's leave to be sent notifications there."""

    kind: str
    value: Personal
    lang: str = ""
    consent: bool = False


class Address(Part, frozen=True):
    """A postal address; `country` is ISO 3166-1 alpha-2."""

    country: Country
    lines: Annotated[tuple[str, ...], PERSONAL] = ()
    city: str = ""
    region: str = ""
    postal: Personal = ""


class Geo(Part, frozen=True):
    """WGS84 degrees, six places."""

    lat: Number
    lon: Number


class Party(Part, frozen=True):
    """A party as a fact names it; the full master record is `entities.master.Party`."""

    no: Id
    name: Personal = ""
    gln: str = ""
    scac: str = ""
    eori: str = ""
    vat: str = ""
    blocked: bool = False
    blocked_reason: str = ""
    screening: Screening | None = None
    contacts: tuple[Contact, ...] = ()


class Place(Part, frozen=True):
    """A location as a fact names it: by number, by code, by address, or by coordinates. `tz` is an IANA zone."""

    location_no: str = ""
    name: str = ""
    type: str = ""
    gln: str = ""
    unlocode: str = ""
    address: Address | None = None
    geo: Annotated[Geo | None, PERSONAL] = None
    tz: str = ""

    @property
    def key(self) -> str:
        """The strongest name this place has, empty when it has none."""
        return self.location_no or self.gln or self.unlocode or (self.address.city if self.address else "")


class Incoterm(Part, frozen=True):
    """Incoterms 2020 code and the named place."""

    code: str
    place: str = ""


# ---------------------------------------------------------------- goods


class PackageType(StrEnum):
    """What the goods are packed in."""

    PARCEL = "parcel"
    CASE = "case"
    PALLET = "pallet"
    CONTAINER = "container"


class LineQuantity(Part, frozen=True):
    """A quantity of one order line, by lot and serial where the item is controlled."""

    line: Id
    qty: Quantity
    item: str = ""
    lot: str = ""
    serials: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """`line`, with the lot where one is named."""
        return f"{self.line}:{self.lot}" if self.lot else self.line


class DeliveredLine(Part, frozen=True):
    """What became of one line at the consignee's door; the three add up to what was on the vehicle."""

    line: Id
    delivered: Quantity
    refused: Quantity | None = None
    damaged: Quantity | None = None

    @property
    def key(self) -> str:
        """The order line."""
        return self.line


class Dims(Part, frozen=True):
    """Outer dimensions in centimetres."""

    l: Number  # noqa: E741  (domain.md §1.1 names them so)
    w: Number
    h: Number


class PackageInfo(Part, frozen=True):
    """One package as packed. `kgm` is gross kilograms; without an SSCC, `package_no` is the warehouse's own number."""

    sscc: str = ""
    type: PackageType = PackageType.PARCEL
    kgm: Number | None = None
    dims: Dims | None = None
    contents: tuple[LineQuantity, ...] = ()
    package_no: str = ""
    parent: str = ""
    tracking_no: str = ""
    label_id: str = ""
    seal_no: str = ""
    volume_mtq: Number | None = None

    @property
    def key(self) -> str:
        """The SSCC, or the warehouse's own number."""
        return self.sscc or self.package_no


class Totals(Part, frozen=True):
    """Packages, kilograms gross, cubic metres."""

    packages: Count = 0
    gross_kgm: Number = Decimal(0)
    volume_mtq: Number = Decimal(0)


class StockAtp(Part, frozen=True):
    """What one warehouse can promise of an item, in the line's unit."""

    warehouse: Id
    atp: Number


class Hazmat(Part, frozen=True):
    """Dangerous-goods data; `lq` is limited quantity."""

    un_no: Id
    hazard_class: str = ""
    pg: str = ""
    lq: bool = False


class TradeData(Part, frozen=True):
    """What a customs declaration needs of a line. `net_kgm` is per line unit."""

    hs_code: str = ""
    origin_country: str = ""
    net_kgm: Number | None = None
    gross_kgm: Number | None = None
    licence: str = ""
    licence_needed: bool = False
    hazmat: Hazmat | None = None


class OrderLine(Part, frozen=True):
    """One ordered line. Tolerances are percent of the ordered quantity; `warehouse` forces a source."""

    no: Id
    item: Id
    qty: Quantity
    unit_price: Money | None = None
    warehouse: str = ""
    under_tol_pct: Number = Decimal(0)
    over_tol_pct: Number = Decimal(0)
    substitution_ok: bool = False
    description: str = ""
    gtin: str = ""
    stock: tuple[StockAtp, ...] = ()
    trade: TradeData | None = None

    @property
    def key(self) -> str:
        """The line number."""
        return self.no


# ---------------------------------------------------------------- transport


class Mode(StrEnum):
    """How a shipment travels."""

    PARCEL = "parcel"
    LTL = "ltl"
    FTL = "ftl"
    AIR = "air"
    OCEAN = "ocean"
    RAIL = "rail"
    OWN_FLEET = "own_fleet"


class StopType(StrEnum):
    """What happens at a stop."""

    PICKUP = "pickup"
    DELIVERY = "delivery"
    CROSS_DOCK = "cross_dock"
    CUSTOMS = "customs"


class Stop(Part, frozen=True):
    """One stop of a load, with the shipments that go on and off there."""

    seq: Ordinal
    type: StopType
    location: Place
    planned: Window | None = None
    shipments_on: tuple[str, ...] = ()
    shipments_off: tuple[str, ...] = ()
    appointment_no: str = ""


class Leg(Part, frozen=True):
    """One leg of a shipment's way."""

    seq: Ordinal
    origin: Place
    destination: Place
    mode: Mode
    carrier: str = ""


class Windows(Part, frozen=True):
    """Planned pick-up and delivery."""

    pickup: Window | None = None
    delivery: Window | None = None


class Equipment(Part, frozen=True):
    """The vehicle or unit; `type` is the issuer's code."""

    type: str = ""
    no: str = ""
    seals: tuple[str, ...] = ()


class Receiver(Part, frozen=True):
    """Who took the goods over at the dock."""

    carrier: str = ""
    driver: Personal = ""
    vehicle: str = ""


class Eta(Part, frozen=True):
    """An estimate; `confidence` runs from 0 to 1."""

    value: Instant
    source: str = ""
    confidence: Number | None = None


class RawCode(Part, frozen=True):
    """What the source wrote, kept beside what it was mapped to."""

    code: str = ""
    reason: str = ""
    text: Text = ""


class ChargeCode(StrEnum):
    """Freight charge codes (domain.md §1.6)."""

    LHL = "LHL"
    FUE = "FUE"
    DET = "DET"
    LIF = "LIF"
    RES = "RES"
    RDL = "RDL"
    CUS = "CUS"
    STP = "STP"
    TON = "TON"
    OTH = "OTH"


class Charge(Part, frozen=True):
    """One freight charge."""

    code: ChargeCode
    amount: Money
    basis: str = ""
    rate: Number | None = None
    qty: Number | None = None
    authorised_by: str = ""

    @property
    def key(self) -> str:
        """The charge code."""
        return self.code.value


class Rate(Part, frozen=True):
    """What a carrier is offered."""

    total: Money
    contract: str = ""
    charges: tuple[Charge, ...] = ()


# ---------------------------------------------------------------- statements about other things


class FieldChange(Part, frozen=True):
    """One changed field: where (`ship_to.postal`, `lines[10].qty`), and both values as text."""

    path: Id
    old: str = ""
    new: str = ""

    @property
    def key(self) -> str:
        """The path."""
        return self.path


class ErrorItem(Part, frozen=True):
    """One reason of a refusal, in the refuser's code and words."""

    code: str
    path: str = ""
    text: Text = ""

    @property
    def key(self) -> str:
        """Code and path."""
        return f"{self.code}@{self.path}"


class DocumentRef(Part, frozen=True):
    """A document by the hash of its bytes."""

    type: str
    sha256: str = ""
    mime: str = ""
    name: str = ""
    uri: str = ""

    @property
    def key(self) -> str:
        """The hash, or the name of a document that is only announced."""
        return self.sha256 or self.name or self.type
