"""What people say by hand at the console: asked on the page, agreed to by a second person, said, and gone out."""

from __future__ import annotations

import httpx2
import pytest

from crossdock.bootstrap.hub import Hub
from crossdock.ports.principal import RoleName
from crossdock.postgres.acts import PostgresActs
from crossdock.postgres.views import PostgresViews
from tests.integration.console.conftest import Office, press

PART = "WH-NL1/1"


async def do(browser: httpx2.AsyncClient, order: str, ask: int = 0, **fields: str) -> httpx2.Response:
    """Send a form of an order's page."""
    page = f"/console/orders/{order}"
    return await press(browser, page, f"{page}/asks/{ask}" if ask else f"{page}/asks", **fields)


async def said(hub: Hub, order: str) -> list[tuple[str, str]]:
    """What the console said about it: types and dispositions."""
    (row,) = await PostgresViews(hub.pool).owners(f"order||{order}")
    events = await PostgresViews(hub.pool).events(row.id)
    return [(one.type, str(one.disposition)) for one in events if one.partner == "console"]


async def sent(hub: Hub, order: str, kind: str) -> list[str]:
    """Whom a command of that type goes to."""
    (row,) = await PostgresViews(hub.pool).owners(f"order||{order}")
    return [one.partner for one in await PostgresViews(hub.pool).commands(row.id) if one.type == kind]


async def acts(hub: Hub) -> list[str]:
    """The steps of the first ask, as the record of acts has them."""
    return [f"{one.act} {one.person}: {one.before} {one.after}" for one in await PostgresActs(hub.pool).of("ask 1")]


@pytest.mark.proves("OW-01")
async def test_a_hold_takes_two_and_reaches_the_warehouse(office: Office, accepted: str) -> None:
    operator, approver = await office.come(RoleName.OPERATOR), await office.come(RoleName.APPROVER)
    assert (await do(operator, accepted, deed="hold", value="credit", reason="unpaid bills")).status_code == 303
    assert (await said(office.hub, accepted), await sent(office.hub, accepted, "hold_fulfilment")) == ([], [])
    page = (await operator.get(f"/console/orders/{accepted}")).text
    assert "unpaid bills" in page
    assert "Agree and do it" not in page
    assert "Agree and do it" in (await approver.get("/console/work")).text
    own = await do(operator, accepted, 1, act="agree", reason="I may as well")
    assert (own.status_code, "a second person" in own.text) == (400, True)
    assert (await do(approver, accepted, 1, act="agree", reason="so it is")).status_code == 303
    assert await said(office.hub, accepted) == [("order.held", "APPLY")]
    assert await sent(office.hub, accepted, "hold_fulfilment") == ["wms-nl1"]
    assert await acts(office.hub) == [
        "ask_hold Operator:  waiting", "agree_hold Approver: waiting agreed", "do_hold Approver: agreed ended",
    ]  # fmt: skip
    assert (await do(approver, accepted, 1, act="agree", reason="once more")).status_code == 400
    assert "Waits for a second person" not in (await approver.get("/console/work")).text
    await released_by_one(office, operator, accepted)


async def released_by_one(office: Office, operator: httpx2.AsyncClient, order: str) -> None:
    """The end of a hold is not urgent: no second person is needed."""
    assert "Release the credit hold OPS-1" in (await operator.get(f"/console/orders/{order}")).text
    done = await do(operator, order, deed="release_hold", about="OPS-1", reason="they have paid")
    assert done.status_code == 303
    assert ("order.hold_released", "APPLY") in await said(office.hub, order)
    assert await sent(office.hub, order, "release_fulfilment_hold") == ["wms-nl1"]
    assert "Release the credit hold" not in (await operator.get(f"/console/orders/{order}")).text


