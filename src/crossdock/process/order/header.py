"""The order as approved, packed beside the ledger: its header always, its lines until they are released."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from crossdock.canonical.events.order import OrderApproved
from crossdock.canonical.parts import OrderLine
from crossdock.process.amounts import whole
from crossdock.process.order.state import Line, OrderState
from crossdock.process.sums import sum_of

_encoder = msgspec.msgpack.Encoder()
_order = msgspec.msgpack.Decoder(OrderApproved)
_lines = msgspec.msgpack.Decoder(tuple[OrderLine, ...])

# Tolerances are percent; the ledger keeps millionths of the ordered quantity.
PERCENT_TO_MILLIONTHS = 10_000


def approve(state: OrderState, order: OrderApproved) -> OrderState:
    """Take an approved revision in: header and lines. What was cancelled or is waiting of a line stays so."""
    lines = {line.no: _line(state.lines.get(line.no), line) for line in order.lines}
    gone = {
        number: replace(line, ordered=line.cancelled) for number, line in state.lines.items() if number not in lines
    }
    return replace(
        state,
        rev=order.rev,
        lines={**gone, **lines},
        ship_policy=str(order.policies.ship_policy),
        backorder_policy=str(order.policies.backorder_policy),
        holds={**state.holds, **{hold.hold_id: str(hold.type) for hold in order.holds}},
        unreleased=_encoder.encode(order.lines),
        header=_encoder.encode(replace(order, lines=())),
    )


def _line(known: Line | None, line: OrderLine) -> Line:
    fresh = Line(
        item=line.item,
        uom=line.qty.uom,
        ordered=whole(line.qty.value),
        under=int(line.under_tol_pct * PERCENT_TO_MILLIONTHS),
        over=int(line.over_tol_pct * PERCENT_TO_MILLIONTHS),
        stock={one.warehouse: whole(one.atp) for one in line.stock},
        forced=line.warehouse,
        substitute=line.substitution_ok,
        price=sum_of(line.unit_price) if line.unit_price is not None else 0,
        gross_g=int(line.trade.gross_kgm * 1000) if line.trade is not None and line.trade.gross_kgm else 0,
    )
    return fresh if known is None else replace(fresh, cancels=known.cancels, backorders=known.backorders)


def header_of(state: OrderState) -> OrderApproved:
    """The order as approved, without its lines."""
    return _order.decode(state.header)


def order_of(state: OrderState) -> OrderApproved:
    """The order as approved; its lines only while they are not released."""
    order = header_of(state)
    return replace(order, lines=_lines.decode(state.unreleased)) if state.unreleased else order


def with_header(state: OrderState, order: OrderApproved) -> OrderState:
    """The state with a changed header; lines are not touched."""
    return replace(state, header=_encoder.encode(replace(order, lines=())))
