"""A partner's SOAP service as its WSDL describes it: envelopes written and answers read. The one door to zeep.

The WSDL and what it imports lie in the project's folder and nothing is ever fetched. Sources: SOAP 1.1 (W3C Note
8 May 2000) and 1.2, WSDL 1.1, WS-Addressing 1.0, OASIS WSS UsernameToken Profile 1.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec
import zeep
from lxml import etree
from zeep.exceptions import Error as ZeepError
from zeep.loader import parse_xml
from zeep.transports import Transport
from zeep.wsdl import Document
from zeep.wsdl.bindings.soap import Soap12Binding, SoapBinding
from zeep.wsdl.messages.soap import SoapMessage
from zeep.wsse.username import UsernameToken
from zeep.xsd.elements.element import Element
from zeep.xsd.types.builtins import Base64Binary

from crossdock.kernel.errors import Permanent, Rejected
from crossdock.kernel.secret import Secret
from crossdock.transports.soap.settings import SoapSettings

T = TypeVar("T")

SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
TEXT_MAX = 900
WRONG = (ZeepError, ValueError, TypeError, KeyError, AttributeError, etree.LxmlError)
# What goes into an envelope comes from our own maps, what comes out of one from the partner: neither may fetch or grow.
SETTINGS = zeep.Settings(strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True, xml_huge_tree=False)


class Letter(msgspec.Struct, frozen=True):
    """A call ready to be posted."""

    operation: str
    headers: Mapping[str, str]
    body: bytes


class Answer(msgspec.Struct, frozen=True):
    """What a service said. A fault has its `fault` code without a prefix; `content` is the Body's, as XML, cut.

    `values` are the leaf elements of the content by local name, the first of each.
    """

    content: str
    values: Mapping[str, str] = {}
    fault: str = ""
    reason: str = ""


class Operation(msgspec.Struct, frozen=True):
    """One operation of a binding: what its Body holds, and the name of what its answer holds; empty: none comes."""

    name: str
    action: str
    takes: Element
    answers: str


class LocalFiles(Transport):
    """Reads a WSDL and its imports from one folder, and refuses everything else."""

    def __init__(self, folder: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._folder = folder.resolve()

    def load(self, url: str) -> bytes:
        """Raises: Permanent: not a file of the folder."""
        path = Path(url.removeprefix("file://"))
        path = (path if path.is_absolute() else self._folder / path).resolve()
        if "://" in url.removeprefix("file://") or not path.is_relative_to(self._folder):
            raise Permanent(
                f"the WSDL wants {url}, which is not fetched: put it into {self._folder} and import it there"
            )
        try:
            return path.read_bytes()
        except OSError as error:
            raise Permanent(f"{path} cannot be read: put the partner's WSDL and all it imports there") from error


class Service:
    """One port of a WSDL. Reading it takes a second; afterwards it is only read, from any thread."""

    def __init__(self, wsdl: Path, settings: SoapSettings) -> None:
        """Raises: Permanent: the WSDL cannot be used, or does not have what the settings name."""
        self._settings = settings
        self._files = LocalFiles(wsdl.parent)
        try:
            self._wsdl = Document(str(wsdl.resolve()), self._files, settings=SETTINGS)  # type: ignore[arg-type]
        except WRONG as error:
            raise Permanent(f"{wsdl.name} is no WSDL that can be used: {error}") from error
        binding = _binding(self._wsdl, settings)
        self._is_new = isinstance(binding, Soap12Binding)
        self._env = SOAP12 if self._is_new else SOAP11
        self._operations = _operations(binding, settings)

    def write(self, document: bytes, key: str, message_id: str, password: Secret | None) -> Letter:
        """The envelope for a document; `message_id` is for WS-Addressing, an absolute IRI.

        Raises:
            Rejected: the document is not what the WSDL wants.
        """
        env = self._env
        spaces = {"soap-env": env, **({"wsa": ADDRESSING} if self._settings.addressing else {})}
        envelope = etree.Element(f"{{{env}}}Envelope", nsmap=spaces)
        header, body = (etree.SubElement(envelope, f"{{{env}}}{name}") for name in ("Header", "Body"))
        operation = self._fill(body, document)
        action = self._settings.soap_action or operation.action
        if self._settings.addressing:
            for name, text in (("Action", action), ("MessageID", message_id), ("To", self._settings.url)):
                etree.SubElement(header, f"{{{ADDRESSING}}}{name}").text = text
        if self._settings.username and password is not None:
            token = UsernameToken(  # type: ignore[no-untyped-call]
                self._settings.username, password.reveal(), use_digest=self._settings.password_digest,
                zulu_timestamp=True,
            )  # fmt: skip
            envelope, _ = token.apply(envelope, {})  # type: ignore[no-untyped-call]
        sealed = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        return Letter(operation.name, {**self._media(action), "Idempotency-Key": key}, sealed)

    def read(self, body: bytes, operation: str) -> Answer:
        """What was answered to a call.

        Raises:
            ValueError: neither an envelope with a fault nor one with the answer the WSDL promises.
        """
        env, promised = self._env, self._operations[operation].answers
        try:
            root = self._parsed(body)
            inner = root.find(f"{{{env}}}Body") if root.tag == f"{{{env}}}Envelope" else None
            if inner is None:
                raise ValueError("it is no SOAP envelope of the WSDL's version")
            fault = inner.find(f"{{{env}}}Fault")
            if fault is not None:
                return _fault(fault, env)
            content = next(iter(inner), None)
            if ("" if content is None else content.tag) != promised:
                raise ValueError(f"its Body does not hold {promised or 'nothing'}")
            return Answer("") if content is None else Answer(_shown(content), dict(_leaves(content)))
        except etree.LxmlError as error:
            raise ValueError(f"it is no XML: {error}") from error
        except ZeepError as error:
            raise ValueError(str(error) or type(error).__name__) from error

    def is_one_way(self, operation: str) -> bool:
        """Whether the WSDL promises no answer."""
        return not self._operations[operation].answers

    def _fill(self, body: etree._Element, document: bytes) -> Operation:
        if self._settings.document_in:
            operation = self._operations[self._settings.operation]
            try:
                _render(operation, body, operation.takes(**self._values(operation, document)))
            except WRONG as error:
                raise Rejected(f"{operation.name} cannot be written as the WSDL wants it: {error}") from error
            return operation
        try:
            root = self._parsed(document)
        except (ZeepError, etree.LxmlError) as error:
            raise Rejected("the document is no XML: say in document_in which parameter it is the value of") from error
        operation = self._taking(root)
        element = operation.takes
        try:
            # Read and written once as the WSDL says, which finds what is unknown and what is missing; what is sent is
            # the document itself.
            _render(operation, etree.Element("tried"), element.parse(root, self._wsdl.types))  # type: ignore[no-untyped-call]
        except WRONG as error:
            raise Rejected(f"the document is not what {operation.name} takes by the WSDL: {error}") from error
        body.append(root)
        return operation

    def _values(self, operation: Operation, document: bytes) -> dict[str, object]:
        kinds = dict(operation.takes.type.elements)
        binary = isinstance(kinds[self._settings.document_in].type, Base64Binary)
        return {**self._settings.values, self._settings.document_in: document if binary else document.decode("utf-8")}

    def _taking(self, root: etree._Element) -> Operation:
        for operation in self._operations.values():
            if operation.takes.qname.text == root.tag:
                return operation
        names = ", ".join(sorted(one.takes.qname.text for one in self._operations.values()))
        raise Rejected(f"no operation takes {root.tag}: by the WSDL it is one of {names}: correct the map", where="/")

    def _media(self, action: str) -> dict[str, str]:
        if self._is_new:
            return {"Content-Type": f'application/soap+xml; charset=utf-8; action="{action}"'}
        return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'}

    def _parsed(self, body: bytes) -> etree._Element:
        root: etree._Element = parse_xml(body, self._files, settings=SETTINGS)  # type: ignore[arg-type]
        return root


def _render(operation: Operation, parent: etree._Element, value: object) -> None:
    operation.takes.render(parent, value)  # type: ignore[no-untyped-call]


def _binding(wsdl: Document, settings: SoapSettings) -> SoapBinding:
    service = _chosen("service", settings.service, wsdl.services)
    port = _chosen("port", settings.port, {
        name: port for name, port in service.ports.items() if isinstance(port.binding, SoapBinding)
    })  # fmt: skip
    binding = port.binding
    assert isinstance(binding, SoapBinding)
    return binding


def _chosen(what: str, name: str, known: Mapping[str, T]) -> T:
    if not name and len(known) == 1:
        return next(iter(known.values()))
    if name in known:
        return known[name]
    there = ", ".join(sorted(known)) or "none over SOAP"
    raise Permanent(f"{what} {name or 'is not named'}: the WSDL has {there}")


def _operations(binding: SoapBinding, settings: SoapSettings) -> dict[str, Operation]:
    """Those that may be called.

    Raises:
        Permanent: the one named is not there, or cannot take a document in this way.
    """
    every = {str(one.name): one for one in binding.all().values()}  # type: ignore[no-untyped-call]
    if settings.operation:
        every = {settings.operation: _chosen("operation", settings.operation, every)}
    usable = {
        name: Operation(name, one.soapaction or "", one.input.body, _name_of(one.output))
        for name, one in every.items()
        if one.style == "document" and one.input.body is not None
    }
    if not usable:
        raise Permanent("operation is not document/literal, the only style that is spoken here: ask for another port")
    if settings.document_in:
        _require_parameters(usable[settings.operation], settings)
    return usable


def _name_of(output: SoapMessage | None) -> str:
    return str(output.body.qname.text) if output is not None and output.body is not None else ""


def _require_parameters(operation: Operation, settings: SoapSettings) -> None:
    elements = dict(getattr(operation.takes.type, "elements", ()))
    for name in (settings.document_in, *settings.values):
        if name not in elements:
            there = ", ".join(sorted(elements)) or "none"
            raise Permanent(f"{operation.name} has no parameter {name}: by the WSDL it has {there}")
    given = {settings.document_in, *settings.values}
    missing = sorted(name for name, one in elements.items() if name not in given and not one.is_optional)
    if missing:
        raise Permanent(f"{operation.name} also needs {', '.join(missing)}: add them under values")


def _fault(fault: etree._Element, env: str) -> Answer:
    """SOAP 1.1 §4.4 names its parts without a namespace, SOAP 1.2 §5.4 within its own."""
    code = fault.findtext("faultcode") or fault.findtext(f"{{{env}}}Code/{{{env}}}Value") or ""
    reason = fault.findtext("faultstring") or fault.findtext(f"{{{env}}}Reason/{{{env}}}Text") or "no reason given"
    return Answer(_shown(fault), {}, code.strip().rpartition(":")[2] or "unnamed", reason.strip()[:TEXT_MAX])


def _leaves(content: etree._Element) -> Iterable[tuple[str, str]]:
    """By local name, the last first, so that in a dict the first stays."""
    for one in reversed(list(content.iter(etree.Element))):
        if len(one) == 0:
            yield etree.QName(one).localname, (one.text or "").strip()


def _shown(content: etree._Element) -> str:
    text = etree.tostring(content, encoding="unicode", with_tail=False)
    return text if len(text) <= TEXT_MAX else f"{text[:TEXT_MAX]}… ({len(text)} characters)"
