"""What a document is made of, for comparing: its segments and fields by path, and the codes that stand in them.

What is a code is told by the tables of X12 (element type ID) and EDIFACT (text of at most three characters); in other
syntaxes by the name of the field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from crossdock.formats.edifact.directories.tables import choose, elements
from crossdock.formats.edifact.marks import COMPONENT, REPETITION
from crossdock.formats.x12.grammar import family, make
from crossdock.kernel.tree import Document, Node
from crossdock.mapping.provenance import fields_of

EDIFACT_CODE_MAX = 3
# Service segments are counted and dated, not coded by the partner.
ENVELOPE = frozenset(("ST", "SE", "UNH", "UNT"))
_CODED = re.compile(
    r"(code|status|state|type|kind|qualf|qualifier|event|reason|mode|unit|uom|scheme|currency|country)$"
)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.:/-]{0,39}|[0-9]{1,4}")


class Trait(NamedTuple):
    """One field with text: `AT7.01`, `line_items.sku`; `code` is its text where it holds a code, else empty."""

    node: Node
    field: str
    path: str
    text: str
    code: str


def traits(document: Document) -> Iterator[Trait]:
    """Every field with text, in document order."""
    todo = [document.root]
    coded = _CODES.get(document.syntax, _by_name)
    while todo:
        node = todo.pop()
        todo.extend(reversed(node.children))
        if node.name in ENVELOPE:
            continue
        for field, text in fields_of(node):
            for name, value, is_code in coded(document, node, field, text):
                if value.strip():
                    path = f"{node.name}.{name}" if name else node.name
                    yield Trait(node, field, path, value.strip(), value.strip() if is_code else "")


Coded = Iterator[tuple[str, str, bool]]


def _x12(document: Document, node: Node, field: str, text: str) -> Coded:
    made = make(node.name, family(document.version))
    number = int(field)
    is_code = made is not None and number <= len(made.elements) and made.elements[number - 1].type == "ID"
    yield field, text, is_code


def _edifact(document: Document, node: Node, field: str, text: str) -> Coded:
    choice = choose(document.kind, document.version, 3)
    table = elements(node.name, choice.directory, 3) if choice is not None else None
    number = int(field)
    parts = table[number - 1].parts if table is not None and number <= len(table) else ()
    for repeated in text.split(REPETITION):
        for at, value in enumerate(repeated.split(COMPONENT)):
            is_code = at < len(parts) and parts[at].kind == "an" and parts[at].high <= EDIFACT_CODE_MAX
            yield (f"{field}-{at + 1}" if at else field), value, is_code


def _by_name(document: Document, node: Node, field: str, text: str) -> Coded:
    name = (field.lstrip("@") or node.name).rpartition(":")[2].lower()
    yield field, text, bool(_CODED.search(name) and _WORD.fullmatch(text.strip()))


_CODES: Mapping[str, Callable[[Document, Node, str, str], Coded]] = {"x12": _x12, "edifact": _edifact}
