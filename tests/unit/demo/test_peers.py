"""What the simulated systems refuse, asked over their real doors and folders: all that a real one would refuse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import aiohttp
import asyncssh
import pytest
import pytest_asyncio

from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.offline.check import check_project
from crossdock.bootstrap.project import read_project
from crossdock.connectors.x12.config import read_settings
from crossdock.demo import edifact, tariff, world, x12
from crossdock.demo.assembly import Enterprise
from crossdock.demo.fates import fate
from crossdock.demo.peers.carrier_x12 import KESTREL as KESTREL_SAYS
from crossdock.demo.peers.customs import pick_answer
from crossdock.demo.peers.dock import Dock
from crossdock.demo.peers.erp import approved
from crossdock.demo.peers.haulage import Consignment
from crossdock.demo.plan import HOST, SFTP_USER, EnterpriseConfig, PeerConfig
from crossdock.demo.project import DOORS, webhook_secret, write_project
from crossdock.demo.sftp_server import make_host_key
from crossdock.demo.world import SITE_A, SITE_B, DemoOrder, Mode
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.runtime.engines.loopback import free_ports
from crossdock.transports.sftp.files import SftpDrop, SftpPickup
from crossdock.transports.sftp.session import SftpCredentials, SftpSession
from crossdock.transports.sftp.settings import SftpSettings

PASSWORD = webhook_secret(1)
HUB_TO_B = x12.Parties(("ZZ", "CROSSDOCK"), ("ZZ", "WHB3PL"))
HUB_TO_NVTR = x12.Parties(("ZZ", "CROSSDOCK"), ("02", "NVTR"))
Body = Mapping[str, object]


class Estate:
    """An enterprise without a hub: its doors are open, its messages go nowhere."""

    def __init__(self, enterprise: Enterprise, session: aiohttp.ClientSession, ports: Mapping[str, int]) -> None:
        self.enterprise = enterprise
        self._session = session
        self.ports = self._ports = ports
        self._keys = 0

    def order(self, *, site: str = SITE_A, mode: Mode = Mode.LTL) -> DemoOrder:
        return next(
            order for order in self.enterprise.book if order.sites == (site,) and world.lane(order, site) is mode
        )

    def sell(self, order: DemoOrder) -> None:
        self.enterprise.books["erp"].write("approved", order.order_no, order.order_no)

    async def call(self, peer: str, method: str, path: str, body: Body, key: str = "") -> tuple[int, str]:
        """The status, and the refusal's code if it is one."""
        self._keys += 1
        headers = {"Idempotency-Key": key or f"key-{self._keys}"}
        url = f"http://{HOST}:{self._ports[peer]}{path}"
        async with self._session.request(method, url, json=dict(body), headers=headers) as reply:
            answer = await reply.json()
            return reply.status, answer.get("error", {}).get("code", "")

    async def drop(self, peer: str, kind: str, parties: x12.Parties, *sets: tuple[x12.Segment, ...]) -> str:
        """Put a document down, let the peer take it once, and return the code of its 997."""
        self._keys += 1
        exchange = self.enterprise.exchanges[peer]
        inbox = self.enterprise.home(peer) / "out"
        raw = x12.write(parties, self._keys, datetime.now(UTC), kind, sets)
        (inbox / f"{self._keys}.edi").write_bytes(raw)
        exchange.take_all()
        for _ in range(20):
            await asyncio.sleep(0)
        answers = sorted((self.enterprise.home(peer) / "in").glob("*.edi"))
        return x12.element(x12.find(x12.read(answers[-1].read_bytes()).sets[0], "AK9"), 1)


@pytest_asyncio.fixture
async def estate(tmp_path: Path) -> AsyncIterator[Estate]:
    """The eight systems, open."""
    ports = free_ports(DOORS)
    make_host_key(tmp_path / "host-key")
    config = EnterpriseConfig(
        hub_url=f"http://{HOST}:9",
        folder=str(tmp_path / "books"),
        exchange=str(tmp_path / "exchange"),
        control_port=ports["control"],
        peers={peer: PeerConfig(peer, ports[peer], api_key="k", secret=PASSWORD) for peer in DOORS},
        orders=60,
        plan="none",
        pace_s=0.0,
        host_key=str(tmp_path / "host-key"),
    )
    async with aiohttp.ClientSession() as session:
        enterprise = Enterprise(config, session)
        await enterprise.open()
        yield Estate(enterprise, session, ports)
        await enterprise.close()


