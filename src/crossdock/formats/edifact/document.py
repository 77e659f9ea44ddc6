"""A message as the mapping meets it: `kernel.tree.Document`, and how fields of EDIFACT are addressed.

Fields of a node are a plain row (`marks`): `01` is element 1, of a composite its first component; `01-2` component 2;
`01#2` and `01#2-3` the second repetition, where syntax 4 repeats. Elements count from 1, 0 is the tag.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from crossdock.formats.edifact.grammar import Parsed, parse
from crossdock.formats.edifact.marks import COMPONENT, REPETITION, WHOLE, Spot, address, value
from crossdock.formats.edifact.tree import Message
from crossdock.kernel.tree import Getter, Node, Place


class EdifactDocument:
    """One message. `parsed` is made when the root is asked for first."""

    syntax = "edifact"

    def __init__(self, message: Message) -> None:
        self.message = message

    @property
    def kind(self) -> str:
        """`ORDERS`."""
        return self.message.kind

    @property
    def version(self) -> str:
        """`D:96A:UN:EAN008`."""
        return self.message.version

    @cached_property
    def parsed(self) -> Parsed:
        """The tree with the faults of its structure, and notes."""
        return parse(self.message)

    @property
    def root(self) -> Node:
        """UNH with everything under it."""
        return self.parsed.root

    def where(self, node: Node, field: str) -> Place:
        """The place of a field of a node, or of its whole segment; bytes count in the file, escapes included."""
        spot = address(field) if field else WHOLE
        one = self.message.interchange
        row = self.message.first + node.at
        start, length = one.span(row, spot)
        return Place(
            f"{self.message.path} / segment {node.at + 1} {spot.name(node.name)} (byte {start})", start, length
        )


class EdifactSyntax:
    """How a mapping's paths name fields of a segment."""

    def getter(self, field: str) -> Getter:
        """Reads that field of a node.

        Raises:
            Rejected: the field is not written as `01`, `01-2`, `01#2` or `01#2-3`.
        """
        spot = address(field)
        return _deep(spot) if spot.repetition > 1 or spot.component > 1 else _shallow(spot.element)


def _shallow(element: int) -> Getter:
    def read(node: Node) -> str:
        fields: Sequence[str] = node.fields  # type: ignore[assignment]
        if element >= len(fields):
            return ""
        cell = fields[element]
        # Splitting costs more than looking: most cells are simple.
        if REPETITION in cell:
            cell = cell.partition(REPETITION)[0]
        return cell.partition(COMPONENT)[0] if COMPONENT in cell else cell

    return read


def _deep(spot: Spot) -> Getter:
    element, component, repetition = spot.element, spot.component or 1, spot.repetition or 1
    if repetition > 1:
        return lambda node: value(node.fields, element, component, repetition)  # type: ignore[arg-type]

    def read(node: Node) -> str:
        fields: Sequence[str] = node.fields  # type: ignore[assignment]
        if element >= len(fields):
            return ""
        cell = fields[element]
        if REPETITION in cell:
            cell = cell.partition(REPETITION)[0]
        parts = cell.split(COMPONENT)
        return parts[component - 1] if component <= len(parts) else ""

    return read
