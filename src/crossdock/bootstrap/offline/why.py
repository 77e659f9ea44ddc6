"""Why: each field of the facts we make of a message, with its place, its rule and its version."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import version

import msgspec

from crossdock.bootstrap.connectors import KINDS
from crossdock.bootstrap.offline.speaking import Voice, hear
from crossdock.formats.sniff import Guess, sniff
from crossdock.kernel.codec import encode_json
from crossdock.kernel.tree import Document
from crossdock.mapping.provenance import Origin
from crossdock.mediation.asking import Answer, Author, Cell, asked, flat
from crossdock.mediation.library import Library
from crossdock.mediation.opening import open_message
from crossdock.mediation.witness import ReadingSeen, WatchedLibrary, Witness, cells_of
from crossdock.ports.connector import DecodedFact
from crossdock.ports.inspecting import Because, Reasons

# JSON is read by Python of many connectors; every other syntax by maps, or by Python that is watched.
ASKED = "json"
CALLED = "crossdock"


def seen_reading(voice: Voice, library: Library, body: bytes) -> list[ReadingSeen]:
    """Every document of a message as this voice reads it, with what its map or its Python says of each field."""
    witness = Witness()
    watched = msgspec.structs.replace(voice, decoder=KINDS[voice.connector].decoder(WatchedLibrary(library, witness)))
    guess = sniff(body)
    heard = hear(watched, body, guess)
    if heard.facts and not witness.readings:
        witness.readings += _asked_decoder(watched, body, guess)
    return witness.readings


def why_read(voice: Voice, library: Library, body: bytes) -> tuple[Reasons, ...]:
    """Why a message gives the facts it gives."""
    return tuple(_of_reading(one) for one in seen_reading(voice, library, body))


def _of_reading(seen: ReadingSeen) -> Reasons:
    name = f"{seen.document.kind} {seen.document.version}".strip()
    if seen.told is None:
        return Reasons(name, ())
    made = tuple(
        tuple(because(path, flat(body).get(path), origin) for path, origin in fields.items())
        for fields, body in zip(seen.told.fields, seen.facts, strict=True)
    )
    unread = frozenset(seen.told.unread)
    cells = (cell for cell in cells_of(seen.document.root) if (cell.node.at, cell.field) in unread)
    return Reasons(name, made, tuple(seen.document.where(cell.node, cell.field).words for cell in cells))


def because(field: str, value: object, origin: Origin) -> Because:
    """One field with its text, as it is shown."""
    # References of a map are counted by their rules, not by their place in the fact: their text is what was read.
    of_rule = field.startswith("refs[") or value is None
    text = " ".join(origin.raw) if of_rule else str(value)
    places, decided = (tuple(place.words for place in some) for some in (origin.places, origin.decided))
    return Because(field, text, places, origin.raw, decided, origin.rule, origin.map, origin.version)


# ---------------------------------------------------------------- decoders that know no map


def _asked_decoder(voice: Voice, body: bytes, guess: Guess) -> Iterator[ReadingSeen]:
    """The one JSON document of a message, its decoder asked again with one value of the bytes changed at a time."""
    opened = open_message(body)
    if guess.syntax != ASKED or len(opened.pieces) != 1:
        return
    (piece,) = opened.pieces
    document: Document = piece.document

    def ask(cell: Cell | None, text: str) -> Answer:
        again = body
        if cell is not None:
            place = document.where(cell.node, cell.field)
            value = encode_json(text) if body[place.start : place.start + 1] == b'"' or not text else text.encode()
            again = body[: place.start] + value + body[place.start + place.length :]
        decoded = voice.decoder.decode(again, "application/json", voice.context)
        return Answer(_numbered(decoded.facts), tuple(f"{one.code} {one.detail}" for one in decoded.findings))

    author = Author(type(voice.decoder).__name__, f"{voice.connector} (Python)", package_version())
    told = asked(document, cells_of(document.root), ask, author)
    facts = tuple(fact for _, fact in ask(None, "").facts)
    yield ReadingSeen(document, author.map, author.version, (), told, facts)


def _numbered(facts: list[DecodedFact]) -> tuple[tuple[str, bytes], ...]:
    return tuple((str(number), fact.body) for number, fact in enumerate(facts))


@cache
def package_version() -> str:
    """Of ours: what Python of a connector has for a version."""
    return version(CALLED)
