"""Decoded JSON to nodes.

The standard library's decoder is used because it keeps what msgspec drops: how a number is written (`1.50`, `1E5`), and
that a key came twice. Measured on 76 kB of shop orders: msgspec to untyped objects
0.2 ms, this decoder 0.45 ms, with the nodes 1.3 ms; a scan in Python, which `scan` makes for places only when they are
asked for, 11 ms.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from crossdock.kernel.tree import Node

ROOT = "$"
ELEMENT = "item"
DEPTH_MAX = 64


class Refused(Exception):
    """The text is JSON and cannot be used; `at` is the node, -1 where none was made yet."""

    def __init__(self, code: str, detail: str, at: int) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.at = at


def _constant(name: str) -> str:
    raise Refused("JSON-NUMBER", f"{name} is no number: send a number or null", -1)


# Objects become tuples of pairs, arrays lists, numbers the text they were written as.
_decoder = json.JSONDecoder(object_pairs_hook=tuple, parse_float=str, parse_int=str, parse_constant=_constant)


def decode(text: str, begin: int) -> tuple[object, int]:
    """The value that starts at `begin`, and where it ends.

    Raises:
        json.JSONDecodeError: it is no JSON.
        Refused: NaN or Infinity; `at` is -1.
        RecursionError: it is nested too deep.
    """
    value, end = _decoder.raw_decode(text, begin)
    return value, end


def build(value: object, *, check_text: bool) -> Node:
    """The node of a decoded text and of everything under it; `at` counts nodes in the order of the text.

    Args:
        check_text: look at every text for NUL and half surrogates, which only escapes can bring in.

    Raises:
        Refused: a key twice in an object, nested too deep, NUL or half a surrogate pair in a text.
    """
    return _Builder(_checked if check_text else _plain).node(ROOT, value, 0)


class _Builder:
    """Makes nodes top down; recursion is bounded by `DEPTH_MAX`."""

    def __init__(self, scalar: Callable[[object, int], str]) -> None:
        self._scalar = scalar
        self._count = 0

    def node(self, name: str, value: object, depth: int) -> Node:
        at = self._count
        if depth > DEPTH_MAX:
            raise Refused("JSON-DEPTH", f"nested deeper than {DEPTH_MAX}: flatten the message", at - 1)
        self._count += 1
        fields: dict[str, str] = {}
        node = Node(name, fields, at)
        if isinstance(value, tuple):
            self._members(value, node, fields, depth + 1)
        elif isinstance(value, list):
            node.children = [self.node(ELEMENT, item, depth + 1) for item in value]
        else:
            fields[""] = self._scalar(value, at)
        return node

    def _members(self, pairs: tuple[tuple[str, object], ...], node: Node, fields: dict[str, str], depth: int) -> None:
        if len(pairs) > 1 and len(dict(pairs)) < len(pairs):
            raise Refused("JSON-KEY", f"the key {_twice(pairs)[:80]!r} stands there twice: send it once", node.at)
        for key, value in pairs:
            if isinstance(value, list):
                node.children.extend([self.node(key, item, depth) for item in value])
            elif isinstance(value, tuple):
                node.children.append(self.node(key, value, depth))
            else:
                fields[key] = self._scalar(value, node.at)


def _twice(pairs: tuple[tuple[str, object], ...]) -> str:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            break
        seen.add(key)
    return key


def _plain(value: object, _at: int) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else "true" if value is True else "false"


def _checked(value: object, at: int) -> str:
    text = _plain(value, at)
    if "\0" in text:
        raise Refused("JSON-NUL", "a text holds the NUL character: remove it and send again", at)
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Refused("JSON-TEXT", "a text holds half of a surrogate pair: send whole characters", at)
    return text
