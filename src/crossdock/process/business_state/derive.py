"""From where things stand to one business state a facet: in each facet the first row that matches wins (domain.md §8).

A consignment's rows look at one part of the order; the order's own rows come first for the order, then the gravest
of its parts, then the one that has come least far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from crossdock.process.business_state.standing import Part, Standing
from crossdock.process.business_state.table import BUSINESS_STATES, HOLD_QUEUES, BusinessState, Facet, Grade

Test = Callable[[Part], bool]

BEFORE_HANDOVER = frozenset({"", "PLANNING", "PLAN_FAILED", "PLANNED", "TENDERED", "CONFIRMED"})
ON_THE_WAY = frozenset({"IN_TRANSIT", "HANDED_OVER"})
ARRIVED = frozenset({"DELIVERED", "CLOSED"})
PACKED = frozenset({"PACKED", "STAGED"})
BILLED = frozenset({"POSTED", "PAID"})

# How far each consignment is on its physical chain, to find the one that has come least far.
PROGRESS = {
    "BS-32": 0, "BS-28": 1, "BS-27": 2, "BS-26": 3, "BS-25": 4, "BS-24": 5, "BS-19": 4, "BS-16": 6, "BS-15": 7,
    "BS-10": 8, "BS-07": 9, "BS-08": 9, "BS-09": 10, "BS-01": 11,
}  # fmt: skip

EXCEPTIONAL = frozenset(f"BS-{number:02}" for number in (*range(2, 7), *range(11, 15), *range(17, 24), 30))


class Headline(msgspec.Struct, frozen=True, gc=False):
    """One facet's answer. `queues` are those of the row, or of what decides it (the kind of a hold)."""

    state: BusinessState
    queues: tuple[str, ...]
    detail: str = ""


class Tile(msgspec.Struct, frozen=True, gc=False):
    """What a person sees of a consignment or an order: four answers, and the grade of the worst."""

    flow: Headline
    compliance: Headline
    money: Headline
    sync: Headline

    @property
    def facets(self) -> tuple[Headline, ...]:
        """All four, in the order they are read."""
        return (self.flow, self.compliance, self.money, self.sync)

    @property
    def grade(self) -> Grade:
        """The worst of the four."""
        return max(facet.state.grade for facet in self.facets)

    @property
    def ids(self) -> tuple[str, ...]:
        """`("BS-15", "BS-42", "BS-56", "BS-55")`."""
        return tuple(facet.state.id for facet in self.facets)


def _at(*states: str) -> Test:
    wanted = frozenset(states)
    return lambda part: part.shipment in wanted


def _picking(*states: str) -> Test:
    wanted = frozenset(states)
    return lambda part: part.fulfilment in wanted


def _case(*codes: str) -> Test:
    return lambda part: part.open(*codes)


def _both(*tests: Test) -> Test:
    return lambda part: all(test(part) for test in tests)


def _either(*tests: Test) -> Test:
    return lambda part: any(test(part) for test in tests)


def _mark(mark: str) -> Test:
    return lambda part: mark in part.marks


def _held_at_dock(part: Part) -> bool:
    return bool(part.hold) and part.shipment in BEFORE_HANDOVER


def _reviewed(part: Part) -> bool:
    return part.shipment in ARRIVED and ("proof_in_review" in part.marks or part.open("CSR-06"))


