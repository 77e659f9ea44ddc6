"""Canonical commands to the next change in Vendure, given what the order says now. Pure.

A fulfilment of ours ends its method with `[<shipment>/<hand-over>]`: it is how we find again what an earlier attempt
did. A cancellation of ours ends its reason so.

Source: Vendure 3.7, Admin API; default fulfilment process (Pending, Shipped, Delivered).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from crossdock.canonical.commands import channel as ask
from crossdock.canonical.parts import LineQuantity
from crossdock.connectors.vendure import codes, queries, wire
from crossdock.kernel.errors import Permanent
from crossdock.ports.reaching import Task, task_reader


class Change(NamedTuple):
    """A mutation with its values; `{handler}` in them is named by the partner file."""

    query: str
    variables: Mapping[str, object]


VendureTask = Task[wire.Order, Change]
HANDLER = "{handler}"


def _ship(command: ask.ShipChannelOrder) -> VendureTask:
    mark = _mark(command.shipment, command.handover_no)

    def following(order: wire.Order) -> Change | None:
        ours = _ours(order, mark)
        if ours is None:
            return _fulfil(order, command, mark)
        # What somebody took back is not sent a second time by an old command.
        if ours.state in codes.GONE or ours.state == codes.CANCELLED:
            return None
        return _move(ours, codes.PENDING if ours.state == codes.CREATED else codes.SHIPPED)

    return Task(command.number, following, mark)


def _void(command: ask.VoidChannelShipment) -> VendureTask:
    mark = _mark(command.shipment, command.handover_no)

    def following(order: wire.Order) -> Change | None:
        ours = _ours(order, mark)
        return None if ours is None or ours.state == codes.CANCELLED else _move(ours, codes.CANCELLED)

    return Task(command.number, following, mark)


def _deliver(command: ask.DeliverChannelOrder) -> VendureTask:
    mark = _mark(command.shipment, command.handover_no)

    def following(order: wire.Order) -> Change | None:
        ours = _ours(order, mark)
        if ours is None or ours.state == codes.CANCELLED:
            raise Permanent(f"order {order.code} has no fulfilment {mark} that left: see its fulfilments in the shop")
        if ours.state == codes.DELIVERED:
            return None
        return _move(ours, codes.DELIVERED if ours.state == codes.SHIPPED else codes.SHIPPED)

    return Task(command.number, following, mark)


def _cancel(command: ask.CancelChannelOrder) -> VendureTask:
    mark = codes.OURS_TEXT.format(command.cancel_id)

    def following(order: wire.Order) -> Change | None:
        done = any((one.data.reason or "").endswith(mark) for one in order.history.items)
        if done or order.state == codes.CANCELLED:
            return None
        asked: dict[str, object] = {"orderId": order.id, "reason": f"{command.reason} {mark}".strip()}
        if command.lines:
            asked["lines"] = _portions(order, command.lines)
        else:
            asked["cancelShipping"] = True
        return Change(queries.CANCEL, {"input": asked})

    return Task(command.number, following, mark)


def _fulfil(order: wire.Order, command: ask.ShipChannelOrder, mark: str) -> Change:
    arguments = {
        "method": f"{command.carrier} {mark}".strip(),
        "trackingCode": ", ".join(command.tracking) or command.shipment,
    }
    handler = {"code": HANDLER, "arguments": [{"name": name, "value": value} for name, value in arguments.items()]}
    return Change(queries.SHIP, {"input": {"lines": _portions(order, command.lines), "handler": handler}})


def _portions(order: wire.Order, lines: Sequence[LineQuantity]) -> list[dict[str, object]]:
    """Quantities as Vendure takes them: whole pieces of lines it has."""
    known = {line.id for line in order.lines}
    portions: list[dict[str, object]] = []
    for line in lines:
        if line.line not in known:
            raise Permanent(f"order {order.code} has no line {line.line}: correct it in the shop, then send again")
        if line.qty.value != line.qty.value.to_integral_value():
            raise Permanent(f"line {line.line} of {order.code}: {line.qty.value} pieces; a shop sells whole ones only")
        portions.append({"orderLineId": line.line, "quantity": int(line.qty.value.quantize(Decimal(1)))})
    return portions


def _move(fulfilment: wire.Fulfilment, state: str) -> Change:
    return Change(queries.MOVE, {"id": fulfilment.id, "state": state})


def _mark(shipment: str, handover_no: str) -> str:
    return f"[{shipment}/{handover_no}]"


def _ours(order: wire.Order, mark: str) -> wire.Fulfilment | None:
    """The fulfilment that bears our mark; a living one before one that was taken back."""
    ours = [one for one in order.fulfillments or () if one.method.endswith(mark)]
    living = [one for one in ours if one.state != codes.CANCELLED]
    return next(iter(living or ours), None)


TASKS: Mapping[str, Callable[[bytes], VendureTask]] = {
    "ship_channel_order": task_reader(ask.ShipChannelOrder, _ship),
    "void_channel_shipment": task_reader(ask.VoidChannelShipment, _void),
    "deliver_channel_order": task_reader(ask.DeliverChannelOrder, _deliver),
    "cancel_channel_order": task_reader(ask.CancelChannelOrder, _cancel),
}
