"""Orders called off: what became of them with the warehouse, the TMS and the last mile, and what the hub has. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from crossdock.canonical.events.order import OrderCancelRejected
from crossdock.demo.books import Entry
from crossdock.demo.reader import HubOrder
from crossdock.demo.wishes import TOO_LATE, Moment
from crossdock.demo.world import DemoOrder

Say = Callable[[str], None]
CANCELLED = "CANCELLED"
RECALL = "WHS-10"
PEERS = ("wms-a", "wms-b", "tms", "lmd")


def moment_of(asked: Entry | None) -> Moment | None:
    """When an order was called off, by what the ERP wrote of it."""
    return None if asked is None else Moment(str(asked.facts["moment"]))


def judge_call_off(
    order: DemoOrder, asked: Entry | None, view: HubOrder, books: Mapping[str, list[Entry]], say: Say
) -> bool:
    """Whether nothing of this order goes its way. Every system that had begun has stopped, once; where nobody asked,
    or too late, none has, and who was too late is told so, once."""
    name, moment = order.order_no, moment_of(asked)
    stopped = {peer: [one for one in books[peer] if one.kind == "cancelled"] for peer in PEERS}
    if asked is None or moment in TOO_LATE:
        if any(stopped.values()):
            why = "nobody called it off" if asked is None else f"called off {moment}, too late"
            say(f"{name}: {why}, and {[peer for peer, one in stopped.items() if one]} stopped")
        _judge_refusal(order, asked, view, books, say)
        return False
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


def _judge_refusal(
    order: DemoOrder, asked: Entry | None, view: HubOrder, books: Mapping[str, list[Entry]], say: Say
) -> None:
    """The answer names the request, the rule and every piece that has left; a van that is out may be recalled until it
    has been at the door.
    """
    name, moment = order.order_no, moment_of(asked)
    told = [(one.request_id, _pieces(one)) for one in view.refusals]
    right = [] if asked is None else [(str(asked.facts["request"]), _left(books))]
    if told != right:
        say(f"{name}: called off {moment}, the answer must be {right}, the hub gave {told}")
    for one in view.refusals:
        if moment is not None and one.stage not in TOO_LATE[moment]:
            say(f"{name}: called off {moment}, the hub answered by {one.stage}")
    # Of what it hears of when the van has been at the door already, it need not ask.
    if RECALL in view.all_cases and moment is not Moment.OUT:
        say(f"{name}: called off {moment}, and the hub asked for a recall")
    if RECALL in view.open_cases:
        say(f"{name}: called off {moment}, and {RECALL} is open though all of it is at the door")


def _pieces(refusal: OrderCancelRejected) -> dict[str, int]:
    return {one.line: int(one.qty.value) for one in refusal.qty_refused}


def _left(books: Mapping[str, list[Entry]]) -> dict[str, int]:
    pieces: Counter[str] = Counter()
    for peer in ("wms-a", "wms-b"):
        for entry in books[peer]:
            lines = entry.facts["lines"] if entry.kind == "handed_over" else {}
            assert isinstance(lines, dict)
            pieces.update({line: int(float(str(count))) for line, count in lines.items() if float(str(count))})
    return dict(pieces)
