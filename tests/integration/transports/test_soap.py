"""A SOAP service on loopback, called by its WSDL: what is sent, what each answer means, and what is never fetched."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from crossdock.app.intake import MessageReceipt
from crossdock.app.soap import Version, read_submission, write_reply
from crossdock.app.soap import wsdl as our_wsdl
from crossdock.kernel.errors import CrossdockError, Permanent, Rejected, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.transport import HttpReply
from crossdock.transports.http import AiohttpTransport, HttpConfig
from crossdock.transports.soap.client import SoapCaller
from crossdock.transports.soap.settings import SoapSettings
from crossdock.transports.soap.tls import tls_context
from tests.integration.transports.soap_server import (
    ADDRESSING,
    FREIGHT,
    SOAP11,
    SOAP12,
    Freight,
    enveloped,
    fault,
    serving_soap,
    wsdl,
)
from tests.integration.transports.test_ftp import pem

TENDER = f'<Tender xmlns="{FREIGHT}"><Number>T-77</Number><Stop no="1">Venlo &amp; Co</Stop></Tender>'.encode()
PORTS = {SOAP11: "Old", SOAP12: "New"}


@asynccontextmanager
async def caller(
    folder: Path, freight: Freight, *, timeout_s: float = 5.0, password: str = "", **settings: object
) -> AsyncIterator[SoapCaller]:
    """Our way to a running service."""
    (folder / "freight.wsdl").write_bytes(wsdl())
    async with serving_soap(freight) as url:
        table = {"kind": "soap", "url": url, "wsdl": "freight.wsdl", "port": "Old", "private_network": True, **settings}
        chosen = msgspec.convert(table, SoapSettings)
        async with AiohttpTransport(HttpConfig(url, private_network=True)) as http:
            secret = Secret(password) if password else None
            yield SoapCaller(folder / chosen.wsdl, chosen, http, timeout_s, secret)


@pytest.mark.parametrize("version", [SOAP11, SOAP12])
async def test_the_document_is_the_body_of_the_operation_that_takes_it(tmp_path: Path, version: str) -> None:
    freight = Freight()
    async with caller(tmp_path, freight, port=PORTS[version], reference_in="BookingReference") as soap:
        answer = await soap.submit(TENDER, key="tender/1", traceparent="00-a-b-01")
    assert answer.reference == "BK-1"
    assert "<Status>BOOKED</Status>" in answer.text
    ((headers, body),) = freight.calls
    assert (headers["Idempotency-Key"], headers["traceparent"]) == ("tender/1", "00-a-b-01")
    action = headers["SOAPAction"] if version == SOAP11 else headers["Content-Type"]
    assert f'"{FREIGHT}:BookLoad"' in action
    assert b"Venlo &amp; Co" in body
    assert version.encode() in body


async def test_a_repetition_has_the_same_message_id_and_another_document_another(tmp_path: Path) -> None:
    freight = Freight()
    async with caller(tmp_path, freight, addressing=True) as soap:
        for key in ("tender/1", "tender/1", "tender/2"):
            await soap.submit(TENDER, key=key)
    ids = [body.partition(b"MessageID>")[2].partition(b"<")[0] for _, body in freight.calls]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].startswith(b"urn:uuid:")
    assert all(ADDRESSING.encode() in body for _, body in freight.calls)
    assert list(freight.booked) == ["tender/1", "tender/2"]


@pytest.mark.parametrize("digest", [True, False])
async def test_the_password_goes_as_a_username_token(tmp_path: Path, *, digest: bool) -> None:
    freight = Freight(password="right")
    settings = {"username": "hub", "password_digest": digest}
    async with caller(tmp_path, freight, password="right", **settings) as soap:
        await soap.submit(TENDER, key="k")
    assert (b"right" in freight.calls[0][1]) is not digest
    async with caller(tmp_path, freight, password="wrong", **settings) as soap:
        with pytest.raises(Rejected, match=r"Client\.Authentication\): who are you"):
            await soap.submit(TENDER, key="k")


async def test_a_parameter_may_hold_the_document_byte_for_byte(tmp_path: Path) -> None:
    freight = Freight()
    settings = {"operation": "Submit", "document_in": "Document", "values": {"Channel": "edi"}}
    async with caller(tmp_path, freight, **settings) as soap:
        await soap.submit(b"\x00ISA", key="k")
    assert "AElTQQ==" in freight.booked["k"]
    assert "edi" in freight.booked["k"]


async def test_an_operation_without_an_answer_is_done_when_it_was_taken(tmp_path: Path) -> None:
    async with caller(tmp_path, Freight()) as soap:
        answer = await soap.submit(f'<Note xmlns="{FREIGHT}"><Number>1</Number></Note>'.encode(), key="k")
    assert "Tell was taken (202)" in answer.text


async def test_an_empty_envelope_is_no_answer_and_a_fault_is_one(tmp_path: Path) -> None:
    note = f'<Note xmlns="{FREIGHT}"><Number>1</Number></Note>'.encode()
    script: list[tuple[int, bytes] | str] = [(200, enveloped(SOAP11, "")), (200, fault(SOAP11, "Client", "no"))]
    async with caller(tmp_path, Freight(script=script)) as soap:
        assert "Tell was taken (200)" in (await soap.submit(note, key="k")).text
        with pytest.raises(Rejected, match="refused Tell"):
            await soap.submit(note, key="l")


@pytest.mark.parametrize("version", [SOAP11, SOAP12])
@pytest.mark.parametrize(
    ("codes", "kind"),
    [(("Client", "Sender"), Rejected), (("Server", "Receiver"), Transient), (("Odd.Code", "Odd"), Rejected)],
)
async def test_a_fault_says_whose_it_is(
    tmp_path: Path, version: str, codes: tuple[str, str], kind: type[CrossdockError]
) -> None:
    code = codes[0] if version == SOAP11 else codes[1]
    freight = Freight(script=[(500, fault(version, code, "no such lane"))])
    async with caller(tmp_path, freight, port=PORTS[version]) as soap:
        with pytest.raises(kind, match="no such lane"):
            await soap.submit(TENDER, key="k")


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        ((503, b"busy"), Transient, "answered 503"),
        ((401, b"<html>"), Rejected, "answered 401"),
        ((502, b"<html>"), TimeoutError, "may have been done"),
        ((200, b"<html>"), TimeoutError, "may have been done"),
        ((200, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), TimeoutError, "may have been done"),
        ((200, enveloped(SOAP11, "<Other/>")), TimeoutError, "does not hold"),
        ((200, enveloped(SOAP12, "<Other/>")), TimeoutError, "of the WSDL's version"),
        ("cut", TimeoutError, "may have been done"),
        ("hang", TimeoutError, "may have been done"),
    ],
)
async def test_what_goes_wrong_says_who_must_act(
    tmp_path: Path, answer: tuple[int, bytes] | str, kind: type[Exception], told: str
) -> None:
    limit_s = 0.3 if answer == "hang" else 5.0
    async with caller(tmp_path, Freight(script=[answer]), timeout_s=limit_s) as soap:
        with pytest.raises(kind, match=told):
            await soap.submit(TENDER, key="k")


async def test_a_service_that_is_not_there_was_sent_nothing(tmp_path: Path) -> None:
    (tmp_path / "freight.wsdl").write_bytes(wsdl())
    settings = SoapSettings("soap", "http://127.0.0.1:9/", "freight.wsdl", port="Old")
    async with AiohttpTransport(HttpConfig("http://127.0.0.1:9/", private_network=True)) as http:
        with pytest.raises(Transient, match="nothing was sent"):
            await SoapCaller(tmp_path / "freight.wsdl", settings, http, 5.0).submit(TENDER, key="k")


async def test_a_no_in_the_answer_itself_is_a_refusal(tmp_path: Path) -> None:
    no = f'<TenderAnswer xmlns="{FREIGHT}"><BookingReference/><Status>FULL</Status></TenderAnswer>'
    freight = Freight(script=[(200, enveloped(SOAP11, no))])
    async with caller(tmp_path, freight, status_in="Status", status_ok=["BOOKED"]) as soap:
        with pytest.raises(Rejected, match="Status FULL"):
            await soap.submit(TENDER, key="k")
        await soap.submit(TENDER, key="k")


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (b"ISA*00*", "is no XML"),
        (b"<Tender/>", "no operation takes Tender"),
        (TENDER.replace(b"Number", b"Nummer"), "not what BookLoad takes"),
        (TENDER.replace(b"<Number>T-77</Number>", b""), "not what BookLoad takes"),
    ],
)
async def test_what_the_wsdl_does_not_know_is_never_sent(tmp_path: Path, document: bytes, told: str) -> None:
    freight = Freight()
    async with caller(tmp_path, freight) as soap:
        with pytest.raises(Rejected, match=told):
            await soap.submit(document, key="k")
    assert freight.calls == []


async def test_both_sides_prove_who_they_are(tmp_path: Path) -> None:
    (their_key, theirs), (our_key, ours) = pem(), pem()
    (tmp_path / "server.pem").write_text(their_key + theirs)
    (tmp_path / "freight.wsdl").write_bytes(wsdl())
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=ours)
    tls.load_cert_chain(tmp_path / "server.pem")
    tls.verify_mode = ssl.CERT_REQUIRED
    freight = Freight()
    async with serving_soap(freight, tls) as url:
        settings = SoapSettings("soap", url, "freight.wsdl", port="Old")
        for identity, allowed in ((our_key + ours, True), ("", False)):
            context = tls_context([theirs], Secret(identity) if identity else None)
            async with AiohttpTransport(HttpConfig(url, private_network=True), context) as http:
                soap = SoapCaller(tmp_path / "freight.wsdl", settings, http, 5.0)
                if allowed:
                    await soap.submit(TENDER, key="k")
                else:
                    with pytest.raises((Transient, TimeoutError)):
                        await soap.submit(TENDER, key="k")
    assert len(freight.calls) == 1


@pytest.mark.parametrize("place", ["http://elsewhere.example/types.xsd", "../outside.xsd", "/etc/passwd"])
async def test_nothing_is_fetched_that_a_wsdl_imports_from_elsewhere(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "wsdl"
    folder.mkdir()
    text = wsdl().decode().replace('<element name="Tender">', f'<include schemaLocation="{place}"/><element name="T">')
    (folder / "freight.wsdl").write_text(text)
    settings = SoapSettings("soap", "http://127.0.0.1:9/", "freight.wsdl", port="Old")
    async with AiohttpTransport(HttpConfig("http://127.0.0.1:9/", private_network=True)) as http:
        with pytest.raises(Permanent):
            await SoapCaller(folder / "freight.wsdl", settings, http, 5.0).submit(TENDER, key="k")


class OurDoor:
    """ports.transport.HttpTransport: our own SOAP service takes the call."""

    def __init__(self) -> None:
        self.documents: list[bytes] = []

    async def request(self, *_: object, body: bytes = b"", **__: object) -> HttpReply:
        self.documents.append(read_submission(body).document)
        return HttpReply(200, {}, write_reply(Version.SOAP11, MessageReceipt("m1", "accepted")))


async def test_two_of_us_understand_each_other(tmp_path: Path) -> None:
    (tmp_path / "hub.wsdl").write_bytes(our_wsdl("https://hub.example/soap"))
    settings = SoapSettings(
        "soap", "https://hub.example/soap", "hub.wsdl", operation="Submit", document_in="document",
        values={"contentType": "application/edi-x12"}, reference_in="messageId", status_in="status",
        status_ok=("accepted",),
    )  # fmt: skip
    door = OurDoor()
    answer = await SoapCaller(tmp_path / "hub.wsdl", settings, door, 5.0).submit(b"ISA", key="k")
    assert (answer.reference, door.documents) == ("m1", [b"ISA"])
