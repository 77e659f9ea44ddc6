"""What files of records have in common: which record stands under which, and what a line is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crossdock.formats.charset import Text, decoded
from crossdock.formats.reading import BYTES_MAX, Fault, refused, too_large
from crossdock.kernel.tree import Node

LINE_END = re.compile(r"\r\n|\n|\r")
RECORDS_MAX = 1_000_000


class Nest:
    """Puts records under the last record of their declared parent; a new record closes those beside and below it."""

    def __init__(self, root: Node) -> None:
        self._open: list[Node] = [root]

    def add(self, node: Node, parent: str) -> bool:
        """Put a record in its place; False when no record of that parent is open. An empty parent is the root."""
        opened = self._open
        depth = len(opened) - 1 if parent else 0
        while parent and depth > 0 and opened[depth].name != parent:
            depth -= 1
        if parent and depth == 0:
            return False
        opened[depth].children.append(node)
        del opened[depth + 1 :]
        opened.append(node)
        return True


def record_text(body: bytes, charset: str, syntax: str) -> Text | Fault:
    """The text of a file of records, or why there is none; `syntax` is what the codes of its faults begin with."""
    text = too_large(body, f"{syntax}-SIZE", BYTES_MAX) or decoded(body, charset, f"{syntax}-CHARSET")
    if isinstance(text, Fault):
        return text
    nul = text.text.find("\0")
    if nul < 0:
        return text
    return refused(f"{syntax}-NUL", "the file holds the NUL character: remove it and send again", text.byte(nul), 1)


def lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Every line as `(offset, text, line end)`; the last has no end, and is left out where it is empty."""
    position = 0
    for found in LINE_END.finditer(text):
        yield position, text[position : found.start()], found[0]
        position = found.end()
    if position < len(text):
        yield position, text[position:], ""


def below(root: Node) -> Iterator[Node]:
    """Every node under this one, parents before their children, in document order."""
    todo = list(reversed(root.children))
    while todo:
        node = todo.pop()
        yield node
        todo.extend(reversed(node.children))
