"""The fault plan: which message or call of which order goes wrong, how, and where that must end. Pure and seeded.

Faults are assigned to named points of named orders before anything runs, not drawn on the way, so that a seed gives the
same faults whatever the timing, and the verdict knows what it has to find.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from crossdock.demo import tariff, world
from crossdock.demo.fates import fate
from crossdock.demo.world import SITE_A, SITE_B, DemoOrder, Mode


class FaultKind(StrEnum):
    """What goes wrong."""

    DUPLICATE = "duplicate"
    REORDER = "reorder"
    LATE = "late"
    LOST_RESENT = "lost_then_resent"
    LOST_UNTIL_ASKED = "lost_until_asked"
    MALFORMED = "malformed"
    WRONG_OWNER = "wrong_owner"
    UNKNOWN_CODE = "unknown_code"
    THROTTLE = "throttle_429"
    ERROR_BEFORE = "error_500_before_effect"
    ERROR_AFTER = "error_500_after_effect"
    TIMEOUT_AFTER = "timeout_after_effect"
    OUTAGE = "outage"


class End(StrEnum):
    """Where a fault must end."""

    SUPPRESSED = "suppressed"
    REJECTED = "rejected_with_INT-04"
    REFUSED = "refused_with_finding"
    REVIEW = "review_with_MDM-03"
    CONVERGED = "converged"
    ONE_EFFECT = "one_effect"


MUST_END = {
    FaultKind.DUPLICATE: End.SUPPRESSED,
    FaultKind.REORDER: End.CONVERGED,
    FaultKind.LATE: End.CONVERGED,
    FaultKind.LOST_RESENT: End.CONVERGED,
    FaultKind.LOST_UNTIL_ASKED: End.CONVERGED,
    FaultKind.MALFORMED: End.REFUSED,
    FaultKind.WRONG_OWNER: End.REJECTED,
    FaultKind.UNKNOWN_CODE: End.REVIEW,
    FaultKind.THROTTLE: End.ONE_EFFECT,
    FaultKind.ERROR_BEFORE: End.ONE_EFFECT,
    FaultKind.ERROR_AFTER: End.ONE_EFFECT,
    FaultKind.TIMEOUT_AFTER: End.ONE_EFFECT,
    FaultKind.OUTAGE: End.CONVERGED,
}


class Point(msgspec.Struct, frozen=True):
    """A place a fault can strike: `system` says or is asked `name` about this order, at this site if it has several."""

    system: str
    name: str
    order_no: str
    site: str = ""

    @property
    def key(self) -> str:
        """One word for it, e.g. `wms-a/pick.completed/SO-1/WH-A1`."""
        return f"{self.system}/{self.name}/{self.order_no}/{self.site}"


class Fault(msgspec.Struct, frozen=True):
    """One planned fault."""

    kind: FaultKind
    point: Point

    @property
    def must_end(self) -> End:
        """Where it must end."""
        return MUST_END[self.kind]


class Outage(msgspec.Struct, frozen=True):
    """`system` refuses connections for `seconds`, once `after_calls` calls have reached it."""

    system: str
    after_calls: int
    seconds: float


class Plan(msgspec.Struct, frozen=True):
    """A fault plan for one run: at most one fault a point. `kills` asks the driver to kill roles of the hub."""

    name: str
    faults: tuple[Fault, ...] = ()
    outages: tuple[Outage, ...] = ()
    kills: int = 0

    def by_point(self) -> dict[str, Fault]:
        """The faults under their point's key."""
        return {fault.point.key: fault for fault in self.faults}


class Choice(msgspec.Struct, frozen=True):
    """A kind of fault, where it may strike, and for how many of a thousand orders it does (at least one)."""

    kind: FaultKind
    system: str
    name: str
    per_mille: int
    site: str = ""
    mode: Mode | None = None
    scac: str = ""
    disputed: bool = False
    export: bool = False
    returned: bool = False
    docked: bool = False


PLAN_NAMES = ("none", "default", "chaos")
KILLS_MAX, ORDERS_A_KILL = 20, 5

