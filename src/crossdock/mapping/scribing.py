"""Where every field of a document that goes out comes from, worked out when asked: the other way round of `provenance`.

The map's `[[document]]` is compiled once more with every read of the command written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from crossdock.kernel.tree import Document, Node
from crossdock.mapping.layers import Source
from crossdock.mapping.outbound import Scribe
from crossdock.mapping.provenance import Noted, Origin, fields_of, origin
from crossdock.mapping.run import Run
from crossdock.mapping.spec import Spec


class WrittenField(msgspec.Struct, frozen=True):
    """One field of a document of ours: the node it stands in (`at` in document order, its name), its text, its origin.

    The places of the origin are paths in the command; a constant of the map has none.
    """

    at: int
    node: str
    field: str
    text: str
    origin: Origin


class WritingExplanation(msgspec.Struct, frozen=True):
    """What a command was turned into. `unsaid` are the paths of the command that no rule of the map looked at."""

    kind: str
    fields: tuple[WrittenField, ...]
    unsaid: tuple[str, ...]


# By field of one node: the rule, and what it read.
Claims = dict[str, tuple[str, list[Noted]]]


class RecordingScribe(Scribe):
    """Writes down which reads of the command belong to which field of the document, while it is written."""

    def __init__(self) -> None:
        self.trail: list[Noted] = []
        self._open: Claims = {}
        self._claims: dict[int, Claims] = {}

    def begin(self) -> None:
        """A document begins; what choosing its rule read belongs to no field."""
        self._open, self._claims = {}, {}

    def field(self, name: str, rule: str, source: Source) -> Source:
        """Also claims what the field reads."""
        inner = source.read

        def claimed(node: Node, run: Run) -> object:
            mark = len(self.trail)
            value = inner(node, run)
            self._open[name] = (rule, self.trail[mark:])
            return value

        return source._replace(read=claimed)

    def node(self, node: Node) -> None:
        """The claims since the last node belong to this one; one that is left out is never asked for."""
        self._claims[id(node)] = self._open
        self._open = {}

    def told(self, kind: str, root: Node, document: Document, spec: Spec) -> WritingExplanation:
        """Every field below the root in document order."""
        fields = tuple(
            WrittenField(node.at, node.name, field, text, origin(document, spec, *self._claims[id(node)][field]))
            for node in _below(root)
            for field, text in fields_of(node)
        )
        seen = {(id(one.node), one.field) for one in self.trail}
        return WritingExplanation(kind, fields, tuple(_unsaid(document, seen)))


def _below(root: Node) -> Iterator[Node]:
    for child in root.children:
        yield child
        yield from _below(child)


def _unsaid(document: Document, seen: set[tuple[int, str]]) -> Iterator[str]:
    for node in (document.root, *_below(document.root)):
        fields: Mapping[str, str] = dict(fields_of(node))
        for field, text in fields.items():
            if text.strip() and (id(node), field) not in seen:
                yield document.where(node, field).words.partition(": ")[2]
