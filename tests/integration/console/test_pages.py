"""Every page of the console answers those who may see it, and nobody else; every act is kept with its reason."""

from __future__ import annotations

import pytest

from crossdock.ports.principal import RoleName
from crossdock.ports.store import MessageRow, WriteSet
from crossdock.postgres.acts import PostgresActs
from tests.integration.console.conftest import Office, press, token_of

PAGES = (
    "/console",
    "/console/now/flow.json",
    "/console/work",
    "/console/messages",
    "/console/messages/waiting",
    "/console/messages/quarantine",
    "/console/deliveries",
    "/console/partners",
    "/console/partners/wms-north",
    "/console/partners/readiness",
    "/console/reconciliation",
    "/console/reconciliation/RC-01",
    "/console/governance",
    "/console/governance?words=order",
    "/console/governance/processes/shipment",
    "/console/audit?check=1",
    "/console/settings",
)
WHY = {"reason": "because"}
ACTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/console/work/1", {"act": "note", **WHY}),
    ("/console/deliveries/1", {"act": "retry", **WHY}),
    ("/console/partners/erp/way", {"act": "pause", **WHY}),
    ("/console/messages/m1/again", WHY),
    ("/console/messages/quarantine/q1", {"act": "skip", **WHY}),
    ("/console/messages/quarantine/q1/mend", {"fact": "{}", **WHY}),
    ("/console/reconciliation", WHY),
    ("/console/settings/people", {"email": "a@example.com", "role": "admin", **WHY}),
    ("/console/settings/people/end", {"email": "viewer@example.com", **WHY}),
    ("/console/settings/keys/abc", WHY),
)
ABSENT = (
    "work/4711",
    "deliveries/4711",
    "messages/none",
    "partners/nobody",
    "reconciliation/RC-99",
    "governance/processes/none",
    "nothing",
)
HOSTILE = '<script>alert("x")</script>'


async def acts_of(office: Office) -> list[tuple[str, str, str]]:
    rows = await PostgresActs(office.hub.pool).latest(0, 50)
    return [(row.act, row.person, row.reason) for row in rows]


async def test_every_page_answers_a_viewer(office: Office) -> None:
    browser = await office.come(RoleName.VIEWER)
    for page in PAGES:
        answer = await browser.get(page)
        assert answer.status_code == 200, (page, answer.text[:500])
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "<script>" not in answer.text


async def test_a_stranger_is_led_to_the_sign_in_page(office: Office) -> None:
    browser = await office.stranger()
    for page in PAGES:
        answer = await browser.get(page)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/signin?next=")


async def test_who_may_only_look_can_change_nothing(office: Office) -> None:
    browser = await office.come(RoleName.VIEWER)
    token = token_of((await browser.get("/console")).text)
    for address, fields in ACTS:
        answer = await browser.post(address, data={"_csrf": token, **fields})
        assert answer.status_code == 403, address
        assert "roles do not let you" in answer.text
    assert {act for act, _, _ in await acts_of(office)} == {"person_added", "signed_in"}


async def test_a_form_without_the_token_of_its_session_does_nothing(office: Office) -> None:
    browser = await office.come(RoleName.ADMIN)
    for address, fields in ACTS:
        assert (await browser.post(address, data=fields)).status_code == 403, address


async def test_what_is_not_there_is_said_to_be_not_there(office: Office) -> None:
    browser = await office.come(RoleName.VIEWER)
    for page in ABSENT:
        answer = await browser.get(f"/console/{page}")
        assert answer.status_code == 404, page
        assert "Nothing here" in answer.text


async def test_a_case_is_worked_with_a_reason_and_text_from_outside_is_never_markup(office: Office) -> None:
    await office.happen("TRN-04", HOSTILE)
    browser = await office.come(RoleName.OPERATOR)
    page = (await browser.get("/console/work")).text
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    short = await press(browser, "/console/work/1", "/console/work/1", act="note", reason="x")
    assert short.status_code == 400
    noted = await press(browser, "/console/work/1", "/console/work/1", act="note", reason="called the carrier")
    assert (noted.status_code, noted.headers["location"]) == (303, "/console/work/1")
    assert "called the carrier" in (await browser.get("/console/work/1")).text
    assert ("noted", "Operator", "called the carrier") in await acts_of(office)


