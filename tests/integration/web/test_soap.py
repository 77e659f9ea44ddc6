"""The SOAP service as a partner's client sees it: zeep on our own WSDL, over a real socket-less HTTP call."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import zeep
from lxml import etree

from crossdock.app.access import Scope
from crossdock.app.soap import NAMESPACE, Version
from crossdock.testing.assembled import Assembled, assembled, write_project
from tests.integration.bad_input.documents import PARTNERS, interchange

URL = "/v1/soap/carrier"
TYPES = {Version.SOAP11: "text/xml", Version.SOAP12: "application/soap+xml; action=x"}


@pytest_asyncio.fixture
async def hub(durable_url: str, tmp_path: Path) -> AsyncIterator[Assembled]:
    """A hub with one carrier that speaks X12."""
    write_project(tmp_path, {"carrier": PARTNERS["carrier"]})
    async with assembled(tmp_path, durable_url) as opened:
        yield opened


def envelope(document: bytes, version: Version = Version.SOAP11, header: str = "") -> bytes:
    text = base64.b64encode(document).decode()
    inner = f"<c:Submit><c:contentType>application/edi-x12</c:contentType><c:document>{text}</c:document></c:Submit>"
    return (
        f'<x:Envelope xmlns:x="{version.value}" xmlns:c="{NAMESPACE}"><x:Header>{header}</x:Header>'
        f"<x:Body>{inner}</x:Body></x:Envelope>"
    ).encode()


async def post(hub: Assembled, body: bytes, version: Version = Version.SOAP11) -> tuple[int, etree._Element]:
    headers = {**await hub.key("carrier", Scope.FACTS_WRITE), "content-type": TYPES[version]}
    answer = await hub.http.post(URL, content=body, headers=headers)
    return answer.status_code, etree.fromstring(answer.content)


@pytest.mark.parametrize("version", list(Version))
async def test_a_document_in_an_envelope_is_taken_byte_for_byte(hub: Assembled, version: Version) -> None:
    status, reply = await post(hub, envelope(interchange(1), version), version)
    assert status == 200
    assert reply.tag == f"{{{version.value}}}Envelope"
    assert reply.findtext(f".//{{{NAMESPACE}}}status") == "accepted"
    assert b"ST*997*" in base64.b64decode(reply.findtext(f".//{{{NAMESPACE}}}reply") or "")
    ((body,),) = await hub.rows("select body from message")
    assert body == interchange(1)


async def test_a_client_made_from_our_wsdl_speaks_with_us(hub: Assembled, tmp_path: Path) -> None:
    key = await hub.key("carrier", Scope.FACTS_WRITE)
    (tmp_path / "hub.wsdl").write_bytes((await hub.http.get(f"{URL}?wsdl", headers=key)).content)
    client = zeep.Client(str(tmp_path / "hub.wsdl"))  # type: ignore[no-untyped-call]
    message = client.create_message(  # type: ignore[no-untyped-call]
        client.service, "Submit", contentType="application/edi-x12", document=interchange(2)
    )
    status, reply = await post(hub, etree.tostring(message))
    assert (status, reply.findtext(f".//{{{NAMESPACE}}}status")) == (200, "accepted")
    assert client.service._binding_options["address"] == f"http://hub{URL}"


async def test_who_our_partners_are_is_told_to_nobody_else(hub: Assembled) -> None:
    assert [(await hub.http.get(f"/v1/soap/{name}?wsdl")).status_code for name in ("carrier", "nobody")] == [401, 401]
    key = await hub.key("other", Scope.FACTS_WRITE)
    answers = [await hub.http.get(f"/v1/soap/{name}?wsdl", headers=key) for name in ("carrier", "nobody")]
    assert [one.status_code for one in answers] == [403, 403]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<x/>", "no SOAP 1.1 or 1.2 envelope"),
        (b"not xml", "cannot be read"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "DOCTYPE"),
        (envelope(b"x").replace(b":Submit>", b":Delete>"), "one Submit"),
        (envelope(b"x").replace(b"eA==", b"?"), "not base64"),
        (envelope(b""), "not empty"),
        (envelope(b"x", header='<w:S xmlns:w="urn:w" x:mustUnderstand="1"/>'), "must be understood"),
    ],
)
async def test_what_is_no_submission_is_the_senders_fault(hub: Assembled, body: bytes, told: str) -> None:
    status, reply = await post(hub, body)
    assert (status, reply.findtext(".//faultcode")) == (500, "e:Client")
    assert told in (reply.findtext(".//faultstring") or "")


async def test_a_document_that_cannot_be_used_is_kept_and_told_as_a_fault(hub: Assembled) -> None:
    status, reply = await post(hub, envelope(b"no edi", Version.SOAP12), Version.SOAP12)
    text = reply.findtext(f".//{{{Version.SOAP12.value}}}Text") or ""
    message_id, kept, _ = await hub.last_message("carrier")
    assert (status, kept) == (400, "refused")
    assert f"kept as message {message_id} and not used" in text


async def test_only_the_partners_own_key_opens_its_service(hub: Assembled) -> None:
    answer = await hub.http.post(URL, content=envelope(b"x"))
    assert answer.status_code == 401
    headers = await hub.key("", Scope.FACTS_WRITE)
    assert (await hub.http.post(URL, content=envelope(b"x"), headers=headers)).status_code == 403
