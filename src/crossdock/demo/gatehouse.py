"""Slots at docks: what the docks have in their books of each, and what the hub. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import msgspec

from crossdock.demo.books import Entry
from crossdock.kernel.instant import micros
from crossdock.process.appointment.state import AppointmentState

Say = Callable[[str], None]

_appointments = msgspec.msgpack.Decoder(AppointmentState)


class AppointmentView(msgspec.Struct, frozen=True):
    """A slot as the hub has it, with when unloading began and ended, in microseconds since 1970."""

    number: str
    state: str
    begun_us: int
    ended_us: int


def read_appointment(machines: Mapping[str, msgspec.Raw]) -> AppointmentView:
    """The slot of one dossier."""
    state = _appointments.decode(machines["APT"]) if "APT" in machines else AppointmentState()
    return AppointmentView(state.number, state.state, state.begun_us, state.ended_us)


def judge_slots(dock: Iterable[Entry], ours: Mapping[str, AppointmentView], say: Say) -> None:
    """Each slot is known once, has come to the same end, and the same truck stood there from when to when."""
    last = {entry.key: entry for entry in dock if entry.kind == "slot"}
    if set(last) != set(ours):
        say(f"slots: the docks have {sorted(last.keys() - ours.keys())}, the hub {sorted(ours.keys() - last.keys())}")
    for number in sorted(last.keys() & ours.keys()):
        facts, view = last[number].facts, ours[number]
        theirs = (str(facts["state"]), *(_us(facts.get(name)) for name in ("begun", "ended")))
        if theirs != (view.state, view.begun_us, view.ended_us):
            say(f"slot {number}: the dock has {theirs}, the hub {(view.state, view.begun_us, view.ended_us)}")


def _us(text: object) -> int:
    return micros(datetime.fromisoformat(text)) if isinstance(text, str) else 0
