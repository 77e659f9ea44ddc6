"""Asking a dock for a slot: the command, and the appointment that begins with it."""

from __future__ import annotations

from crossdock.canonical.commands.fleet import RequestAppointment
from crossdock.canonical.envelope import Reference, Subject
from crossdock.canonical.events.returns import AppointmentKind, AppointmentRequested
from crossdock.canonical.parts import Place
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.instant import Window
from crossdock.process.commands import send
from crossdock.process.effects import Address, Derive, Effect

DOCK = Address(Role.DOCK)
# How the load stands among the shipments a slot is about.
LOAD_PREFIX = "load:"


def request_slot(
    request: str, place: Place, kind: AppointmentKind, window: Window, about: tuple[str, ...]
) -> tuple[Effect, ...]:
    """Ask the dock, and open the appointment."""
    command = RequestAppointment(request_id=request, location=place, kind=kind, window=window, about=about)
    asked = AppointmentRequested(request_id=request, location=place, kind=kind, window=window, about=about)
    here = Reference("appointment", request)
    return (send(command, DOCK), Derive("appointment.requested", Subject("appointment", request), asked, to=(here,)))
