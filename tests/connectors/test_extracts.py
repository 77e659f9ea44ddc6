"""Lists of the generic partners, pulled page by page from a real server (domain.md §6, right sides)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import msgspec
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from crossdock.connectors.erp_json import extracts as erp
from crossdock.connectors.last_mile_json import extracts as last_mile
from crossdock.connectors.tms_json import extracts as tms
from crossdock.connectors.wms_json import extracts as wms
from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.extracts import ExtractRow, JsonExtract, Listing
from crossdock.transports.http import AiohttpTransport, HttpConfig

CHANGED = "2026-06-01T10:00:00Z"
SINCE = datetime(2026, 6, 1, 10, tzinfo=UTC)
Pull = Callable[..., Awaitable[list[ExtractRow]]]


class Partner:
    """A partner's API: what it answers by path, and what it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, list[object]] = {}
        self.status = 200
        self.asked: list[tuple[str, str]] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.path_qs, request.headers.get("Authorization", "")))
        if self.status != 200:
            return web.Response(status=self.status)
        at = int(request.query.get("cursor", "0"))
        pages = self.pages[request.path]
        body: dict[str, object] = {"items": pages[at]}
        if at + 1 < len(pages):
            body["next"] = str(at + 1)
        return web.Response(body=msgspec.json.encode(body), content_type="application/json")


@pytest.fixture
def partner() -> Partner:
    return Partner()


@pytest_asyncio.fixture
async def line(partner: Partner) -> AsyncIterator[AiohttpTransport]:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", partner.answer)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    transport = AiohttpTransport(HttpConfig(str(server.make_url("/")), private_network=True))
    yield transport
    await transport.close()
    await server.close()


async def pull(line: AiohttpTransport, listings: dict[str, Listing], kind: str) -> list[ExtractRow]:
    extract = JsonExtract(line, 2.0, Secret("s3cret"), listings)
    rows: list[ExtractRow] = []
    cursor = ""
    while True:
        page = await extract.page(kind, cursor)
        rows += page.rows
        cursor = page.cursor
        if not cursor:
            return rows


@pytest.mark.parametrize(
    ("listings", "kind", "path", "item", "expected"),
    [
        (
            erp.LISTINGS,
            "orders",
            "/api/v1/extracts/orders",
            {
                "orderNo": "SO-1",
                "revision": 2,
                "changedAt": CHANGED,
                "lines": [{"lineNo": "20", "quantity": "1.50"}, {"lineNo": "10", "quantity": 5}],
            },
            ExtractRow("SO-1", {"rev": "2", "lines": "10=5 20=1.5"}, SINCE),
        ),
        (
            erp.LISTINGS,
            "order_lines",
            "/api/v1/extracts/order-lines",
            {"orderNo": "SO-1", "lineNo": "10", "shipped": 4, "cancelled": 1, "open": "0.5"},
            ExtractRow("SO-1|10", {"shipped": "4", "cancelled": "1", "open": "0.5"}),
        ),
        (
            erp.LISTINGS,
            "goods_issues",
            "/api/v1/extracts/goods-issues",
            {"handoverNo": "H1", "lineNo": "10", "quantity": 4},
            ExtractRow("H1|10", {"quantity": "4"}),
        ),
        (
            erp.LISTINGS,
            "invoices",
            "/api/v1/extracts/invoices",
            {"deliveryNo": "SHN", "lineNo": "10", "quantity": 4, "changedAt": CHANGED},
            ExtractRow("SHN|10", {"quantity": "4"}, SINCE),
        ),
        (
            erp.LISTINGS,
            "accruals",
            "/api/v1/extracts/freight-accruals",
            {"caseNo": "SO-1/WH/1", "amount": "100.00"},
            ExtractRow("SO-1/WH/1", {"amount": "100.00"}),
        ),
        (
            erp.LISTINGS,
            "masters",
            "/api/v1/extracts/masters",
            {"entity": "item", "number": "IT-1", "revision": 3, "hash": "ab"},
            ExtractRow("item|IT-1", {"hash": "ab"}),
        ),
        (
            wms.LISTINGS,
            "fulfilment_orders",
            "/v1/extracts/orders",
            {"orderNo": "SO-1", "warehouse": "WH", "status": "waved", "lines": [{"lineNo": "10", "quantity": 5}]},
            ExtractRow("SO-1|WH|1", {"lines": "10=5", "stage": "WAVED"}),
        ),
        (
            tms.LISTINGS,
            "shipments",
            "/v2/extracts/shipments",
            {"shipmentId": "SHN", "lines": [{"line": "10", "quantity": 5}], "packages": 2, "weightKg": "12.50"},
            ExtractRow("SHN", {"lines": "10=5", "packages": "2", "weight_kg": "12.5"}),
        ),
        (
            tms.LISTINGS,
            "masters",
            "/v2/extracts/masters",
            {"entity": "item", "number": "IT-1", "hash": "cd"},
            ExtractRow("item|IT-1", {"hash": "cd"}),
        ),
        (
            last_mile.LISTINGS,
            "task_outcomes",
            "/api/extracts/outcomes",
            {"runId": "R1", "taskId": "T1", "outcome": "delivered", "endedAt": CHANGED},
            ExtractRow("R1|T1", {"outcome": "delivered"}, SINCE),
        ),
    ],
)
async def test_each_list_is_read_in_its_dialect(
    partner: Partner,
    line: AiohttpTransport,
    listings: dict[str, Listing],
    kind: str,
    path: str,
    item: object,
    expected: ExtractRow,
) -> None:
    partner.pages[path] = [[item]]
    assert await pull(line, listings, kind) == [expected]
    assert partner.asked == [(f"{path}?limit=500", "Bearer s3cret")]


async def test_pages_are_followed_to_the_last(partner: Partner, line: AiohttpTransport) -> None:
    item = {"handoverNo": "H", "lineNo": "10", "quantity": 4}
    partner.pages["/api/v1/extracts/goods-issues"] = [[item], [], [item, item]]
    assert len(await pull(line, erp.LISTINGS, "goods_issues")) == 3
    assert partner.asked[2][0].endswith("limit=500&cursor=2")


@pytest.mark.parametrize(("status", "error"), [(404, Permanent), (401, Permanent), (503, Transient), (429, Transient)])
async def test_a_list_that_is_refused_or_late_says_who_must_act(
    partner: Partner, line: AiohttpTransport, status: int, error: type[Exception]
) -> None:
    partner.status = status
    with pytest.raises(error, match=str(status)):
        await pull(line, erp.LISTINGS, "orders")


@pytest.mark.parametrize(
    "item", [{"orderNo": "SO-1"}, {"orderNo": 1, "revision": 1}, {"orderNo": "SO", "revision": "x"}, []]
)
async def test_what_is_not_the_dialect_is_refused_whole(partner: Partner, line: AiohttpTransport, item: object) -> None:
    partner.pages["/api/v1/extracts/orders"] = [[item]]
    with pytest.raises(Permanent, match="not the list our dialect describes"):
        await pull(line, erp.LISTINGS, "orders")


async def test_too_much_in_a_page_is_refused(partner: Partner, line: AiohttpTransport) -> None:
    partner.pages["/api/v1/extracts/orders"] = [[{"orderNo": f"SO-{n}", "revision": 1} for n in range(1001)]]
    with pytest.raises(Permanent, match="1001 rows"):
        await pull(line, erp.LISTINGS, "orders")
