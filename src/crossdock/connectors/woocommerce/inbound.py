"""WooCommerce's messages in: the body of a webhook, or an answer of its API, one resource or a page of them.

Source: WooCommerce REST API v3. What a resource says is in `maps/<resource>.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from crossdock.connectors.woocommerce import codes
from crossdock.connectors.woocommerce.config import read_config
from crossdock.formats.fields import named
from crossdock.formats.json_text.document import JsonDocument, read_json
from crossdock.formats.json_text.tree import ELEMENT
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Node
from crossdock.mediation.library import Library
from crossdock.mediation.pieces import Letter, Piece, PieceDecoder
from crossdock.ports.described import said_of

CHANNEL = "CHN"


def decoder(library: Library) -> PieceDecoder[JsonDocument]:
    """The decoder with the maps of an installation."""
    return PieceDecoder("woocommerce", library, read_json, split)


def split(letter: Letter[JsonDocument]) -> Iterator[Piece]:
    """The resources of a message.

    Raises:
        Rejected: it is no resource of WooCommerce.
        Permanent: the partner's settings cannot be used.
    """
    config = read_config(letter.settings)
    words = {"currency": config.currency, "items": config.items}
    root = letter.document.root
    said = said_of(letter.content_type)
    listed = [child for child in root.children if child.name == ELEMENT] if not root.fields else []
    for node in listed or [root]:
        piece = _piece(letter.document, node, said.get(codes.RESOURCE, ""), said.get(codes.TOPIC, ""), letter.role)
        yield msgspec.structs.replace(piece, values={**words, **piece.values})


def _piece(document: JsonDocument, node: Node, resource: str, topic: str, role: str) -> Piece:
    number, status = named(node, "id") or named(node, "webhook_id"), named(node, "status")
    kind = resource or _kind(node)
    if not kind:
        raise Rejected("no resource of WooCommerce we know: send the webhook with its X-WC-Webhook-Resource")
    told = ""
    if topic.endswith(f".{codes.DELETED}"):
        told = f"{kind} {number} was deleted in the shop: cancel it there first, so that we hear why it ends"
    elif kind == codes.WEBHOOK:
        told = f"webhook {number} tells of itself, of no order"
    elif kind == codes.ORDER and status in (codes.UNFINISHED if role == CHANNEL else codes.WAITING):
        told = f"order {number} is {status}: nothing is done for it until it is processing"
    order = {"order": _order_of(node)} if kind == codes.REFUND else {}
    return Piece(document, node, kind, message_id=number, values=order, passed_over=told)


def _kind(node: Node) -> str:
    """Told by members only one resource has; the ping of a new webhook is its id alone."""
    if "delivery_url" in node.fields or set(node.fields) == {"webhook_id"}:
        return codes.WEBHOOK
    if "order_key" in node.fields:
        return codes.ORDER
    return codes.REFUND if "refunded_by" in node.fields else ""


def _order_of(refund: Node) -> str:
    """The order of a refund, which only its own address names: `…/orders/723/refunds/726`."""
    links = next((child for child in refund.children if child.name == "_links"), None)
    above = next((child for child in links.children if child.name == "up"), None) if links is not None else None
    _, found, number = named(above, "href").rpartition("/orders/") if above is not None else ("", "", "")
    return number if found and number.isdecimal() else named(refund, "parent_id")
