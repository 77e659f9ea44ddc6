"""Who speaks in the worked example of domain.md §10, what they speak about, and the parts their facts are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from crossdock.canonical.envelope import Subject
from crossdock.canonical.parts import (
    Address,
    Charge,
    ChargeCode,
    DeliveredLine,
    LineQuantity,
    OrderLine,
    Place,
    StockAtp,
    TradeData,
)
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.ports.directory import Partner
from crossdock.process.policy import Policy
from crossdock.process.terms.appointments import AppointmentTerms

PARTNERS = {
    "erp1": Partner("erp1", Role.ERP, "canonical_json"),
    "wms-nl1": Partner("wms-nl1", Role.WMS, "canonical_json", sites=("WH-NL1",)),
    "wms-gb1": Partner("wms-gb1", Role.WMS, "canonical_json", sites=("WH-GB1",)),
    "tms1": Partner("tms1", Role.TMS, "canonical_json"),
    "nvtr": Partner("nvtr", Role.CAR, "canonical_json", scacs=("NVTR",)),
    "lmd1": Partner("lmd1", Role.LMD, "canonical_json"),
    "customs": Partner("customs", Role.CUS, "canonical_json"),
    "dock": Partner("dock", Role.DOCK, "canonical_json"),
    "ops": Partner("ops", Role.OPS, "canonical_json"),
}

# All defaults, but that the dock of Venlo is entered by appointment only: the trace asks for one (R12).
POLICY = Policy(appointments=AppointmentTerms(required_at=("WH-NL1",)))

VENLO = Place(
    location_no="WH-NL1", gln="8712345000011", tz="Europe/Amsterdam",
    address=Address(country="NL", city="Venlo", postal="5928 LB"),
)  # fmt: skip
DAVENTRY = Place(
    location_no="WH-GB1", gln="5012345000022", tz="Europe/London",
    address=Address(country="GB", city="Daventry", postal="NN11 8PF"),
)  # fmt: skip
LONDON = Place(
    location_no="LOC-HP-LON", gln="5012345007779", tz="Europe/London",
    address=Address(country="GB", lines=("1 Quay St",), city="London", postal="E1 6AN"),
)  # fmt: skip

SSCC_NL = ("387123450000001019", "387123450000001026")
SSCC_GB = "050123450000044101"
LRN_KEY = "SO-100234/WH-NL1/1"
MRN = "26NL00051012AB34A6"

ORDER = Subject("order", "SO-100234")
FON = Subject("fulfilment_order", "SO-100234/WH-NL1/1")
FOG = Subject("fulfilment_order", "SO-100234/WH-GB1/1")
SHN, SHG = Subject("shipment", "SHP-88001"), Subject("shipment", "SHP-88002")
LOAD = Subject("load", "LD-4501")
CASE = Subject("freight_case", "SO-100234/WH-NL1/1")
SLOT = Subject("appointment", "APT-310")
RA, RB = Subject("run", "RUN-5521"), Subject("run", "RUN-5530")
STOCK, SITE = Subject("stock", "WH-NL1|IT-778"), Subject("warehouse", "WH-NL1")
NO, VEN, DAV = "SO-100234", "WH-NL1", "WH-GB1"
ITEMS = {"10": "IT-501", "20": "IT-778", "30": "IT-912"}


def when(text: str) -> datetime:
    """`02 14:05` or `02 14:05:30` as an instant of June 2026."""
    layout = "%Y-%m-%d %H:%M:%S" if text.count(":") == 2 else "%Y-%m-%d %H:%M"
    return datetime.strptime(f"2026-06-{text}", layout).replace(tzinfo=UTC)


def qty(value: int) -> Quantity:
    """Pieces."""
    return Quantity(Decimal(value), "EA")


def lines(**amounts: int) -> tuple[LineQuantity, ...]:
    """Quantities by line: `l10=40`."""
    return tuple(LineQuantity(line=name[1:], qty=qty(amount)) for name, amount in amounts.items())


def door(**amounts: int) -> tuple[DeliveredLine, ...]:
    """Delivered by line."""
    return tuple(DeliveredLine(line=name[1:], delivered=qty(amount)) for name, amount in amounts.items())


def eur(amount: str) -> Money:
    """Euros."""
    return Money(Decimal(amount), "EUR")


def order_line(number: str, amount: int, price: str, warehouse: str) -> OrderLine:
    """A line only one warehouse stocks; GB1 has none of IT-778."""
    origin = "NL" if warehouse == "WH-NL1" else "GB"
    return OrderLine(
        no=number, item=ITEMS[number], qty=qty(amount), unit_price=eur(price),
        stock=(StockAtp(warehouse=warehouse, atp=Decimal(500)),),
        trade=TradeData(hs_code="84137051", origin_country=origin, net_kgm=Decimal("4.2")),
    )  # fmt: skip


def charge(code: str, amount: str, basis: str = "", rate: str = "") -> Charge:
    """A freight charge."""
    return Charge(code=ChargeCode(code), amount=eur(amount), basis=basis, rate=Decimal(rate) if rate else None)
