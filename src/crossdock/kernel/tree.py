"""A positioned tree: what every syntax becomes before anybody asks what it means.

`formats` make trees of bytes, `mapping` reads facts out of them and knows no syntax. Values are text as it stands in
the bytes, unescaped and nothing else: what is a number or a date is the mapping's business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol


class Node:
    """One piece of a document with everything under it: a segment and its loop, a record, an element, an object.

    Attributes:
        name: how a path names it: `BEG`, `LIN`, `E1EDK01`, `cac:OrderLine`, `line_items`. A loop bears the name of the
            segment that opens it, and is that segment: its later segments are its children.
        fields: values by position (index 0 is the tag) or by name (attributes as `@name`, an element's own text as ``).
        children: what stands under it, in document order.
        at: its place in the document's own count (a segment number, a line, a byte); only the document reads it.
    """

    __slots__ = ("at", "children", "fields", "name")

    def __init__(
        self, name: str, fields: Sequence[str] | Mapping[str, str], at: int, children: list[Node] | None = None
    ) -> None:
        self.name = name
        self.fields = fields
        self.at = at
        self.children: list[Node] = [] if children is None else children


class Place(NamedTuple):
    """Where a value stands: in words, and as the bytes `start` to `start + length` of the message (-1 unknown)."""

    words: str
    start: int = -1
    length: int = 0


class Document(Protocol):
    """One business document inside a message: a transaction set, an EDIFACT message, an XML document, a file.

    Attributes:
        syntax: `x12`, `edifact`, `xml`, `idoc`, `json`, `delimited`, `fixed`.
        kind: what it is called there: `850`, `ORDERS`, `ORDERS05`, `Order`, the layout's name.
        version: of its grammar: `004010`, `D:96A:UN:EAN008`, empty where there is none.
        root: the whole of it.
    """

    @property
    def syntax(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def root(self) -> Node: ...

    def where(self, node: Node, field: str) -> Place:
        """The place of one field of a node, or of the node itself where `field` is empty. Worked out when asked."""


Getter = Callable[[Node], str]


class Syntax(Protocol):
    """How fields of one syntax are addressed; asked once, when a mapping is compiled.

    X12 `03` and `03-2` (component), EDIFACT `C507.2380` is `01-2`, XML `@currencyID` and ``, IDoc and files a name.
    """

    def getter(self, field: str) -> Getter:
        """Reads that field of a node: its text, empty when it is not there.

        Raises:
            Rejected: no field can be called that in this syntax; the text says how fields are written.
        """
