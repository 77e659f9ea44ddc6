"""Transitions of APT (domain.md §3.9).

A dock may book a slot nobody asked it for; and a service that is over was begun, whatever was never said of it.
"""

from __future__ import annotations

from crossdock.process.machine import KEEP, NEW, Row

REQUESTED, CONFIRMED, AT_RISK = "REQUESTED", "CONFIRMED", "AT_RISK"
CHECKED_IN, IN_SERVICE, COMPLETED = "CHECKED_IN", "IN_SERVICE", "COMPLETED"
DECLINED, NO_SHOW, CANCELLED = "DECLINED", "NO_SHOW", "CANCELLED"

PROGRESS = {
    NEW: -1, REQUESTED: 10, CONFIRMED: 20, AT_RISK: 20, CHECKED_IN: 30, IN_SERVICE: 40, COMPLETED: 50,
    DECLINED: 90, NO_SHOW: 90, CANCELLED: 90,
}  # fmt: skip

BOOKED = (CONFIRMED, AT_RISK)
BOOK = ("link", "tell", "-tm_appt", "+noshow", "check_promise")

ROWS = (
    Row("APT-01", (NEW,), "appointment.requested", REQUESTED, "", ("link", "+tm_appt")),
    Row("APT-02", (REQUESTED,), "appointment.confirmed", CONFIRMED, "", BOOK),
    Row("APT-02", (NEW,), "appointment.confirmed", CONFIRMED, "unasked", BOOK),
    Row("APT-03", (REQUESTED,), "appointment.declined", DECLINED, "", ("-tm_appt", "ask_alternative")),
    Row("APT-04", (CONFIRMED,), "appointment.rescheduled", CONFIRMED, "", ("tell", "+noshow", "check_promise")),
    Row("APT-05", (CONFIRMED,), "shipment.eta_changed", AT_RISK, "too_late", ("ask_later",)),
    Row("APT-06", (AT_RISK,), "appointment.rescheduled", CONFIRMED, "", ("tell", "+noshow", "check_promise")),
    Row("APT-06", (AT_RISK,), "shipment.eta_changed", CONFIRMED, "in_time", ("at_ease",)),
    Row("APT-07", BOOKED, "appointment.checked_in", CHECKED_IN, "", ("tell", "-noshow", "at_ease")),
    Row("APT-08", (CHECKED_IN, *BOOKED), "appointment.service_started", IN_SERVICE, "", ("-noshow", "at_ease")),
    Row("APT-09", (CHECKED_IN, IN_SERVICE, *BOOKED), "appointment.completed", COMPLETED, "",
        ("tell", "-noshow", "at_ease")),
    Row("APT-10", BOOKED, "appointment.no_show", NO_SHOW, "", ("-noshow", "ask_again")),
    Row("APT-11", (REQUESTED, *BOOKED), "appointment.cancelled", CANCELLED, "",
        ("tell", "-tm_appt", "-noshow", "at_ease")),
    Row("APT-11", (REQUESTED, *BOOKED), "load.cancelled", KEEP, "", ("give_back",)),
    Row("APT-11", (REQUESTED, *BOOKED), "shipment.cancelled", KEEP, "for_it_alone", ("give_back",)),
)  # fmt: skip
