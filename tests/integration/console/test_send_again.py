"""The button "send again" in the assembled hub, and what the partner then has (peers.md §5 no 4)."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossdock.app.deliver.step import deliver_once
from crossdock.bench.trace import Order
from crossdock.bootstrap.places import outbox_folder
from crossdock.bootstrap.roles import routes
from crossdock.ports.connector import Resolution
from crossdock.ports.outbox import Outbox
from crossdock.ports.principal import RoleName
from crossdock.postgres.outbox import PostgresOutbox
from tests.integration.console.conftest import Office, press
from tests.integration.deliver.given import TIMED_OUT, ScriptedPartner, manifest

WAREHOUSE = "wms-north"


async def released(office: Office) -> None:
    """An order for the warehouse, told by the ERP."""
    erp = office.hub.parts.directory.partner("erp")
    assert erp is not None
    approved = next(iter(Order(1, office.hub.clock.now()).facts()))
    body = approved.body.replace(b"WH-NL1", b"WH-A1").replace(b'"erp1"', b'"erp"')
    (receipt,) = await office.hub.sync.facts(erp, [body])
    assert receipt.disposition == "APPLY", receipt


def folder_of(office: Office) -> Path:
    """Where the warehouse fetches its documents."""
    (config,) = (one for one in office.hub.project.partners if one.partner.id == WAREHOUSE)
    return outbox_folder(config, office.hub.wiring.exchange)


async def delivered(office: Office, outbox: Outbox) -> None:
    """One round of the way to the warehouse, as the deliver role makes it."""
    (route,) = (one for one in routes(office.hub) if one.partner.id == WAREHOUSE)
    await deliver_once(outbox, route.partner, route.sender, route.manifest, office.hub.clock, office.hub.dice)


@pytest.mark.proves("PF-04")
async def test_pressed_send_again_reaches_the_partner_once_and_ends_the_case(office: Office) -> None:
    await released(office)
    outbox = await PostgresOutbox.open(office.hub.url, pool_max=2)
    try:
        partner = office.hub.parts.directory.partner(WAREHOUSE)
        assert partner is not None
        # Its outcome is not known, and a person is asked.
        lost = ScriptedPartner(TIMED_OUT)
        asked = manifest(Resolution.PERSON)
        await deliver_once(outbox, partner, lost, asked, office.hub.clock, office.hub.dice)
        (key,) = lost.sent
        await delivered(office, outbox)
        assert not folder_of(office).exists() or not list(folder_of(office).iterdir()), "nothing goes by itself"
        async with office.hub.pool.connection() as connection:
            ((number,),) = await (
                await connection.execute("select id from delivery where idempotency_key = %s", (key,))
            ).fetchall()
        page = f"/console/deliveries/{number}"
        browser = await office.come(RoleName.OPERATOR)
        assert (await press(browser, page, page, act="retry", reason="it never arrived")).status_code == 303
        await delivered(office, outbox)
        await delivered(office, outbox)
        (document,) = folder_of(office).iterdir()
        assert b"ST*940*" in document.read_bytes()
        shown = (await browser.get("/console/deliveries")).text
        assert key not in shown, "it has ended"
    finally:
        await outbox.close()
