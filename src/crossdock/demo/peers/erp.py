"""The ERP: approves orders, posts goods issues once, keeps order and delivery status, lets none of them go back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from crossdock.demo.books import Books, Entry, Json
from crossdock.demo.door import Call, Door, Refusal
from crossdock.demo.faults import Point
from crossdock.demo.peers.accounts import Accounts, lines_of
from crossdock.demo.peers.call_offs import CallOffs
from crossdock.demo.peers.freight_accounts import FreightAccounts
from crossdock.demo.peers.returns_desk import ReturnsDesk
from crossdock.demo.peers.stock_accounts import StockAccounts
from crossdock.demo.speaker import Message, Speaker
from crossdock.demo.stage import Stage
from crossdock.demo.wishes import Moment
from crossdock.demo.world import EXPIRED, DemoOrder, is_export

ORDER_RANKS = (
    "NEW", "BLOCKED", "RELEASED", "EXECUTING", "FULFILLED", "COMPLETED", "CANCEL_PENDING", "CANCELLED",
)  # fmt: skip
DELIVERY_RANKS = ("SHIPPED", "IN_TRANSIT", "OUT_FOR_DELIVERY", "ATTEMPT_FAILED", "DELIVERED", "POD")
# Tax evidence for the invoice; no stage of a delivery.
EXPORTED = "EXPORTED"
NO_MOMENT = "9999"
# What a customer is told, by the delivery status it is read from; what left on our own vehicle is out for delivery.
TOLD = {
    "IN_TRANSIT": Moment.OUT,
    "OUT_FOR_DELIVERY": Moment.OUT,
    "DELIVERED": Moment.DELIVERED,
    "POD": Moment.DELIVERED,
}
RANKS = {"order_status": ORDER_RANKS, "delivery_status": DELIVERY_RANKS}
NET = Decimal("0.9")
MAY_REPEAT = frozenset({"OUT_FOR_DELIVERY", "ATTEMPT_FAILED"})


class Erp:
    """Keeps orders, material documents and statuses."""

    def __init__(self, stage: Stage, books: Books, speaker: Speaker, door: Door) -> None:
        self.books, self.speaker, self.door = books, speaker, door
        self._stage = stage
        self._issued: dict[tuple[str, str], Decimal] = {}
        self._issue_keys: dict[tuple[str, str], str] = {}
        self._documents = 0
        self._approved: dict[str, datetime] = {}
        door.on("POST", "/api/v1/goods-issues", "post_goods_issue", self._issue, _whose)
        door.on("POST", "/api/v1/goods-issue-reversals", "reverse_goods_issue", self._reverse, _whose)
        door.on("PUT", "/api/v1/orders/{order}/status", "update_order_status", self._order_status, _whose_order)
        door.on(
            "PUT", "/api/v1/orders/{order}/deliveries/{delivery}/status", "update_delivery_status",
            self._delivery_status, _whose_order,
        )  # fmt: skip
        door.look("/api/v1/postings", self._look_up)
        self.accounts = Accounts(stage, books, speaker, door)
        self.freight = FreightAccounts(stage, books, speaker, door)
        self.call_offs = CallOffs(stage, books, speaker)
        self.returns = ReturnsDesk(stage, books, speaker, door)
        self.stock = StockAccounts(stage, books, speaker, door)

    async def trade(self, book: list[DemoOrder], gap_s: float) -> None:
        """Approve the orders one after another, `gap_s` apart."""
        for order in book:
            at = self._stage.calendar.begin(order.order_no, order.offset_min)
            self.books.write("approved", order.order_no, order.order_no, lines=len(order.lines))
            self._approved[order.order_no] = at
            fate = self._stage.fate(order)
            credit = fate.called_off is not Moment.BLOCKED
            document = approved(order, at, expired=fate.code_expired, credit=credit)
            self._say(order, "SalesOrder.Approved", "order.approved", at, {"order": document})
            self.call_offs.follow(order)
            await asyncio.sleep(gap_s)

    def correct_tariff(self, order_no: str, at: datetime) -> None:
        """Approve the order anew, with the tariff code of this year."""
        order = self._stage.orders[order_no]
        body = approved(order, self._approved[order_no], revision=2)
        self.books.write("corrected", order_no, order_no)
        self._say(order, "SalesOrder.Approved", "order.corrected", at, {"order": body}, "-2")

    def claim_delivered(self, order_no: str, at: datetime) -> None:
        """If the plan wants it: claim a delivery, which is not the ERP's to claim (OW-06)."""
        order = self._stage.orders[order_no]
        body = self._body(
            order, "Delivery.StatusChanged", at, {"delivery": {"orderNo": order_no, "status": "DELIVERED"}}
        )
        point = Point(self.books.system, "claim.delivered", order_no)
        self.speaker.claim(Message(f"erp-{order_no}-claim", msgspec.json.encode(body), order_no, point))

    async def watch(self) -> None:
        """Nothing goes on beside what it is asked for."""

    async def show(self) -> list[Entry]:
        """The books."""
        return self.books.entries

    def _say(self, order: DemoOrder, kind: str, name: str, at: datetime, data: Json, suffix: str = "") -> None:
        body = self._body(order, kind, at, data)
        body["eventId"] = f"{body['eventId']}{suffix}"
        point = Point(self.books.system, name, order.order_no)
        self.speaker.say(Message(str(body["eventId"]), msgspec.json.encode(body), order.order_no, point))

    def _body(self, order: DemoOrder, kind: str, at: datetime, data: Json) -> Json:
        ident = f"erp-{order.order_no}-{kind}"
        return {"eventId": ident, "eventType": kind, "occurredAt": at.isoformat(), "client": "100", "data": data}

    def _issue(self, call: Call) -> Json:
        """Post a goods issue: once a hand-over, of ordered lines, never more than ordered."""
        order = self._order(call.text("orderNo"))
        slot = (call.text("deliveryNo"), call.text("handoverNo"))
        if slot in self._issue_keys:
            raise Refusal(409, "already_posted", f"{slot[1]} of {slot[0]} is posted under another key")
        ordered = {line.line_no: Decimal(line.quantity) for line in order.lines}
        posted = lines_of(call.body.get("items"))
        for line, quantity in posted.items():
            total = self._issued.get((order.order_no, line), Decimal(0)) + quantity
            if line not in ordered or quantity <= 0 or total > ordered[line]:
                raise Refusal(422, "over_issue", f"line {line} of {order.order_no}: {total} of {ordered.get(line, 0)}")
        for line, quantity in posted.items():
            place = (order.order_no, line)
            self._issued[place] = self._issued.get(place, Decimal(0)) + quantity
        self._issue_keys[slot] = call.key
        self._documents += 1
        number = f"49{self._documents:08d}"
        texts = {line: str(quantity) for line, quantity in posted.items()}
        self.books.write("goods_issue", number, order.order_no, delivery=slot[0], handover=slot[1], lines=texts)
        self.call_offs.heard(order.order_no, Moment.LEFT)
        return {"documentNo": number}

    def _reverse(self, call: Call) -> Json:
        order = self._order(call.text("orderNo"))
        slot = (call.text("deliveryNo"), call.text("handoverNo"))
        if slot not in self._issue_keys:
            raise Refusal(422, "nothing_to_reverse", f"{slot[1]} of {slot[0]} was never posted")
        del self._issue_keys[slot]
        self.books.write("goods_issue_reversed", slot[1], order.order_no, delivery=slot[0])
        return {"documentNo": f"50{self._documents:08d}"}

    def _order_status(self, call: Call) -> Json:
        order = self._order(call.parts["order"])
        status = call.text("status")
        self._forward("order_status", order.order_no, order.order_no, status, _as_of(call, "asOf"))
        return {"orderNo": order.order_no, "status": status}

    def _delivery_status(self, call: Call) -> Json:
        order = self._order(call.parts["order"])
        status = call.text("status")
        if status == EXPORTED:
            self.books.write("export_proof", call.parts["delivery"], order.order_no)
            return {"deliveryNo": call.parts["delivery"], "status": status}
        self._forward("delivery_status", call.parts["delivery"], order.order_no, status, _as_of(call, "at"))
        if status in TOLD:
            self.call_offs.heard(order.order_no, TOLD[status])
        return {"deliveryNo": call.parts["delivery"], "status": status}

    def _forward(self, kind: str, key: str, order_no: str, status: str, as_of: str) -> None:
        """Write a status, unless it is unknown or goes back.

        A status as of an earlier moment than the one we have is filed beside it: the paper may follow the truck. So is
        an earlier one of the same moment: what carriers write in minutes happens several times in one.
        """
        ranks = RANKS[kind]
        if status not in ranks:
            raise Refusal(422, "unknown_status", f"{status} is none of {', '.join(ranks)}")
        known = self.books.latest(kind, key)
        before = ranks.index(str(known.facts["status"])) if known is not None else -1
        repeats = status in MAY_REPEAT and ranks[before] in MAY_REPEAT
        goes_back = ranks.index(status) < before and not repeats
        when = str(known.facts["as_of"]) if known is not None else ""
        if as_of < when or (goes_back and as_of == when):
            self.books.write(f"{kind}_filed", key, order_no, status=status, as_of=as_of)
            return
        if goes_back:
            raise Refusal(409, "status_goes_back", f"{key} is {ranks[before]} already, not {status}")
        self.books.write(kind, key, order_no, status=status, as_of=as_of)

    def _look_up(self, call: Call) -> Json:
        answer = self.books.answers.get(call.query.get("externalKey", ""))
        if answer is None:
            raise Refusal(404, "unknown_key", "nothing was posted under this key")
        return answer.body

    def _order(self, order_no: str) -> DemoOrder:
        if self.books.latest("approved", order_no) is None:
            raise Refusal(422, "unknown_order", f"we have no order {order_no}")
        return self._stage.orders[order_no]


