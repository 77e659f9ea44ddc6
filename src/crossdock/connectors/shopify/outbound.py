"""Commands out: what to read in the shop's books, and the call that makes them say what the command wants.

Source: Shopify Admin REST API 2024-10. A fulfilment of ours bears our number of the shipment as its tracking number: it
is how we find again what an earlier attempt did, and how its progress finds it.

    post_goods_issue         a fulfilment of the lines that left
    reverse_goods_issue      that fulfilment is cancelled
    update_delivery_status   an event of that fulfilment
    update_order_status      the order's metafield `crossdock.status`

What a shop is told in the role of a sales channel is in `selling`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from crossdock.canonical.commands import erp as ask
from crossdock.connectors.shopify import codes, selling, wire
from crossdock.connectors.shopify.books import Done, Look, Step, order_path, read, shares
from crossdock.connectors.shopify.config import Config
from crossdock.kernel.errors import Permanent
from crossdock.ports.json_calls import json_call, path_segment


def plan(kind: str, payload: bytes, config: Config) -> Step:
    """The first step of a command.

    Raises:
        Permanent: this connector has no way to say it, or the payload is not the command's contract. Steps raise it too
            where the shop's books do not allow what is asked.
    """
    begin = BEGIN.get(kind)
    if begin is None:
        raise Permanent(f"a Shopify shop takes no {kind}: name a system for it that does")
    try:
        return begin(payload, config)
    except msgspec.MsgspecError as error:
        raise Permanent(f"{kind} does not fit its contract: {error}") from error


# ---------------------------------------------------------------- goods


def _issue(payload: bytes, config: Config) -> Step:
    command = msgspec.json.decode(payload, type=ask.PostGoodsIssue)
    order = order_path(command.order_no)

    def unless_there(body: bytes) -> Step:
        known = _ours(body, command.shipment)
        if known is not None:
            return Done(str(known.id))
        return Look(f"{order}/fulfillment_orders.json", create)

    def create(body: bytes) -> Step:
        books = read(body, wire.FulfilmentOrders).fulfillment_orders
        return json_call("POST", "/fulfillments.json", {"fulfillment": _fulfilment(command, books, config)})

    return Look(f"{order}/fulfillments.json", unless_there)


def _fulfilment(
    command: ask.PostGoodsIssue, books: tuple[wire.FulfilmentOrder, ...], config: Config
) -> dict[str, object]:
    tracking = {"number": command.shipment}
    if config.tracking_url:
        tracking["url"] = config.tracking_url.replace("{shipment}", path_segment(command.shipment))
    return {
        "line_items_by_fulfillment_order": shares(command.lines, books, command.order_no),
        "tracking_info": tracking,
        "notify_customer": config.notify_customer,
    }


def _reverse(payload: bytes, config: Config) -> Step:
    command = msgspec.json.decode(payload, type=ask.ReverseGoodsIssue)

    def cancel(body: bytes) -> Step:
        known = _ours(body, command.shipment)
        return Done() if known is None else json_call("POST", f"/fulfillments/{known.id}/cancel.json", {})

    return Look(f"{order_path(command.order_no)}/fulfillments.json", cancel)


# ---------------------------------------------------------------- progress


def _progress(payload: bytes, config: Config) -> Step:
    command = msgspec.json.decode(payload, type=ask.UpdateDeliveryStatus)
    status = codes.PROGRESS.get(command.status, "")
    if not status:
        # The hand-over is told by its goods issue, and a shop has no word for the rest.
        return Done()
    order = order_path(command.order_no)

    def find(body: bytes) -> Step:
        known = _ours(body, command.shipment)
        if known is None:
            raise Permanent(
                f"order {command.order_no} has no fulfilment {command.shipment}: post its goods issue first"
            )
        path = f"{order}/fulfillments/{known.id}/events.json"

        def add(body: bytes) -> Step:
            for event in read(body, wire.Events).fulfillment_events:
                if event.status == status:
                    return Done(str(event.id))
            return json_call("POST", path, {"event": {"status": status, "happened_at": command.at}})

        return Look(path, add)

    return Look(f"{order}/fulfillments.json", find)


def _status(payload: bytes, config: Config) -> Step:
    command = msgspec.json.decode(payload, type=ask.UpdateOrderStatus)
    value = " ".join(part for part in (command.control_state, command.fulfilment_status, *command.overlays) if part)
    path = f"{order_path(command.order_no)}/metafields.json"

    def write(body: bytes) -> Step:
        for field in read(body, wire.Metafields).metafields:
            if field.key == codes.STATUS_KEY:
                same = {"metafield": {"id": field.id, "value": value}}
                return (
                    Done(str(field.id))
                    if field.value == value
                    else json_call("PUT", f"/metafields/{field.id}.json", same)
                )
        field_type = "single_line_text_field"
        new = {"namespace": codes.NAMESPACE, "key": codes.STATUS_KEY, "value": value, "type": field_type}
        return json_call("POST", path, {"metafield": new})

    return Look(f"{path}?namespace={codes.NAMESPACE}", write)


# ---------------------------------------------------------------- reading


def _ours(body: bytes, shipment: str) -> wire.Fulfilment | None:
    """Our fulfilment of that shipment which is in force."""
    known = read(body, wire.Fulfilments).fulfillments
    return next((one for one in known if shipment in one.tracking_numbers and one.status not in codes.CANCELLED), None)


BEGIN: Mapping[str, Callable[[bytes, Config], Step]] = {
    "post_goods_issue": _issue,
    "reverse_goods_issue": _reverse,
    "update_delivery_status": _progress,
    "update_order_status": _status,
    **selling.BEGIN,
}