def issue(order: DemoOrder, handover: str = "HO-1", *, line: str = "", quantity: str = "1") -> Body:
    items = [{"lineNo": line or order.lines[0].line_no, "quantity": quantity}]
    return {"orderNo": order.order_no, "deliveryNo": "SHP-1", "handoverNo": handover, "plant": SITE_A, "items": items}


async def test_the_erp_posts_a_goods_issue_once_a_handover_whatever_the_key(estate: Estate) -> None:
    order = estate.order()
    estate.sell(order)
    assert await estate.call("erp", "POST", "/api/v1/goods-issues", issue(order)) == (200, "")
    assert await estate.call("erp", "POST", "/api/v1/goods-issues", issue(order)) == (409, "already_posted")


@pytest.mark.parametrize(("line", "quantity"), [("", "999"), ("77", "1"), ("", "0"), ("", "-1")])
async def test_the_erp_never_issues_more_than_ordered_nor_unknown_lines(
    estate: Estate, line: str, quantity: str
) -> None:
    order = estate.order()
    estate.sell(order)
    body = issue(order, line=line, quantity=quantity)
    assert await estate.call("erp", "POST", "/api/v1/goods-issues", body) == (422, "over_issue")


async def test_the_erp_knows_only_orders_it_approved(estate: Estate) -> None:
    body = issue(estate.order())
    assert await estate.call("erp", "POST", "/api/v1/goods-issues", body) == (422, "unknown_order")


async def test_a_status_never_goes_back_but_old_news_is_filed(estate: Estate) -> None:
    order = estate.order()
    estate.sell(order)
    path = f"/api/v1/orders/{order.order_no}/status"

    async def say(status: str, as_of: str) -> tuple[int, str]:
        return await estate.call("erp", "PUT", path, {"status": status, "asOf": f"2026-11-20T{as_of}:00Z"})

    assert await say("FULFILLED", "10:00") == (200, "")
    assert await say("EXECUTING", "11:00") == (409, "status_goes_back")
    assert await say("EXECUTING", "09:00") == (200, "")
    assert await say("EXECUTING", "10:00") == (200, "")
    assert await say("LOST IN SPACE", "12:00") == (422, "unknown_status")
    kept = estate.enterprise.books["erp"].latest("order_status", order.order_no)
    assert kept is not None
    assert kept.facts["status"] == "FULFILLED"


async def test_a_posting_can_be_read_back_under_its_key(estate: Estate) -> None:
    order = estate.order()
    estate.sell(order)
    await estate.call("erp", "POST", "/api/v1/goods-issues", issue(order), key="k|1")
    assert await estate.call("erp", "GET", "/api/v1/postings?externalKey=k%7C1", {}) == (200, "")
    assert await estate.call("erp", "GET", "/api/v1/postings?externalKey=k%7C2", {}) == (404, "unknown_key")


def job(order: DemoOrder, **changes: object) -> Body:
    lines = [{"lineNo": line.line_no, "sku": line.item.item_no, "quantity": line.quantity} for line in order.lines]
    reference = f"{order.order_no}/{SITE_A}/1"
    return {"reference": reference, "orderNo": order.order_no, "site": SITE_A, "lines": lines, **changes}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lines": [{"lineNo": "10", "sku": "IT-UNKNOWN", "quantity": 1}]}, "unknown_item"),
        ({"lines": [{"lineNo": "10", "sku": "IT-501", "quantity": 0}]}, "nothing_to_pick"),
        ({"lines": []}, "field_missing"),
        ({"site": SITE_B}, "wrong_site"),
        ({"orderNo": "SO-NOBODY"}, "unknown_depositor_order"),
    ],
)
async def test_the_warehouse_takes_no_job_it_cannot_do(estate: Estate, changes: Body, code: str) -> None:
    body = job(estate.order(), **changes)
    assert await estate.call("wms-a", "POST", "/v1/outbound-orders", body) == (422, code)


async def test_the_warehouse_takes_a_job_once_and_knows_no_other(estate: Estate) -> None:
    order = estate.order()
    assert await estate.call("wms-a", "POST", "/v1/outbound-orders", job(order)) == (200, "")
    assert await estate.call("wms-a", "POST", "/v1/outbound-orders", job(order)) == (409, "already_exists")
    stranger = "/v1/outbound-orders/SO-9%2FWH-A1%2F1/cancellation"
    assert await estate.call("wms-a", "POST", stranger, {}) == (404, "unknown_order")


