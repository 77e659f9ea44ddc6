"""The tables agree with each other: types, owners, consumers, answers (domain.md §1.7, §2)."""

from __future__ import annotations

import re

import pytest

from crossdock.canonical.catalogue import COMMAND_OF_PAYLOAD, COMMAND_TYPES, EVENT_OF_PAYLOAD, EVENT_TYPES
from crossdock.canonical.declarations import EventType
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.canonical.ownership import OWNERSHIP
from crossdock.canonical.vocabulary import Lane, Priority, Role

CONSUMERS = set("EWTCLPANXFOD")
OWN_WORK = {"master.updated", "document.attached", "command.acknowledged", "command.refused"}
CONCLUSIONS = {name for name, kind in EVENT_TYPES.items() if kind.owners == {Role.SYNC}}

# Chapter sizes of domain.md §2.1 to §2.9, and our own: channels, service requests, time, and the two machine answers to
# a command.
CHAPTERS = {
    "order": 19,
    "channel": 10,
    "fulfilment": 19,
    "planning": 14,
    "tracking": 12,
    "last_mile": 15,
    "customs": 16,
    "money": 17,
    "inventory": 10,
    "returns": 22,
    "service": 2,
    "platform": 12 + 3,
}


def camel(name: str) -> str:
    return "".join(word.capitalize() for word in re.split(r"[._]", name))


def test_every_chapter_of_the_specification_is_complete() -> None:
    sizes: dict[str, int] = {}
    for kind in EVENT_TYPES.values():
        chapter = kind.payload.__module__.rpartition(".")[2]
        sizes[chapter] = sizes.get(chapter, 0) + 1

    assert sizes == CHAPTERS


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_an_event_is_named_in_the_past_and_like_its_struct(name: str) -> None:
    kind = EVENT_TYPES[name]

    assert re.fullmatch(r"[a-z]+\.[a-z_]+", name)
    assert kind.payload.__name__ == camel(name)
    assert EVENT_OF_PAYLOAD[kind.payload] is kind


@pytest.mark.parametrize("name", COMMAND_TYPES)
def test_a_command_is_named_like_its_struct(name: str) -> None:
    kind = COMMAND_TYPES[name]

    assert kind.payload.__name__ == camel(name)
    assert COMMAND_OF_PAYLOAD[kind.payload] is kind
    assert kind.role in kind.roles


def test_all_commands_of_the_specification_are_there_and_ours() -> None:
    # domain.md §2.10 has 52, some in one row; `transmit_tender`, `request_return` and the six of sales channels are
    # ours.
    assert len(COMMAND_TYPES) == 52 + 2 + 6
    assert COMMAND_TYPES["transmit_tender"].role is Role.CAR


@pytest.mark.parametrize("name", COMMAND_TYPES)
def test_a_commands_answers_undo_and_case_exist(name: str) -> None:
    kind = COMMAND_TYPES[name]

    for answer in (*kind.ack, *kind.nack):
        assert answer == "message ack" or answer in EVENT_TYPES
    if kind.on_negative:
        assert kind.on_negative in EXCEPTION_TYPES
    if re.fullmatch(r"[a-z]+(_[a-z]+)+", kind.undo):
        assert kind.undo in COMMAND_TYPES
    assert {*kind.key, kind.ordering_field} <= set(kind.payload.__struct_fields__)
    assert kind.mode in {"A", "S", "S→A"}


@pytest.mark.proves("PF-17")
def test_every_command_has_what_undoes_it_or_a_case_when_it_fails() -> None:
    """All but those that change nothing: a question, and two notices."""
    without = {name for name, kind in COMMAND_TYPES.items() if not kind.undo and not kind.on_negative}
    assert without == {"refresh_tracking", "notify_customer", "notify_internal"}
    asked_for = {name for name, kind in COMMAND_TYPES.items() if not kind.on_negative} - without
    assert asked_for == set(), "what is refused is somebody's to mend"


def test_stopping_something_never_waits_behind_anything_else() -> None:
    stops = [name for name in COMMAND_TYPES if name.startswith(("cancel_", "hold_", "block_", "intercept_"))]

    assert {COMMAND_TYPES[name].priority for name in stops} == {Priority.P0}
    assert {EVENT_TYPES[name].priority for name in ("order.held", "customs.held", "handover.voided")} == {Priority.P0}


def test_no_two_types_share_a_causal_rank() -> None:
    ranks = [kind.rank for kind in EVENT_TYPES.values()]

    assert len(set(ranks)) == len(ranks)


