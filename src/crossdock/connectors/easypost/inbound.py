"""EasyPost's messages in: a webhook event around a tracker, a bare tracker, or a page of either.

Source: EasyPost API 2, objects Event and Tracker. What a tracker says is in `maps/tracker.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from crossdock.connectors.easypost import codes
from crossdock.connectors.easypost.config import read_config
from crossdock.formats.fields import named
from crossdock.formats.json_text.document import JsonDocument, read_json
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Node
from crossdock.mediation.library import Library
from crossdock.mediation.pieces import Letter, Piece, PieceDecoder


def decoder(library: Library) -> PieceDecoder[JsonDocument]:
    """The decoder with the maps of an installation."""
    return PieceDecoder("easypost", library, read_json, split)


def split(letter: Letter[JsonDocument]) -> Iterator[Piece]:
    """The trackers of a message.

    Raises:
        Rejected: it holds neither a tracker nor an event.
        Permanent: the partner's settings cannot be used.
    """
    read_config(letter.settings)
    document = letter.document
    root = document.root
    listed = [child for child in root.children if child.name in (codes.TRACKERS, codes.EVENTS)]
    if not listed and not _is_listed(root) and not named(root, "object"):
        raise Rejected("neither a Tracker nor an Event of EasyPost: send the webhook's body as it came")
    for node in listed or ([] if _is_listed(root) else [root]):
        yield _piece(document, node)


def _is_listed(root: Node) -> bool:
    """A page without entries."""
    return named(root, "has_more") != ""


def _piece(document: JsonDocument, node: Node) -> Piece:
    if named(node, "object") != codes.EVENT:
        return Piece(document, node, named(node, "object") or "object without a kind", message_id=named(node, "id"))
    event = named(node, "id")
    result = next((child for child in node.children if child.name == codes.RESULT), None)
    if result is None:
        told = f"event {event} ({named(node, 'description')}) is told without its result: fetch the event itself"
        return Piece(document, node, codes.EVENT, passed_over=told)
    return Piece(document, result, named(result, "object"), message_id=event)
