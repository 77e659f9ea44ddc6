"""What process and system callers ask for (I-14, I-16, I-21, I-26, L-01)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdock.app.access import Scope
from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.store import DossierRow, EventRow, LinkRow, WriteSet
from tests.unit.web.bench import NOW, Front, envelope, problem

SHIPMENT = {"type": "shipment", "id": "SHP-1"}


def event(seq: int, kind: str, disposition: Disposition = Disposition.APPLY, **about: object) -> EventRow:
    return EventRow(
        dossier=1,
        seq=seq,
        type=kind,
        disposition=disposition,
        partner="WH-X12",
        occurred=NOW + timedelta(minutes=seq),
        received=NOW + timedelta(minutes=seq),
        body=envelope(type=kind, subject=SHIPMENT | about, payload={}),
        key=f"k{seq}",
        cause="",
        transitions="",
    )


async def known(front: Front, *events: EventRow) -> Front:
    rows = WriteSet(
        dossiers=[DossierRow(1, "order||SO-1", 1, "NEW", b"")],
        events=list(events),
        links=[LinkRow("shipment||SHP-1", 1)],
    )
    async with front.store.batch() as batch:
        await batch.write(rows)
    return front


@pytest.mark.parametrize(
    ("events", "confirmed"),
    [
        ((), False),
        ((event(1, "shipment.handed_over"),), True),
        ((event(1, "shipment.handed_over", Disposition.REJECT),), False),
        ((event(1, "shipment.handed_over"), event(2, "handover.voided")), False),
        ((event(1, "shipment.handed_over", id="SHP-2"),), False),
    ],
)
async def test_shipment_is_confirmed_by_its_handover_alone(
    front: Front, events: tuple[EventRow, ...], confirmed: bool
) -> None:
    await known(front, *events)
    headers = await front.key("", Scope.SHIPMENTS_READ)
    told = (await front.http.get("/v1/shipments/SHP-1/confirmation", headers=headers)).json()
    assert told["confirmed"] is confirmed
    assert (told["event"] == "1.1") is confirmed


async def test_documents_and_freight_are_the_facts_that_name_them(front: Front) -> None:
    await known(front, event(1, "document.attached"), event(2, "freight.estimated"), event(3, "order.approved"))
    headers = await front.key("", Scope.SHIPMENTS_READ, Scope.FINANCE_READ)
    for path, types in (("documents", ["document.attached"]), ("freight", ["freight.estimated"])):
        told = (await front.http.get(f"/v1/shipments/SHP-1/{path}", headers=headers)).json()
        assert [fact["type"] for fact in told["facts"]] == types


async def test_what_nobody_knows_is_not_found(front: Front) -> None:
    headers = await front.key("", *Scope)
    for path in (
        "shipments/S/confirmation",
        "shipments/S/documents",
        "shipments/S/freight",
        "inventory/W/I",
        "systems/S",
    ):
        problem(await front.http.get(f"/v1/{path}", headers=headers), "not-found")


async def test_systems_show_no_settings(front: Front) -> None:
    told = (await front.http.get("/v1/systems", headers=await front.key("", Scope.OPERATIONS_READ))).json()
    assert [one["id"] for one in told] == sorted(partner.id for partner in front.partners)
    assert all("settings" not in one for one in told)
