"""A fact in quarantine is mended from its page by those who may see it, and its lane let flow."""

from __future__ import annotations

import html

import pytest

from crossdock.canonical.vocabulary import Lane
from crossdock.ports.principal import RoleName
from crossdock.ports.store import QuarantineRow, WriteSet
from crossdock.postgres.acts import PostgresActs
from crossdock.postgres.views import PostgresViews
from crossdock.testing.samples import sample
from tests.integration.console.conftest import Office, press

PAGE = "/console/messages/quarantine"
KEPT = "erp.1"


async def stand(office: Office, body: bytes, *, dossier: int = 0) -> None:
    """A fact of the ERP in quarantine."""
    lane = Lane.ORDER if dossier else None
    row = QuarantineRow(KEPT, "erp", body, office.hub.clock.now(), "no such currency", "INT-02", dossier, lane)
    async with office.hub.store.batch() as batch:
        await batch.write(WriteSet(quarantine=[row]))


@pytest.fixture
def order() -> bytes:
    """An order of the ERP, as the canonical door takes it."""
    return sample("order.approved").replace(b'"ext":{"sample":{"sample":"ext-1"}},', b"")


async def test_a_corrected_copy_is_taken_from_the_page_with_its_reason(office: Office, order: bytes) -> None:
    await stand(office, order.replace(b"EUR", b"EUX"))
    browser = await office.come(RoleName.ADMIN)
    page = (await browser.get(PAGE)).text
    assert html.escape("EUX") in page
    assert "Let its lane flow" not in page, "it stops nothing but itself"
    done = await press(browser, PAGE, f"{PAGE}/{KEPT}/mend", fact=order.decode(), reason="the currency was misspelt")
    assert (done.status_code, done.headers["location"]) == (303, PAGE)
    assert "Nothing in quarantine" in (await browser.get(PAGE)).text
    latest = await PostgresActs(office.hub.pool).latest(0, 5)
    assert ("mended", "the currency was misspelt") in [(row.act, row.reason) for row in latest]


async def test_what_changes_nothing_is_refused_and_only_a_blocked_lane_can_flow(office: Office, order: bytes) -> None:
    await stand(office, order)
    browser = await office.come(RoleName.ADMIN)
    same = await press(browser, PAGE, f"{PAGE}/{KEPT}/mend", fact=order.decode(), reason="let it through")
    assert same.status_code == 400
    assert "nothing is changed" in same.text
    assert (await press(browser, PAGE, f"{PAGE}/{KEPT}", act="detach", reason="let it flow")).status_code == 404


async def test_a_lane_that_is_blocked_is_offered_to_flow_and_an_operator_without_bytes_mends_nothing(
    office: Office, order: bytes
) -> None:
    await stand(office, order, dossier=1)
    browser = await office.come(RoleName.OPERATOR)
    page = (await browser.get(PAGE)).text
    assert "Let its lane flow" in page
    assert "Take this instead" not in page
    assert (await press(browser, PAGE, f"{PAGE}/{KEPT}/mend", fact="{}", reason="not mine")).status_code == 403


async def test_a_lane_is_let_flow_and_the_fact_stays_in_quarantine_by_itself(office: Office, order: bytes) -> None:
    erp = office.hub.parts.directory.partner("erp")
    assert erp is not None
    said = order.replace(b'"instance":"sample"', b'"instance":"erp"')
    (receipt,) = await office.hub.intake.facts(erp, [said])
    assert receipt.status == "accepted"
    (row,) = await PostgresViews(office.hub.pool).dossiers("order", before=1 << 60, limit=2)
    await stand(office, order.replace(b"EUR", b"EUX"), dossier=row.id)
    browser = await office.come(RoleName.ADMIN)
    assert "Let its lane flow" in (await browser.get(PAGE)).text
    done = await press(browser, PAGE, f"{PAGE}/{KEPT}", act="detach", reason="the rest must go out today")
    assert (done.status_code, done.headers["location"]) == (303, PAGE)
    page = (await browser.get(PAGE)).text
    assert html.escape("EUX") in page, "it is still there, to be mended or given up"
    assert "Let its lane flow" not in page
    assert (await press(browser, PAGE, f"{PAGE}/{KEPT}", act="detach", reason="once more")).status_code == 404
    latest = await PostgresActs(office.hub.pool).latest(0, 5)
    assert ("detached", "the rest must go out today") in [(act.act, act.reason) for act in latest]