CHOICES = (
    Choice(FaultKind.DUPLICATE, "erp", "order.approved", 50),
    Choice(FaultKind.DUPLICATE, "wms-a", "pick.completed", 50, SITE_A),
    Choice(FaultKind.DUPLICATE, "wms-a", "shipment.handed_over", 40, SITE_A),
    Choice(FaultKind.DUPLICATE, "wms-b", "945", 50, SITE_B),
    Choice(FaultKind.DUPLICATE, "tms", "shipment.planned", 50),
    Choice(FaultKind.DUPLICATE, "flsh", "delivered", 40, mode=Mode.LTL, scac="FLSH"),
    Choice(FaultKind.DUPLICATE, "nvtr", "214.departed", 40, mode=Mode.LTL, scac="NVTR"),
    Choice(FaultKind.DUPLICATE, "kestrel", "214.departed", 40, mode=Mode.LTL, scac="KSTL"),
    Choice(FaultKind.DUPLICATE, "lmd", "task.completed", 60, mode=Mode.OWN_FLEET),
    Choice(FaultKind.REORDER, "wms-a", "pick.completed", 40, SITE_A),
    Choice(FaultKind.REORDER, "flsh", "departed", 40, mode=Mode.LTL, scac="FLSH"),
    Choice(FaultKind.REORDER, "lmd", "pod.captured", 30, mode=Mode.OWN_FLEET),
    Choice(FaultKind.LATE, "flsh", "facility", 50, mode=Mode.LTL, scac="FLSH"),
    Choice(FaultKind.LATE, "nvtr", "214.facility", 50, mode=Mode.LTL, scac="NVTR"),
    Choice(FaultKind.LATE, "kestrel", "214.facility", 50, mode=Mode.LTL, scac="KSTL"),
    Choice(FaultKind.LOST_RESENT, "kestrel", "214.out", 30, mode=Mode.LTL, scac="KSTL"),
    Choice(FaultKind.LOST_RESENT, "wms-a", "pack.completed", 30, SITE_A),
    Choice(FaultKind.LOST_RESENT, "wms-b", "945", 30, SITE_B),
    Choice(FaultKind.LOST_RESENT, "tms", "shipment.planned", 30),
    Choice(FaultKind.LOST_RESENT, "lmd", "run.planned", 30, mode=Mode.OWN_FLEET),
    Choice(FaultKind.LOST_UNTIL_ASKED, "wms-a", "shipment.handed_over", 20, SITE_A, Mode.LTL),
    Choice(FaultKind.MALFORMED, "erp", "order.approved", 20),
    Choice(FaultKind.MALFORMED, "wms-a", "allocation.confirmed", 20, SITE_A),
    Choice(FaultKind.MALFORMED, "wms-b", "945", 20, SITE_B),
    Choice(FaultKind.MALFORMED, "nvtr", "214.departed", 20, mode=Mode.LTL, scac="NVTR"),
    Choice(FaultKind.MALFORMED, "kestrel", "214.delivered", 20, mode=Mode.LTL, scac="KSTL"),
    Choice(FaultKind.WRONG_OWNER, "erp", "claim.delivered", 20),
    Choice(FaultKind.WRONG_OWNER, "wms-a", "claim.pick", 20, SITE_B),
    Choice(FaultKind.UNKNOWN_CODE, "flsh", "unknown", 30, mode=Mode.LTL, scac="FLSH"),
    Choice(FaultKind.ERROR_BEFORE, "wms-a", "create_fulfilment_order", 20, SITE_A),
    Choice(FaultKind.ERROR_AFTER, "erp", "post_goods_issue", 30),
    Choice(FaultKind.ERROR_AFTER, "tms", "plan_shipment", 30),
    Choice(FaultKind.ERROR_AFTER, "lmd", "create_delivery_task", 30, mode=Mode.OWN_FLEET),
    Choice(FaultKind.TIMEOUT_AFTER, "erp", "post_goods_issue", 20),
    Choice(FaultKind.TIMEOUT_AFTER, "tms", "plan_shipment", 20),
    Choice(FaultKind.TIMEOUT_AFTER, "wms-a", "create_fulfilment_order", 20, SITE_A),
    Choice(FaultKind.THROTTLE, "erp", "post_goods_issue", 20),
    Choice(FaultKind.DUPLICATE, "erp", "invoice.posted", 40),
    Choice(FaultKind.REORDER, "erp", "invoice.posted", 30),
    Choice(FaultKind.LOST_RESENT, "erp", "invoice.posted", 20),
    Choice(FaultKind.ERROR_AFTER, "erp", "request_invoice", 20),
    Choice(FaultKind.TIMEOUT_AFTER, "erp", "request_invoice", 20),
    Choice(FaultKind.DUPLICATE, "nvtr", "210", 40, mode=Mode.LTL, scac="NVTR"),
    Choice(FaultKind.DUPLICATE, "tms", "freight.invoiced", 40, mode=Mode.LTL, scac="FLSH"),
    Choice(FaultKind.LOST_RESENT, "kestrel", "210", 30, mode=Mode.LTL, scac="KSTL"),
    Choice(FaultKind.MALFORMED, "kestrel", "210", 20, mode=Mode.LTL, scac="KSTL"),
    Choice(FaultKind.LATE, "erp", "freight.accrual_posted", 20, mode=Mode.LTL),
    Choice(FaultKind.DUPLICATE, "erp", "freight.settled", 30, mode=Mode.LTL),
    Choice(FaultKind.REORDER, "tms", "freight.dispute_resolved", 20, mode=Mode.LTL, disputed=True),
    Choice(FaultKind.LOST_RESENT, "tms", "freight.credited", 20, mode=Mode.LTL, disputed=True),
    Choice(FaultKind.ERROR_AFTER, "erp", "post_freight_accrual", 20, mode=Mode.LTL),
    Choice(FaultKind.TIMEOUT_AFTER, "erp", "approve_freight_invoice", 20, mode=Mode.LTL),
    Choice(FaultKind.DUPLICATE, "customs", "released", 30, export=True),
    Choice(FaultKind.REORDER, "customs", "accepted", 20, export=True),
    Choice(FaultKind.LOST_RESENT, "customs", "declared", 20, export=True),
    Choice(FaultKind.MALFORMED, "customs", "exit", 20, export=True),
    Choice(FaultKind.DUPLICATE, "dock", "appointment.confirmed", 20, docked=True),
    Choice(FaultKind.LOST_RESENT, "dock", "appointment.checked_in", 20, docked=True),
    Choice(FaultKind.REORDER, "dock", "appointment.service_started", 20, docked=True),
    Choice(FaultKind.DUPLICATE, "portal", "return.requested", 20, returned=True),
    Choice(FaultKind.LOST_RESENT, "erp", "return.authorised", 20, returned=True),
    Choice(FaultKind.DUPLICATE, "wms-a", "return.received", 20, returned=True),
    Choice(FaultKind.REORDER, "wms-a", "return.inspected", 20, returned=True),
    Choice(FaultKind.MALFORMED, "wms-a", "return.dispositioned", 10, returned=True),
    Choice(FaultKind.DUPLICATE, "erp", "return.credited", 20, returned=True),
    Choice(FaultKind.ERROR_AFTER, "wms-a", "expect_return", 10, returned=True),
    Choice(FaultKind.TIMEOUT_AFTER, "erp", "post_return_receipt", 10, returned=True),
    Choice(FaultKind.ERROR_AFTER, "erp", "request_credit_note", 20, returned=True),
    Choice(FaultKind.ERROR_AFTER, "tms", "open_freight_dispute", 10, mode=Mode.LTL, disputed=True),
)
OF_STOCK = (
    (FaultKind.DUPLICATE, "wms-a", "stock.moved"),
    (FaultKind.LOST_RESENT, "wms-a", "stock.moved"),
    (FaultKind.REORDER, "wms-a", "stock.moved"),
    (FaultKind.TIMEOUT_AFTER, "erp", "post_inventory_movement"),
    (FaultKind.DUPLICATE, "erp", "stock.posted"),
)
ERP_IS_ASKED = frozenset({"post_goods_issue"})
# What nobody says or is asked where the ERP keeps no freight accounts.
OF_FREIGHT = frozenset(
    {"210", "freight.invoiced", "freight.dispute_resolved", "freight.credited", "open_freight_dispute"}
)
# What is about an order as a whole, and not about one of its releases.
OF_THE_ORDER = frozenset(
    {
        "order.approved", "claim.delivered", "return.requested", "return.authorised", "return.credited",
        "post_return_receipt", "request_credit_note", "expect_return", "return.received", "return.inspected",
        "return.dispositioned",
    }
)  # fmt: skip
OUTAGES = (Outage("lmd", 8, 4.0), Outage("erp", 60, 4.0), Outage("wms-a", 40, 3.0))


