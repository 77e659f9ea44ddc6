"""AS2 against OpenAS2: signed, encrypted and compressed documents both ways, with receipts each side believes."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from crossdock.kernel.errors import CrossdockError
from crossdock.transports.as2.client import As2Drop
from crossdock.transports.as2.message import relationship_of
from crossdock.transports.as2.profile import As2Settings, Cipher, Digest
from crossdock.transports.http import AiohttpTransport, HttpConfig
from tests.integration.transports.test_as2 import FixedClock, Side
from tests.interop.openas2 import THEM, US, OpenAs2, openas2
from tests.unit.transports.as2.made import X12, certificate, identity

pytestmark = pytest.mark.interop
WAIT_S = 40.0


class Partnership:
    """A running OpenAS2 and our side of it."""

    def __init__(self, peer: OpenAs2, side: Side) -> None:
        self.peer = peer
        self.side = side

    def settings(self, **agreed: object) -> As2Settings:
        common = {"url": self.peer.url, "as2_from": US, "as2_to": THEM, "private_network": True}
        return As2Settings(kind="as2", certificates=(certificate(identity("them")),), **{**common, **agreed})  # type: ignore[arg-type]

    async def put(self, name: str, body: bytes, **agreed: object) -> None:
        """Send it a document; whoever returns from here has a receipt that holds."""
        relationship = relationship_of(self.settings(**agreed), [identity("us")])
        async with AiohttpTransport(HttpConfig(self.peer.url, private_network=True)) as http:
            await As2Drop("them", relationship, http, self.side.sent, FixedClock()).put(name, body)


@pytest_asyncio.fixture
async def start() -> AsyncIterator[Callable[..., Awaitable[Partnership]]]:
    """Opens a partnership on the terms the test wants."""
    side = Side("them")
    async with AsyncExitStack() as stack:
        app = web.Application()
        app.router.add_post("/as2", side.take)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/as2"

        async def opened(**agreed: str) -> Partnership:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="crossdock-openas2-"))
            running = openas2(Path(folder), url, certificate(identity("us")), identity("them"), **agreed)
            peer = await asyncio.to_thread(running.__enter__)
            stack.push_async_callback(asyncio.to_thread, running.__exit__, None, None, None)
            return Partnership(peer, side)

        yield opened
        await side.postman.close()


async def until(seen: Callable[[], object], peer: OpenAs2) -> None:
    """Wait for OpenAS2, which looks into its folders once a second."""
    try:
        async with asyncio.timeout(WAIT_S):
            while not seen():
                await asyncio.to_thread(peer.server.rests)
    except TimeoutError:
        raise AssertionError(peer.server.log_tail()) from None


Start = Callable[..., Awaitable[Partnership]]


async def test_what_we_send_arrives_whole_on_any_terms_and_its_receipt_holds(start: Start) -> None:
    them = await start()
    # Not with unsigned receipts: OpenAS2 2.10 fails of writing one ("no object DCH for MIME type multipart/report").
    terms: list[dict[str, object]] = [
        {},
        {"compress": True},
        {"digest": Digest.SHA512, "cipher": Cipher.AES128},
        {"encrypt": False},
        {"digest": Digest.SHA1, "weak_digests": True, "cipher": Cipher.TRIPLE_DES, "weak_ciphers": True},
    ]
    for number, agreed in enumerate(terms):
        try:
            await them.put(f"940-{number}.edi", X12 + b"%d" % number, **agreed)
        except CrossdockError as error:
            raise AssertionError(f"{agreed}: {error.detail}; {them.peer.server.log_tail()}") from error
    assert them.peer.received == {f"940-{number}.edi": X12 + b"%d" % number for number in range(len(terms))}


@pytest.mark.parametrize(
    "agreed",
    [{}, {"compression_type": "ZLIB"}, {"sign": "SHA-512", "encrypt": "AES128"}],
    ids=["plain", "zlib", "other"],
)
async def test_what_it_sends_is_taken_and_it_believes_our_receipt(start: Start, agreed: dict[str, str]) -> None:
    them = await start(**agreed)
    them.side.open(relationship_of(them.settings(), [identity("us")]))
    them.peer.send("STATUS214", X12)
    await until(lambda: them.side.desk.taken and them.peer.receipts(), them.peer)
    (document,) = them.side.desk.taken
    assert (document.body, document.filename) == (X12, "STATUS214")
    assert "automatic-action/MDN-sent-automatically; processed" in them.peer.receipts()[0]
    assert them.side.desk.kept == []


async def test_what_it_signs_with_a_key_we_were_not_given_is_refused_and_kept(start: Start) -> None:
    them = await start()
    strangers = As2Settings(
        kind="as2", url=them.peer.url, as2_from=US, as2_to=THEM, certificates=(certificate(identity("stranger")),)
    )
    them.side.open(relationship_of(strangers, [identity("us")]))
    them.peer.send("STATUS214", X12)
    await until(lambda: them.side.desk.kept, them.peer)
    assert them.side.desk.taken == []
