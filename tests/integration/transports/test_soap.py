"""A SOAP service on loopback, called by its WSDL: answers, faults, and what is never fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from crossdock.app.intake import MessageReceipt
from crossdock.app.soap import Version, read_submission, write_fault, write_reply, wsdl
from crossdock.kernel.errors import CrossdockError, Permanent, Rejected, Transient
from crossdock.transports.http import AiohttpTransport, HttpConfig
from crossdock.transports.soap.client import ZeepTransport

VALUES = {"contentType": "application/edi-x12", "document": b"ISA"}


class Peer:
    """A partner that runs the same service as ours."""

    def __init__(self) -> None:
        self.documents: list[bytes] = []
        self.actions: list[str] = []
        self.answer: tuple[int, bytes] = (200, write_reply(Version.SOAP11, MessageReceipt("m1", "accepted")))

    async def take(self, request: web.Request) -> web.Response:
        self.actions.append(request.headers["SOAPAction"])
        self.documents.append(read_submission(await request.read()).document)
        status, body = self.answer
        return web.Response(status=status, body=body, content_type="text/xml")


@pytest.fixture
def peer() -> Peer:
    """The partner's memory."""
    return Peer()


@pytest_asyncio.fixture
async def soap(peer: Peer, tmp_path: Path) -> AsyncIterator[ZeepTransport]:
    """Our way to it; its WSDL names another address, which is not used."""
    app = web.Application()
    app.router.add_post("/soap", peer.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    (tmp_path / "hub.wsdl").write_bytes(wsdl("http://169.254.169.254/soap"))
    config = HttpConfig(f"http://127.0.0.1:{runner.addresses[0][1]}/soap", private_network=True)
    async with AiohttpTransport(config) as http:
        yield ZeepTransport(tmp_path / "hub.wsdl", http, 5.0)
    await runner.cleanup()


async def test_an_operation_is_called_with_values_and_answers_with_values(soap: ZeepTransport, peer: Peer) -> None:
    answer = await soap.call("Submit", VALUES)
    assert (answer["messageId"], answer["status"]) == ("m1", "accepted")
    assert (peer.documents, peer.actions) == ([b"ISA"], ['"urn:crossdock:soap:1:Submit"'])


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        ((500, write_fault(Version.SOAP11, "mend it", sender=True)), Rejected, "refused Submit: mend it"),
        ((500, write_fault(Version.SOAP11, "later", sender=False)), Transient, "refused Submit: later"),
        ((503, b"busy"), Transient, "answered 503"),
        ((500, b"<html>"), Transient, "no envelope"),
        ((200, b"<html>"), Permanent, "not what the WSDL says"),
        ((200, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), Permanent, "not what the WSDL says"),
    ],
)
async def test_what_goes_wrong_says_who_must_act(
    soap: ZeepTransport, peer: Peer, answer: tuple[int, bytes], kind: type[CrossdockError], told: str
) -> None:
    peer.answer = answer
    with pytest.raises(kind, match=told):
        await soap.call("Submit", VALUES)


@pytest.mark.parametrize(("operation", "values"), [("Delete", VALUES), ("Submit", {"documnet": b"x"})])
async def test_what_the_wsdl_does_not_know_is_never_sent(
    soap: ZeepTransport, peer: Peer, operation: str, values: dict[str, object]
) -> None:
    with pytest.raises(Rejected, match="as the WSDL wants it"):
        await soap.call(operation, values)
    assert peer.documents == []


@pytest.mark.parametrize("place", ["http://elsewhere.example/types.xsd", "../outside.xsd", "/etc/passwd"])
async def test_nothing_is_fetched_that_a_wsdl_imports_from_elsewhere(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "wsdl"
    folder.mkdir()
    text = wsdl("http://p.example/soap").decode()
    spoiled = text.replace('<element name="Submit">', f'<include schemaLocation="{place}"/><element name="Submit">', 1)
    (folder / "hub.wsdl").write_text(spoiled)
    async with AiohttpTransport(HttpConfig("http://127.0.0.1:9/", private_network=True)) as http:
        with pytest.raises(Permanent):
            await ZeepTransport(folder / "hub.wsdl", http, 5.0).call("Submit", VALUES)