async def test_the_warehouse_cancels_nothing_that_has_left(estate: Estate) -> None:
    order = estate.order()
    await estate.call("wms-a", "POST", "/v1/outbound-orders", job(order))
    bay = estate.enterprise.stage.yard.bay(order.order_no, SITE_A)
    bay.truck_came.set()
    await asyncio.wait_for(bay.gone.wait(), 5)
    path = f"/v1/outbound-orders/{order.order_no}%2F{SITE_A}%2F1/cancellation"
    assert await estate.call("wms-a", "POST", path, {}) == (409, "too_late")


def request(order: DemoOrder, site: str = SITE_A) -> Body:
    return {"externalRef": f"{order.order_no}/{site}/1", "orderNo": order.order_no, "originSite": site}


async def test_the_tms_plans_its_own_business_once(estate: Estate) -> None:
    order = estate.order()
    assert await estate.call("tms", "POST", "/v2/shipment-requests", request(order)) == (200, "")
    assert await estate.call("tms", "POST", "/v2/shipment-requests", request(order)) == (409, "duplicate_plan")
    foreign = request(order, SITE_B)
    assert await estate.call("tms", "POST", "/v2/shipment-requests", foreign) == (422, "unknown_request")
    assert await estate.call("tms", "POST", "/v2/tenders", {"loadId": "LD-9"}) == (404, "unknown_load")


async def test_a_shipment_leaves_once(estate: Estate) -> None:
    order = estate.order()
    await estate.call("tms", "POST", "/v2/shipment-requests", request(order))
    path = f"/v2/shipments/{order.order_no}%2F{SITE_A}%2F1/handover"
    assert await estate.call("tms", "POST", path, {"handoverNo": "HO-1"}) == (200, "")
    assert await estate.call("tms", "POST", path, {"handoverNo": "HO-2"}) == (409, "handed_over_before")


def task(order: DemoOrder) -> Body:
    return {"shipmentId": "SHP-1", "orderNo": order.order_no, "depot": order.sites[0]}


async def test_the_last_mile_drives_for_its_own_shipments_once(estate: Estate) -> None:
    mine = estate.order(mode=Mode.OWN_FLEET)
    assert await estate.call("lmd", "POST", "/api/tasks", task(mine)) == (200, "")
    assert await estate.call("lmd", "POST", "/api/tasks", task(mine)) == (409, "task_exists")
    assert await estate.call("lmd", "POST", "/api/tasks", task(estate.order())) == (422, "unknown_shipment")
    path = "/api/tasks/SHP-1/reschedule"
    assert await estate.call("lmd", "POST", path, {"attempt": 2}) == (409, "nothing_to_reschedule")


def shipping_order(order: DemoOrder, item: str = "") -> tuple[x12.Segment, ...]:
    rows: list[x12.Segment] = [("W05", "N", order.order_no, order.customer_po), ("N1", "SF", "", "92", SITE_B)]
    for number, line in enumerate(order.lines, start=1):
        rows += [
            ("LX", str(number)),
            ("W01", str(line.quantity), "EA", "", "VN", item or line.item.item_no),
            ("N9", "LI", line.line_no),
        ]
    return tuple(rows)


async def test_the_file_warehouse_answers_in_its_acknowledgement(estate: Estate) -> None:
    order = estate.order(site=SITE_B)
    assert await estate.drop("wms-b", "940", HUB_TO_B, shipping_order(order, "IT-UNKNOWN")) == "R"
    assert await estate.drop("wms-b", "940", HUB_TO_B, shipping_order(order)) == "A"
    assert await estate.drop("wms-b", "940", HUB_TO_B, shipping_order(order)) == "R"
    taken = estate.enterprise.books["wms-b"].latest("job", f"{order.order_no}/{SITE_B}")
    assert taken is not None
    assert taken.facts["lines"] == {line.line_no: line.quantity for line in order.lines}


async def test_the_file_carrier_refuses_tenders_that_are_not_its_own(estate: Estate) -> None:
    strange: tuple[x12.Segment, ...] = (("B2", "", "NVTR", "", "LD-9", "", "PP"),)
    assert await estate.drop("nvtr", "204", HUB_TO_NVTR, strange) == "R"


async def test_kestrel_takes_documents_on_its_own_server_and_refuses_tenders_that_are_not_its_own(
    estate: Estate,
) -> None:
    settings = kestrel_transport(estate)
    session = SftpSession(settings, SftpCredentials(None, None, Secret(PASSWORD)))
    strange: tuple[x12.Segment, ...] = (("B2", "", "NVTR", "", "LD-9", "", "PP"),)
    raw = x12.write(x12.Parties(("ZZ", "CROSSDOCK"), ("02", "KSTL")), 1, datetime.now(UTC), "204", [strange])
    await SftpDrop(session).put("204-1.edi", raw)
    estate.enterprise.exchanges["kestrel"].take_all()
    pickup = SftpPickup(session)
    picked = [file for _ in range(20) for file in await pickup.pickup()][:1]
    assert x12.element(x12.find(x12.read(picked[0].body).sets[0], "AK9"), 1) == "R"
    await session.close()