async def test_an_order_is_cancelled_by_two_or_kept(office: Office, accepted: str) -> None:
    operator, other = await office.come(RoleName.OPERATOR), await office.come(RoleName.INTEGRATOR)
    await do(operator, accepted, deed="cancel", reason="they changed their mind")
    twice = await do(operator, accepted, deed="cancel", reason="they changed their mind")
    assert (twice.status_code, "asked for already" in twice.text) == (400, True)
    assert (await do(operator, accepted, 1, act="withdraw", reason="no, keep it")).status_code == 303
    assert (await do(other, accepted, 1, act="agree", reason="yes, do")).status_code == 400
    assert await said(office.hub, accepted) == []
    assert "withdrawn by Operator: no, keep it" in (await other.get(f"/console/orders/{accepted}")).text
    await do(operator, accepted, deed="cancel", reason="they are sure now")
    number = int((await PostgresActs(office.hub.pool).latest(0, 1))[0].object.rpartition(" ")[2])
    assert (await do(other, accepted, number, act="agree", reason="asked them")).status_code == 303
    assert await said(office.hub, accepted) == [("order.cancel_requested", "APPLY")]
    assert await sent(office.hub, accepted, "cancel_fulfilment_order") == ["wms-nl1"]


@pytest.mark.proves("ops_override_limit", "FRT-08")
async def test_freight_above_the_limit_is_approved_by_two_who_may_see_it(office: Office, claimed: str) -> None:
    finance, approver, admin = [await office.come(one) for one in (RoleName.FINANCE, RoleName.APPROVER, RoleName.ADMIN)]
    wish = {"deed": "approve_freight", "about": PART, "value": "1392.40", "reason": "the driver waited"}
    assert (await do(finance, claimed, **wish, **{"from": "money"})).headers["location"] == "/console/money"
    assert await said(office.hub, claimed) == []
    assert "1392.40" in (await finance.get("/console/money")).text
    assert "1392.40" not in (await approver.get("/console/work")).text
    assert (await do(approver, claimed, 1, act="agree", reason="blindly")).status_code == 400
    assert (await do(admin, claimed, 1, act="agree", reason="looked at it")).status_code == 303
    assert await said(office.hub, claimed) == [("freight.approved", "APPLY")]
    assert "approve_freight_invoice" in (await finance.get(f"/console/orders/{claimed}")).text


@pytest.mark.proves("ops_override_limit", "FRT-09")
async def test_freight_below_the_limit_is_disputed_by_one_and_what_changed_by_it_is_not_agreed_to(
    office: Office, claimed: str
) -> None:
    """Approved as it stood; meanwhile it is disputed, so that the same words would be another fact."""
    finance, admin = await office.come(RoleName.FINANCE), await office.come(RoleName.ADMIN)
    await do(finance, claimed, deed="approve_freight", about=PART, value="1392.40", reason="the driver waited")
    disputed = await do(finance, claimed, deed="dispute_freight", about=PART, value="200,00", reason="he did not")
    assert disputed.status_code == 303
    assert await sent(office.hub, claimed, "open_freight_dispute") == ["tms1"]
    answer = await do(admin, claimed, 1, act="agree", reason="looked at it")
    assert (answer.status_code, "has changed" in answer.text) == (400, True)
    assert await said(office.hub, claimed) == [("freight.disputed", "APPLY")]


REFUSED = (
    (RoleName.VIEWER, {"deed": "hold", "value": "credit", "reason": "because"}, 403),
    (RoleName.FINANCE, {"deed": "hold", "value": "credit", "reason": "because"}, 400),
    (RoleName.APPROVER, {"deed": "cancel", "reason": "because"}, 400),
    (RoleName.OPERATOR, {"deed": "hold", "value": "credit", "reason": ""}, 400),
    (RoleName.OPERATOR, {"deed": "hold", "value": "mood", "reason": "because"}, 400),
    (RoleName.OPERATOR, {"deed": "approve_freight", "about": PART, "value": "5", "reason": "because"}, 400),
    (RoleName.OPERATOR, {"deed": "strange", "reason": "because"}, 400),
)


async def test_what_may_not_or_cannot_be_done_is_refused_and_nothing_is_kept(office: Office, accepted: str) -> None:
    people = {role: await office.come(role) for role in {role for role, _, _ in REFUSED}}
    for role, fields, status in REFUSED:
        assert (await do(people[role], accepted, **fields)).status_code == status, (role, fields)
    assert await PostgresActs(office.hub.pool).of("ask 1") == []
    viewer = people[RoleName.VIEWER]
    assert "By hand" not in (await viewer.get(f"/console/orders/{accepted}")).text
    unknown = await press(people[RoleName.OPERATOR], "/console/orders", "/console/orders/~999/asks", reason="because")
    assert unknown.status_code == 404
