"""An XML message as a positioned document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property

import msgspec

from crossdock.formats.charset import Text
from crossdock.formats.reading import Reading
from crossdock.formats.xml.namespaces import NAMESPACES
from crossdock.formats.xml.parse import LIMITS, Parsed, XmlLimits, parse_xml
from crossdock.formats.xml.tokens import Element, scan
from crossdock.kernel.tree import Node, Place


class XmlDocument(msgspec.Struct, dict=True):
    """One XML message: nodes are elements, fields `@attribute` and `` (own text; absent between child elements).

    `kind` is the root's local name, `version` the root's namespace. `Node.at` counts elements in document order.
    """

    text: Text
    root: Node
    kind: str
    version: str
    syntax: str = "xml"

    @cached_property
    def elements(self) -> list[Element]:
        """The places of the elements, by `Node.at`."""
        return scan(self.text.text)

    @cached_property
    def _paths(self) -> dict[int, str]:
        """The path of every element, `Order/cac:OrderLine[2]`: numbered where siblings share a name."""
        paths = {self.root.at: self.root.name}
        todo = [self.root]
        while todo:
            parent = todo.pop()
            counts = Counter([child.name for child in parent.children])
            seen: Counter[str] = Counter()
            for child in parent.children:
                seen[child.name] += 1
                index = f"[{seen[child.name]}]" if counts[child.name] > 1 else ""
                paths[child.at] = f"{paths[parent.at]}/{child.name}{index}"
            todo.extend(parent.children)
        return paths

    def where(self, node: Node, field: str) -> Place:
        """The element's path, line and column, and the bytes of the raw value.

        An empty field is the element's own text, and the start tag of an element that has none.
        """
        element = self.elements[node.at]
        begin, end = self._span(element, node, field)
        line, column = self.text.line(begin)
        step = f"/{field}" if field else ""
        start = self.text.byte(begin)
        words = f"{self._paths[node.at]}{step} (line {line}, column {column}, byte {start})"
        return Place(words, start, self.text.byte(end) - start)

    def _span(self, element: Element, node: Node, field: str) -> tuple[int, int]:
        if field.startswith("@"):
            names = [name for name in node.fields if name.startswith("@")]
            if field in names:
                return element.attributes[names.index(field)]
        if field == "" and field in node.fields and element.pieces:
            return element.text()
        return element.start, element.tag_end


def read_xml(body: bytes, prefixes: Mapping[str, str] = NAMESPACES, limits: XmlLimits = LIMITS) -> Reading[XmlDocument]:
    """Read one XML message; `prefixes` says which prefix a namespace has in paths, whatever the sender's is."""
    parsed = parse_xml(body, prefixes, limits)
    if isinstance(parsed, Parsed):
        namespace, _, local = parsed.tag.rpartition("}")
        return Reading([XmlDocument(parsed.text, parsed.root, local, namespace[1:])], [])
    return Reading([], [parsed])
