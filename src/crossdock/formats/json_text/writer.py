"""Nodes to JSON: new texts with declared types, and texts that were read with the values they now have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from crossdock.formats.json_text.document import JsonDocument
from crossdock.formats.json_text.tree import DEPTH_MAX, ELEMENT, ROOT
from crossdock.kernel.errors import Bug, Rejected
from crossdock.kernel.tree import Node

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")

Edit = tuple[int, int, str]


class JsonShape(msgspec.Struct, frozen=True):
    """What a tree of texts does not know about the JSON it becomes. Names are those of members, wherever they stand.

    Members in `numbers` and `booleans` are written bare, those in `nullable` as null where they are empty; `lists` are
    arrays even with one element. Everything else is text; children of one name are an array where there are several.
    """

    numbers: frozenset[str] = frozenset()
    booleans: frozenset[str] = frozenset()
    nullable: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()


PLAIN = JsonShape()


def write_json(root: Node, shape: JsonShape = PLAIN) -> bytes:
    """One JSON text in UTF-8 without blanks, members in the order of fields, then children.

    A node called `$` or `item` whose children are all `item` is an array; one with the field `` only a scalar.

    Raises:
        Rejected: a number or boolean is none, two members have one name, a text holds NUL or half a surrogate pair, or
            the tree is too deep; `where` is the JSON pointer.
    """
    text = _node(root, shape, "", 0)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Rejected("a text holds half of a surrogate pair: change the value") from error


def write_ndjson(roots: Iterable[Node], shape: JsonShape = PLAIN) -> bytes:
    """One line for each tree.

    Raises:
        Rejected: as `write_json`.
    """
    return b"".join(write_json(root, shape) + b"\n" for root in roots)


def _node(node: Node, shape: JsonShape, pointer: str, depth: int) -> str:
    if depth > DEPTH_MAX:
        raise Rejected(f"the tree is deeper than {DEPTH_MAX}: correct the map", where=pointer)
    fields = node.fields if isinstance(node.fields, dict) else {}
    if "" in fields and len(fields) == 1 and not node.children:
        return _scalar(node.name, fields[""], shape, pointer)
    if not fields and node.children and node.name in (ROOT, ELEMENT) and {c.name for c in node.children} == {ELEMENT}:
        items = (_node(each, shape, f"{pointer}/{n}", depth + 1) for n, each in enumerate(node.children))
        return f"[{','.join(items)}]"
    members = [f"{_quoted(name)}:{_scalar(name, text, shape, f'{pointer}/{name}')}" for name, text in fields.items()]
    by_name: dict[str, list[Node]] = {}
    for child in node.children:
        by_name.setdefault(child.name, []).append(child)
    for name, group in by_name.items():
        step = f"{pointer}/{name}"
        if name in fields:
            raise Rejected(f"{name[:80]!r} is a value and an object at once: correct the map", where=step)
        values = [_node(child, shape, step, depth + 1) for child in group]
        written = values[0] if len(values) == 1 and name not in shape.lists else f"[{','.join(values)}]"
        members.append(f"{_quoted(name)}:{written}")
    return "{" + ",".join(members) + "}"


def _scalar(name: str, text: str, shape: JsonShape, pointer: str) -> str:
    if not text and name in shape.nullable:
        return "null"
    if name in shape.numbers:
        return _bare(text, _NUMBER.fullmatch(text) is not None, "number", pointer)
    if name in shape.booleans:
        return _bare(text, text in ("true", "false"), "boolean", pointer)
    if "\0" in text:
        raise Rejected("a text holds the NUL character: change the value", where=pointer)
    return _quoted(text)


def _bare(text: str, fits: bool, kind: str, pointer: str) -> str:
    if not fits:
        raise Rejected(f"{text[:80]!r} is no JSON {kind}: correct the map or the value", where=pointer)
    return text


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def rewrite_json(documents: Sequence[JsonDocument]) -> bytes:
    """The message the documents were read from, with the values their trees have now.

    All between the values is decoration and stays. A value that still is what its raw text says keeps its spelling
    (`1.50`, escapes); a changed number, `true`, `false` or null stays bare where the new value can, and becomes text
    otherwise.

    Raises:
        Bug: there is no document, or members or nodes were added or removed; write a new text with `write_json`.
        Rejected: a text holds half of a surrogate pair.
    """
    if not documents:
        raise Bug("there is no document to write")
    text = documents[0].text
    source, parts, position = text.text, [], 0
    for document in documents:
        for begin, end, value in sorted(_edits(document)):
            parts += [source[position:begin], value]
            position = end
    try:
        return text.encoded("".join([*parts, source[position:]]))
    except UnicodeEncodeError as error:
        raise Rejected("a text holds half of a surrogate pair: change the value") from error


def _edits(document: JsonDocument) -> Iterator[Edit]:
    source, spots = document.text.text, document.spots
    todo, count = [document.root], 0
    while todo:
        node = todo.pop()
        todo.extend(node.children)
        count += 1
        fields = node.fields if isinstance(node.fields, dict) else {}
        members = spots[node.at].members
        if fields.keys() != members.keys():
            raise Bug(f"members were added to or removed from {spots[node.at].pointer or 'the root'} that was read")
        for name, (begin, end) in members.items():
            raw, text = source[begin:end], fields[name]
            if _meaning(raw) != text:
                yield begin, end, _respelt(raw, text)
    if count != len(spots):
        raise Bug("nodes were added to or removed from a document that was read")


def _meaning(raw: str) -> str:
    if not raw.startswith('"'):
        return "" if raw == "null" else raw
    return raw[1:-1] if "\\" not in raw else str(json.loads(raw))


def _respelt(raw: str, text: str) -> str:
    bare = not raw.startswith('"') and (_NUMBER.fullmatch(text) is not None or text in ("true", "false"))
    return text if bare else _quoted(text)