def plan(name: str, seed: int, book: Sequence[DemoOrder], *, erp_speaks: bool = True) -> Plan:
    """The plan of this name for these orders. An ERP that does not speak is asked, and gets nothing wrong by itself.

    Raises:
        ValueError: no plan has this name.
    """
    if name not in PLAN_NAMES:
        raise ValueError(f"no fault plan is called {name!r}: take one of {', '.join(PLAN_NAMES)}")
    if name == "none":
        return Plan(name)
    taken: set[str] = set()
    choices = CHOICES if erp_speaks else tuple(filter(_without_erp, CHOICES))
    faults = [fault for choice in choices for fault in _assign(choice, seed, book, taken)]
    faults += _of_stock(seed) if erp_speaks else []
    return Plan(name, tuple(faults), OUTAGES, min(KILLS_MAX, len(book) // ORDERS_A_KILL) if name == "chaos" else 0)


def _of_stock(seed: int) -> list[Fault]:
    """One fault of each kind that can strike the books of stock, each at an item of its own."""
    turn = world.pick(seed, len(world.ITEMS), "stock faults")
    items = [world.ITEMS[(turn + place) % len(world.ITEMS)].item_no for place in range(len(OF_STOCK))]
    return [Fault(kind, Point(system, name, item)) for (kind, system, name), item in zip(OF_STOCK, items, strict=True)]


def _without_erp(choice: Choice) -> bool:
    """Whether this can strike where a real ERP stands, which says nothing to us, keeps no freight accounts and
    takes nothing back."""
    if choice.system == "erp":
        return choice.name in ERP_IS_ASKED
    return choice.name not in OF_FREIGHT and not (choice.returned or choice.docked)


def _assign(choice: Choice, seed: int, book: Sequence[DemoOrder], taken: set[str]) -> Iterable[Fault]:
    """Give this fault to the first so many eligible orders of a seeded shuffle, one fault a point."""
    points = [point for order in book for point in _points(choice, seed, order) if point.key not in taken]
    points.sort(key=lambda point: world.stable(seed, "fault", choice.kind, point.key))
    wanted = max(1, len(book) * choice.per_mille // 1000)
    for point in points[:wanted]:
        taken.add(point.key)
        yield Fault(choice.kind, point)


def _points(choice: Choice, seed: int, order: DemoOrder) -> Iterable[Point]:
    """The points of this order the choice may strike: one for each of its shipments the choice fits."""
    sites = [site for site in order.sites if _fits(choice, seed, order, site)]
    if not sites:
        return
    if choice.name in OF_THE_ORDER:
        yield Point(choice.system, choice.name, order.order_no)
        return
    for site in sites:
        yield Point(choice.system, choice.name, order.order_no, site)


def _fits(choice: Choice, seed: int, order: DemoOrder, site: str) -> bool:
    if choice.site and choice.site != site:
        return False
    if choice.mode is not None and world.lane(order, site) is not choice.mode:
        return False
    ours = fate(seed, order)
    part = ours.parts[site]
    if ours.called_off is not None:
        return False
    if choice.docked and not part.is_docked:
        return False
    if choice.returned and not ours.comes_back:
        return False
    if choice.export and not world.is_export(order):
        return False
    if choice.disputed and part.bill not in tariff.DISPUTED:
        return False
    return not choice.scac or part.hauler == choice.scac
