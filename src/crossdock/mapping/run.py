"""One reading of one document: what a map may know beside it, what was remarked, and how much may be looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, NamedTuple

import msgspec

from crossdock.canonical.envelope import Source
from crossdock.kernel.errors import CrossdockError
from crossdock.kernel.instant import Occurrence, TimeQuality
from crossdock.kernel.tree import Document, Node, Place

ERROR, WARNING = "error", "warning"
# What a finding says: the sender left out or wrote what the map cannot use; a code, unit or zone nobody mapped.
CONTRACT, UNKNOWN_CODE, UNKNOWN_UNIT, NO_ZONE = "INT-02", "MDM-03", "MDM-04", "MDM-05"
FINDINGS_MAX = 200
NODES_MAX = 5_000_000
FEW = 12


class MapContext(msgspec.Struct, frozen=True):
    """What a map may know beside the document.

    Attributes:
        source: who said it, for the envelope.
        received_at: when it reached our edge, UTC.
        tz: IANA zone of local times that name none.
        spoken: when the message says it was written; it stands in where a fact has no time of its own.
        values: further words of the message, read as `$name` (`control`, `sender`); `partner`, `role`, `kind`,
            `version` and `index` (which one of a list, from 1) are always there.
    """

    source: Source
    received_at: datetime
    tz: str = "UTC"
    spoken: Occurrence | None = None
    values: Mapping[str, str] = {}


class Finding(NamedTuple):
    """One exact remark: what is wrong and who must do what, where, by which rule of the map. Errors cost the fact.

    `spot` is the place once more as the node it is in, for those who answer in the words of the syntax.
    """

    code: str
    detail: str
    place: Place
    rule: str
    severity: str = ERROR
    spot: Spot | None = None


class Exhausted(CrossdockError):
    """More nodes were looked at than any honest document needs; the reading ends with a finding."""


class Bad:
    """What a read gives after it made a finding: there was something, but nothing to use."""

    __slots__ = ()


BAD: Final = Bad()


class Run:
    """The state of one reading. `left` counts down the nodes that may still be looked at.

    `kept` are the texts at paths from the root, which are the same wherever in the document they are asked for.
    """

    __slots__ = ("_groups", "_parents", "context", "document", "errors", "findings", "index", "kept", "left")

    def __init__(self, document: Document, context: MapContext) -> None:
        self.document = document
        self.context = context
        self.findings: list[Finding] = []
        self.errors = 0
        self.index = 0
        self.left = NODES_MAX
        self.kept: dict[object, str | None] = {}
        self._groups: dict[int, dict[str, list[Node]]] = {}
        self._parents: dict[int, Node] | None = None

    def named(self, node: Node, name: str) -> list[Node]:
        """The children of that name, in order. Many children are sorted by name once, so that reading stays linear."""
        children = node.children
        if len(children) <= FEW:
            return [child for child in children if child.name == name]
        groups = self._groups.get(id(node))
        if groups is None:
            self.spend(len(children))
            groups = {}
            for child in children:
                if (group := groups.get(child.name)) is None:
                    groups[child.name] = [child]
                else:
                    group.append(child)
            self._groups[id(node)] = groups
        return groups.get(name, _NONE)

    def parent(self, node: Node) -> Node | None:
        """What a node stands under, None for the root. The document is walked once, when first asked."""
        if self._parents is None:
            self._parents = {}
            todo = [self.document.root]
            while todo:
                above = todo.pop()
                self.spend(len(above.children))
                for child in above.children:
                    self._parents[id(child)] = above
                    if child.children:
                        todo.append(child)
        return self._parents.get(id(node))

    def spend(self, nodes: int) -> None:
        """Account for nodes looked at.

        Raises:
            Exhausted: there were too many.
        """
        self.left -= nodes
        if self.left < 0:
            raise Exhausted(f"more than {NODES_MAX} nodes were read: send smaller documents")

    def word(self, name: str) -> str:
        """A `$name` of the message, empty when it has none."""
        if name == "index":
            return str(self.index)
        source, document = self.context.source, self.document
        known = {"partner": source.instance, "role": source.system.value, "kind": document.kind}
        return known.get(name) or (document.version if name == "version" else self.context.values.get(name, ""))

    def spoken(self) -> Occurrence:
        """When the message says it was written, else its receipt, marked as assumed."""
        if self.context.spoken is not None:
            return self.context.spoken
        return Occurrence(self.context.received_at.astimezone(UTC), 0, "", TimeQuality.ASSUMED)

    def remark(self, code: str, detail: str, at: Spot, rule: str, severity: str = ERROR) -> Bad:
        """Make a finding. A hostile document gives no more than `FINDINGS_MAX`."""
        self.errors += severity == ERROR
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(Finding(code, detail, self.document.where(at.node, at.field), rule, severity, at))
        return BAD


class Spot(NamedTuple):
    """A field of a node, or the node itself; `missing` names the child that was looked for there and is not there."""

    node: Node
    field: str = ""
    missing: str = ""


_NONE: list[Node] = []

# The compiled forms. A read gives None where there is nothing, and BAD where a finding was made.
Read = Callable[[Node, Run], object]
ReadText = Callable[[Node, Run], str | None]
Find = Callable[[Node, Run], Node | None]
FindAll = Callable[[Node, Run], list[Node]]
Test = Callable[[Node, Run], bool]
Locate = Callable[[Node, Run], Spot]
