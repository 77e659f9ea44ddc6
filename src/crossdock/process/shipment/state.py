"""What SHP remembers of a shipment. Instants are microseconds since 1970, 0 for not known."""

from __future__ import annotations

from crossdock.process.shipment.lattice import Track
from crossdock.process.step import Instance
from crossdock.process.tendering import Tender


class ShipmentState(Instance, frozen=True, array_like=True, gc=False):
    """One shipment.

    Attributes:
        order_no, warehouse, release_no: what it was asked for; together with `/` the key we gave it.
        tms_id, load, carrier, pro, tender: the TMS's and the carrier's identifiers, as far as known.
        mode: `own_fleet` goes without tender. `plan_rev` counts plans, `tenders` tenders we asked for.
        allocated: stock is reserved, so the tender gate is open.
        handed: hand-over numbers confirmed and not voided. `inferred`: it left without one.
        failed: attempt numbers that brought nothing, and why.
        holds: kind by hold id. `overlays`: `damaged`, `delayed`, `delay_risk`, `partial_delivery`,
        `proof_in_review`.
        lines: planned quantities in millionths by order line. `ssccs`: packages.
        delivered_by: fingerprint of the key of the fact the delivery rests on. `slots`: its dock appointments.
        promise_us: what the customer was promised. `eta_us`: the newest estimate.
        gross_g, packed: grams and number of the packages told so far. `load_case`: its load has a freight case.
        ship_to: country it goes to. `cross_border`: the order was said to cross a border.
        door_tz: the IANA zone of the place it goes to.
        claims: by slot, the partners whose claim of it is not taken by itself. `past`: numbers and carriers of tenders
        that are over.
    """

    order_no: str = ""
    warehouse: str = ""
    release_no: int = 1
    tms_id: str = ""
    mode: str = ""
    load: str = ""
    carrier: str = ""
    pro: str = ""
    tender: str = ""
    plan_rev: int = 0
    tenders: int = 0
    allocated: bool = False
    handed: tuple[str, ...] = ()
    departed_us: int = 0
    delivered_us: int = 0
    delivered_attempt: int = 0
    inferred: bool = False
    failed: dict[str, str] = {}
    pods: tuple[str, ...] = ()
    pickup_by_us: int = 0
    deliver_by_us: int = 0
    overlays: tuple[str, ...] = ()
    holds: dict[str, str] = {}
    lines: dict[str, int] = {}
    ssccs: tuple[str, ...] = ()
    track: Track = Track()
    delivered_by: int = 0
    slots: tuple[str, ...] = ()
    ship_to: str = ""
    cross_border: bool = False
    gross_g: int = 0
    packed: int = 0
    load_case: bool = False
    promise_us: int = 0
    eta_us: int = 0
    door_tz: str = ""
    claims: dict[str, tuple[str, ...]] = {}
    past: tuple[tuple[str, str], ...] = ()

    @property
    def offered(self) -> Tender:
        """The tender answers are looked at against; none before it is offered, and none of our own vehicles."""
        number = self.tender if self.state in ("TENDERED", "CONFIRMED") else ""
        return Tender(number, self.carrier, self.past, taken=self.state == "CONFIRMED")

    @property
    def own_fleet(self) -> bool:
        """Whether our own vehicles deliver it."""
        return self.mode == "own_fleet"

    @property
    def pod_pending(self) -> bool:
        """Whether it is delivered and not proved yet."""
        return self.state == "DELIVERED"

    @property
    def attempt(self) -> int:
        """The number of the attempt under way or next: one more than those that failed."""
        return len(self.failed) + 1
