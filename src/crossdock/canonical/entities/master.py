"""Parties, locations and items (domain.md §1.1). Authority: ERP; TMS for carriers, CUS for brokers, WMS for bins."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from crossdock.canonical.entities.base import Entity
from crossdock.canonical.parts import Address, Contact, Dims, Geo, Hazmat, Part, Screening
from crossdock.canonical.scalars import PERSONAL, Count, Id, Number, Ordinal
from crossdock.canonical.vocabulary import Role


class PartyRole(StrEnum):
    """What a party is to us."""

    CUSTOMER = "customer"
    SHIP_TO = "ship_to"
    BILL_TO = "bill_to"
    CARRIER = "carrier"
    BROKER = "broker"
    WH_OPERATOR = "wh_operator"
    SUPPLIER = "supplier"
    DRIVER = "driver"


class LocationType(StrEnum):
    """What a location is."""

    WAREHOUSE = "warehouse"
    DOCK_DOOR = "dock_door"
    ZONE = "zone"
    BIN = "bin"
    CUSTOMER_SITE = "customer_site"
    TERMINAL = "terminal"
    PORT = "port"
    BORDER = "border"
    CUSTOMS_OFFICE = "customs_office"
    COLLECTION_POINT = "collection_point"


class Abc(StrEnum):
    """Turnover class."""

    A = "A"
    B = "B"
    C = "C"


class Party(Entity, frozen=True, kw_only=True):
    """A customer, carrier, broker, operator, supplier or driver."""

    prefix: ClassVar[str] = "pty"

    system: Role
    party_no: Id
    roles: tuple[PartyRole, ...]
    name: Annotated[Id, PERSONAL]
    gln: str = ""
    scac: str = ""
    duns: str = ""
    vat: str = ""
    eori: str = ""
    lei: str = ""
    contacts: tuple[Contact, ...] = ()
    notification_profile: str = ""
    tz: str = ""
    blocked: bool = False
    blocked_reason: str = ""
    screening: Screening | None = None

    @property
    def key(self) -> str:
        """`system|party_no`."""
        return f"{self.system}|{self.party_no}"


class Cutoff(Part, frozen=True):
    """Until when a carrier or service takes goods; `local_time` is `HH:MM`, `days` ISO weekday numbers."""

    carrier: str
    local_time: str
    days: tuple[int, ...] = ()
    service: str = ""


class Location(Entity, frozen=True, kw_only=True):
    """A place. Without `tz` it may be stored, but no event may be time-normalised through it (MDM-05)."""

    prefix: ClassVar[str] = "loc"

    system: Role
    location_no: Id
    type: LocationType
    address: Address
    parent: str = ""
    gln: str = ""
    unlocode: str = ""
    customs_office_code: str = ""
    geo: Annotated[Geo | None, PERSONAL] = None
    geofence_m: Count = 200
    tz: str = ""
    calendar: str = ""
    cutoffs: tuple[Cutoff, ...] = ()

    @property
    def key(self) -> str:
        """`system|location_no`."""
        return f"{self.system}|{self.location_no}"


class UomConversion(Part, frozen=True):
    """`num/den` base units to one `uom`, exact."""

    uom: Id
    num: Ordinal
    den: Ordinal = 1


class Temperature(Part, frozen=True):
    """Allowed range in degrees Celsius."""

    min: Number | None = None
    max: Number | None = None


class ExportControl(Part, frozen=True):
    """Dual-use or arms list entry."""

    list: str
    code: str
    licence_needed: bool = False


class Substitute(Part, frozen=True):
    """Another item that may stand in: `ratio` of it for one; `auto` without asking."""

    item: Id
    ratio: Number = Number(1)
    auto: bool = False


class Item(Entity, frozen=True, kw_only=True):
    """What is sold and moved."""

    prefix: ClassVar[str] = "itm"

    item_no: Id
    sku: Id
    base_uom: Id
    gtin: str = ""
    description: str = ""
    uom_conv: tuple[UomConversion, ...] = ()
    net_kgm: Number | None = None
    gross_kgm: Number | None = None
    dims_cmt: Dims | None = None
    volume_mtq: Number | None = None
    hazmat: Hazmat | None = None
    temp: Temperature | None = None
    hs_code: str = ""
    origin_country: str = ""
    export_control: ExportControl | None = None
    lot_ctrl: bool = False
    serial_ctrl: bool = False
    shelf_life_d: Count | None = None
    catch_weight: bool = False
    substitutes: tuple[Substitute, ...] = ()
    abc: Abc | None = None

    @property
    def key(self) -> str:
        """`item_no`."""
        return self.item_no
