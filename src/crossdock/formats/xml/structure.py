"""What the elements of an XML language hold, as data, and what of a document breaks it.

Nothing is checked but what the data says: values, attributes and elements it does not name are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import islice

import msgspec

from crossdock.formats.reading import ERROR, WARNING, Fault
from crossdock.formats.xml.document import XmlDocument
from crossdock.kernel.tree import Node

MISSING = "XML-MISSING"
UNKNOWN = "XML-UNKNOWN"
ORDER = "XML-ORDER"
REPEATED = "XML-REPEATED"
BREACHES_MAX = 50


class Child(msgspec.Struct, frozen=True):
    """An element that another holds: at least once where `needed`, any number of times where `many`."""

    name: str
    needed: bool
    many: bool


class Row(msgspec.Struct, frozen=True):
    """What one element holds. A `closed` row names all of it, in its order; any other only what must be there."""

    children: tuple[Child, ...]
    closed: bool

    @classmethod
    def read(cls, text: str, *, closed: bool) -> Row:
        """A row as data has it: `cbc:ID!` is there once, `cbc:Note*` any number of times, `cac:OrderLine+` at least
        once, `cbc:UUID` at most once."""
        words = [(word.rstrip("!*+"), word[-1]) for word in text.split()]
        return cls(tuple(Child(name, mark in "!+", mark in "*+") for name, mark in words), closed)


class Structure(msgspec.Struct, frozen=True):
    """A language: its documents, whose rows are closed, and elements within them, by name. `name` is for people."""

    name: str
    documents: Mapping[str, Row]
    elements: Mapping[str, Row]


class _Data(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    source: str
    closed: bool
    documents: dict[str, str]
    elements: dict[str, str]


@cache
def structure_of(language: str) -> Structure:
    """The language of `structures/<language>.toml`."""
    return parse_structure(resources.files(__package__).joinpath("structures", f"{language}.toml").read_text("utf-8"))


def parse_structure(text: str) -> Structure:
    """The language a data file describes."""
    data = msgspec.toml.decode(text, type=_Data)
    return Structure(
        data.name,
        {name: Row.read(row, closed=data.closed) for name, row in data.documents.items()},
        {name: Row.read(row, closed=False) for name, row in data.elements.items()},
    )


def breaches(document: XmlDocument, root: Node, kind: str, structure: Structure, *, strict: bool) -> list[Fault]:
    """What breaks the language in a document of this kind below `root`, errors where `strict`, else warnings; nothing
    for a kind it does not describe."""
    row = structure.documents.get(kind)
    if row is None:
        return []
    told = _Judge(document, structure, ERROR if strict else WARNING).all(root, row, kind)
    return list(islice(told, BREACHES_MAX))


class _Judge(msgspec.Struct, frozen=True):
    document: XmlDocument
    structure: Structure
    severity: str

    def all(self, root: Node, row: Row, kind: str) -> Iterator[Fault]:
        """Of the document and of every element below it, from top to bottom."""
        yield from self._of(root, row, kind)
        todo = list(reversed(root.children))
        while todo:
            node = todo.pop()
            known = self.structure.elements.get(node.name)
            if known is not None:
                yield from self._of(node, known, node.name)
            todo.extend(reversed(node.children))

    def _of(self, node: Node, row: Row, name: str) -> Iterator[Fault]:
        there = Counter(child.name for child in node.children)
        for child in row.children:
            if child.needed and not there[child.name]:
                detail = f"{child.name} is not there: {self.structure.name} demands it in every {name}, send it"
                yield self._fault(MISSING, detail, node)
        if row.closed:
            yield from self._out_of_place(node.children, row, name)

    def _out_of_place(self, children: Sequence[Node], row: Row, name: str) -> Iterator[Fault]:
        places = {child.name: place for place, child in enumerate(row.children)}
        last, seen = 0, set[str]()
        for child in children:
            place = places.get(child.name)
            if place is None:
                detail = f"{child.name} is no element {self.structure.name} has in {name}: leave it out"
                yield self._fault(UNKNOWN, detail, child)
                continue
            if child.name in seen and not row.children[place].many:
                detail = f"{child.name} is there more than once: {self.structure.name} has it once in {name}"
                yield self._fault(REPEATED, detail, child)
            elif place < last:
                before = row.children[last].name
                detail = f"{child.name} stands behind {before}: {self.structure.name} has it before that in {name}"
                yield self._fault(ORDER, detail, child)
            seen.add(child.name)
            last = max(last, place)

    def _fault(self, code: str, detail: str, node: Node) -> Fault:
        return Fault(code, detail, self.document.where(node, ""), self.severity)
