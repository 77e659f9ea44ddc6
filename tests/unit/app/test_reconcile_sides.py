"""Each check on our own books: which states agree, and which single change of one breaks them (domain.md §6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from crossdock.app.fold.dossier import Timer
from crossdock.app.reconcile.dossier import Dossier
from crossdock.app.reconcile.sides import SIDES
from crossdock.app.reconcile.terms import fields_of
from crossdock.canonical.commands.customs import DeclaredGoods
from crossdock.canonical.envelope import Fact, Source, Subject
from crossdock.canonical.parts import Place, Stop, StopType
from crossdock.canonical.vocabulary import FactClass, Role
from crossdock.kernel.instant import Occurrence, Window, micros
from crossdock.kernel.money import Money
from crossdock.kernel.quantity import Quantity
from crossdock.process.appointment.state import AppointmentState
from crossdock.process.billing.state import Bill, BillingState
from crossdock.process.customs.state import DeclarationState, Declared
from crossdock.process.freight.state import Failing, FreightState, Paper
from crossdock.process.fulfilment.state import FulfilmentState
from crossdock.process.load.state import LoadState
from crossdock.process.order.state import Back, Books, Group, Line, OrderState, Slip
from crossdock.process.policy import Policy
from crossdock.process.reconciliation.checks import CHECKS
from crossdock.process.reconciliation.judge import judge
from crossdock.process.reconciliation.record import Outcome, Record
from crossdock.process.run.state import RunState
from crossdock.process.shipment.lattice import Slot, Track
from crossdock.process.shipment.state import ShipmentState
from crossdock.process.stock.state import Position, StockState
from crossdock.process.terms.appointments import AppointmentTerms
from crossdock.process.terms.stock import Stock

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
M = 1_000_000
GROUP = "WH/1"


def dossier(ident: str, states: Mapping[str, msgspec.Struct], *timers: Timer, policy: Policy | None = None) -> Dossier:
    return Dossier(1, ident, AT, states, timers, policy or Policy(), AT - timedelta(hours=2))


def outcomes(check: str, *dossiers: Dossier) -> dict[str, Outcome]:
    """What the check makes of these, by key; rows nobody must have are left out."""
    row = CHECKS[check]
    sides: list[dict[str, Record]] = []
    for name in (row.left, row.own):
        side = SIDES[name]
        those = [one for one in dossiers if one.ident.partition("|")[0] in side.schemes]
        sides.append({record.key: record for one in those for record in side.read(one)})
    left, right = sides
    fields = fields_of(row, dossiers[0].policy)
    found = {key: judge(fields, left.get(key), right.get(key)) for key in sorted(left.keys() | right.keys())}
    return {key: one.outcome for key, one in found.items() if one is not None}


def shipped(**changes: object) -> ShipmentState:
    one = ShipmentState(state="IN_TRANSIT", order_no="SO-1", warehouse="WH", tms_id="SHN", load="LD-1", carrier="CARR")
    return msgspec.structs.replace(one, **changes)


def load(**changes: object) -> LoadState:
    return msgspec.structs.replace(LoadState(state="IN_EXECUTION", shipments=("SHN",), carrier="CARR"), **changes)


@pytest.mark.proves("RC-06", "INT-09")
def test_a_load_and_its_shipments_know_each_other() -> None:
    order = dossier("order||SO-1", {f"SHP:{GROUP}": shipped()})
    assert outcomes("RC-06", dossier("load||LD-1", {"LD": load()}), order) == {"LD-1|SHN": Outcome.MATCH}
    strange = dossier("load||LD-1", {"LD": load(shipments=("SHN", "SHX"))})
    assert outcomes("RC-06", strange, order)["LD-1|SHX"] is Outcome.MISSING_RIGHT
    moved = dossier("order||SO-1", {f"SHP:{GROUP}": shipped(load="LD-2")})
    assert outcomes("RC-06", dossier("load||LD-1", {"LD": load()}), moved) == {
        "LD-1|SHN": Outcome.MISSING_RIGHT,
        "LD-2|SHN": Outcome.MISSING_LEFT,
    }
    assert outcomes("RC-06", dossier("load||LD-1", {"LD": load(ended=("SHN",))}), moved)["LD-2|SHN"]


@pytest.mark.proves("RC-19", "TRN-16")
def test_the_carrier_that_accepted_has_the_goods() -> None:
    of_load = dossier("load||LD-1", {"LD": load()})
    same = dossier("order||SO-1", {f"SHP:{GROUP}": shipped()})
    other = dossier("order||SO-1", {f"SHP:{GROUP}": shipped(carrier="ELSE")})
    assert outcomes("RC-19", of_load, same) == {"LD-1|SHN": Outcome.MATCH}
    assert outcomes("RC-19", of_load, other) == {"LD-1|SHN": Outcome.DIFF}


@pytest.mark.proves("RC-07", "WHS-12")
@pytest.mark.parametrize(
    ("erp", "expected"),
    [(100, Outcome.MATCH), (99, Outcome.IN_TOLERANCE), (97, Outcome.DIFF)],
)
def test_stock_is_compared_within_its_tolerance(erp: int, expected: Outcome) -> None:
    stock = StockState(state="KNOWN", positions={"|available": Position(base=100 * M, erp=erp * M, stated=True)})
    assert outcomes("RC-07", dossier("stock||WH|IT", {"MOV": stock})) == {"WH|IT||available": expected}
    cheap = Policy(stock=Stock(unit_values={"IT": Decimal(1)}))
    small = outcomes("RC-07", dossier("stock||WH|IT", {"MOV": stock}, policy=cheap))
    assert small["WH|IT||available"] is not Outcome.DIFF, "worth less than variance_value_min"


def freight(**changes: object) -> FreightState:
    base = FreightState(state="INVOICED", currency="EUR", accrued={"LHL": 1_000_000}, net=1_000_000)
    paper = Paper("INV-1", "invoice", "2026-05-30", "EUR", 1_000_000)
    return msgspec.structs.replace(base, **{"papers": {"INV-1": paper}, **changes})


@pytest.mark.proves("RC-08", "FIN-01", "FIN-04", "accrual_age_max")
def test_an_accrual_is_invoiced_in_time_and_within_tolerance() -> None:
    def of(case: FreightState, *timers: Timer) -> Outcome:
        (found,) = outcomes("RC-08", dossier("order||SO-1", {f"FRT:{GROUP}": case}, *timers)).values()
        return found

    due = Timer("accrual_age_max", f"SO-1/{GROUP}", "", micros(AT + timedelta(days=3)))
    assert of(freight()) is Outcome.MATCH
    assert of(freight(net=1_000_100)) is Outcome.IN_TOLERANCE
    assert of(freight(net=2_000_000, failing=(Failing("LHL", "PRICE", 1_000_000),))) is Outcome.DIFF
    waiting = freight(state="ACCRUED", papers={}, net=0)
    assert of(waiting, due) is Outcome.IN_FLIGHT
    assert of(waiting) is Outcome.MISSING_RIGHT
    owes_nothing = msgspec.structs.replace(waiting, accrued={}, fee=0)
    assert outcomes("RC-08", dossier("order||SO-1", {f"FRT:{GROUP}": owes_nothing})) == {}


@pytest.mark.proves("RC-10", "TRN-06")
def test_a_milestone_that_is_due_and_was_not_seen_is_missing() -> None:
    slots = {"HANDED_OVER||1": Slot(micros(AT), "WMS")}
    way = {f"SHP:{GROUP}": shipped(track=Track(slots=slots))}
    soon, late = (Timer("tm_milestone", f"SO-1/{GROUP}", "", micros(AT + timedelta(hours=hours))) for hours in (1, -1))
    assert outcomes("RC-10", dossier("order||SO-1", way, soon)) == {
        "SHN|HANDED_OVER||1": Outcome.MATCH,
        f"SO-1/{GROUP}|tm_milestone": Outcome.IN_FLIGHT,
    }
    assert outcomes("RC-10", dossier("order||SO-1", way, late))[f"SO-1/{GROUP}|tm_milestone"] is Outcome.MISSING_RIGHT


def declaration(**changes: object) -> DeclarationState:
    goods = DeclaredGoods("10", "IT", "8409", "DE", Quantity(Decimal(5), "EA"), Decimal(1), Money(Decimal(9), "EUR"))
    base = DeclarationState(
        state="RELEASED", lrn="L1", mrn="M1", lodged=Declared((goods,)), released_us=micros(AT), departed_us=micros(AT)
    )
    return msgspec.structs.replace(base, **changes)


@pytest.mark.proves("RC-11", "CUS-08", "CUS-07", "exit_expected")
def test_released_goods_leave_in_the_usual_time_and_none_leave_unreleased() -> None:
    def of(one: DeclarationState, *timers: Timer) -> dict[str, Outcome]:
        return outcomes("RC-11", dossier("order||SO-1", {f"CD:{GROUP}": one}, *timers))

    running = Timer("exit_expected", f"SO-1/{GROUP}", "", micros(AT + timedelta(days=2)))
    assert of(declaration(state="EXITED")) == {"M1": Outcome.MATCH}
    assert of(declaration(), running) == {"M1": Outcome.IN_FLIGHT}
    assert of(declaration()) == {"M1": Outcome.MISSING_RIGHT}
    assert of(declaration(departed_us=0)) == {}
    assert of(declaration(state="HELD")) == {"M1": Outcome.DIFF}


@pytest.mark.proves("RC-12", "CUS-09")
def test_what_is_declared_is_what_is_handed_over() -> None:
    def of(**changes: object) -> dict[str, Outcome]:
        return outcomes("RC-12", dossier("order||SO-1", {f"CD:{GROUP}": declaration(**changes)}))

    assert of(handed={"H1": {"10": 5 * M}}) == {"M1|10": Outcome.MATCH}
    assert of(handed={"H1": {"10": 4 * M}}) == {"M1|10": Outcome.DIFF}
    assert of(handed={"H1": {"10": 4 * M}}, state="AMENDING") == {"M1|10": Outcome.IN_FLIGHT}
    assert of(handed={"H1": {"10": 3 * M}, "H2": {"10": 2 * M}}) == {"M1|10": Outcome.MATCH}
    assert of(handed={"H1": {"10": 5 * M, "20": M}})["M1|20"] is Outcome.MISSING_LEFT
    assert of() == {}, "nothing left yet"


def told(role: Role, minute: int, kind: str = "delivery.completed") -> Fact:
    at = AT + timedelta(minutes=minute)
    said = Source(role, role.value.lower())
    return Fact(kind, Subject("shipment", "SHN"), said, Occurrence(at), Waited(), FactClass.ACT, "k", 1, at, 1, at)


class Waited(msgspec.Struct):
    """A payload that says nothing more."""


@pytest.mark.proves("RC-13", "TRN-16", "milestone_conflict_window")
@pytest.mark.parametrize(
    ("apart", "expected"),
    [(0, Outcome.MATCH), (120, Outcome.IN_TOLERANCE), (121, Outcome.DIFF)],
)
def test_carrier_and_tms_say_the_same_within_the_window(apart: int, expected: Outcome) -> None:
    both = (told(Role.CAR, 0), told(Role.TMS, apart), told(Role.TMS, 300))
    one = msgspec.structs.replace(dossier("order||SO-1", {}), facts=both)
    assert outcomes("RC-13", one) == {"SO-1|delivery.completed|": expected}


@pytest.mark.proves("RC-13")
def test_one_feed_alone_needs_no_second_and_with_two_neither_may_miss_anything() -> None:
    alone = msgspec.structs.replace(dossier("order||SO-1", {}), facts=(told(Role.CAR, 0),))
    assert outcomes("RC-13", alone) == {}
    both = (told(Role.CAR, 0), told(Role.TMS, 0), told(Role.TMS, 5, "delivery.failed"))
    found = outcomes("RC-13", msgspec.structs.replace(dossier("order||SO-1", {}), facts=both))
    assert found["SO-1|delivery.failed|"] is Outcome.MISSING_LEFT


@pytest.mark.proves("RC-14", "TRN-13")
def test_every_task_of_a_closed_run_has_an_outcome() -> None:
    run = RunState(state="COMPLETED", tasks={"T1": "S1", "T2": "S2"}, done={"S1": "delivered"}, closed=True)
    assert outcomes("RC-14", dossier("run||R1", {"RUN": run})) == {
        "R1|T1": Outcome.MATCH,
        "R1|T2": Outcome.MISSING_RIGHT,
    }
    under_way = msgspec.structs.replace(run, closed=False)
    assert "R1|T2" not in outcomes("RC-14", dossier("run||R1", {"RUN": under_way}))


@pytest.mark.proves("RC-20", "FIN-09")
@pytest.mark.parametrize(
    ("received", "credited", "expected"),
    [(5, 5, Outcome.MATCH), (3, 3, Outcome.MATCH), (5, 6, Outcome.DIFF), (6, 5, Outcome.DIFF)],
)
def test_no_more_comes_back_than_authorised_and_no_more_is_credited_than_came(
    received: int, credited: int, expected: Outcome
) -> None:
    back = Back(
        rma="RMA-1",
        authorised={"10": 5 * M},
        receipts={"R": {"10": received * M}},
        credits={"C": {"10": credited * M}},
    )
    order = dossier("order||SO-1", {"ORD": OrderState(state="EXECUTING", returns={"Q": back})})
    assert outcomes("RC-20", order) == {"RMA-1|10": expected}


@pytest.mark.proves("RC-23", "TRN-12", "appt_grace")
def test_a_stop_that_needs_a_slot_has_one_near_the_planned_time() -> None:
    stop = Stop(seq=1, type=StopType.PICKUP, location=Place(location_no="DOCK"), planned=Window(earliest=AT, latest=AT))
    policy = Policy(appointments=AppointmentTerms(required_at=("DOCK",)))
    of_load = dossier("load||LD-1", {"LD": load(stops=(stop,))}, policy=policy)

    def booked(minutes: int) -> Dossier:
        at_us = micros(AT + timedelta(minutes=minutes))
        slot = AppointmentState(state="CONFIRMED", request="LD-1.1.1", slot_us=(at_us, at_us))
        return dossier("appointment||LD-1.1.1", {"APT": slot}, policy=policy)

    assert outcomes("RC-23", of_load, booked(0)) == {"LD-1.1": Outcome.MATCH}
    assert outcomes("RC-23", of_load, booked(30)) == {"LD-1.1": Outcome.IN_TOLERANCE}
    assert outcomes("RC-23", of_load, booked(31)) == {"LD-1.1": Outcome.DIFF}
    assert outcomes("RC-23", of_load) == {"LD-1.1": Outcome.MISSING_RIGHT}


@pytest.mark.proves("RC-25", "TRN-07", "first_scan_max")
def test_a_package_handed_over_is_seen_by_somebody_on_the_way() -> None:
    goods = FulfilmentState(state="HANDED_OVER", handed={"H1": ("SSCC1",)})
    for role, expected in (("CAR", Outcome.MATCH), ("WMS", Outcome.MISSING_RIGHT)):
        way = shipped(track=Track(slots={"DEPARTED_ORIGIN||1": Slot(1, role)}))
        one = dossier("order||SO-1", {f"FO:{GROUP}": goods, f"SHP:{GROUP}": way})
        assert outcomes("RC-25", one) == {"SSCC1": expected}
    assert CHECKS["RC-25"].grace_s == timedelta(hours=24).total_seconds()


@pytest.mark.proves("RC-26", "FIN-07")
def test_an_invoice_nothing_was_owed_for_is_a_second_posting() -> None:
    bill = Bill("B", "handover:H1", {"10": M}, 100, invoice="INV-1")
    item = BillingState(state="INVOICED", bills={"u": bill}, doubles={"INV-2": 100})
    assert outcomes("RC-26", dossier("order||SO-1", {f"BIL:{GROUP}": item})) == {
        "INV-1": Outcome.MATCH,
        "INV-2": Outcome.DIFF,
    }


def order() -> OrderState:
    group = Group(
        stage="HANDED_OVER",
        lines={"10": Slip(5 * M)},
        shipment="SHN",
        handovers={"H1": {"10": 4 * M}},
        books=Books(due={"10": 4 * M}),
    )
    line = Line("IT", "EA", 10 * M, cancels={"c": M}, backorders={"b": 5 * M})
    return OrderState(state="EXECUTING", rev=2, lines={"10": line}, groups={GROUP: group})


@pytest.mark.proves("RC-01", "RC-02", "RC-03", "RC-04", "RC-05", "RC-09", "RC-21", "RC-22")
def test_what_is_set_against_partners_lists() -> None:
    states = {
        "ORD": order(),
        f"FO:{GROUP}": FulfilmentState(
            state="PICKING", order_no="SO-1", warehouse="WH", wms="wms-a", lines={"10": 5 * M}
        ),
        f"SHP:{GROUP}": shipped(lines={"10": 5 * M}, packed=2, gross_g=12_500),
        f"BIL:{GROUP}": BillingState(state="DUE", shipment="SHN"),
        f"FRT:{GROUP}": freight(postings={"1": ("post_freight_accrual", 1_000_000)}),
    }
    one = dossier("order||SO-1", states)

    def rows(check: str) -> dict[str, dict[str, str]]:
        return {record.key: record.values for record in SIDES[CHECKS[check].left].read(one)}

    assert rows("RC-01") == {"SO-1": {"rev": "2", "lines": "10=9"}}
    assert rows("RC-02") == {"SO-1|WH|1": {"lines": "10=5", "stage": "PICKING"}}
    assert rows("RC-03") == {"SO-1|10": {"shipped": "4", "cancelled": "1"}}
    assert rows("RC-04") == {"H1|10": {"quantity": "4"}}
    assert rows("RC-05") == {"SHN": {"lines": "10=5", "packages": "2", "weight_kg": "12.5"}}
    assert rows("RC-09") == {"SHN|10": {"quantity": "4"}}
    assert rows("RC-21") == {"SO-1|10": {"open": "5"}}
    assert rows("RC-22") == {f"SO-1/{GROUP}": {"amount": "100.00"}}
    (wanted,) = SIDES["fulfilments"].read(one)
    assert wanted.partner == "wms-a", "another warehouse does not list it"
