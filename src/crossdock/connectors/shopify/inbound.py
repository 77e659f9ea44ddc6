"""Shopify's messages in: the body of a webhook, or an answer of its API with the resource's name around it.

Source: Shopify Admin REST API 2024-10. What a resource says is in `maps/<resource>.toml`; an order carries its refunds.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from crossdock.connectors.shopify import codes
from crossdock.connectors.shopify.config import read_config
from crossdock.formats.fields import named
from crossdock.formats.json_text.document import JsonDocument, read_json
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Node
from crossdock.mediation.library import Library
from crossdock.mediation.pieces import Letter, Piece, PieceDecoder
from crossdock.ports.described import said_of

CARRIER, CHANNEL = "CAR", "CHN"


def decoder(library: Library) -> PieceDecoder[JsonDocument]:
    """The decoder with the maps of an installation."""
    return PieceDecoder("shopify", library, read_json, split)


def split(letter: Letter[JsonDocument]) -> Iterator[Piece]:
    """The resources of a message.

    Raises:
        Rejected: it is no resource of Shopify.
        Permanent: the partner's settings cannot be used.
    """
    words = {"items": read_config(letter.settings).items}
    document = letter.document
    for node, kind in _resources(document.root, said_of(letter.content_type).get(codes.TOPIC, "")):
        yield msgspec.structs.replace(_piece(document, node, kind, letter.role), values=words)
        if kind == codes.ORDER:
            for refund in node.children:
                if refund.name == "refunds":
                    yield Piece(document, refund, codes.REFUND, message_id=named(refund, "id"))


def _resources(root: Node, topic: str) -> Iterator[tuple[Node, str]]:
    kind = codes.TOPICS.get(topic.partition("/")[0], "")
    if topic and not kind:
        raise Rejected(f"webhook topic {topic} is none we read: unsubscribe it, or add a map and replay")
    if kind:
        yield root, kind
        return
    own = next((kind for mark, kind in codes.MARKS if _has(root, mark)), "")
    if own:
        yield root, own
    elif root.children and not root.fields:
        yield from ((child, child.name.removesuffix("s")) for child in root.children)
    else:
        raise Rejected(
            "no resource of Shopify we know: send the webhook with its X-Shopify-Topic, or name the resource"
        )


def _has(node: Node, name: str) -> bool:
    return name in node.fields or any(child.name == name for child in node.children)


def _piece(document: JsonDocument, node: Node, kind: str, role: str) -> Piece:
    number, status = named(node, "id"), named(node, "financial_status")
    told = ""
    if kind == codes.ORDER and not named(node, "cancelled_at"):
        if named(node, "test") == "true":
            told = f"order {number} is a test of the shop: nothing is done for it"
        elif role != CHANNEL and status in codes.UNPAID:
            told = f"order {number} is {status}: nothing is done for it until it is paid"
    elif kind == codes.FULFILMENT or (kind == codes.FULFILMENT_EVENT and role != CARRIER):
        told = (
            "what a shop tells of fulfilments it has from us; events of its own carriers are heard from a partner CAR"
        )
    return Piece(document, node, kind, message_id=number, passed_over=told)