async def test_kestrel_lets_nobody_in_without_the_password(estate: Estate) -> None:
    session = SftpSession(kestrel_transport(estate), SftpCredentials(None, None, Secret("guess")))
    with pytest.raises(Permanent, match="does not let crossdock in"):
        await SftpPickup(session).pickup()


def kestrel_transport(estate: Estate) -> SftpSettings:
    """As the partner file has it, which pins the key the server shows."""
    host_key = asyncssh.read_private_key(estate.enterprise.config.host_key).export_public_key().decode().strip()
    return SftpSettings("sftp", HOST, SFTP_USER, (host_key,), port=estate.ports["kestrel"])


async def test_kestrel_reports_in_its_own_codes_and_its_own_time(estate: Estate) -> None:
    one = Consignment("SHP-1", estate.order().order_no, SITE_A, "LD-1", "KH1", "Utrecht")
    for month, said in ((1, "0600"), (7, "0700")):
        estate.enterprise.kestrel._report(one, "departed", datetime(2026, month, 2, 12, tzinfo=UTC))
        for _ in range(20):
            await asyncio.sleep(0)
        files = sorted((estate.enterprise.home("kestrel") / "in").glob("*.edi"))
        status = x12.find(x12.read(files[-1].read_bytes()).sets[0], "AT7")
        assert status is not None
        assert (status[1], status[6:]) == ("ZD", (said, "CT"))


def test_the_project_of_the_demo_is_one_that_check_lets_through(tmp_path: Path) -> None:
    write_project(tmp_path / "project", free_ports(DOORS), 1, PASSWORD)
    assert check_project(tmp_path / "project", {}).problems == ()
    read = read_project(tmp_path / "project", MANIFESTS, {})
    (kestrel,) = (config for config in read.partners if config.partner.id == "kestrel")
    assert isinstance(kestrel.transport, SftpSettings)
    assert kestrel.transport.host_keys[0].split()[1] in (tmp_path / "kestrel-host-key.pub").read_text()
    assert set(KESTREL_SAYS.status.values()) - {"D1"} <= set(read_settings(kestrel.partner.settings).milestones)


def test_an_approval_carries_what_the_release_rules_ask_for() -> None:
    order = world.orders(1, 1)[0]
    document = approved(order, datetime(2026, 11, 20, tzinfo=UTC))
    assert document["creditReleasedAt"]
    assert isinstance(document["items"], list)
    assert len(document["items"]) == len(order.lines)


def wanted(order: DemoOrder, request: str = "R-1", *, quantity: str = "1") -> Body:
    items = [{"lineNo": order.lines[0].line_no, "quantity": quantity, "unit": "EA"}]
    item = f"{order.order_no}/{SITE_A}/1"
    return {"itemKey": item, "requestKey": request, "orderNo": order.order_no, "deliveryNo": "SHP-1", "items": items}


async def test_the_erp_takes_a_request_for_an_invoice_once_and_bills_no_more_than_was_ordered(estate: Estate) -> None:
    order, path = estate.order(), "/api/v1/invoice-requests"
    assert await estate.call("erp", "POST", path, wanted(order)) == (200, "")
    assert await estate.call("erp", "POST", path, wanted(order)) == (409, "already_asked")
    assert await estate.call("erp", "POST", path, wanted(order, "R-2", quantity="999")) == (422, "over_billed")
    assert await estate.call("erp", "POST", path, {**wanted(order, "R-3"), "orderNo": "SO-0"}) == (422, "unknown_order")


async def test_the_erp_books_a_revision_of_an_accrual_once_and_pays_a_set_of_invoices_once(estate: Estate) -> None:
    case = f"{estate.order().order_no}/{SITE_A}/1"
    accrual = {"caseKey": case, "revision": 1, "amount": "10.00", "currency": "EUR"}
    assert await estate.call("erp", "POST", "/api/v1/freight-accruals", accrual) == (200, "")
    assert await estate.call("erp", "POST", "/api/v1/freight-accruals", accrual) == (409, "already_accrued")
    payment = {"caseKey": case, "invoices": "FI-1", "amount": "10.00", "currency": "EUR"}
    assert await estate.call("erp", "POST", "/api/v1/freight-payments", payment) == (200, "")
    assert await estate.call("erp", "POST", "/api/v1/freight-payments", payment) == (409, "already_paid")
    assert await estate.call("erp", "POST", "/api/v1/freight-payments", {"caseKey": case, "invoices": "FI-2"}) == (
        422,
        "field_missing",
    )


