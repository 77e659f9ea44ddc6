"""A carrier's booking service over SOAP on loopback: keeps its own books, and refuses what a real one would.

Written apart from our own SOAP on purpose: it reads envelopes by plain ElementTree and checks the password digest by
the words of OASIS WSS UsernameToken Profile 1.1 §3.1.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from aiohttp import web

SOAP11, SOAP12 = "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"
FREIGHT = "urn:acme:freight"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
YES = "<BookingReference>BK-1</BookingReference><Status>BOOKED</Status>"

WSDL = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions name="Freight" targetNamespace="{FREIGHT}" xmlns="http://schemas.xmlsoap.org/wsdl/"
    xmlns:s11="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:s12="http://schemas.xmlsoap.org/wsdl/soap12/"
    xmlns:f="{FREIGHT}">
  <types>
    <schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="{FREIGHT}" elementFormDefault="qualified">
      <element name="Tender"><complexType><sequence>
        <element name="Number" type="string"/>
        <element name="Stop" maxOccurs="99"><complexType><simpleContent>
          <extension base="string"><attribute name="no" type="int" use="required"/></extension>
        </simpleContent></complexType></element>
      </sequence></complexType></element>
      <element name="TenderAnswer"><complexType><sequence>
        <element name="BookingReference" type="string"/><element name="Status" type="string"/>
      </sequence></complexType></element>
      <element name="Submit"><complexType><sequence>
        <element name="Channel" type="string"/><element name="Document" type="base64Binary"/>
      </sequence></complexType></element>
      <element name="Note"><complexType><sequence>
        <element name="Number" type="string"/>
      </sequence></complexType></element>
    </schema>
  </types>
  <message name="TenderIn"><part name="body" element="f:Tender"/></message>
  <message name="TenderOut"><part name="body" element="f:TenderAnswer"/></message>
  <message name="SubmitIn"><part name="body" element="f:Submit"/></message>
  <message name="NoteIn"><part name="body" element="f:Note"/></message>
  <portType name="Booking">
    <operation name="BookLoad"><input message="f:TenderIn"/><output message="f:TenderOut"/></operation>
    <operation name="Submit"><input message="f:SubmitIn"/><output message="f:TenderOut"/></operation>
    <operation name="Tell"><input message="f:NoteIn"/></operation>
  </portType>
  {{bindings}}
  <service name="Freight">
    <port name="Old" binding="f:B11"><s11:address location="http://169.254.169.254/"/></port>
    <port name="New" binding="f:B12"><s12:address location="http://169.254.169.254/"/></port>
  </service>
</definitions>"""

BINDING = """<binding name="B1{minor}" type="f:Booking">
    <s1{minor}:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    {operations}
  </binding>"""


def wsdl() -> bytes:
    """The description of the service, with a port for each version of SOAP."""
    bindings = []
    for minor in (1, 2):
        body = f'<s1{minor}:body use="literal"/>'
        answer = f"<output>{body}</output>"
        operations = "".join(
            f'<operation name="{name}"><s1{minor}:operation soapAction="{FREIGHT}:{name}"/><input>{body}</input>'
            f"{answer if name != 'Tell' else ''}</operation>"
            for name in ("BookLoad", "Submit", "Tell")
        )
        bindings.append(BINDING.format(minor=minor, operations=operations))
    return WSDL.replace("{bindings}", "".join(bindings)).encode()


@dataclass
class Freight:
    """The service's books. `script` holds what it does instead of booking: `(status, body)`, or a word: `hang` (booked
    and never answered), `cut` (booked, and the line cut)."""

    password: str = ""
    script: list[tuple[int, bytes] | str] = field(default_factory=list)
    booked: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.calls.append((dict(request.headers), body))
        envelope = ET.fromstring(body)
        version = envelope.tag[1:].partition("}")[0]
        if self.password and not self._knows(envelope):
            return answered(version, 500, fault(version, "Client.Authentication", "who are you?"))
        step = self.script.pop(0) if self.script else None
        if isinstance(step, tuple):
            return answered(version, *step)
        content = envelope.find(f"{{{version}}}Body/*")
        assert content is not None
        self.booked.setdefault(request.headers["Idempotency-Key"], ET.tostring(content, "unicode"))
        if step == "hang":
            await self.let_go.wait()
        if step == "cut":
            assert request.transport is not None
            request.transport.close()
        if content.tag == f"{{{FREIGHT}}}Note":
            return web.Response(status=202)
        return answered(version, 200, enveloped(version, f'<TenderAnswer xmlns="{FREIGHT}">{YES}</TenderAnswer>'))

    def _knows(self, envelope: ET.Element) -> bool:
        token = envelope.find(f".//{{{WSSE}}}UsernameToken")
        if token is None or token.findtext(f"{{{WSSE}}}Username") != "hub":
            return False
        given = token.find(f"{{{WSSE}}}Password")
        assert given is not None
        if given.get("Type", "").endswith("#PasswordText"):
            return given.text == self.password
        nonce = base64.b64decode(token.findtext(f"{{{WSSE}}}Nonce") or "")
        created = (token.findtext(f"{{{WSU}}}Created") or "").encode()
        digest = hashlib.sha1(nonce + created + self.password.encode()).digest()
        return given.text == base64.b64encode(digest).decode()


def enveloped(version: str, content: str) -> bytes:
    """An envelope with this content."""
    return f'<e:Envelope xmlns:e="{version}"><e:Body>{content}</e:Body></e:Envelope>'.encode()


def fault(version: str, code: str, reason: str) -> bytes:
    """A fault as each version words it."""
    if version == SOAP11:
        inner = f"<faultcode>e:{code}</faultcode><faultstring>{reason}</faultstring>"
    else:
        inner = (
            f'<e:Code><e:Value>e:{code}</e:Value></e:Code><e:Reason><e:Text xml:lang="en">{reason}</e:Text></e:Reason>'
        )
    return enveloped(version, f"<e:Fault>{inner}</e:Fault>")


def answered(version: str, status: int, body: bytes) -> web.Response:
    """An answer in the media type of its version."""
    kind = "text/xml" if version == SOAP11 else "application/soap+xml"
    return web.Response(status=status, body=body, content_type=kind)


@asynccontextmanager
async def serving_soap(freight: Freight, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """The address of the running service."""
    app = web.Application()
    app.router.add_post("/freight", freight.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    yield f"http{'s' if tls else ''}://127.0.0.1:{runner.addresses[0][1]}/freight"
    freight.let_go.set()
    await runner.cleanup()