async def test_the_same_cause_stands_together_and_the_gravest_first(office: Office) -> None:
    for number in range(4):
        await office.happen("INT-02", subject=f"partner-{number}", severity=3)
    await office.happen("CUS-07", subject="SO-9", severity=1)
    page = (await (await office.come(RoleName.VIEWER)).get("/console/work")).text
    assert "4 × " in page
    assert page.index("SO-9") < page.index("partner-0")


async def test_a_partner_is_paused_and_resumed_by_name(office: Office) -> None:
    browser, way = await office.come(RoleName.OPERATOR), "/console/partners/wms-north/way"
    await press(browser, "/console/deliveries", way, act="pause", reason="they move house")
    assert "they move house" in (await browser.get("/console/deliveries")).text
    assert "paused: they move house" in (await browser.get("/console/partners/wms-north")).text
    await press(browser, "/console/deliveries", way, act="resume", reason="they are back")
    assert "they move house" not in (await browser.get("/console/deliveries")).text
    assert [reason for _, _, reason in await acts_of(office)][:2] == ["they are back", "they move house"]


async def test_bytes_are_shown_to_those_who_may_see_payloads_only(office: Office) -> None:
    body, now = b'{"secret-address": "Rue 1"}', office.hub.clock.now()
    row = MessageRow("m-1", "erp", "http", "application/json", now, "00" * 32, body, "refused", 0, b"[]")
    async with office.hub.store.batch() as batch:
        await batch.write(WriteSet(messages=[row]))
    viewer, integrator = await office.come(RoleName.VIEWER), await office.come(RoleName.INTEGRATOR)
    assert "secret-address" not in (await viewer.get("/console/messages/m-1")).text
    assert "secret-address" in (await integrator.get("/console/messages/m-1")).text


async def test_a_sample_is_tried_and_nothing_of_it_is_kept(office: Office) -> None:
    browser, page = await office.come(RoleName.INTEGRATOR), "/console/partners/wms-north"
    answer = await press(browser, page, f"{page}/sample", sample="ISA*00*broken")
    assert answer.status_code == 200
    assert "0 facts" in answer.text
    assert "No message here" in (await browser.get("/console/messages")).text


async def test_the_chain_of_acts_is_worked_out_on_demand(office: Office) -> None:
    browser = await office.come(RoleName.VIEWER)
    assert "every act is as it was written" in (await browser.get("/console/audit?check=1")).text


async def test_a_person_is_let_in_by_a_link_shown_once_and_ended(office: Office) -> None:
    admin, noor = await office.come(RoleName.ADMIN), {"email": "noor@example.com", "reason": "new on the desk"}
    answer = await press(admin, "/console/settings", "/console/settings/people", name="Noor", role="viewer", **noor)
    token = answer.text.split("signin?token=")[1][:43]
    assert token not in (await admin.get("/console/settings")).text
    fresh = await office.stranger()
    assert token_of((await fresh.get("/signin", params={"token": token})).text, 'name="token" value="') == token
    assert (await press(admin, "/console/settings", "/console/settings/people/end", **noor)).status_code == 303
    assert ("person_ended", "Admin", "new on the desk") in await acts_of(office)


async def test_htmx_gets_the_live_part_alone_from_the_same_address(office: Office) -> None:
    browser = await office.come(RoleName.VIEWER)
    part = await browser.get("/console", headers={"hx-request": "true", "hx-target": "now-live"})
    assert part.text.strip().startswith('<div id="now-live"')
    assert "<html" not in part.text


async def test_the_theme_is_kept_in_a_cookie(office: Office) -> None:
    browser = await office.come(RoleName.VIEWER)
    await press(browser, "/console", "/console/theme", theme="dark")
    assert 'data-theme="dark"' in (await browser.get("/console")).text


async def test_assets_are_kept_for_ever_under_a_name_that_changes(office: Office) -> None:
    page = (await (await office.come(RoleName.VIEWER)).get("/console")).text
    browser, address = await office.stranger(), page.split('href="/assets/')[1].split('"')[0]
    answer = await browser.get(f"/assets/{address}")
    assert "immutable" in answer.headers["cache-control"]
    assert (await browser.get("/assets/000000000000/page.css")).status_code == 404


@pytest.mark.parametrize("cursor", ["x", "-1", "9" * 40])
async def test_a_cursor_that_is_not_ours_is_refused_in_words(office: Office, cursor: str) -> None:
    browser = await office.come(RoleName.VIEWER)
    for page in ("audit", "deliveries", "messages"):
        answer = await browser.get(f"/console/{page}?cursor={cursor}")
        assert (answer.status_code, "not one we gave" in answer.text) == (400, True), page
