"""A message against its layout: the tree of its segment groups, and what is wrong with it in the codes of 0085.

`parse` places every segment, whatever it is: one that does not fit stays in the group where it stands, with a fault.
`validate` also looks into the segments. A message judged by another directory than its own only gets warnings.
"""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from crossdock.formats.edifact.directories.tables import Choice, choose
from crossdock.formats.edifact.elements import check_elements
from crossdock.formats.edifact.layout import Layout, Move, compiled
from crossdock.formats.edifact.marks import COMPONENT, Row
from crossdock.formats.edifact.tree import ERROR, WARNING, Fault, Message
from crossdock.kernel.tree import Node

FAULTS_MAX = 100
# A sender's messages have few sequences of segments: where all segments of a sound one stand is kept by their tags.
SHAPE_MAX = 200
SHAPES_MAX = 1_000
_SHAPES: dict[tuple[str, str, tuple[str, ...]], tuple[int, ...]] = {}


class Parsed(NamedTuple):
    """The tree of a message (its root is UNH, groups are nodes of the segment that opens them) and its faults.

    `notes` tell which directory was taken instead of the message's own, or that none is here and the tree is flat.
    """

    root: Node
    faults: list[Fault]
    notes: tuple[str, ...] = ()


def validate(message: Message) -> Parsed:
    """`parse`, and every element against its segment's table; the faults and notes are kept with the message.

    Twice on one message is once: what is already there is not added again.
    """
    parsed = parse(message)
    choice = _choice(message)
    severity = ERROR if choice is not None and choice.exact else WARNING
    directory = choice.directory if choice is not None else ""
    syntax = message.interchange.syntax
    faults = parsed.faults
    for index, row in enumerate(message.rows):
        if wrong := check_elements(row, directory, syntax):
            for found in islice(wrong, FAULTS_MAX - len(faults)):
                faults.append(message.fault(found.code, found.detail, index, found.spot, severity=severity))
    if faults or parsed.notes:
        message.faults.extend(fault for fault in faults if fault not in message.faults)
        message.notes.extend(note for note in parsed.notes if note not in message.notes)
    return parsed


def parse(message: Message) -> Parsed:
    """The tree of a message and the faults of its structure; the message itself is not changed."""
    choice = _choice(message)
    rows = message.rows
    root = Node("UNH", rows[0], 0)
    if choice is None:
        root.children = [Node(row[0].partition(COMPONENT)[0], row, at) for at, row in enumerate(rows[1:], 1)]
        return Parsed(root, [], (f"no layout of {message.kind[:20]!r} is here: its segments stand in no groups",))
    note = f"{message.kind} {message.version} was judged by directory {choice.directory}, the nearest that is here"
    notes = () if choice.exact else (note,)
    shape = (message.kind, choice.directory, tuple([row[0] for row in rows])) if len(rows) <= SHAPE_MAX else None
    known = _SHAPES.get(shape) if shape is not None else None
    if known is not None:
        _grow(root, rows, known)
        return Parsed(root, [], notes)
    walk = _Walk(message, compiled(message.kind, choice.directory), root, ERROR if choice.exact else WARNING)
    walk.run(rows)
    walk.end()
    if shape is not None and not walk.faults:
        if len(_SHAPES) >= SHAPES_MAX:
            _SHAPES.clear()
        _SHAPES[shape] = _parents(root, len(rows))
    return Parsed(root, walk.faults, notes)


def _parents(root: Node, count: int) -> tuple[int, ...]:
    """For each segment of a sound message, the number of the one it stands under."""
    parents = [0] * count
    waiting = [root]
    while waiting:
        above = waiting.pop()
        waiting.extend(above.children)
        for child in above.children:
            parents[child.at] = above.at
    return tuple(parents)


def _grow(root: Node, rows: list[Row], parents: tuple[int, ...]) -> None:
    """The tree of a message whose like was found sound before."""
    nodes = [root]
    for at in range(1, len(rows)):
        row = rows[at]
        node = Node(row[0], row, at)
        nodes.append(node)
        nodes[parents[at]].children.append(node)


def _choice(message: Message) -> Choice | None:
    return choose(message.kind, message.version, message.interchange.syntax)


class _Walk:
    """Where a message stands in its layout: the open nodes, and how often the place on each level was taken."""

    __slots__ = ("counts", "faults", "layout", "message", "severity", "stack", "state")

    def __init__(self, message: Message, layout: Layout, root: Node, severity: str) -> None:
        self.message = message
        self.layout = layout
        self.severity = severity
        self.stack = [root]
        self.counts = [1]
        self.state = 0
        self.faults: list[Fault] = []

    def run(self, rows: list[Row]) -> None:
        """Give every segment behind UNH its place; the usual case is decided here, all others in `_place`."""
        stack, counts, known = self.stack, self.counts, self.layout.known
        for at in range(1, len(rows)):
            row = rows[at]
            moves = known[self.state].get(row[0])
            if moves:
                move = moves[0]
                depth = len(stack) - 1 - move.up
                count = counts[depth] + 1 if move.repeats else 1
                if count <= move.limit:
                    self._take(move, Node(row[0], row, at), depth, count)
                    continue
            self._place(row, at)

    def _place(self, row: Row, at: int) -> None:
        tag = row[0]
        if COMPONENT in tag:
            tag = tag.partition(COMPONENT)[0]
            self.fault("UCS-34", f"the tag {tag} tells its nesting: send the tag alone", at)
        node = Node(tag, row, at)
        moves = self.layout.moves(self.state, tag)
        for move in moves:
            depth = len(self.stack) - 1 - move.up
            count = self.counts[depth] + 1 if move.repeats else 1
            if count <= move.limit:
                break
        else:
            if not moves:
                self._misplaced(node)
                return
            move = moves[0]
            depth = len(self.stack) - 1 - move.up
            count = self.counts[depth] + 1
            code, what = ("UCS-36", f"group {move.opens} ({tag})") if move.opens else ("UCS-35", f"segment {tag}")
            self.fault(code, f"{what} stands {count} times in a row, {move.limit} are allowed", at)
        self._take(move, node, depth, count)

    def _take(self, move: Move, node: Node, depth: int, count: int) -> None:
        if move.missing:
            self._lacks(move, node)
        stack, counts = self.stack, self.counts
        if move.up:
            del stack[depth + 1 :], counts[depth + 1 :]
        counts[depth] = count
        stack[depth].children.append(node)
        if move.opens:
            stack.append(node)
            counts.append(1)
        self.state = move.target

    def _lacks(self, move: Move, node: Node) -> None:
        for tag in move.missing:
            self.fault("UCS-13", f"the mandatory {tag} is missing before this {node.name}", node.at)

    def _misplaced(self, node: Node) -> None:
        known = node.name in self.layout.tags
        why = "does not belong at this place of" if known else "does not belong in"
        self.fault("UCS-15", f"segment {node.name[:20]!r} {why} a {self.message.kind}", node.at)
        self.stack[-1].children.append(node)

    def end(self) -> None:
        """Tell what a message without UNT still lacks."""
        moves = self.layout.moves(self.state, "UNT")
        if moves and not moves[0].repeats:
            last = len(self.message.texts) - 1
            for tag in moves[0].missing:
                self.fault("UCS-13", f"the mandatory {tag} is missing behind this segment", last)

    def fault(self, code: str, detail: str, at: int) -> None:
        if len(self.faults) < FAULTS_MAX:
            self.faults.append(self.message.fault(code, detail, at, severity=self.severity))