FLOW: tuple[tuple[str, Test], ...] = (
    ("BS-01", _either(_at("CANCELLED"), _both(_at(""), _picking("CANCELLED")))),
    ("BS-02", _case("TRN-16", "INT-05")),
    ("BS-03", _either(_at("LOST"), _case("TRN-15"))),
    ("BS-04", _case("TRN-14")),
    ("BS-05", _at("RETURNED", "RETURNING")),
    ("BS-06", _at("ATTEMPT_FAILED")),
    ("BS-07", lambda part: part.shipment == "DELIVERED" and not part.proof and "proof_in_review" not in part.marks),
    ("BS-08", _reviewed),
    ("BS-09", _at(*ARRIVED)),
    ("BS-10", _at("OUT_FOR_DELIVERY")),
    ("BS-11", _both(_at(*ON_THE_WAY), _mark("delayed"))),
    ("BS-12", _both(_at(*ON_THE_WAY), _mark("delay_risk"))),
    ("BS-13", _both(_at("IN_TRANSIT"), _case("TRN-07"))),
    ("BS-14", _both(_at("IN_TRANSIT"), _mark("handover_inferred"))),
    ("BS-15", _at("IN_TRANSIT")),
    ("BS-16", _at("HANDED_OVER")),
    ("BS-17", _held_at_dock),
    ("BS-18", _both(_at("PLANNED"), _case("TRN-03"))),
    ("BS-19", _at("TENDERED")),
    ("BS-20", _case("WHS-07")),
    ("BS-21", _case("WHS-03")),
    ("BS-22", _case("WHS-06")),
    ("BS-23", _case("WHS-04", "WHS-05")),
    ("BS-24", _both(_picking("PACKED", "STAGED", "LOADED"), _at("CONFIRMED"))),
    ("BS-25", _both(_picking(*PACKED), _at("PLANNED", "PLAN_FAILED", "PLANNING"))),
    ("BS-26", _picking("PICKING", "PICKED")),
    ("BS-27", _picking("ACCEPTED", "ALLOCATED", "WAVED")),
    ("BS-30", _at("PLAN_FAILED")),
    ("BS-28", lambda part: True),
)

COMPLIANCE: tuple[tuple[str, Test], ...] = (
    ("BS-35", _case("CUS-07")),
    ("BS-36", lambda part: part.customs == "REFUSED" or part.open("CUS-06")),
    ("BS-37", lambda part: part.customs == "HELD"),
    ("BS-38", lambda part: part.customs in ("REJECTED", "REQUIRED")),
    ("BS-39", lambda part: part.customs in ("SUBMITTED", "ACCEPTED", "AMENDING", "CANCEL_PENDING")),
    ("BS-40", lambda part: part.customs == "ENQUIRY"),
    ("BS-42", lambda part: True),
)

MONEY: tuple[tuple[str, Test], ...] = (
    ("BS-43", lambda part: part.billing == "FAILED" or part.open("FIN-07")),
    ("BS-44", lambda part: part.billing in ("PENDING", "BLOCKED") and part.open("FIN-05")),
    ("BS-45", lambda part: part.billing == "CREDIT_PENDING"),
    ("BS-46", lambda part: part.billing == "REQUESTED"),
    ("BS-47", lambda part: part.freight == "MISMATCHED"),
    ("BS-48", lambda part: part.freight == "DISPUTED"),
    ("BS-49", lambda part: part.freight == "UNMATCHED"),
    ("BS-50", lambda part: part.freight == "ACCRUED"),
    ("BS-51", lambda part: part.billing in BILLED),
    ("BS-56", lambda part: True),
)

NOT_SYNCHRONISED = ("INT-06", "INT-07", "FIN-08")


def part_tile(part: Part, standing: Standing) -> Tile:
    """A consignment's four answers. Marks of the whole order (a hold, facts on hold, staleness) are its own too."""
    held = part.hold or standing.hold
    return Tile(
        flow=_flow(part, standing),
        compliance=_compliance(_first(COMPLIANCE, part), held if "on_hold" in standing.marks else ""),
        money=_money(part),
        sync=_sync(standing, part.cases),
    )


def order_tile(standing: Standing) -> Tile:
    """An order's four answers: in every facet but FLOW the gravest of its parts'."""
    parts = [part for part in standing.parts if part.shipment != "CANCELLED" or part.fulfilment != "CANCELLED"]
    hold = standing.hold if "on_hold" in standing.marks else ""
    compliance = _gravest([_first(COMPLIANCE, part) for part in parts], "BS-42")
    money = [_money(part) for part in parts]
    return Tile(
        flow=_order_flow(standing),
        compliance=_compliance(compliance, hold),
        money=min(money, key=_place, default=_headline("BS-56")),
        sync=_sync(standing, standing.cases),
    )


