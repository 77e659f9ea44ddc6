"""From a dossier's log to the milestones of each shipment, by the table of words.

What was said from outside counts unless it was refused or taken back. What we concluded ourselves is asked of the
shipment: a conclusion that a refold no longer draws, or draws of another instant, stands in the log as it first was.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from crossdock.app.portal.words import MILESTONE, WORDS, Words, because
from crossdock.canonical.events.order import OrderCancelled
from crossdock.canonical.events.tracking import DelayKind, TrackingMilestone
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.parts import Place
from crossdock.canonical.vocabulary import Disposition, FactClass, Role
from crossdock.kernel.instant import Window, from_micros
from crossdock.ports.portal import ShownMilestone
from crossdock.process.kpi.chronicle import Chronicle, Entry
from crossdock.process.order.state import OrderState
from crossdock.process.shipment.state import ShipmentState

DEPARTED, DELIVERED = "shipment.departed", "shipment.delivered"
CONCLUDED = frozenset({DEPARTED, DELIVERED})
TOLD = frozenset({Disposition.APPLY, Disposition.RECORD, Disposition.SUPERSEDE})
ACTUAL = frozenset({FactClass.ACT, FactClass.COR})
# Where a stop of the load is meant, it may be another customer's door.
OF_THE_LOAD = frozenset({Milestone.ARRIVED_FACILITY, Milestone.DEPARTED_FACILITY})
OURS = Role.SYNC


class _Slot(msgspec.Struct):
    """One thing that happened, and what later statements made of it."""

    words: Words
    key: str
    at: datetime
    place: str
    note: str
    inferred: bool


def standing_entries(log: Chronicle) -> list[Entry]:
    """What of a log counts: nothing refused, waiting, or taken back by who may."""
    against = {
        key
        for entry in log.everything
        if entry.disposition in TOLD
        for key in (entry.fact.retracts, entry.fact.corrects)
        if key
    }
    return [
        entry
        for entry in log.everything
        if entry.disposition in TOLD
        and not (entry.disposition is Disposition.SUPERSEDE and entry.fact.key in against)
        and not entry.fact.retracts
    ]


def milestones(
    entries: Iterable[Entry], group: str, order: OrderState, state: ShipmentState | None, hidden: Iterable[str]
) -> tuple[ShownMilestone, ...]:
    """What happened to one shipment (or, with `group` empty, to an order that has none yet), oldest first."""
    unwanted = frozenset(hidden)
    slots: dict[str, _Slot] = {}
    for entry in entries:
        words = _words(entry, unwanted)
        if words is None or (words.whole and entry.group) or (not words.whole and (not group or entry.group != group)):
            continue
        if _stands(entry, order, state):
            _take(slots, words, entry)
    if state is not None:
        slots |= {slot.key: slot for slot in _concluded(state) if slot.words.code not in unwanted}
    return tuple(_shown(slot) for slot in sorted(slots.values(), key=lambda slot: (slot.at, slot.words.step)))


def _words(entry: Entry, hidden: frozenset[str]) -> Words | None:
    fact = entry.fact
    seen = fact.payload.milestone if isinstance(fact.payload, TrackingMilestone) else ""
    words = WORDS.get((fact.type, seen if fact.type == MILESTONE else ""))
    shown = words is not None and words.code not in hidden and fact.type not in CONCLUDED and fact.cls in ACTUAL
    return words if shown else None


def _concluded(state: ShipmentState) -> Iterable[_Slot]:
    """Departure and delivery, as the shipment holds them now."""
    if state.departed_us:
        unsaid = state.inferred and not state.handed
        yield _Slot(WORDS[DEPARTED, ""], "departed", from_micros(state.departed_us), "", "", unsaid)
    if state.delivered_us:
        words = WORDS[DELIVERED, ""]
        note = "in part" if "partial_delivery" in state.overlays else ""
        key = f"{words.code}|{state.delivered_attempt or 1}"
        yield _Slot(words, key, from_micros(state.delivered_us), "", note, False)


def _stands(entry: Entry, order: OrderState, state: ShipmentState | None) -> bool:
    """Whether it may be told, and is still held to be so."""
    fact = entry.fact
    payload = fact.payload
    if isinstance(payload, TrackingMilestone):
        return not (payload.milestone in OF_THE_LOAD and payload.stop_seq is not None)
    if fact.type == "shipment.delayed":
        return getattr(payload, "kind", None) is DelayKind.CONFIRMED
    if isinstance(payload, OrderCancelled):
        return order.state == "CANCELLED"
    if fact.type == "order.released":
        return order.release_no >= 1
    if state is None:
        return fact.source.system is not OURS
    return _confirmed(entry, state)


def _confirmed(entry: Entry, state: ShipmentState) -> bool:
    """What we concluded, as far as the shipment still says so."""
    payload = entry.fact.payload
    match entry.fact.type:
        case "shipment.handed_over":
            return getattr(payload, "handover_no", "") in state.handed
        case "delivery.failed":
            return str(getattr(payload, "attempt_no", "")) in state.failed
        case "pod.captured":
            return getattr(payload, "pod_ref", "") in state.pods
        case _:
            return True


def _take(slots: dict[str, _Slot], words: Words, entry: Entry) -> None:
    place = city_of(getattr(entry.fact.payload, "location", None)) if words.repeats else ""
    key = words.code
    if words.attempt:
        key = f"{key}|{getattr(entry.fact.payload, 'attempt_no', 1) or 1}"
    if words.repeats:
        key = f"{key}|{place}"
    known = slots.get(key)
    if known is not None and not _moved(words, known, entry):
        return
    slots[key] = _Slot(words, key, entry.at, place, _note(words, entry), entry.inferred)


def _moved(words: Words, known: _Slot, entry: Entry) -> bool:
    """The first statement fills a slot; a correction, and a new window, takes its place."""
    corrects = entry.disposition is Disposition.SUPERSEDE or entry.fact.cls is FactClass.COR
    return corrects or known.inferred or words.code in ("rescheduled", "delayed")


def _note(words: Words, entry: Entry) -> str:
    payload = entry.fact.payload
    if words.reason:
        return because(str(getattr(payload, "reason", "")))
    window = getattr(payload, "window", None)
    if words.code == "rescheduled" and isinstance(window, Window):
        ends = [at.isoformat() for at in (window.earliest, window.latest) if at is not None]
        return "/".join(ends)
    return ""


def city_of(place: Place | None) -> str:
    """The city, and nothing nearer; shouted names are told calmly."""
    city = place.address.city if place is not None and place.address is not None else ""
    return city.title() if city.isupper() else city


def _shown(slot: _Slot) -> ShownMilestone:
    return ShownMilestone(
        key=slot.key,
        label=slot.words.label,
        step=slot.words.step,
        at=None if slot.inferred else slot.at,
        place=slot.place,
        note=slot.note,
    )


def step_of(shown: Iterable[ShownMilestone]) -> int:
    """How far these milestones bring a shipment."""
    return max((one.step for one in shown if one.corrected is None), default=0)
