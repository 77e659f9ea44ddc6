"""A message as the mapping meets it: `kernel.tree.Document`, and how fields of EDIFACT are addressed.

Fields of a node are a plain row (`marks`): `01` is element 1, of a composite its first component; `01-2` component 2;
`01#2` and `01#2-3` the second repetition, where syntax 4 repeats. Elements count from 1, 0 is the tag.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from crossdock.formats.edifact.grammar import Parsed, parse
from crossdock.formats.edifact.marks import COMPONENT, REPETITION, value
from crossdock.formats.edifact.tree import Message, named
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Getter, Node, Place

_FIELD = re.compile(r"([0-9]{2})(?:#([1-9][0-9]?))?(?:-([1-9][0-9]?))?")


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
        element, repetition, component = address(field) if field else (0, 0, 0)
        one = self.message.interchange
        row = self.message.first + node.at
        start, length = one.span(row, element, component, repetition)
        name = named(node.name, element, component, repetition)
        return Place(f"{self.message.path} / segment {node.at + 1} {name} (byte {start})", start, length)


class EdifactSyntax:
    """How a mapping's paths name fields of a segment."""

    def getter(self, field: str) -> Getter:
        """Reads that field of a node.

        Raises:
            Rejected: the field is not written as `01`, `01-2`, `01#2` or `01#2-3`.
        """
        element, repetition, component = address(field)
        if repetition > 1 or component > 1:
            return _deep(element, component or 1, repetition or 1)
        return _shallow(element)


def address(field: str) -> tuple[int, int, int]:
    """Element, repetition and component of a field's name; 0 where it names none.

    Raises:
        Rejected: it is not written as a field of EDIFACT.
    """
    match = _FIELD.fullmatch(field)
    if match is None:
        raise Rejected(
            f"{field!r} is no field of EDIFACT: write `01`, `01-2` (component), `01#2` (repetition) or `01#2-3`"
        )
    return int(match[1]), int(match[2] or 0), int(match[3] or 0)


def _shallow(element: int) -> Getter:
    def read(node: Node) -> str:
        fields: Sequence[str] = node.fields  # type: ignore[assignment]
        cell = fields[element] if element < len(fields) else ""
        # Splitting costs more than looking: most cells are simple.
        if COMPONENT in cell or REPETITION in cell:
            return value(fields, element)
        return cell

    return read


def _deep(element: int, component: int, repetition: int) -> Getter:
    def read(node: Node) -> str:
        return value(node.fields, element, component, repetition)  # type: ignore[arg-type]

    return read
