"""IDocs in XML as positioned documents, with the same tree as of the flat form.

Source: SAP IDoc-XML (port type XML): a root named like the basic type, `IDOC BEGIN="1"` for each IDoc, segments with
`SEGMENT="1"`, fields as elements without attributes.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from crossdock.formats.idoc.layouts import CONTROL, kind_and_version
from crossdock.formats.reading import WARNING, Fault, Reading
from crossdock.formats.xml.document import XmlDocument, read_xml
from crossdock.formats.xml.parse import LIMITS, XmlLimits
from crossdock.formats.xml.writer import rewrite_xml, write_xml
from crossdock.kernel.errors import Bug, Rejected
from crossdock.kernel.tree import Node, Place


class XmlIdoc(msgspec.Struct):
    """One IDoc of a message. `Node.at` is that of its segment's element in `source`; empty fields are left out."""

    source: XmlDocument
    element: Node
    root: Node
    kind: str
    version: str
    leaves: dict[tuple[int, str], Node]
    syntax: str = "idoc"

    def where(self, node: Node, field: str) -> Place:
        """The place of the field's element, or of the segment's."""
        leaf = self.leaves.get((node.at, field))
        if leaf is not None:
            return self.source.where(leaf, "")
        return self.source.where(Node(node.name, {}, node.at), "")


def read_idoc_xml(body: bytes, limits: XmlLimits = LIMITS) -> Reading[XmlIdoc]:
    """Read a message of IDocs in XML."""
    reading = read_xml(body, {}, limits)
    if not reading.documents:
        return Reading([], reading.faults)
    source = reading.documents[0]
    idocs = [node for node in source.root.children if node.name == "IDOC"]
    if source.root.name == "IDOC":
        idocs = [source.root]
    faults: list[Fault] = []
    documents = [_document(source, idoc, faults) for idoc in idocs]
    if not documents:
        detail = "there is no IDOC element under the root: send at least one IDoc"
        faults.append(Fault("IDOC-NONE", detail, source.where(source.root, "")))
    return Reading(documents, faults)


def _document(source: XmlDocument, idoc: Node, faults: list[Fault]) -> XmlIdoc:
    leaves: dict[tuple[int, str], Node] = {}
    root = _segment(source, idoc, leaves, faults)
    control = root.children[0] if root.children and root.children[0].name == CONTROL else None
    if control is None:
        detail = "the IDoc does not begin with EDI_DC40: send its control record"
        faults.append(Fault("IDOC-CONTROL", detail, source.where(Node("IDOC", {}, idoc.at), ""), WARNING))
    fields = control.fields if control is not None and isinstance(control.fields, dict) else {}
    kind, version = kind_and_version(fields, source.root.name)
    return XmlIdoc(source, idoc, root, kind, version, leaves)


def _segment(source: XmlDocument, element: Node, leaves: dict[tuple[int, str], Node], faults: list[Fault]) -> Node:
    fields: dict[str, str] = {}
    node = Node(element.name, fields, element.at)
    for child in element.children:
        if child.children or "@SEGMENT" in child.fields:
            node.children.append(_segment(source, child, leaves, faults))
            continue
        if (element.at, child.name) in leaves:
            detail = f"the field {child.name} stands twice in {element.name}; the first was taken"
            faults.append(Fault("IDOC-FIELD", detail, source.where(child, ""), WARNING))
            continue
        leaves[element.at, child.name] = child
        value = child.fields.get("", "") if isinstance(child.fields, dict) else ""
        if value:
            fields[child.name] = value
    return node


def rewrite_idoc_xml(documents: Sequence[XmlIdoc]) -> bytes:
    """The message the documents were read from, with the values their trees have now.

    Raises:
        Bug: there is no document, or segments or fields were added; write a new message with `write_idoc_xml`.
        Rejected: a value holds what XML cannot carry.
    """
    if not documents:
        raise Bug("there is no IDoc to write")
    for document in documents:
        nodes = {document.root.at: document.root}
        todo = [document.root]
        while todo:
            children = todo.pop().children
            nodes.update((child.at, child) for child in children)
            todo.extend(children)
        taken = 0
        for (at, field), leaf in document.leaves.items():
            fields = nodes[at].fields if at in nodes else {}
            value = fields.get(field, "") if isinstance(fields, dict) else ""
            taken += bool(value)
            was = leaf.fields.get("", "") if isinstance(leaf.fields, dict) else ""
            if value != was:
                leaf.fields = {**(leaf.fields if isinstance(leaf.fields, dict) else {}), "": value}
        if taken != sum(bool(value) for node in nodes.values() for value in _texts(node)):
            raise Bug("segments or fields were added to an IDoc that was read")
    return rewrite_xml(documents[0].source)


def _texts(node: Node) -> list[str]:
    return list(node.fields.values()) if isinstance(node.fields, dict) else []


def write_idoc_xml(roots: Sequence[Node]) -> bytes:
    """A message of IDocs, named like the basic type of the first; each root is called `IDOC`, its first child EDI_DC40.

    Raises:
        Rejected: there is no control record with IDOCTYP, or a name or value that XML cannot carry.
    """
    first = roots[0].children[0] if roots and roots[0].children else None
    fields = first.fields if first is not None and isinstance(first.fields, dict) else {}
    kind = fields.get("IDOCTYP", "")
    if first is None or first.name != CONTROL or not kind:
        raise Rejected("an IDoc begins with EDI_DC40 that names IDOCTYP: correct the map", where="IDOC")
    message = Node(kind, {}, 0, [_element(root, {"@BEGIN": "1"}) for root in roots])
    return write_xml(message, {})


def _element(node: Node, attributes: dict[str, str]) -> Node:
    fields = node.fields if isinstance(node.fields, dict) else {}
    children = [Node(name, {"": value}, 0) for name, value in fields.items() if value]
    children += [_element(child, {"@SEGMENT": "1"}) for child in node.children]
    return Node(node.name, attributes, 0, children)
