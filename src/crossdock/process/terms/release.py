"""Terms of releasing orders and of choosing who carries them (domain.md §9.2, §9.4).

[release]
min_fill_pct = "50"
modes = { RR-06 = "block", RR-08 = "off" }

[[release.rules]]
id = "XR-01"
when = 'order.total > 50000 and ship_to.country not in ["DE", "NL"]'
detail = "large and far: the account manager confirms it"
queue = "CSR"

[[routes]]
name = "own fleet"
mode = "own_fleet"
zones = ["10", "11"]
max_kgm = "800"
hazmat = "lq"
cross_border = false
"""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from crossdock.canonical.parts import Mode
from crossdock.kernel.errors import Rejected
from crossdock.process.consignment import condition

HOUR = 3_600
DAY = 24 * HOUR

# msgspec bounds no decimals: what is negative or above a hundred is refused by the structs themselves.
Amount = Decimal
Share = Decimal
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
OwnId = Annotated[str, msgspec.Meta(pattern=r"^(?!RR-)[A-Z][A-Z0-9]*-[A-Z0-9]+$", max_length=32)]


def _compiled(text: str) -> None:
    try:
        condition(text)
    except Rejected as error:
        raise ValueError(f"when: {error.detail}") from error


class OwnRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A release rule of the project: an order of which `when` is true does not pass."""

    id: OwnId
    when: str
    detail: str
    queue: Literal["WHS", "TRN", "CUS", "CSR", "FIN", "MDM", "INT"] = "CSR"
    code: str = "CSR-02"
    blocks: bool = True

    def __post_init__(self) -> None:
        """Refuse a condition that does not compile."""
        _compiled(self.when)


class ReleaseTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How release rules judge.

    Attributes:
        modes: for a rule of domain.md §9.2, `block`, `warn` or `off` instead of what it does by default.
        rules: rules of the project's own.
        min_fill_pct: so much of an order that may ship in parts must be in stock (RR-05).
        backorder_min_release_pct: so much of what is open of a line must be there before a part of it that waits is
            released.
        measured: the warehouse weighs and measures, so nobody else needs to (RR-08).
        substitutes: items that may go for another without asking (domain.md §3.2.4), by the item that is short.
        lead_time: from release to when it is wanted, beside the way (RR-15).
        horizon_calendar: whose working days `horizon_days` counts (RR-15); empty for 24 hours a day.
    """

    modes: dict[str, Literal["block", "warn", "off"]] = {}
    rules: tuple[OwnRule, ...] = ()
    min_fill_pct: Share = Decimal(0)
    backorder_min_release_pct: Share = Decimal(20)
    measured: bool = True
    substitutes: dict[str, tuple[str, ...]] = {}
    lead_time: int = 0
    horizon_calendar: str = ""
    horizon_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 5


class Route(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to carry a shipment: a service of a carrier, or our own vehicles. Zero and empty mean no bound.

    Attributes:
        zones: beginnings of postal codes it serves. `countries`: it goes there, `warehouses`: from there.
        max_package_kgm: of one package; `max_kgm` of all.
        hazmat: `any`, `lq` (limited quantities only) or `none`; `hazard_classes` narrows `any`.
        customers: only theirs. `without`: not theirs.
        lock: by this time the day before delivery it must be known (`18:00`, in `tz`). `lead_time`: before the wish.
        cost, per_kgm: what it costs, to compare by. `on_time_pct`: how much of it was on time these 90 days.
        when: a condition that must hold too.
    """

    name: Name
    mode: Mode
    carrier: str = ""
    service: str = ""
    zones: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    warehouses: tuple[str, ...] = ()
    max_kgm: Amount = Decimal(0)
    max_package_kgm: Amount = Decimal(0)
    max_packages: Annotated[int, msgspec.Meta(ge=0)] = 0
    max_longest_cm: Amount = Decimal(0)
    hazmat: Literal["any", "lq", "none"] = "any"
    hazard_classes: tuple[str, ...] = ()
    value_cap: Amount = Decimal(0)
    cross_border: bool = True
    customers: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    lock: str = ""
    tz: str = "UTC"
    lead_time: Annotated[int, msgspec.Meta(ge=0)] = 0
    transit: Annotated[int, msgspec.Meta(ge=0)] = DAY
    cost: Amount = Decimal(0)
    per_kgm: Amount = Decimal(0)
    on_time_pct: Share = Decimal(0)
    when: str = ""

    def __post_init__(self) -> None:
        """Refuse a condition that does not compile, or a time that is none."""
        if self.when:
            _compiled(self.when)
        if self.lock:
            time.fromisoformat(self.lock)
