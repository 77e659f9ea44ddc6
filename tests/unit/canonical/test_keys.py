"""Business keys and idempotency keys (domain.md §2, §2.10, §10.1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest

from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.commands.fleet import RescheduleDelivery
from crossdock.canonical.commands.wms import CancelFulfilmentOrder, CreateFulfilmentOrder, FulfilmentLine
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Source, Subject
from crossdock.canonical.events.fulfilment import FulfilmentAccepted, PackCompleted, PickShorted
from crossdock.canonical.events.order import OrderFulfilled, OrderLineBackordered
from crossdock.canonical.events.platform import TimerElapsed
from crossdock.canonical.events.tracking import DelayKind, ShipmentDelayed, TrackingMilestone
from crossdock.canonical.keys import idempotency_key, ordering_key
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import PackageInfo, Place, RawCode
from crossdock.canonical.vocabulary import FactClass, Role
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.kernel.instant import Occurrence, Window
from crossdock.kernel.quantity import Quantity
from crossdock.testing.samples import sample_command

AT = datetime(2026, 6, 2, 14, 5, 37, tzinfo=UTC)
LEFT = TrackingMilestone(milestone=Milestone.DEPARTED_ORIGIN, stop_seq=1, raw=RawCode("AF", "NS"))


def key(
    name: str,
    payload: Payload,
    subject: Subject,
    *,
    at: datetime = AT,
    cls: FactClass = FactClass.ACT,
    system: Role = Role.CAR,
    revision: int | None = None,
    cause: str = "",
) -> str:
    source = Source(system, "one")
    body = make_envelope(name, subject, source, Occurrence(at), payload, cls=cls, revision=revision, causation_id=cause)
    return decode_fact(body, at).key


SHIPMENT = Subject("shipment", "SHP-88001")
ORDER = Subject("order", "SO-1")
FO = Subject("fulfilment_order", "SO-1/WH-1/1")


def test_a_milestones_key_is_the_one_of_the_worked_example() -> None:
    expected = "tracking.milestone|SHP-88001|DEPARTED_ORIGIN|stop1|c1|2026-06-02T14:05Z|CAR"

    assert key("tracking.milestone", LEFT, SHIPMENT) == expected


def test_two_messages_of_one_minute_are_one_statement_and_of_the_next_another() -> None:
    same = key("tracking.milestone", LEFT, SHIPMENT, at=AT.replace(second=1))
    later = key("tracking.milestone", LEFT, SHIPMENT, at=AT + timedelta(minutes=1))

    assert same == key("tracking.milestone", LEFT, SHIPMENT)
    assert later != same


def test_two_systems_make_two_statements() -> None:
    assert key("tracking.milestone", LEFT, SHIPMENT, system=Role.TMS) != key("tracking.milestone", LEFT, SHIPMENT)


def test_an_estimate_never_takes_the_key_of_what_really_happens() -> None:
    estimate = key("tracking.milestone", LEFT, SHIPMENT, cls=FactClass.EST)

    assert estimate == key("tracking.milestone", LEFT, SHIPMENT) + "|EST"
    assert key("tracking.milestone", LEFT, SHIPMENT, cls=FactClass.COR) == key("tracking.milestone", LEFT, SHIPMENT)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"stop_seq": None, "location": Place(location_no="LOC-7")}, "|LOC-7|c1|"),
        ({"stop_seq": None, "location": Place(unlocode="NLRTM")}, "|NLRTM|c1|"),
        ({"stop_seq": None}, "||c1|"),
        ({"attempt_no": 2}, "|stop1|c2|"),
    ],
)
def test_a_milestones_slot_is_its_stop_or_place_and_its_cycle(change: dict[str, object], expected: str) -> None:
    assert expected in key("tracking.milestone", msgspec.structs.replace(LEFT, **change), SHIPMENT)


def accepted() -> FulfilmentAccepted:
    return FulfilmentAccepted(order_no="SO-1", warehouse="WH-1", wms_ref="W-1", lines=())


def test_the_envelopes_revision_counts_where_the_payload_has_none() -> None:
    assert key("fulfilment.accepted", accepted(), FO) == "fulfilment.accepted|fulfilment_order:SO-1/WH-1/1|0"
    assert key("fulfilment.accepted", accepted(), FO, revision=2).endswith("|2")


def test_a_set_of_packages_has_one_key_in_any_order() -> None:
    packages = (PackageInfo(sscc="B"), PackageInfo(package_no="A"))
    there, back = (
        key("pack.completed", PackCompleted(order_no="SO-1", warehouse="WH-1", packages=order, complete=True), FO)
        for order in (packages, packages[::-1])
    )

    assert there == back == "pack.completed|fulfilment_order:SO-1/WH-1/1|A+B"


def test_a_short_pick_is_told_apart_by_line_and_minute() -> None:
    short = PickShorted(
        order_no="SO-1", warehouse="WH-1", line="20", requested=Quantity(Decimal(100)), picked=Quantity(Decimal(90))
    )

    assert key("pick.shorted", short, FO).endswith("|20,2026-06-02T14:05Z")


def test_a_conclusion_is_told_apart_by_its_cause() -> None:
    back = OrderLineBackordered(line_no="20", qty=Quantity(Decimal(10)), cause="short", fo="SO-1/WH-1/1")

    assert key("order.line_backordered", back, ORDER, cause="7.3").endswith("|20,SO-1/WH-1/1,7.3")


def test_a_ledgers_hash_changes_with_the_ledger_only() -> None:
    empty = OrderFulfilled(ledger=())
    other = msgspec.structs.replace(empty, last_shipped_at=AT)

    assert key("order.fulfilled", empty, ORDER) == key("order.fulfilled", other, ORDER)


def test_one_delay_an_hour_is_told() -> None:
    late = ShipmentDelayed(kind=DelayKind.CONFIRMED, promised=Window(latest=AT), expected=AT, delay_min=5)
    first, same, next_hour = (
        key("shipment.delayed", late, SHIPMENT, at=at) for at in (AT, AT.replace(minute=59), AT + timedelta(hours=1))
    )

    assert first == same
    assert next_hour != first


def test_an_elapsed_timer_is_told_apart_by_name_subject_and_due() -> None:
    assert key("timer.elapsed", TimerElapsed(name="tm_pick", due=AT, about="SO-1/WH-1/1"), ORDER) == (
        "timer.elapsed|order:SO-1|tm_pick,SO-1/WH-1/1,2026-06-02T14:05:37Z"
    )


def test_one_instant_written_in_two_zones_makes_one_key() -> None:
    there = AT.astimezone(timezone(timedelta(hours=2)))
    keys = {key("timer.elapsed", TimerElapsed(name="tm_pick", due=due), ORDER) for due in (AT, there)}

    assert len(keys) == 1


def test_no_type_but_the_few_that_happen_once_lacks_a_key() -> None:
    keyless = {name for name, kind in EVENT_TYPES.items() if not kind.idem}

    assert keyless == {"tracking.milestone"}


def create(**changes: object) -> CreateFulfilmentOrder:
    line = FulfilmentLine("10", "IT-501", Quantity(Decimal(40)))
    order = CreateFulfilmentOrder(
        order_no="SO-1", warehouse="WH-1", release_no=2, lines=(line,), ship_to=Place("LOC-1")
    )
    return msgspec.structs.replace(order, **changes)


def test_a_command_keeps_its_key_whatever_else_it_says() -> None:
    kind = COMMAND_TYPES["create_fulfilment_order"]

    assert idempotency_key(kind, create()) == "create_fulfilment_order|SO-1|WH-1|2"
    assert idempotency_key(kind, create(lines=(), carrier="NVTR")) == idempotency_key(kind, create())
    assert idempotency_key(kind, create(release_no=3)) != idempotency_key(kind, create())


def test_commands_about_one_order_share_their_place_in_line() -> None:
    cancel = CancelFulfilmentOrder(order_no="SO-1", warehouse="WH-1", cancel_id="C-1")
    orders = {
        ordering_key(COMMAND_TYPES["create_fulfilment_order"], create()),
        ordering_key(COMMAND_TYPES["cancel_fulfilment_order"], cancel),
    }

    assert orders == {"order:SO-1"}


def test_a_struct_in_a_commands_key_counts_by_what_it_says() -> None:
    kind = COMMAND_TYPES["reschedule_delivery"]
    one, same, other, none = (
        idempotency_key(kind, RescheduleDelivery(shipment="SHP-1", attempt_no=2, window=window))
        for window in (Window(AT), Window(AT), Window(AT + timedelta(days=1)), None)
    )

    assert one == same
    assert len({one, other, none}) == 3
    assert none.endswith("|2|")


@pytest.mark.parametrize("name", COMMAND_TYPES)
def test_every_command_has_a_key_and_a_place_in_line(name: str) -> None:
    kind, payload = COMMAND_TYPES[name], sample_command(name)
    assert isinstance(payload, Payload)

    assert idempotency_key(kind, payload).startswith(f"{name}|")
    assert ordering_key(kind, payload).startswith(f"{kind.ordering}:")
