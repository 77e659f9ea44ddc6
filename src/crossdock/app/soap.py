"""Our SOAP service as pure text: what a partner submits in an envelope, and the reply or fault it gets.

One operation, `Submit`: the partner's document in base64, so that it arrives byte for byte whatever it is. SOAP 1.1
(W3C Note 8 May 2000) and 1.2 (second edition), document/literal, WSDL 1.1.
"""

from __future__ import annotations

import base64
import binascii
from enum import StrEnum
from xml.sax.saxutils import escape

import msgspec

from crossdock.app.intake import MessageReceipt
from crossdock.formats.reading import Fault
from crossdock.formats.xml.parse import Parsed, XmlLimits, parse_xml
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Node

NAMESPACE = "urn:crossdock:soap:1"
FINDINGS_SHOWN_MAX = 20
LIMITS = XmlLimits(elements_max=10_000, depth_max=16)


class Version(StrEnum):
    """The two versions, by the namespace of their envelope."""

    SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
    SOAP12 = "http://www.w3.org/2003/05/soap-envelope"


MEDIA_TYPES = {Version.SOAP11: "text/xml; charset=utf-8", Version.SOAP12: "application/soap+xml; charset=utf-8"}
_PREFIXES = {Version.SOAP11.value: "s11", Version.SOAP12.value: "s12", NAMESPACE: "cd"}
_SENDER = {Version.SOAP11: "Client", Version.SOAP12: "Sender"}
_RECEIVER = {Version.SOAP11: "Server", Version.SOAP12: "Receiver"}


class Submission(msgspec.Struct, frozen=True):
    """A document out of its envelope."""

    version: Version
    content_type: str
    document: bytes


def version_of(content_type: str) -> Version:
    """The version a request is in, by its media type: what a fault is written in when the envelope cannot be read."""
    return Version.SOAP12 if content_type.strip().lower().startswith("application/soap+xml") else Version.SOAP11


