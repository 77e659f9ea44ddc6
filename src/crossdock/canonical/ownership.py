"""Who may say what (domain.md §1.7), as data. `catalogue` says it per event type; a test holds the two together."""

from __future__ import annotations

import msgspec

from crossdock.canonical.vocabulary import Role


class Ownership(msgspec.Struct, frozen=True):
    """One row of the matrix.

    Attributes:
        owners: whose statement counts in this phase.
        observers: whose statement is an observation only.
        note: what narrows or widens it; a rule of the process, not of the catalogue.
        events: event types, or their first parts, that state these fields.
    """

    id: str
    fields: str
    phase: str
    owners: frozenset[Role]
    observers: frozenset[Role]
    note: str
    events: tuple[str, ...]


def _row(id_: str, fields: str, phase: str, auth: str, note: str, events: str) -> Ownership:
    owners, _, observers = auth.partition(";")
    return Ownership(
        id=id_,
        fields=fields,
        phase=phase,
        owners=frozenset(Role(role) for role in owners.split()),
        observers=frozenset(Role(role) for role in observers.split()),
        note=note,
        events=tuple(events.split()),
    )


# fmt: off
OWNERSHIP = (
    _row("OW-01", "order header and lines, price, cancel, hold", "always", "ERP", "the portal may request",
         "order.approved order.held order.hold_released order.changed order.cancel_requested order.line_cancelled"),
    _row("OW-02", "release decision, routing, backorder split", "after approval", "SYNC",
         "an ERP that releases by itself sets release_mode=erp",
         "order.released order.release_blocked order.line_backordered"),
    _row("OW-03", "fulfilment progress, quantities, SSCC, staging, loading", "until hand-over", "WMS",
         "only the WMS of that warehouse",
         "fulfilment allocation wave pick pack package shipment.staged shipment.loaded"),
    _row("OW-04", "physical hand-over and its void", "hand-over", "WMS",
         "the TMS where the origin has handover_authority=tms; a carrier's pick-up scan only lets us infer",
         "shipment.handed_over handover"),
    _row("OW-05", "plan, load, tender, carrier, planned windows", "until delivered", "TMS CAR",
         "the carrier answers its own tender and nothing else",
         "shipment.planned shipment.plan_failed shipment.replanned shipment.cancelled load carrier tender"),
    _row("OW-06", "transit milestones, ETA, delivery by carrier", "hand-over to delivered", "TMS LMD;CAR",
         "telematics observe like a carrier; on the own fleet see OW-07",
         "tracking shipment.eta_changed shipment.exception_reported shipment.lost shipment.return_started"
         " shipment.returned"),
    _row("OW-07", "run, dispatch, attempt, delivery, proof on the own fleet", "run planned to proof", "LMD TMS OPS;CAR",
         "on the own fleet the TMS is only recorded and a carrier refused; a person may reject a proof",
         "run delivery.out_for_delivery delivery.arrived delivery.attempted delivery.rescheduled delivery.completed"
         " pod"),
    _row("OW-08", "declaration outcome, customs holds, exit", "always", "CUS",
         "a carrier's customs code is a tracking.milestone, never this",
         "customs.declared customs.accepted customs.rejected customs.held customs.docs_requested customs.released"
         " customs.release_refused customs.amended customs.amendment_rejected customs.cancelled customs.cancel_denied"
         " customs.exit_confirmed customs.exit_enquiry"),
    _row("OW-09", "stock quantity and status", "always", "WMS;ERP", "the ERP's snapshot is input to the variance",
         "inventory.moved inventory.adjusted inventory.status_changed inventory.counted inventory.snapshot_taken"),
    _row("OW-10", "stock value, goods issue document, invoice, payment", "always", "ERP", "",
         "inventory.erp_posted inventory.erp_post_failed invoice.posted invoice.failed invoice.paid invoice.credited"),
    _row("OW-11", "freight estimate, rating, audit decision", "until approved", "TMS SYNC OPS;CAR",
         "TMS rates, we match, finance overrides, the carrier claims",
         "freight.estimated freight.invoiced freight.matched freight.mismatched freight.disputed"
         " freight.dispute_resolved freight.credited freight.approved"),
    _row("OW-12", "freight posting and payment", "approved to settled", "ERP", "",
         "freight.accrual_posted freight.accrual_failed freight.settled"),
    _row("OW-13", "return authorisation and credit", "always", "ERP", "the portal may request",
         "return.initiated return.declined return.credited return.cancelled"),
    _row("OW-14", "return receipt, inspection, disposition", "from receipt", "WMS", "",
         "return.received return.inspected return.dispositioned return.unannounced_received"),
    _row("OW-15", "appointment", "always", "DOCK", "carrier and TMS may request",
         "appointment.confirmed appointment.declined appointment.rescheduled appointment.checked_in"
         " appointment.service_started appointment.completed appointment.no_show appointment.cancelled"),
    _row("OW-16", "exception, reconciliation, hold and replay, projection", "always", "SYNC OPS", "",
         "exception reconciliation event notification timer"),
    _row("OW-17", "what was ordered, paid, cancelled and refunded in a sales channel", "always", "CHN",
         "the ERP owns the sales order made of it (OW-01)", "channel"),
    _row("OW-18", "what a customer asks us to look into, and the answer", "always", "PRT ERP OPS",
         "the portal asks, we answer", "service"),
)
# fmt: on
