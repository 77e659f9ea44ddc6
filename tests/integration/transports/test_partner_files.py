"""One partner file puts a carrier on SFTP or AS2: its 214 becomes a fact, its 997 goes back the same way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh
import pytest
import pytest_asyncio
from aiohttp import web

from crossdock.testing.assembled import Assembled, assembled, write_project
from crossdock.transports.as2.client import fresh_chance
from crossdock.transports.as2.mdn import read_mdn
from crossdock.transports.as2.message import build, open_message
from tests.integration.bad_input.documents import PARTNERS, interchange
from tests.integration.transports.test_sftp import HOST_KEY, serving
from tests.unit.transports.as2.made import NOW, certificate, identity, lower, pair

CARRIER = PARTNERS["carrier"]


async def facts(hub: Assembled) -> int:
    """How many facts were taken, wherever they wait."""
    rows = await hub.rows("select coalesce(sum(facts), 0) from message where status in ('accepted', 'partial')")
    return int(str(rows[0][0]))


@pytest_asyncio.fixture
async def on_sftp(durable_url: str, tmp_path: Path) -> AsyncIterator[tuple[Assembled, Path]]:
    """A hub whose carrier has an SFTP server, and that server's files."""
    root = tmp_path / "server"
    for name in ("in", "out"):
        (root / name).mkdir(parents=True)
    async with serving(root, asyncssh.SFTPServer) as port:
        transport = {
            "kind": "sftp", "host": "127.0.0.1", "port": port, "user": "crossdock", "bytes_max": 2000,
            "host_keys": [HOST_KEY.export_public_key().decode().strip()],
        }  # fmt: skip
        (tmp_path / "password").write_text("right")
        secrets = {"sftp_password": "file:password"}
        write_project(tmp_path, {"carrier": {**CARRIER, "transport": transport, "secrets": secrets}})
        async with assembled(tmp_path, durable_url) as hub:
            yield hub, root
            for transport_opened in hub.hub.wiring.opened:
                await transport_opened.close()


async def test_a_carrier_on_sftp_is_one_partner_file(on_sftp: tuple[Assembled, Path]) -> None:
    hub, root = on_sftp
    (root / "in" / "214.edi").write_bytes(interchange(1))
    look = hub.works["carrier"]
    assert [await look(), await look()] == [0, 1]
    assert await facts(hub) == 1
    assert (root / "in/archive/214.edi").read_bytes() == interchange(1)
    (acknowledgment,) = (root / "out").iterdir()
    assert b"ST*997*" in acknowledgment.read_bytes()


async def test_the_same_bytes_under_another_name_are_counted_and_not_taken_again(
    on_sftp: tuple[Assembled, Path],
) -> None:
    hub, root = on_sftp
    for name in ("a.edi", "b.edi"):
        (root / "in" / name).write_bytes(interchange(1))
    await hub.works["carrier"]()
    await hub.works["carrier"]()
    assert await facts(hub) == 1
    assert [row[0] for row in await hub.rows("select status from message order by id")] == ["accepted", "duplicate"]


@pytest.mark.proves("PF-05")
async def test_the_same_bytes_by_sftp_and_http_are_one_effect_and_one_duplicate_record(
    on_sftp: tuple[Assembled, Path],
) -> None:
    hub, root = on_sftp
    (root / "in" / "a.edi").write_bytes(interchange(1))
    await hub.works["carrier"]()
    await hub.works["carrier"]()
    answer = await hub.post("carrier", interchange(1), "application/edi-x12")
    assert answer.json()["status"] == "duplicate"
    assert await hub.rows("select count(*) from waiting") == [(1,)]
    assert await hub.rows("select status, length(body) > 0 from message order by id") == [
        ("accepted", True), ("duplicate", False),
    ]  # fmt: skip


