"""A library that watches: the explanation of every document that is read or written with it, as it happens.

Connectors know what they tell their maps (which piece of a message, which words), so they are watched at work instead
of being asked for it. For looking at samples, never for a hub: every document is read twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from crossdock.canonical.declarations import Payload
from crossdock.kernel.tree import Document, Node
from crossdock.mapping.compiled import CompiledMap, DocumentMap, Mapped, Written
from crossdock.mapping.provenance import Explanation, fields_of
from crossdock.mapping.run import MapContext
from crossdock.mapping.scribing import WritingExplanation
from crossdock.mediation.asking import Answer, Author, Cell, asked
from crossdock.mediation.library import Library, MapBook, Watch

UNVERSIONED = "1"


class ReadingSeen(NamedTuple):
    """One document that was read, by which map or Python; `rules` are all the map has, none where Python reads.

    `told` is None where a document is too long for Python to be asked; its `fields` are those of `facts`, one by one.
    """

    document: Document
    map: str
    version: str
    rules: tuple[str, ...]
    told: Explanation | None
    facts: tuple[bytes, ...]


class WritingSeen(NamedTuple):
    """One document that was written."""

    map: str
    version: str
    told: WritingExplanation


class Witness(Watch):
    """What was seen, in the order it happened."""

    def __init__(self) -> None:
        self.readings: list[ReadingSeen] = []
        self.writings: list[WritingSeen] = []

    def read_by_python(
        self, document: Document, author: Author, told: Explanation | None, facts: tuple[bytes, ...]
    ) -> None:
        """See `Watch.read_by_python`."""
        self.readings.append(ReadingSeen(document, author.map, author.version, (), told, facts))


class WatchedLibrary(Library):
    """The same maps as another library's, with a witness beside each."""

    def __init__(self, library: Library, witness: Witness) -> None:
        self.__dict__.update(library.__dict__)
        self._inner = library
        self._witness = witness
        self.watch = witness
        self._seen: dict[tuple[str, str], MapBook] = {}

    def book(self, connector: str, partner: str = "") -> MapBook:
        """See `Library.book`."""
        key = (connector, partner)
        if key not in self._seen:
            book = self._inner.book(connector, partner)
            maps = [_WatchedMap(one, self._witness) for one in book.maps]
            own = {kind: _WatchedPython(one, f"{connector}/{kind}", self._witness) for kind, one in book.own.items()}
            self._seen[key] = MapBook(maps, own)
        return self._seen[key]


class _WatchedMap(CompiledMap):
    """A compiled map, all its parts shared with the one it stands for."""

    def __init__(self, inner: CompiledMap, witness: Witness) -> None:
        self.__dict__.update(inner.__dict__)
        self._witness = witness

    def read(self, document: Document, context: MapContext) -> Mapped:
        """See `CompiledMap.read`."""
        mapped = super().read(document, context)
        told = self.explain(document, context)
        facts = tuple(one.body for one in mapped.facts)
        self._witness.readings.append(ReadingSeen(document, self.spec.name, self.spec.own, self.rules, told, facts))
        return mapped

    def write(self, payload: Payload, context: MapContext) -> Written:
        """See `CompiledMap.write`."""
        written = super().write(payload, context)
        told = self.explain_writing(payload, context)
        if told is not None:
            self._witness.writings.append(WritingSeen(self.spec.name, self.spec.own, told))
        return written


class _WatchedPython:
    """Python of a partner's own, asked what it read."""

    def __init__(self, inner: DocumentMap, name: str, witness: Witness) -> None:
        self._inner = inner
        self._name = name
        self._witness = witness

    def read(self, document: Document, context: MapContext) -> Mapped:
        """See `DocumentMap.read`."""
        version = str(getattr(self._inner, "version", UNVERSIONED))
        author = Author(type(self._inner).__name__, f"{self._name} (Python)", version)

        def ask(cell: Cell | None, text: str) -> Answer:
            if cell is None:
                return _answer(self._inner.read(document, context))
            before, cell.node.fields = cell.node.fields, _changed(cell, text)
            try:
                return _answer(self._inner.read(document, context))
            finally:
                cell.node.fields = before

        told = asked(document, cells_of(document.root), ask, author)
        mapped = self._inner.read(document, context)
        self._witness.read_by_python(document, author, told, tuple(one.body for one in mapped.facts))
        return mapped


def _answer(mapped: Mapped) -> Answer:
    facts = tuple((f"{one.rule} {one.node.at}", one.body) for one in mapped.facts)
    return Answer(facts, tuple(f"{one.code} {one.detail}" for one in mapped.findings))


def _changed(cell: Cell, text: str) -> list[str] | dict[str, str]:
    fields = cell.node.fields
    if isinstance(fields, Mapping):
        return {**fields, cell.field: text}
    return [text if at == int(cell.field) else one for at, one in enumerate(fields)]


def cells_of(root: Node, hints: Mapping[tuple[str, str], tuple[str, ...]] | None = None) -> list[Cell]:
    """Every field with text below a node and of it, in document order; `hints` by name of node and field."""
    known = hints or {}
    found: list[Cell] = []
    todo = [root]
    while todo:
        node = todo.pop()
        todo.extend(reversed(node.children))
        found += [
            Cell(node, field, text, known.get((node.name, field), ()))
            for field, text in fields_of(node)
            if text.strip()
        ]
    return found