async def test_the_tms_disputes_invoices_a_carrier_has_sent_once(estate: Estate) -> None:
    order, path = estate.order(), "/v2/freight-disputes"
    dispute = {"disputeNo": "D-1", "caseKey": f"{order.order_no}/{SITE_A}/1", "amount": "80.00"}
    assert await estate.call("tms", "POST", path, dispute) == (422, "unknown_invoice")
    bill = tariff.billed(tariff.Bill.TOO_HIGH, "FLSH", "SHP-1", order, site=SITE_A, kilograms=Decimal(100))
    estate.enterprise.tms.freight.uploaded(bill)
    assert await estate.call("tms", "POST", path, dispute) == (200, "")
    assert await estate.call("tms", "POST", path, dispute) == (409, "already_disputed")


async def declare(estate: Estate, number: int, *rows: edifact.Row) -> str:
    """Hand a declaration in, and return the action of the CONTRL that comes back."""
    raw = edifact.write("CROSSDOCK:ZZ", "DOUANE:ZZ", number, datetime.now(UTC), "CUSDEC", "D:96A", rows)
    (estate.enterprise.home("customs") / "out" / f"{number}.edi").write_bytes(raw)
    estate.enterprise.customs.take_all()
    for _ in range(20):
        await asyncio.sleep(0)
    answers = (edifact.read(file.read_bytes()) for file in (estate.enterprise.home("customs") / "in").glob("*.edi"))
    return next(pick_answer(one.rows) for one in answers if one.kind == "CONTRL" and one.rows[0][1] == (str(number),))


async def test_customs_takes_a_draft_before_its_submission_and_each_version_once(estate: Estate) -> None:
    order = next(one for one in estate.enterprise.book if world.is_export(one))
    about = (edifact.row("RFF", "ABE:L1"), edifact.row("RFF", f"UCN:{order.order_no}/{SITE_A}/1"))
    goods = (
        edifact.row("CST", "1", "84137021:122"),
        edifact.row("MEA", "AAE", "AAF", "PCE:4"),
        edifact.row("RFF", "LI:10"),
    )
    draft = (edifact.row("BGM", "830", "L1", "46"), *about, *goods)
    submission = (edifact.row("BGM", "830", "L1", "47"), *about, edifact.row("RFF", "ACD:1"), *goods)
    assert await declare(estate, 1, *submission) == "4"
    assert await declare(estate, 2, *draft) == "7"
    assert await declare(estate, 3, *draft) == "4"
    assert await declare(estate, 4, *submission) == "7"
    assert await declare(estate, 5, *submission) == "4"
    assert estate.enterprise.books["customs"].counts()["submitted"] == 1


def test_what_is_agreed_with_a_carrier_is_a_rate_and_a_part_of_it() -> None:
    assert tariff.agreed("NVTR", Decimal("100.5")) == {"LHL": Decimal("38.19"), "FUE": Decimal("6.87")}


@pytest.mark.parametrize("seed", range(6))
def test_what_a_carrier_overcharges_is_part_of_what_it_charges(seed: int) -> None:
    for order in world.orders(seed, 40):
        for site in order.sites:
            what = fate(seed, order).parts[site].bill
            bill = tariff.billed(what, "FLSH", "SHP-1", order, site=site, kilograms=Decimal(100))
            assert bool(bill.over) is (what in tariff.DISPUTED)
            assert all(bill.charges[code] >= amount for code, amount in bill.over.items())
            assert bill.total - sum(bill.over.values()) - sum(tariff.agreed("FLSH", Decimal(100)).values()) < 2


async def test_the_dock_waits_for_nothing_that_will_be_called_off(estate: Estate) -> None:
    stage = estate.enterprise.stage
    book = world.orders(stage.seed, 400)
    docked = [one for one in book if any(part.is_docked for part in fate(stage.seed, one).parts.values())]
    off = [one for one in book if fate(stage.seed, one).called_off is not None]
    dock = Dock(stage, estate.enterprise.books["dock"], estate.enterprise.speakers["dock"])
    busy = stage.busy
    for order in off:
        dock.follow(order)
    assert off
    assert stage.busy == busy
    dock.follow(next(one for one in docked if one not in off))
    assert stage.busy == busy + 1
