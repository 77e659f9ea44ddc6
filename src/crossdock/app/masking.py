"""JSON for somebody who may not see personal data: the same document, what is about a person put out.

The one place where it is done, for machines and people alike (docs/concepts/privacy.md). Done to a document as it is
shown, never to what is stored: who may see it sees what was said.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import cache

import msgspec

from crossdock.canonical.personal import EXT, TOP, Path, contracts_by_path, is_of_a_person, paths_of
from crossdock.kernel.errors import Rejected
from crossdock.ports.portal import OrderWords

MASK = "•••"
_ESCAPED = b"\\u2022" * len(MASK)
# Where the document is a fact's payload, an answer of ours, or a page of them.
PAYLOAD: Path = (TOP,)
ANSWER: Path = ("",)
# How a change of a field is told: which one, and what it was and is.
NAMED_BY = ("path", "field")
TOLD_AS = ("old", "new", "before", "after")
# Bytes in an answer of ours, base64: a fact as it was taken in, or something in a partner's own words.
BYTES = frozenset({"body", "edited"})
# Who of our own people said something by hand (`app.orders.asking`).
OF_ACTS: tuple[Path, ...] = (("ops", "by"), ("ops", "second"))
# What states call by a name of their own; a test compares.
OF_STATES: tuple[Path, ...] = (("place", "geo"),)
_STEPS = re.compile(r"[.\[\]]+")


@cache
def personal_paths() -> frozenset[Path]:
    """Every field about a person: those of the language, and those of an order as its customer reads it."""
    portal = (path for top in (*ANSWER, "items") for path in paths_of(OrderWords, top))
    return frozenset((*contracts_by_path(), *portal, *OF_ACTS, *OF_STATES))


def is_personal(path: Path) -> bool:
    """Whether the field at this path is about a person."""
    if is_of_a_person(path):
        return True
    if path[-1] not in _names():
        return False
    known = personal_paths()
    return any(path[-length:] in known for length in _lengths())


def refuse_masked(copy: bytes) -> None:
    """Let nobody say again, as if it were true, what was shown to them masked.

    Raises:
        Rejected: the mask stands in it.
    """
    if MASK.encode() in copy or _ESCAPED in copy.lower():
        raise Rejected(
            f"{MASK} stands where you may not see personal data: let somebody with personal:read make this copy"
        )


def masked_text(document: str) -> str:
    """A payload in indented JSON, masked; what is no JSON is put out whole."""
    try:
        read = msgspec.json.decode(document)
    except msgspec.MsgspecError:
        return MASK
    return msgspec.json.format(msgspec.json.encode(masked(read)), indent=2).decode()


def masked_json(document: bytes, path: Path = ANSWER) -> bytes:
    """A document of this place, masked; what is no JSON is put out whole."""
    try:
        read = msgspec.json.decode(document)
    except msgspec.MsgspecError:
        return msgspec.json.encode(MASK)
    return msgspec.json.encode(masked(read, path))


def masked(value: object, path: Path = PAYLOAD) -> object:
    """A value at this path with what is personal in it replaced; what is absent or empty stays so.

    A key may be a path itself, as states are told (`CD.consignee.name`).
    """
    match value:
        case dict():
            changed = _is_changed(value)
            return {
                name: _put_out(child) if changed and name in TOLD_AS else _field(child, (*path, *str(name).split(".")))
                for name, child in value.items()
            }
        case list():
            return [masked(child, path) for child in value]
        case _:
            return value


def _field(value: object, path: Path) -> object:
    if path[-1] in BYTES and isinstance(value, str):
        return _masked_bytes(value)
    return _put_out(value) if is_personal(path) else masked(value, path)


def _masked_bytes(encoded: str) -> str:
    """A fact masked, nothing of anything else: only the language's own fields are known."""
    try:
        read = msgspec.json.decode(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        return ""
    is_fact = isinstance(read, dict) and isinstance(read.get("type"), str) and isinstance(read.get(TOP), dict)
    return base64.b64encode(msgspec.json.encode(masked(read))).decode() if is_fact else ""


def _put_out(value: object) -> object:
    """A list stays one, so that whoever reads by a schema still can."""
    if value in (None, "", [], {}):
        return value
    return [MASK] if isinstance(value, list) else MASK


def _is_changed(value: dict[object, object]) -> bool:
    """Whether this tells of a change of a personal field. Its path may be shortened (`ship_to.postal`), so its last
    name counts wherever it stands."""
    if value.keys().isdisjoint(TOLD_AS):
        return False
    named = next((one for name in NAMED_BY if isinstance(one := value.get(name), str)), "")
    steps = tuple(step for step in _STEPS.split(named) if step)
    return any(step in _names() for step in steps[-2:]) or is_of_a_person((EXT, *steps[-2:]))


@cache
def _names() -> frozenset[str]:
    return frozenset(path[-1] for path in personal_paths())


@cache
def _lengths() -> tuple[int, ...]:
    return tuple(sorted({len(path) for path in personal_paths()}))
