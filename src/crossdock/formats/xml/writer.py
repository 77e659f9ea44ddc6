"""Trees to XML: new documents from nodes, and documents that were read with the values they now have.

The round trip, said honestly: what was read is a lossless stream of tokens (`tokens.scan`) plus the tree. `rewrite_xml`
takes every value from the tree; where it still is what the raw text says, the raw spelling is used (references, CDATA,
quotes), otherwise the value is escaped anew. All between the values (tags, comments, blanks, declarations) is
decoration and stays. So an unchanged tree gives the same bytes, and a changed value changes its own bytes only.
`write_xml` makes no such promise: it gives one spelling of a tree, equal to any other in canonical form (C14N) but for
blanks between elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from crossdock.formats.xml.document import XmlDocument
from crossdock.formats.xml.tokens import Element, unescaped
from crossdock.kernel.errors import Bug, Rejected
from crossdock.kernel.tree import Node

DEPTH_MAX = 128
_NAME = re.compile(r"(?:([A-Za-z_][\w.-]*):)?[^\W\d][\w.-]*|_[\w.-]*")
_BANNED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_ATTRIBUTE = {**_TEXT, '"': "&quot;", "\t": "&#9;", "\n": "&#10;"}

Edit = tuple[int, int, str]


def write_xml(root: Node, namespaces: Mapping[str, str], *, indent: int = 2) -> bytes:
    """One UTF-8 document with all namespaces declared at its root, in the order of `namespaces`.

    Args:
        namespaces: prefix to namespace; the empty prefix is the default namespace of names without one. Prefixes that
            no name uses are not declared. The prefix `xml` needs no entry.
        indent: blanks a level between child elements; 0 writes the document on one line.

    Raises:
        Rejected: a name is none in XML or has no namespace, a value holds a character XML cannot carry, or the tree is
            deeper than 128; `where` is the path.
    """
    used: set[str] = set()
    lines: list[str] = []
    _write(root, "", 0, indent, used, lines)
    unknown = used - set(namespaces) - {"", "xml"}
    if unknown:
        raise Rejected(f"no namespace is declared for the prefixes {', '.join(sorted(unknown))}: name them in the map")
    declared = "".join(
        f' xmlns{":" if prefix else ""}{prefix}="{_escaped(namespace, _ATTRIBUTE, "xmlns")}"'
        for prefix, namespace in namespaces.items()
        if prefix in used
    )
    lines[0] = lines[0].replace(root.name, root.name + declared, 1)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(lines) + "\n").encode()


def _write(node: Node, above: str, depth: int, indent: int, used: set[str], lines: list[str]) -> None:
    path = f"{above}/{node.name}" if above else node.name
    if depth >= DEPTH_MAX:
        raise Rejected(f"the tree is deeper than {DEPTH_MAX}: correct the map", where=path)
    used.add(_prefix(node.name, path))
    fields = node.fields if isinstance(node.fields, dict) else {}
    attributes = []
    for field, value in fields.items():
        if field:
            prefix = _prefix(field[1:], f"{path}/{field}")
            used.update([prefix] if prefix else [])
            attributes.append(f' {field[1:]}="{_escaped(value, _ATTRIBUTE, f"{path}/{field}")}"')
    text = _escaped(fields.get("", ""), _TEXT, path)
    head = f"<{node.name}{''.join(attributes)}"
    if not text and not node.children:
        lines.append(f"{head}/>")
        return
    lines.append(f"{head}>{text}")
    # Blanks beside own text would become part of it, so mixed content is never indented.
    pad = "\n" + " " * (indent * (depth + 1)) if indent and not text else ""
    for child in node.children:
        lines.append(pad)
        _write(child, path, depth + 1, indent, used, lines)
    lines.append(pad[: len(pad) - indent] if node.children else "")
    lines.append(f"</{node.name}>")


def _prefix(name: str, path: str) -> str:
    found = _NAME.fullmatch(name)
    if found is None:
        raise Rejected(f"{name[:80]!r} is no name an XML document can carry: correct the map", where=path)
    return found[1] or ""


def _escaped(value: str, table: Mapping[str, str], path: str) -> str:
    banned = _BANNED.search(value)
    if banned is not None:
        raise Rejected(f"XML cannot carry the character U+{ord(banned[0]):04X}: change the value", where=path)
    return "".join(table.get(sign, sign) for sign in value) if any(sign in value for sign in table) else value


def rewrite_xml(document: XmlDocument) -> bytes:
    """The document as it was read, with the values its tree has now.

    Raises:
        Bug: elements or fields were added or removed; build a new document with `write_xml` instead.
        Rejected: a value holds what XML or the document's character set cannot carry.
    """
    source = document.text.text
    nodes = {node.at: node for node in _all(document.root)}
    if len(nodes) != len(document.elements):
        raise Bug("elements were added to or removed from a document that was read")
    edits: list[Edit] = []
    for at, element in enumerate(document.elements):
        edits.extend(_edits(nodes[at], element, source))
    try:
        return document.text.encoded(_applied(source, sorted(edits)))
    except UnicodeEncodeError as error:
        raise Rejected(f"the value does not fit the character set {document.text.charset}: change it") from error


def _all(root: Node) -> Iterator[Node]:
    todo = [root]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(node.children)


def _edits(node: Node, element: Element, source: str) -> Iterator[Edit]:
    fields = dict(node.fields) if isinstance(node.fields, dict) else {}
    text = fields.pop("", None)
    if len(fields) != len(element.attributes):
        raise Bug(f"attributes were added to or removed from the element {node.name} that was read")
    for (begin, end), value in zip(element.attributes, fields.values(), strict=True):
        if unescaped(source[begin:end], attribute=True) != value:
            yield begin, end, _escaped(value, {**_ATTRIBUTE, "'": "&apos;"}, node.name)
    pieces = element.pieces
    was = "".join(unescaped(source[begin:end], cdata=cdata) for begin, end, cdata in pieces)
    if text is None:
        if was and not (node.children and was.isspace()):
            raise Bug(f"the text of the element {node.name} that was read was removed: set it to nothing instead")
    elif was != text:
        if not pieces:
            raise Bug(f"text was added to the element {node.name} that was read without any")
        yield from _text_edits(pieces, text, node.name)


def _text_edits(pieces: list[tuple[int, int, bool]], text: str, name: str) -> Iterator[Edit]:
    """The whole new text stands in the first piece; a CDATA section that holds it keeps its brackets."""
    for number, (begin, end, cdata) in enumerate(pieces):
        shown = "" if number else text
        yield begin, end, shown.replace("]]>", "]]]]><![CDATA[>") if cdata else _escaped(shown, _TEXT, name)


def _applied(source: str, edits: list[Edit]) -> str:
    parts: list[str] = []
    position = 0
    for begin, end, value in edits:
        parts += [source[position:begin], value]
        position = end
    return "".join([*parts, source[position:]])
