"""Provenance of what Python reads: it is asked again, with one field of the document changed at a time.

A reader is pure, so what changes in its facts is what the field fed, whatever its code looks like. Nothing is written
down while documents are read for real: all of this is worked out when somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from crossdock.kernel.tree import Document, Node
from crossdock.mapping.provenance import Explanation, Origin

# Asking costs a reading for each text a field may have, so that a long document costs the square of its length.
CELLS_MAX = 3_000
OCCURRED = "occurred"
_DATED = frozenset((4, 6, 8))
_MIDDLE = ("15", "16")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


class Cell(NamedTuple):
    """One field with text: the texts it is asked with come from `hints` (codes the reader may know) and from itself."""

    node: Node
    field: str
    text: str
    hints: tuple[str, ...] = ()


class Answer(NamedTuple):
    """What a reader made: envelopes in JSON, each by a name that tells which one it is, and what it remarked."""

    facts: tuple[tuple[str, bytes], ...]
    remarks: tuple[str, ...]


class Author(NamedTuple):
    """Who made the facts, as an origin names it."""

    rule: str
    map: str
    version: str


# What the reader makes with the text of a cell replaced; None: of the document as it is.
Ask = Callable[[Cell | None, str], Answer]


# What was made by its fields, with their paths.
Flatten = Callable[[bytes], dict[str, object]]


class _Link(NamedTuple):
    """A cell that changed a field; `tracked` where the field holds the very text before and after."""

    cell: Cell
    tracked: bool


class _Ties(msgspec.Struct):
    """What the questions showed: for each field of each fact the cells that changed it, and those it fell with."""

    changed: dict[tuple[int, str], list[_Link]] = {}
    decided: dict[tuple[int, str], list[Cell]] = {}
    looked_at: list[Cell] = []


def asked(
    document: Document, cells: Sequence[Cell], ask: Ask, author: Author, flatten: Flatten | None = None
) -> Explanation | None:
    """Where every field of every fact comes from, and what every cell fed; None where the document is too long to ask.

    A field that no cell changes is a constant of the reader, or comes from the envelope around the document. `flatten`
    names the fields of what is made, where that is no envelope.
    """
    if len(cells) > CELLS_MAX:
        return None
    fields_of = flatten or flat
    before = ask(None, "")
    old = [fields_of(body) for _, body in before.facts]
    ties = _Ties()
    for cell in cells:
        _question(cell, before, old, lambda cell, text: _flattened(ask(cell, text), fields_of), ties)
    fields = tuple(
        {path: _origin(document, ties, (number, path), author) for path in fact} for number, fact in enumerate(old)
    )
    seen = {(cell.node.at, cell.field) for cell in ties.looked_at}
    return Explanation(
        fields,
        _fed(ties),
        tuple((cell.node.at, cell.field) for cell in cells if (cell.node.at, cell.field) not in seen),
    )


def texts_for(cell: Cell) -> Iterator[str]:
    """The texts a cell is asked with: codes that mean something, another text of the same make, and none."""
    text, told = cell.text, {cell.text}
    tries = list(cell.hints)
    if text.isdecimal() and len(text) in _DATED:
        # A day or a minute that every month and every hour has.
        tries.append(_other(text, len(text) - 2))
    if _ISO.match(text):
        # Another day, then another minute.
        tries += [_other(text, 8), _other(text, 14)] if len(text) > len("2026-01-02T03:0") else [_other(text, 8)]
    tries += [_next(text), ""]
    for one in tries:
        if one not in told:
            told.add(one)
            yield one


def _other(text: str, at: int) -> str:
    """The same with other digits at a place that holds a day or a minute."""
    return text[:at] + _MIDDLE[text[at : at + 2] == _MIDDLE[0]] + text[at + 2 :]


def _next(text: str) -> str:
    """The same with its last letter or digit another one."""
    at = next((at for at in range(len(text) - 1, -1, -1) if text[at].isascii() and text[at].isalnum()), -1)
    if at < 0:
        return text
    other = {"9": "8", "Z": "Y", "z": "y"}.get(text[at]) or chr(ord(text[at]) + 1)
    return text[:at] + other + text[at + 1 :]


class _Flattened(NamedTuple):
    """An answer by its fields."""

    answer: Answer
    facts: dict[str, dict[str, object]]


def _flattened(answer: Answer, flatten: Flatten) -> _Flattened:
    return _Flattened(answer, {name: flatten(body) for name, body in answer.facts})


def _question(
    cell: Cell, before: Answer, old: Sequence[dict[str, object]], ask: Callable[[Cell, str], _Flattened], ties: _Ties
) -> None:
    changed: dict[tuple[int, str], bool] = {}
    fallen: dict[tuple[int, str], None] = {}
    looked_at = False
    for text in texts_for(cell):
        answer, now = ask(cell, text)
        looked_at = looked_at or answer != before
        for number, (name, _) in enumerate(before.facts):
            if name not in now:
                continue
            for path, value, other in differences(old[number], now[name]):
                key = (number, path)
                if other is None or not text:
                    fallen[key] = None
                else:
                    tracked = cell.text in str(value) and text in str(other)
                    changed[key] = changed.get(key, False) or tracked
    if looked_at:
        ties.looked_at.append(cell)
    for key, tracked in changed.items():
        ties.changed.setdefault(key, []).append(_Link(cell, tracked))
    for key in fallen:
        if key not in changed:
            ties.decided.setdefault(key, []).append(cell)


def _split(ties: _Ties, key: tuple[int, str]) -> tuple[list[Cell], list[Cell]]:
    """The cells a field was read from, and those that decided about it.

    Where some cells stand in the field word for word, the others that change it did so by what they mean. When it
    happened is always kept with its own words, so what changes it otherwise only chose between times.
    """
    links = ties.changed.get(key, [])
    word_for_word = [link.cell for link in links if link.tracked]
    read = word_for_word or [link.cell for link in links if key[1] != OCCURRED]
    return read, [link.cell for link in links if link.cell not in read] + ties.decided.get(key, [])


def _origin(document: Document, ties: _Ties, key: tuple[int, str], author: Author) -> Origin:
    read, decided = _split(ties, key)
    places, others = (tuple(document.where(one.node, one.field) for one in some) for some in (read, decided))
    return Origin(places, tuple(one.text for one in read), others, *author)


def _fed(ties: _Ties) -> dict[tuple[int, str], tuple[str, ...]]:
    fed: dict[tuple[int, str], tuple[str, ...]] = {(cell.node.at, cell.field): () for cell in ties.looked_at}
    for key in ties.changed:
        for cell in _split(ties, key)[0]:
            fed[cell.node.at, cell.field] += (f"{key[0]}:{key[1]}",)
    return fed


# ---------------------------------------------------------------- envelopes as fields


def flat(body: bytes) -> dict[str, object]:
    """An envelope by path, as `Explanation.fields` names them: `payload.lines[0].item`, `subject.id`, `occurred`."""
    envelope: dict[str, object] = msgspec.json.decode(body)
    subject, refs = envelope.get("subject"), envelope.get("refs", [])
    found: dict[str, object] = {
        "subject.id": subject.get("id") if isinstance(subject, dict) else None,
        "class": envelope.get("class", "ACT"),
        OCCURRED: msgspec.json.encode(envelope.get("occurred")).decode(),
    }
    for name in ("revision", "corrects", "retracts", "slot_key"):
        if name in envelope:
            found[name] = envelope[name]
    for at, ref in enumerate(refs if isinstance(refs, list) else []):
        found |= {f"refs[{at}].{name}": value for name, value in ref.items() if name != "scheme"}
    return found | dict(leaves(envelope.get("payload"), "payload"))


def leaves(value: object, path: str) -> Iterable[tuple[str, object]]:
    """The single values inside a JSON value by path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{at}]")
    else:
        yield path, value