def read_submission(body: bytes) -> Submission:
    """The document in an envelope.

    Raises:
        Rejected: no envelope, another operation, a header we must understand and do not, or no base64.
    """
    parsed = parse_xml(body, _PREFIXES, LIMITS)
    if isinstance(parsed, Fault):
        raise Rejected(f"the envelope cannot be read: {parsed.detail}", where=parsed.place.words)
    version = _version(parsed)
    prefix = _PREFIXES[version.value]
    for header in _named(parsed.root, f"{prefix}:Header"):
        for block in header.children:
            if _field(block, f"@{prefix}:mustUnderstand") in ("1", "true"):
                raise Rejected(f"the header {block.name} must be understood and is not: send the message without it")
    bodies = _named(parsed.root, f"{prefix}:Body")
    asked = bodies[0].children if len(bodies) == 1 else []
    if len(asked) != 1 or asked[0].name != "cd:Submit":
        raise Rejected(f"the Body holds one Submit of {NAMESPACE}, as the WSDL says")
    content_type, document = (_text(asked[0], name) for name in ("cd:contentType", "cd:document"))
    try:
        decoded = base64.b64decode("".join(document.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Rejected("document is not base64: encode the bytes of the document", where="Submit/document") from error
    if not decoded or not content_type:
        raise Rejected("Submit needs a contentType and a document that is not empty", where="Submit")
    return Submission(version, content_type, decoded)


def write_reply(version: Version, receipt: MessageReceipt) -> bytes:
    """What the partner is told of a document that was taken; `status` is `accepted`, `partial`, `duplicate` …"""
    findings = "".join(
        f"<finding code={_quoted(one.code)} where={_quoted(one.where)}>{_plain(one.detail)}</finding>"
        for one in receipt.findings[:FINDINGS_SHOWN_MAX]
    )
    replies = "".join(f"<reply>{base64.b64encode(reply.encode()).decode()}</reply>" for reply in receipt.replies)
    inner = f"<messageId>{_plain(receipt.message_id)}</messageId><status>{_plain(receipt.status)}</status>"
    return _envelope(version, f'<SubmitResponse xmlns="{NAMESPACE}">{inner}{findings}{replies}</SubmitResponse>')


def write_fault(version: Version, detail: str, *, sender: bool) -> bytes:
    """A fault: the sender must mend it, or we could not and the same message may be sent again."""
    code = f"e:{(_SENDER if sender else _RECEIVER)[version]}"
    if version is Version.SOAP11:
        inner = f"<faultcode>{code}</faultcode><faultstring>{_plain(detail)}</faultstring>"
    else:
        reason = f'<e:Reason><e:Text xml:lang="en">{_plain(detail)}</e:Text></e:Reason>'
        inner = f"<e:Code><e:Value>{code}</e:Value></e:Code>{reason}"
    return _envelope(version, f"<e:Fault>{inner}</e:Fault>")


def wsdl(address: str) -> bytes:
    """The description of the service at this address."""
    return _WSDL.replace("{address}", _plain(address, {'"': "&quot;"})).replace("{namespace}", NAMESPACE).encode()


def _version(parsed: Parsed) -> Version:
    namespace, _, local = parsed.tag[1:].partition("}")
    known = next((version for version in Version if version.value == namespace), None)
    if known is None or local != "Envelope":
        raise Rejected("the message is no SOAP 1.1 or 1.2 envelope: send one, as the WSDL says")
    return known


def _named(node: Node, name: str) -> list[Node]:
    return [child for child in node.children if child.name == name]


def _field(node: Node, name: str) -> str:
    return node.fields.get(name, "") if isinstance(node.fields, dict) else ""


def _text(node: Node, name: str) -> str:
    found = _named(node, name)
    return _field(found[0], "").strip() if found else ""


def _plain(text: str, more: dict[str, str] | None = None) -> str:
    """Text as XML 1.0 can hold it."""
    kept = "".join(one if one in "\t\n\r" or " " <= one <= "\ud7ff" or one >= "\ue000" else "\ufffd" for one in text)
    return escape(kept, more or {})


def _quoted(text: str) -> str:
    return '"' + _plain(text, {'"': "&quot;"}) + '"'


def _envelope(version: Version, inner: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}<e:Envelope xmlns:e="{version.value}"><e:Body>{inner}</e:Body></e:Envelope>'.encode()


_WSDL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions name="Crossdock" targetNamespace="{namespace}" xmlns="http://schemas.xmlsoap.org/wsdl/"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:cd="{namespace}">
  <types>
    <schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="{namespace}" elementFormDefault="qualified">
      <element name="Submit"><complexType><sequence>
        <element name="contentType" type="string"/>
        <element name="document" type="base64Binary"/>
      </sequence></complexType></element>
      <element name="SubmitResponse"><complexType><sequence>
        <element name="messageId" type="string"/>
        <element name="status" type="string"/>
        <element name="finding" minOccurs="0" maxOccurs="unbounded"><complexType><simpleContent>
          <extension base="string">
            <attribute name="code" type="string"/><attribute name="where" type="string"/>
          </extension>
        </simpleContent></complexType></element>
        <element name="reply" type="base64Binary" minOccurs="0" maxOccurs="unbounded"/>
      </sequence></complexType></element>
    </schema>
  </types>
  <message name="SubmitIn"><part name="parameters" element="cd:Submit"/></message>
  <message name="SubmitOut"><part name="parameters" element="cd:SubmitResponse"/></message>
  <portType name="Documents">
    <operation name="Submit"><input message="cd:SubmitIn"/><output message="cd:SubmitOut"/></operation>
  </portType>
  <binding name="DocumentsSoap" type="cd:Documents">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Submit">
      <soap:operation soapAction="{namespace}:Submit"/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output>
    </operation>
  </binding>
  <service name="Crossdock">
    <port name="Documents" binding="cd:DocumentsSoap"><soap:address location="{address}"/></port>
  </service>
</definitions>
"""
