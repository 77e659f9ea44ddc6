"""DCSA events in: one, a list, or `{"events": […]}`, as a subscription posts them or a query answers.

Source: DCSA Track & Trace 2.2 and 3.0. What an event says is in `maps/event_*.toml`; 3.0 is told by its
`eventClassification`.
"""

from __future__ import annotations

from collections.abc import Iterator

from crossdock.connectors.dcsa import codes
from crossdock.connectors.dcsa.config import read_config
from crossdock.formats.fields import named
from crossdock.formats.json_text.document import JsonDocument, read_json
from crossdock.formats.json_text.tree import ELEMENT
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Node
from crossdock.mediation.library import Library
from crossdock.mediation.pieces import Letter, Piece, PieceDecoder


def decoder(library: Library) -> PieceDecoder[JsonDocument]:
    """The decoder with the maps of an installation."""
    return PieceDecoder("dcsa", library, read_json, split)


def split(letter: Letter[JsonDocument]) -> Iterator[Piece]:
    """The events of a message.

    Raises:
        Rejected: it holds none.
        Permanent: the partner's settings cannot be used.
    """
    scac = read_config(letter.settings).scac
    root = letter.document.root
    listed = [child for child in root.children if child.name in (codes.EVENTS, ELEMENT)]
    if not listed and not _is_event(root):
        raise Rejected("no DCSA event: send an event, a list of events, or an object with events")
    for node in listed or [root]:
        yield _piece(letter.document, node, scac)


def _is_event(node: Node) -> bool:
    return "eventType" in node.fields or "eventDateTime" in node.fields or _classified(node)


def _classified(node: Node) -> bool:
    return any(child.name == codes.CLASSIFICATION for child in node.children)


def _piece(document: JsonDocument, node: Node, scac: str) -> Piece:
    kind = codes.EVENT if _is_event(node) else "object that is no event"
    if named(node, "retractedEventID"):
        # What is taken back is named by the carrier's id, and facts are known by what they say: a person finds it.
        kind = codes.RETRACTION
    version = codes.VERSION_3 if _classified(node) else codes.VERSION_2
    return Piece(document, node, kind, version, message_id=named(node, "eventID"), values={"scac": scac})