@pytest.mark.parametrize(
    "chain",
    [
        ("order.approved", "order.released", "fulfilment.accepted", "allocation.confirmed", "wave.assigned"),
        ("pick.started", "pick.shorted", "pick.completed", "pack.completed", "shipment.staged", "shipment.loaded"),
        ("shipment.planned", "load.built", "carrier.tendered", "carrier.accepted", "shipment.loaded"),
        ("shipment.loaded", "shipment.handed_over", "shipment.departed", "delivery.out_for_delivery"),
        ("delivery.out_for_delivery", "delivery.arrived", "delivery.attempted", "delivery.failed"),
        ("delivery.completed", "shipment.delivered", "pod.captured", "invoice.eligible", "invoice.posted"),
        ("customs.declared", "customs.accepted", "customs.held", "customs.released", "customs.exit_confirmed"),
        ("order.fulfilled", "order.completed"),
    ],
)
def test_at_equal_instants_causes_come_before_consequences(chain: tuple[str, ...]) -> None:
    ranks = [EVENT_TYPES[name].rank for name in chain]

    assert ranks == sorted(ranks)


def owning_rows(kind: EventType) -> list[str]:
    noun = kind.name.partition(".")[0]
    return [row.id for row in OWNERSHIP if kind.name in row.events or noun in row.events]


@pytest.mark.proves("OW-01", "OW-02", "OW-03", "OW-04", "OW-05", "OW-06", "OW-07", "OW-08", "OW-09", "OW-10")
@pytest.mark.proves("OW-11", "OW-12", "OW-13", "OW-14", "OW-15")
@pytest.mark.parametrize("name", sorted(set(EVENT_TYPES) - OWN_WORK - CONCLUSIONS))
def test_nobody_may_say_more_than_the_ownership_matrix_grants(name: str) -> None:
    kind = EVENT_TYPES[name]
    rows = [row for row in OWNERSHIP if row.id in owning_rows(kind)]
    if name.startswith(("substitution.", "return.requested", "return.label", "return.in_transit")):
        assert not rows
        return

    assert len(rows) == 1
    assert kind.owners <= rows[0].owners
    assert kind.observers <= rows[0].observers | rows[0].owners


def test_every_row_of_the_ownership_matrix_is_there_and_names_events_that_exist() -> None:
    nouns = {name.partition(".")[0] for name in EVENT_TYPES}

    assert [row.id for row in OWNERSHIP] == [f"OW-{number:02}" for number in range(1, 19)]
    assert {event for row in OWNERSHIP for event in row.events} <= set(EVENT_TYPES) | nouns


def test_no_erp_speaks_for_a_warehouse_and_no_warehouse_for_an_erp() -> None:
    shared = {name for name, kind in EVENT_TYPES.items() if {Role.ERP, Role.WMS} <= kind.owners | kind.observers}

    # An ERP's stock report is only observed: input to the variance, never a quantity (OW-09).
    assert shared == {"document.attached", "command.acknowledged", "command.refused", "inventory.snapshot_taken"}


@pytest.mark.proves("OW-16", "OW-02")
def test_nobody_from_outside_states_what_only_we_conclude() -> None:
    for name in ("order.released", "shipment.departed", "shipment.delivered", "delivery.failed", "timer.elapsed"):
        assert name in CONCLUSIONS
        assert not EVENT_TYPES[name].observers


def test_only_these_open_a_dossier() -> None:
    assert {name: kind.opens for name, kind in EVENT_TYPES.items() if kind.opens} == {
        "order.approved": "order",
        "load.built": "load",
        "reconciliation.completed": "check",
        "appointment.requested": "appointment",
        "appointment.confirmed": "appointment",
        "run.planned": "run",
        "run.assigned": "run",
        "run.dispatched": "run",
        "channel.order_placed": "channel_order",
        "inventory.moved": "stock",
        "inventory.adjusted": "stock",
        "inventory.status_changed": "stock",
        "inventory.counted": "stock",
        "inventory.snapshot_taken": "warehouse stock",
    }


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_a_row_is_filled_in(name: str) -> None:
    kind = EVENT_TYPES[name]

    assert kind.owners
    assert not kind.owners & kind.observers
    assert set(kind.to) <= CONSUMERS
    assert kind.lane in Lane
    assert kind.subject in kind.subjects or not kind.subjects
    assert (kind.payload.__doc__ or "").strip()


def test_lateness_is_measured_only_for_what_others_tell_us() -> None:
    for name in CONCLUSIONS:
        assert EVENT_TYPES[name].late_s is None
    assert EVENT_TYPES["order.approved"].late_s == 900
    assert EVENT_TYPES["pod.captured"].late_s == 86_400