async def test_a_file_too_large_is_a_refused_message_and_stands_aside(on_sftp: tuple[Assembled, Path]) -> None:
    hub, root = on_sftp
    (root / "in" / "big.edi").write_bytes(b"x" * 2001)
    await hub.works["carrier"]()
    await hub.works["carrier"]()
    _, status, findings = await hub.last_message("carrier")
    assert status == "refused"
    assert b"FILE-TOO-LARGE" in findings
    assert (root / "in/refused/big.edi").stat().st_size == 2001


class Peer:
    """The partner's AS2 server: opens what it gets and says so."""

    def __init__(self) -> None:
        self.documents: list[bytes] = []

    async def take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.documents.append(open_message(pair()[1], headers, await request.read(), NOW).entity.body)
        return web.Response()


@pytest_asyncio.fixture
async def on_as2(durable_url: str, tmp_path: Path) -> AsyncIterator[tuple[Assembled, Peer]]:
    """A hub whose carrier speaks AS2 and wants its receipts at once; ours it sends later, or never."""
    peer = Peer()
    app = web.Application()
    app.router.add_post("/as2", peer.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    transport = {
        "kind": "as2", "url": f"http://127.0.0.1:{runner.addresses[0][1]}/as2", "private_network": True,
        "as2_from": "CROSSDOCK", "as2_to": "Partner One", "certificates": [certificate(identity("them"))],
        "async_mdn_url": "https://hub.example/v1/as2",
    }  # fmt: skip
    (tmp_path / "identity").write_text(identity("us"))
    secrets = {"as2_identity": "file:identity"}
    write_project(tmp_path, {"carrier": {**CARRIER, "transport": transport, "secrets": secrets}})
    async with assembled(tmp_path, durable_url) as hub:
        yield hub, peer
        for opened in hub.hub.wiring.opened:
            await opened.close()
    await runner.cleanup()


async def test_a_carrier_on_as2_is_one_partner_file(on_as2: tuple[Assembled, Peer]) -> None:
    hub, peer = on_as2
    them = pair()[1]
    chance = fresh_chance(them.settings.cipher)
    message = build(them, "214.edi", interchange(1), message_id="<1@them>", date="", chance=chance)
    answer = await hub.http.post("/v1/as2", content=message.body, headers=dict(message.headers))
    assert answer.status_code == 200, answer.text
    receipt = read_mdn(them, lower(dict(answer.headers)), answer.content, NOW)
    assert (receipt.disposition, receipt.mic, receipt.signed) == ("processed", message.mic, True)
    assert await facts(hub) == 1
    assert b"ST*997*" in peer.documents[0]
    assert "carrier" not in hub.works


@pytest.mark.parametrize(
    ("headers", "status", "slug"),
    [
        ({"AS2-From": "Nobody", "AS2-To": "CROSSDOCK", "Message-ID": "<1@x>"}, 403, "as2-stranger"),
        ({"AS2-From": '"Partner One"', "AS2-To": "CROSSDOCK"}, 400, "malformed"),
    ],
)
async def test_a_post_without_a_relationship_or_an_id_is_a_problem(
    on_as2: tuple[Assembled, Peer], headers: dict[str, str], status: int, slug: str
) -> None:
    hub, _ = on_as2
    answer = await hub.http.post("/v1/as2", content=b"x", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/v1/problems/{slug}")


@pytest.mark.proves("PF-16")
async def test_a_plain_post_where_signed_was_agreed_is_kept_and_refused_by_receipt(
    on_as2: tuple[Assembled, Peer],
) -> None:
    hub, _ = on_as2
    headers = {
        "AS2-From": '"Partner One"', "AS2-To": "CROSSDOCK", "Message-ID": "<2@them>",
        "Content-Type": "application/edi-x12", "Disposition-Notification-To": "them",
    }  # fmt: skip
    answer = await hub.http.post("/v1/as2", content=interchange(2), headers=headers)
    assert b"processed/error: insufficient-message-security" in answer.content
    _, status, findings = await hub.last_message("carrier")
    assert (status, await facts(hub)) == ("refused", 0)
    assert b"AS2-INSUFFICIENT-MESSAGE-SECURITY" in findings
