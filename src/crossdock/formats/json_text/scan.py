"""Where each value of a JSON text stands: one pass in the order of the text, made only when somebody asks."""

from __future__ import annotations

import json
import re

import msgspec

from crossdock.kernel.errors import Bug

_TOKEN = re.compile(r'[ \t\r\n,:]*("(?:[^"\\]|\\.)*"|[{}\[\]]|[^\s,:{}\[\]"]+)', re.DOTALL)

Span = tuple[int, int]


class Spot(msgspec.Struct):
    """The place of one node: the whole value, its JSON pointer (RFC 6901), and its scalar members by name."""

    pointer: str
    start: int
    end: int = 0
    members: dict[str, Span] = {}


class _Open:
    """A container that is being read. `spot` is None for an array, whose elements are nodes of their own."""

    __slots__ = ("index", "key", "pointer", "spot")

    def __init__(self, pointer: str, spot: Spot | None) -> None:
        self.pointer = pointer
        self.spot = spot
        self.index = 0
        self.key: str | None = None


def scan(text: str, begin: int) -> list[Spot]:
    """The places of all nodes of an accepted text, by `Node.at`, from the value that starts at or after `begin`.

    A node is an object, an element of an array, or the whole text; arrays themselves are none, but for those that are
    elements of an array or the whole text.
    """
    spots: list[Spot] = []
    opened: list[_Open] = []
    arrays: list[Spot | None] = []
    position = begin
    while True:
        token = _TOKEN.match(text, position)
        if token is None:
            raise Bug("the scan of an accepted JSON text stopped before its end")
        position = token.end()
        start, sign = token.start(1), token[1]
        if sign in "}]":
            done = opened.pop()
            owned = arrays.pop() if sign == "]" else done.spot
            if owned is not None:
                owned.end = position
        elif opened and opened[-1].spot is not None and opened[-1].key is None:
            opened[-1].key = sign[1:-1] if "\\" not in sign else str(json.loads(sign))
            continue
        else:
            _value(sign, start, position, opened, arrays, spots)
        if not opened:
            return spots


def _value(sign: str, start: int, end: int, opened: list[_Open], arrays: list[Spot | None], spots: list[Spot]) -> None:
    above = opened[-1] if opened else None
    pointer, member = _step(above)
    is_node = member is None or sign == "{"
    spot = Spot(pointer, start, end) if is_node else None
    if spot is not None:
        spots.append(spot)
    if sign == "{":
        opened.append(_Open(pointer, spot))
    elif sign == "[":
        arrays.append(spot)
        opened.append(_Open(pointer, None))
    elif spot is not None:
        spot.members[""] = (start, end)
    elif above is not None and above.spot is not None and member is not None:
        above.spot.members[member] = (start, end)


def _step(above: _Open | None) -> tuple[str, str | None]:
    """The pointer of the next value, and its name where it is a member of an object."""
    if above is None:
        return "", None
    if above.spot is not None:
        name, above.key = above.key or "", None
        return f"{above.pointer}/{name.replace('~', '~0').replace('/', '~1')}", name
    above.index += 1
    return f"{above.pointer}/{above.index - 1}", None


def find_constant(text: str, begin: int) -> Span:
    """The first NaN or Infinity outside of texts, as a decoder that stopped at it had accepted all before it."""
    position = begin
    while (token := _TOKEN.match(text, position)) is not None:
        position = token.end()
        if token[1].lstrip("-") in ("NaN", "Infinity"):
            return token.span(1)
    return begin, begin
