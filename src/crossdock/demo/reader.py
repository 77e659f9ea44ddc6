"""What the hub says of the demo's orders, read from its database for the verdict to compare with the books."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from crossdock.app.audit import AuditReport
from crossdock.app.fold.dossier import unpack
from crossdock.canonical.events.order import OrderCancelRejected
from crossdock.demo.border import DeclarationView, read_declarations
from crossdock.demo.gatehouse import AppointmentView, read_appointment
from crossdock.demo.homecoming import ReturnView, read_returns
from crossdock.demo.ledgers import Ledgers, read_ledgers
from crossdock.demo.stocktaking import StockView, read_stock
from crossdock.demo.storeroom import STOCK_SITE
from crossdock.demo.world import ITEMS
from crossdock.ports.store import DossierRow
from crossdock.ports.views import Views
from crossdock.process.amounts import quantity
from crossdock.process.order.ledger import account
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.process.shipment.state import ShipmentState

PAGE = 500
# Dossiers beside those of orders in which messages end.
GATHERED = ("load", "stock", "warehouse", "appointment")

_orders = msgspec.msgpack.Decoder(OrderState)
_shipments = msgspec.msgpack.Decoder(ShipmentState)
_ends = msgspec.json.Decoder(dict[str, msgspec.Raw])


class _Refused(msgspec.Struct, frozen=True):
    payload: OrderCancelRejected


_refusals = msgspec.json.Decoder(_Refused)


class LineView(msgspec.Struct, frozen=True):
    """One line's ledger in whole pieces."""

    ordered: int
    shipped: int
    delivered: int
    backordered: int
    cancelled: int = 0


class ShipmentView(msgspec.Struct, frozen=True):
    """One shipment as the hub has it."""

    shipment_id: str
    site: str
    state: str
    load: str
    carrier: str


class HubOrder(msgspec.Struct, frozen=True):
    """One order as the hub has it. `heard` are the senders' message ids of its log, `open_commands` types under way."""

    order_no: str
    state: str
    lines: dict[str, LineView]
    shipments: tuple[ShipmentView, ...]
    heard: frozenset[str]
    rejected: frozenset[str]
    open_cases: tuple[str, ...]
    all_cases: frozenset[str]
    open_commands: tuple[str, ...]
    ledgers: Ledgers = Ledgers()
    declarations: tuple[DeclarationView, ...] = ()
    returns: tuple[ReturnView, ...] = ()
    refusals: tuple[OrderCancelRejected, ...] = ()


class OpenCase(msgspec.Struct, frozen=True):
    """A case nobody and nothing has closed."""

    code: str
    subject: str
    detail: str


class HubView(msgspec.Struct, frozen=True):
    """Everything the verdict needs of the hub. `loads_heard` are message ids in the logs of loads, stock
    and appointments; `audit` is what the hub finds when it examines itself."""

    orders: dict[str, HubOrder]
    loads_heard: frozenset[str]
    waiting: tuple[str, ...]
    quarantined: tuple[str, ...]
    open_commands: int
    open_cases: tuple[OpenCase, ...] = ()
    audit: AuditReport | None = None
    stock: dict[str, StockView] = {}
    slots: dict[str, AppointmentView] = {}


class Pulse(msgspec.Struct, frozen=True):
    """The hub at a glance."""

    open_commands: int
    open_cases: int
    waiting: int


async def read_pulse(views: Views) -> Pulse:
    """Counts for the progress display, each at most 500."""
    return Pulse(
        len(await views.deliveries(partner="", after=0, limit=PAGE)),
        len(await views.open_cases(queue="", after=0, limit=PAGE)),
        len(await views.waiting(after="", limit=PAGE)),
    )


async def read_hub(views: Views, order_nos: Iterable[str], audit: AuditReport, policy: Policy) -> HubView:
    """Read these orders, all loads and stock, and at most 500 of what is open, waiting and quarantined."""
    orders = {}
    for order_no in order_nos:
        rows = await views.owners(f"order||{order_no}")
        if rows:
            orders[order_no] = await _order(views, order_no, rows[0], policy)
    heard: set[str] = set()
    for kind in GATHERED:
        before = 0
        while page := await views.dossiers(kind, before=before, limit=PAGE):
            for head in page:
                heard |= {_message_id(event.body) for event in await views.events(head.id)}
            before = page[-1].id
    waiting = await views.waiting(after="", limit=PAGE)
    quarantined = await views.quarantined(after="", limit=PAGE)
    open_commands = await views.deliveries(partner="", after=0, limit=PAGE)
    cases = await views.open_cases(queue="", after=0, limit=PAGE)
    return HubView(
        orders,
        frozenset(heard),
        tuple(f"{row.type} from {row.partner}: {row.reason}" for row in waiting),
        tuple(f"{row.code} from {row.partner}: {row.reason}" for row in quarantined),
        len(open_commands),
        tuple(OpenCase(case.code, case.subject, case.detail) for case in cases),
        audit,
        {item.item_no: await _stock(views, item.item_no) for item in ITEMS},
        await _slots(views),
    )


async def _slots(views: Views) -> dict[str, AppointmentView]:
    found: dict[str, AppointmentView] = {}
    before = 0
    while page := await views.dossiers("appointment", before=before, limit=PAGE):
        for head in page:
            rows = await views.owners(head.ident)
            found |= {view.number: view for view in [read_appointment(unpack(rows[0].state).machines)]}
        before = page[-1].id
    return found


async def _stock(views: Views, item_no: str) -> StockView:
    rows = await views.owners(f"stock||{STOCK_SITE}|{item_no}")
    return read_stock(unpack(rows[0].state).machines if rows else {})


async def _order(views: Views, order_no: str, row: DossierRow, policy: Policy) -> HubOrder:
    machines = unpack(row.state).machines
    order = _orders.decode(next(raw for name, raw in machines.items() if name.startswith("ORD")))
    events = await views.events(row.id)
    cases = await views.cases(row.id)
    commands = await views.commands(row.id)
    return HubOrder(
        order_no=order_no,
        state=order.state,
        lines={number: _line(order, number) for number in order.lines},
        shipments=tuple(_shipment(_shipments.decode(raw)) for name, raw in machines.items() if name.startswith("SHP")),
        heard=frozenset(_message_id(event.body) for event in events),
        rejected=frozenset(_message_id(event.body) for event in events if event.disposition == "REJECT"),
        open_cases=tuple(case.code for case in cases if case.closed is None),
        all_cases=frozenset(case.code for case in cases),
        open_commands=tuple(f"{one.type} {one.state}" for one in commands if one.ended is None),
        ledgers=read_ledgers(order, machines, policy),
        declarations=read_declarations(machines),
        returns=read_returns(machines),
        refusals=tuple(
            _refusals.decode(event.body).payload for event in events if event.type == "order.cancel_rejected"
        ),
    )


def _line(order: OrderState, number: str) -> LineView:
    totals = account(order, number)
    uom = order.lines[number].uom
    pieces = [
        int(quantity(amount, uom).value)
        for amount in (totals.ordered, totals.shipped, totals.delivered, totals.backordered, totals.cancelled)
    ]
    return LineView(*pieces)


def _shipment(state: ShipmentState) -> ShipmentView:
    return ShipmentView(state.tms_id, state.warehouse, state.state, state.load, state.carrier)


def _message_id(body: bytes) -> str:
    source = _ends.decode(body).get("source")
    return "" if source is None else str(msgspec.json.decode(source, type=_Source).message_id)


class _Source(msgspec.Struct):
    message_id: str = ""
