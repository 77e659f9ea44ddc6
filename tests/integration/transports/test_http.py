"""HTTP out, against a real server on loopback: what is known after each kind of failure."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from crossdock.kernel.errors import Permanent, Transient
from crossdock.transports.http import AiohttpTransport, HttpConfig


class Peer:
    """A partner's server: one handler a path, and a memory of what took effect."""

    def __init__(self) -> None:
        self.effects: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.hung = asyncio.Event()
        self.let_go = asyncio.Event()
        self.elsewhere = ("", 302)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/api/orders", self.take)
        app.router.add_post("/api/hang", self.hang)
        app.router.add_post("/api/drop", self.drop)
        app.router.add_post("/api/busy", self.busy)
        app.router.add_post("/api/broken", self.broken)
        app.router.add_get("/api/moved", self.moved)
        app.router.add_route("*", "/api/elsewhere", self.lead_away)
        app.router.add_get("/api/flood", self.flood)
        app.router.add_get("/api/cut", self.cut)
        return app

    async def take(self, request: web.Request) -> web.Response:
        self.headers.append(dict(request.headers))
        self.effects.append((await request.read()).decode())
        return web.json_response({"id": "WMS-1"}, status=201)

    async def hang(self, request: web.Request) -> web.Response:
        self.effects.append((await request.read()).decode())
        self.hung.set()
        await self.let_go.wait()
        return web.Response()

    async def drop(self, request: web.Request) -> web.Response:
        self.effects.append((await request.read()).decode())
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async def busy(self, _request: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "7"})

    async def broken(self, _request: web.Request) -> web.Response:
        return web.Response(status=500, text="boom")

    async def moved(self, _request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/api/orders"})

    async def lead_away(self, _request: web.Request) -> web.Response:
        location, status = self.elsewhere
        return web.Response(status=status, headers={"Location": location})

    async def flood(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65_536)
        except ConnectionError:
            return response

    async def cut(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport is not None
        request.transport.close()
        return response


@pytest.fixture
def peer() -> Peer:
    """The partner's memory."""
    return Peer()


@pytest_asyncio.fixture
async def base_url(peer: Peer) -> AsyncIterator[str]:
    """Address of the partner's running server."""
    runner = web.AppRunner(peer.app(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}/api/"
    peer.let_go.set()
    await runner.cleanup()


@pytest_asyncio.fixture
async def http(base_url: str) -> AsyncIterator[AiohttpTransport]:
    """The transport under test."""
    config = HttpConfig(
        base_url, headers={"Authorization": "Bearer t"}, connections_max=1, body_max_bytes=1_000, private_network=True
    )
    async with AiohttpTransport(config) as transport:
        yield transport


async def test_an_answer_comes_back_whole_and_the_call_carries_key_and_trace(
    http: AiohttpTransport, peer: Peer
) -> None:
    sent = {"Idempotency-Key": "k-1", "traceparent": "00-1-1-01"}
    reply = await http.request("POST", "/orders", headers=sent, body=b"{}", timeout_s=5)
    assert (reply.status, reply.body, peer.effects) == (201, b'{"id": "WMS-1"}', ["{}"])
    assert sent.items() <= peer.headers[0].items()
    assert peer.headers[0]["Authorization"] == "Bearer t"


@pytest.mark.parametrize(("path", "status"), [("busy", 429), ("broken", 500)])
async def test_an_error_status_is_an_answer_not_an_exception(http: AiohttpTransport, path: str, status: int) -> None:
    reply = await http.request("POST", path, headers={}, timeout_s=5)
    assert reply.status == status
    assert reply.headers.get("Retry-After") == ("7" if status == 429 else None)


async def test_a_redirect_is_not_followed(http: AiohttpTransport, peer: Peer) -> None:
    reply = await http.request("GET", "moved", headers={}, timeout_s=5)
    assert (reply.status, peer.effects) == (302, [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_another_host_a_redirect_names_hears_nothing(
    http: AiohttpTransport, peer: Peer, method: str, status: int
) -> None:
    """Neither the credentials nor the document: with 307 and 308 both would have gone there whole."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        peer.elsewhere = f"http://127.0.0.1:{other.getsockname()[1]}/steal", status
        reply = await http.request(method, "elsewhere", headers={}, body=b"{}", timeout_s=5)
        with pytest.raises(BlockingIOError):
            other.accept()
    assert (reply.status, reply.headers["Location"]) == (status, peer.elsewhere[0])


async def test_a_refused_connection_means_nothing_was_sent() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    async with AiohttpTransport(HttpConfig(f"http://127.0.0.1:{port}", private_network=True)) as http:
        with pytest.raises(Transient, match="nothing was sent"):
            await http.request("POST", "orders", headers={}, body=b"{}", timeout_s=5)


async def test_a_hang_after_the_effect_leaves_the_outcome_unknown(http: AiohttpTransport, peer: Peer) -> None:
    with pytest.raises(TimeoutError, match="it may have been done"):
        await http.request("POST", "hang", headers={}, body=b"effect", timeout_s=0.2)
    assert peer.effects == ["effect"]


async def test_a_connection_dropped_after_the_effect_leaves_the_outcome_unknown(
    http: AiohttpTransport, peer: Peer
) -> None:
    with pytest.raises(TimeoutError, match="it may have been done"):
        await http.request("POST", "drop", headers={}, body=b"effect", timeout_s=5)
    assert peer.effects == ["effect"]


async def test_an_answer_cut_in_the_middle_leaves_the_outcome_unknown(http: AiohttpTransport) -> None:
    with pytest.raises(TimeoutError, match="before its answer was complete"):
        await http.request("GET", "cut", headers={}, timeout_s=5)


async def test_waiting_in_vain_for_a_free_connection_means_nothing_was_sent(http: AiohttpTransport, peer: Peer) -> None:
    first = asyncio.create_task(http.request("POST", "hang", headers={}, body=b"first", timeout_s=30))
    await peer.hung.wait()
    with pytest.raises(Transient, match="nothing was sent"):
        await http.request("POST", "orders", headers={}, body=b"second", timeout_s=0.1)
    peer.let_go.set()
    await first
    assert peer.effects == ["first"]


async def test_an_endless_body_is_cut_at_the_bound(http: AiohttpTransport) -> None:
    reply = await http.request("GET", "flood", headers={}, timeout_s=5)
    assert (reply.status, len(reply.body)) == (200, 1_000)


async def test_one_transport_serves_call_after_call(http: AiohttpTransport, peer: Peer) -> None:
    await http.request("GET", "flood", headers={}, timeout_s=5)
    for _ in range(3):
        await http.request("POST", "orders", headers={}, body=b"{}", timeout_s=5)
    assert len(peer.effects) == 3


@pytest.mark.parametrize("address", ["ftp://partner", "partner:80", "/orders"])
def test_an_address_that_is_not_http_is_refused_at_once(address: str) -> None:
    with pytest.raises(Permanent, match="base_url"):
        AiohttpTransport(HttpConfig(address))


@pytest.mark.parametrize("path", ["//elsewhere.example/x", "@elsewhere.example/x", "http://elsewhere.example/x"])
async def test_a_path_cannot_lead_away_from_the_partner(http: AiohttpTransport, peer: Peer, path: str) -> None:
    reply = await http.request("POST", path, headers={}, timeout_s=5)
    assert (reply.status, peer.effects) == (404, [])


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "10.1.2.3", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[::1]", "[fe80::1]", "[fd00::1]",
        "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1",
    ],
)  # fmt: skip
def test_a_private_address_is_refused_unless_the_partner_file_says_so(host: str) -> None:
    with pytest.raises(Permanent, match="say private_network = true"):
        AiohttpTransport(HttpConfig(f"http://{host}/api"))
    AiohttpTransport(HttpConfig(f"http://{host}/api", private_network=True))


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1"])
async def test_a_name_that_leads_to_a_private_address_is_not_called(base_url: str, peer: Peer, host: str) -> None:
    port = base_url.rpartition(":")[2]
    async with AiohttpTransport(HttpConfig(f"http://{host}:{port}")) as http:
        with pytest.raises(Transient, match="nothing was sent"):
            await http.request("POST", "orders", headers={}, body=b"{}", timeout_s=5)
    assert peer.effects == []


async def test_an_empty_path_is_the_partners_address_itself(base_url: str, peer: Peer) -> None:
    config = HttpConfig(f"{base_url}orders", private_network=True)
    async with AiohttpTransport(config) as http:
        assert (await http.request("POST", "", headers={}, body=b"x", timeout_s=5)).status == 201
    assert peer.effects == ["x"]
