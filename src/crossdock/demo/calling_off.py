"""Orders called off: what became of them with the warehouse, the TMS and the last mile, and what the hub has. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crossdock.demo.books import Entry
from crossdock.demo.reader import HubOrder
from crossdock.demo.wishes import Moment
from crossdock.demo.world import DemoOrder

Say = Callable[[str], None]
CANCELLED = "CANCELLED"


def judge_call_off(
    order: DemoOrder, asked: Entry | None, view: HubOrder, books: Mapping[str, list[Entry]], say: Say
) -> bool:
    """Whether nothing of this order goes its way. Every system that had begun has stopped, once; where nobody asked,
    none has."""
    name = order.order_no
    stopped = {
        peer: [one for one in books[peer] if one.kind == "cancelled"] for peer in ("wms-a", "wms-b", "tms", "lmd")
    }
    if asked is None:
        if any(stopped.values()):
            say(f"{name}: nobody called it off, and {[peer for peer, one in stopped.items() if one]} stopped")
        return False
    moment = Moment(str(asked.facts["moment"]))
    if view.state != CANCELLED:
        say(f"{name}: called off {moment}, the hub has it {view.state}")
    begun = {"wms-a": "job", "tms": "planned", "lmd": "task"}
    for peer, kind in begun.items():
        known = [one for one in books[peer] if one.kind == kind]
        if len(stopped[peer]) != len(known) or (moment is Moment.BLOCKED and known):
            say(f"{name}: called off {moment}, {peer} began {len(known)} and stopped {len(stopped[peer])}")
    for shipment in view.shipments:
        if shipment.state != CANCELLED:
            say(f"{name} {shipment.shipment_id}: called off {moment}, the hub has it {shipment.state}")
    return True