def differences(old: dict[str, object], new: dict[str, object]) -> Iterator[tuple[str, object, object]]:
    """The paths of `old` whose value is another one in `new` (with both), or is not there (with None).

    Where a list lost or won an item, the others are found again by what they say.
    """
    moved = {root for root in _lists(old) | _lists(new) if _size(old, root) != _size(new, root)}
    outer = {root for root in moved if not any(root.startswith(f"{other}[") for other in moved)}
    for root in outer:
        left = [_item(new, root, at) for at in range(_size(new, root))]
        for at in range(_size(old, root)):
            item = _item(old, root, at)
            if item in left:
                left.remove(item)
            else:
                yield from ((f"{root}[{at}]{rest}", value, None) for rest, value in item.items())
    for path, value in old.items():
        if not any(path.startswith(f"{root}[") for root in outer) and new.get(path) != value:
            yield path, value, new.get(path)


def _lists(fact: dict[str, object]) -> set[str]:
    found: set[str] = set()
    for path in fact:
        at = path.find("[")
        while at >= 0:
            found.add(path[:at])
            at = path.find("[", at + 1)
    return found


def _size(fact: dict[str, object], root: str) -> int:
    numbers = [int(path[len(root) + 1 :].partition("]")[0]) for path in fact if path.startswith(f"{root}[")]
    return max(numbers, default=-1) + 1


def _item(fact: dict[str, object], root: str, at: int) -> dict[str, object]:
    head = f"{root}[{at}]"
    return {path[len(head) :]: value for path, value in fact.items() if path.startswith(head)}
