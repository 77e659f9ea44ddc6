"""How GS1 XML documents are told, and the converters maps of this connector name.

Source: GS1 XML 3.x message standards (ref.gs1.org/standards/xml): a message is an element of a namespace of its own
around a Standard Business Document Header (UN/CEFACT) and its documents, whose elements have no namespace.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from crossdock.mapping.converters import Converter
from crossdock.mediation.references import fulfilment_order

ECOM = "urn:gs1:ecom:"
VERSION = ":xsd:3"
HEADER = "sbdh:StandardBusinessDocumentHeader"
HEADER_NAMESPACE = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
CONTENT_TYPE = "application/xml"
SUFFIX = "xml"
MESSAGE = "Message"
SSCC_LENGTH = 18
SSCC_WITH_AI = "00"
# What the header may say of the version of a message; the namespace is that of all of 3.x.
TYPE_VERSION = "3.4"


class Message(NamedTuple):
    """A kind of message we write: the prefix its namespace is known by, and the name of its type in the header."""

    prefix: str
    title: str

    @property
    def namespace(self) -> str:
        """Of the root element."""
        return f"{ECOM}{self.prefix}{VERSION}"


MESSAGES: Mapping[str, Message] = {
    "order": Message("order", "Order"),
    "despatchAdvice": Message("despatch_advice", "Despatch Advice"),
    "transportInstruction": Message("transport_instruction", "Transport Instruction"),
}


def sscc(text: str) -> str:
    """An SSCC without its application identifier; any other package number as it is."""
    is_prefixed = len(text) == SSCC_LENGTH + len(SSCC_WITH_AI) and text.isdecimal() and text.startswith(SSCC_WITH_AI)
    return text[len(SSCC_WITH_AI) :] if is_prefixed else text


CONVERTERS: Mapping[str, Converter] = {"sscc": sscc, "fulfilment_order": fulfilment_order}
