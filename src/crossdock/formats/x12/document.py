"""A transaction set as a positioned tree (`kernel.tree`), and how its fields are addressed.

The root is the ST, every loop the segment that opens it, HL loops stand under their parent (HL02). A set without a
layout is flat. What a grammar finds wrong does not matter here: every segment has its place in the tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from crossdock.formats.x12.grammar import family, layout
from crossdock.formats.x12.shape import lay_out
from crossdock.formats.x12.tree import Delimiters, Row, TransactionSet
from crossdock.formats.x12.writer import STANDARD, Cell
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Getter, Node, Place

LEVELS_MAX = 16
# Of how many orders of segments the loops are kept, and how long the longest of them is.
KEPT_MAX, KEPT_LENGTH = 512, 200
_FIELD = re.compile(r"(\d{2,4})(?:#([1-9]\d{0,3}))?(?:-([1-9]\d?))?")


class SegmentNode(Node):
    """A segment: `fields[n]` is element n, `marks` the delimiters that part its components and repetitions."""

    __slots__ = ("marks",)

    def __init__(self, row: Row, at: int, marks: Delimiters) -> None:
        super().__init__(row[0], row, at)
        self.marks = marks


class X12Document:
    """One transaction set as a `kernel.tree.Document`; `version` is GS08."""

    syntax = "x12"

    def __init__(self, transaction: TransactionSet) -> None:
        self.transaction = transaction
        self.kind = transaction.code
        self.version = transaction.group.version if transaction.group is not None else ""
        self.root: Node = _grown(transaction, self.version)

    def where(self, node: Node, field: str) -> Place:
        """See `kernel.tree.Document`; bytes count from the start of the file.

        Raises:
            Rejected: no field is called that.
        """
        start = self.transaction.offset(node.at)
        if not field:
            return Place(self.transaction.where(node.at), start, len(self.transaction.texts[node.at]))
        element, repetition, component = _parsed(field)
        words = self.transaction.where(node.at, element)
        cell = _cell(node, element)
        inside, value = _part(cell, _marks(node), repetition, component)
        if component or repetition > 1:
            words = words.replace(f"{node.name}-{element:02d}", f"{node.name}-{field}")
        return Place(words, self.transaction.offset(node.at, element) + inside, len(value))


class X12Syntax:
    """Fields of X12: `03` an element, `03-2` its second component, `03#2` its second repetition, `03#2-1` both."""

    def getter(self, field: str) -> Getter:
        """See `kernel.tree.Syntax`."""
        element, repetition, component = _parsed(field)
        if not component and not repetition:
            return _whole(element)
        return lambda node: _read(node, element, repetition, component)


def rows_of(root: Node) -> Iterator[Row]:
    """The segments below a node in document order, as a `Draft` wants them; for a set, everything between ST and SE."""
    for node in root.children:
        if node.name != "SE":
            yield [node.name, *(node.fields[1:] if isinstance(node.fields, list) else ())]
            yield from rows_of(node)


def drafted(root: Node) -> Iterator[list[Cell]]:
    """The segments below a node whose fields are told by name, as a map writes them, as a `Draft` wants them.

    Raises:
        Rejected: no field is called that, or it names a repetition.
    """
    for node in root.children:
        yield _draft(node)
        yield from drafted(node)


def _draft(node: Node) -> list[Cell]:
    fields = node.fields if isinstance(node.fields, dict) else {}
    cells: dict[int, dict[int, str]] = {}
    for name, value in fields.items():
        element, repetition, component = _parsed(name)
        if repetition:
            raise Rejected(f"{node.name}-{name}: repetitions are not written", where=name)
        cells.setdefault(element, {})[component] = value
    row: list[Cell] = [node.name, *[""] * max(cells, default=0)]
    for element, parts in cells.items():
        whole = parts.get(0)
        row[element] = tuple(parts.get(at, "") for at in range(1, max(parts) + 1)) if whole is None else whole
    return row


def _grown(transaction: TransactionSet, version: str) -> Node:
    rows = transaction.rows
    marks = transaction.interchange.delimiters
    grammar = family(version)
    slot = layout(transaction.code, grammar)
    nodes = [SegmentNode(row, at, marks) for at, row in enumerate(rows)]
    parents = _parents(transaction.code, grammar, tuple([row[0] for row in rows]))
    levels: dict[str, tuple[SegmentNode, int]] = {}
    for at in range(1, len(nodes)):
        node, above = nodes[at], nodes[parents[at]]
        if slot is not None and node.name == "HL":
            above = _level(node, above, levels)
        above.children.append(node)
    return nodes[0]


def _parents(code: str, grammar: str, tags: tuple[str, ...]) -> tuple[int, ...]:
    """Which segment opens the loop each stands in; a set without a layout is flat."""
    return _laid(code, grammar, tags) if len(tags) > KEPT_LENGTH else _kept(code, grammar, tags)


def _laid(code: str, grammar: str, tags: tuple[str, ...]) -> tuple[int, ...]:
    slot = layout(code, grammar)
    return lay_out(slot, grammar, tags).parents if slot is not None else (0,) * len(tags)


# A partner sends the same few orders of segments again and again.
_kept = lru_cache(maxsize=KEPT_MAX)(_laid)


def _level(node: SegmentNode, above: SegmentNode, levels: dict[str, tuple[SegmentNode, int]]) -> SegmentNode:
    """The parent an HL names, if it came before and is not nested beyond reason; else the loop HL stands in."""
    own, named = _cell(node, 1).strip(), _cell(node, 2).strip()
    parent, depth = levels.get(named, (above, 0))
    if depth >= LEVELS_MAX:
        parent, depth = above, 0
    if own:
        levels[own] = (node, depth + 1)
    return parent


def _parsed(field: str) -> tuple[int, int, int]:
    found = _FIELD.fullmatch(field)
    if found is None:
        raise Rejected(f"{field!r} is no field of X12: write 03, 03-2 (component) or 03#2 (repetition)", where=field)
    element, repetition, component = found.groups()
    return int(element), int(repetition or 0), int(component or 0)


def _whole(element: int) -> Getter:
    """Reads a whole element: what most paths ask for, so it makes no call of its own."""

    def read(node: Node) -> str:
        fields = node.fields
        return fields[element] if type(fields) is list and element < len(fields) else ""

    return read


def _cell(node: Node, element: int) -> str:
    fields = node.fields
    return fields[element] if isinstance(fields, list) and element < len(fields) else ""


def _marks(node: Node) -> Delimiters:
    return node.marks if isinstance(node, SegmentNode) else STANDARD


def _read(node: Node, element: int, repetition: int, component: int) -> str:
    return _part(_cell(node, element), _marks(node), repetition, component)[1]


def _part(cell: str, marks: Delimiters, repetition: int, component: int) -> tuple[int, str]:
    """A piece of an element and where in it the piece starts; the first repetition where none is named."""
    start = 0
    if marks.repetition and (repetition or component):
        start, cell = _nth(cell, marks.repetition, repetition or 1)
    elif repetition > 1:
        start, cell = len(cell), ""
    if component:
        inside, cell = _nth(cell, marks.component, component)
        start += inside
    return start, cell


def _nth(text: str, separator: str, number: int) -> tuple[int, str]:
    pieces = text.split(separator)
    if number > len(pieces):
        return len(text), ""
    return sum(map(len, pieces[: number - 1])) + number - 1, pieces[number - 1]
