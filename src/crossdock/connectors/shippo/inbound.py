"""Shippo's messages in: a webhook around a track, a bare track, or a page of them.

Source: Shippo API 2018-02-08, object Track and webhook `track_updated`. What a track says is in `maps/track.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator

from crossdock.connectors.shippo import codes
from crossdock.connectors.shippo.config import read_config
from crossdock.formats.fields import named
from crossdock.formats.json_text.document import JsonDocument, read_json
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Node
from crossdock.mediation.library import Library
from crossdock.mediation.pieces import Letter, Piece, PieceDecoder


def decoder(library: Library) -> PieceDecoder[JsonDocument]:
    """The decoder with the maps of an installation."""
    return PieceDecoder("shippo", library, read_json, split)


def split(letter: Letter[JsonDocument]) -> Iterator[Piece]:
    """The tracks of a message.

    Raises:
        Rejected: it is neither a track nor a webhook.
        Permanent: the partner's settings cannot be used.
    """
    read_config(letter.settings)
    document = letter.document
    root = document.root
    event = named(root, codes.EVENT)
    if event:
        data = next((child for child in root.children if child.name == codes.DATA), root)
        yield Piece(document, data, codes.TRACK if event == codes.TRACK_UPDATED else event)
        return
    listed = [child for child in root.children if child.name == codes.RESULTS]
    if not listed and not _is_track(root):
        raise Rejected("neither a track nor a webhook of Shippo: send the webhook's body as it came")
    for node in listed or [root]:
        yield Piece(document, node, codes.TRACK)


def _is_track(root: Node) -> bool:
    return any(named(root, name) for name in ("tracking_number", "carrier")) or any(
        child.name in ("tracking_status", "tracking_history") for child in root.children
    )