def approved(order: DemoOrder, at: datetime, *, revision: int = 1, expired: bool = False, credit: bool = True) -> Json:
    """The order document of the approval event; `expired`: the tariff code of the first line is last year's;
    `credit`: whether it is released."""
    customer = order.customer
    first = order.lines[0].line_no if expired else ""
    latest = at + timedelta(days=6)
    return {
        "number": order.order_no,
        "revision": revision,
        "type": "OR",
        "customer": {"number": customer.customer_no, "name": customer.name, "screened": at.isoformat(),
                     "eori": f"{customer.country}{customer.customer_no[2:]}00012345"},
        "customerPo": order.customer_po,
        "shipTo": {
            "number": f"LOC-{customer.customer_no[2:]}", "name": customer.name, "street": "Havenweg 1",
            "city": customer.city,
            "postalCode": customer.postal, "country": customer.country, "timeZone": customer.tz,
        },
        "currency": "EUR",
        "incoterm": {"code": "DAP", "place": customer.city},
        "requested": {"from": at.isoformat(), "to": latest.isoformat()},
        "priority": order.priority,
        "shipPolicy": "PARTIAL",
        "backorderPolicy": "BACKORDER",
        "creditReleasedAt": at.isoformat() if credit else None,
        "export": is_export(order),
        "items": [
            {
                "lineNo": line.line_no, "material": line.item.item_no, "quantity": str(line.quantity), "unit": "EA",
                "unitPrice": str(line.item.price), "plant": line.site, "grossKg": str(line.item.gross_kg),
                "netKg": str(line.item.gross_kg * NET), "tariffCode": next(iter(EXPIRED)) if line.line_no == first
                else line.item.hs, "origin": "NL", "available": str(line.quantity * 10),
            }
            for line in order.lines
        ],
    }  # fmt: skip


def spoil(body: bytes) -> bytes:
    """A quantity no ledger can hold, as an export with a broken number format writes it."""
    return body.replace(b'"quantity":"', b'"quantity":"NaN', 1)


def _whose(call: Call) -> tuple[str, str]:
    return call.text("orderNo"), str(call.body.get("plant", ""))


def _as_of(call: Call, field: str) -> str:
    """The moment a status speaks of, comparable as text; one without a moment speaks of now."""
    said = call.body.get(field)
    return datetime.fromisoformat(said).astimezone(UTC).isoformat() if isinstance(said, str) else NO_MOMENT


def _whose_order(call: Call) -> tuple[str, str]:
    return call.parts["order"], ""
