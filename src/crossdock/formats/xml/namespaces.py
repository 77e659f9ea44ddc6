"""Which prefix a namespace has in our paths, whatever prefix the sender chose.

Sources: UBL 2.1 and 2.3 (OASIS, namespace chapter), EPCIS 1.2 and 2.0 (GS1, core event schema), SBDH 1.3 (UN/CEFACT),
SOAP 1.1 and 1.2, XML Schema instance (W3C).
"""

from __future__ import annotations

from collections.abc import Mapping

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"

NAMESPACES: Mapping[str, str] = {
    f"{UBL}CommonBasicComponents-2": "cbc",
    f"{UBL}CommonAggregateComponents-2": "cac",
    f"{UBL}CommonExtensionComponents-2": "ext",
    "urn:epcglobal:epcis:xsd:1": "epcis",
    "urn:epcglobal:epcis:xsd:2": "epcis",
    "urn:epcglobal:epcis-query:xsd:1": "epcisq",
    "urn:epcglobal:epcis-query:xsd:2": "epcisq",
    "urn:epcglobal:epcis-masterdata:xsd:1": "epcismd",
    "urn:epcglobal:epcis-masterdata:xsd:2": "epcismd",
    "https://ns.gs1.org/cbv/": "cbv",
    "urn:epcglobal:cbv:mda": "cbvmda",
    "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader": "sbdh",
    "http://schemas.xmlsoap.org/soap/envelope/": "soap",
    "http://www.w3.org/2003/05/soap-envelope": "soap",
    "http://www.w3.org/2001/XMLSchema-instance": "xsi",
    XML_NAMESPACE: "xml",
}


class Names:
    """Turns `{namespace}local` into a path's name, each spelling worked out once a document.

    A namespace of the table has the table's prefix (none where that is empty). The root's own namespace, where the
    table does not know it, has none. Any other keeps its whole name `{namespace}local`, whatever the sender's prefix.
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._known: dict[str, str] = {}
        self._own = ""

    def start(self, tag: str) -> None:
        """Take note of the root's name."""
        self._own = tag[1:].partition("}")[0] if tag.startswith("{") else ""

    def element(self, tag: str) -> str:
        """The name of an element."""
        known = self._known.get(tag)
        if known is None:
            known = self._known[tag] = self._named(tag)
        return known

    def attribute(self, tag: str) -> str:
        """The field of an attribute."""
        return "@" + (self.element(tag) if tag.startswith("{") else tag)

    def _named(self, tag: str) -> str:
        if not tag.startswith("{"):
            return tag
        namespace, _, local = tag[1:].partition("}")
        prefix = self._prefixes.get(namespace, "" if namespace == self._own else None)
        if prefix is None:
            return tag
        return f"{prefix}:{local}" if prefix else local