def _flow(part: Part, standing: Standing) -> Headline:
    id_ = _first(FLOW, part)
    if id_ == "BS-17":
        return _headline(id_, (HOLD_QUEUES.get(part.hold, "TRN"),), part.hold)
    if id_ == "BS-06":
        return _headline(id_, detail="reattempt scheduled" if part.window else "reattempt not scheduled")
    return _headline(id_)


def _order_flow(standing: Standing) -> Headline:
    own = _order_row(standing)
    if own is not None:
        return own
    found = [_flow(part, standing) for part in standing.parts]
    grave = [one for one in found if one.state.id in EXCEPTIONAL]
    if grave:
        return min(grave, key=_place)
    return min(found, key=lambda one: PROGRESS[one.state.id], default=_headline("BS-28"))


def _order_row(standing: Standing) -> Headline | None:
    """What is said of the order itself, if anything."""
    if standing.order == "CANCELLED":
        return _headline("BS-01")
    if "customer_action_required" in standing.marks:
        return _headline("BS-29")
    if standing.order == "BLOCKED":
        return _headline("BS-31", _queues_of(standing.cases))
    if standing.order == "NEW":
        return _headline("BS-32")
    if "backorder_open" in standing.marks:
        if standing.some_shipped and not standing.all_shipped:
            return _headline("BS-33")
        if not standing.some_shipped and not any(part.live for part in standing.parts):
            return _headline("BS-34")
    return None


def _queues_of(cases: Iterable[str]) -> tuple[str, ...]:
    """The queues these cases belong to: a code's prefix is its queue."""
    return tuple(sorted({code.partition("-")[0] for code in cases}))


def _compliance(id_: str, hold: str) -> Headline:
    if id_ == "BS-42" and hold:
        return _headline("BS-41", (HOLD_QUEUES.get(hold, "CSR"),), hold)
    return _headline(id_)


def _money(part: Part) -> Headline:
    id_ = _first(MONEY, part)
    if id_ == "BS-50":
        aged = part.open("FIN-04")
        return _headline(id_, detail="accrual aged" if aged else "invoice awaited")
    if id_ == "BS-51":
        return _headline(
            id_, detail="freight closed" if part.freight in ("", "SETTLED", "REVERSED") else "freight open"
        )
    return _headline(id_)


def _sync(standing: Standing, cases: frozenset[str]) -> Headline:
    if not cases.isdisjoint(NOT_SYNCHRONISED):
        return _headline("BS-52")
    if standing.on_hold:
        return _headline("BS-53", detail=f"{standing.on_hold} on hold")
    if standing.stale:
        return _headline("BS-54", detail=standing.as_of.isoformat() if standing.as_of else "")
    return _headline("BS-55")


def _first(rows: Iterable[tuple[str, Test]], part: Part) -> str:
    return next(id_ for id_, test in rows if test(part))


def _gravest(ids: Iterable[str], otherwise: str) -> str:
    return min(ids, key=lambda id_: _ORDER[id_], default=otherwise)


_ORDER: Mapping[str, int] = {id_: place for place, id_ in enumerate(BUSINESS_STATES)}


def _place(headline: Headline) -> int:
    return _ORDER[headline.state.id]


def _headline(id_: str, queues: tuple[str, ...] = (), detail: str = "") -> Headline:
    state = BUSINESS_STATES[id_]
    return Headline(state, queues or state.queues, detail)


def of_facet(tile: Tile, facet: Facet) -> Headline:
    """The answer to one of the four questions."""
    return next(headline for headline in tile.facets if headline.state.facet is facet)
