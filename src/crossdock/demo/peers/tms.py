"""The TMS: plans shipments, builds loads of several orders, tenders them carrier by carrier, under a rate limit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from crossdock.demo import tariff, world
from crossdock.demo.books import Books, Json
from crossdock.demo.door import Call, Door, Refusal
from crossdock.demo.faults import Point
from crossdock.demo.peers.freight_desk import FreightDesk
from crossdock.demo.peers.haulage import weighed
from crossdock.demo.peers.loads import Load, Shipment
from crossdock.demo.peers.way_back import WayBack
from crossdock.demo.speaker import Message, Speaker
from crossdock.demo.stage import Stage
from crossdock.demo.world import SITE_B, Mode

GATHER_S = 1.5
DAY_H = 24


OwnLine = Callable[[Load], None]


class Tms:
    """`own_lines` lead to carriers that have an API; the others get their tender through the hub."""

    def __init__(self, stage: Stage, books: Books, speaker: Speaker, door: Door) -> None:
        self.books, self.speaker, self.door = books, speaker, door
        self.own_lines: dict[str, OwnLine] = {}
        self._stage = stage
        self._shipments: dict[str, Shipment] = {}
        self._by_ref: dict[str, Shipment] = {}
        self._gathering: dict[str, Load] = {}
        self.loads: dict[str, Load] = {}
        door.on("POST", "/v2/shipment-requests", "plan_shipment", self._plan, _whose_request)
        door.on("PATCH", "/v2/shipments/{id}", "update_shipment", self._update, self._whose)
        for action in ("hold", "release", "tracking-refresh", "reconsign", "reschedule", "pod-request"):
            door.on("POST", f"/v2/shipments/{{id}}/{action}", action, self._instruct, self._whose)
        door.on("POST", "/v2/shipments/{id}/cancellation", "cancel_shipment", self._cancel, self._whose)
        door.on("POST", "/v2/shipments/{id}/handover", "confirm_handover", self._handover, self._whose)
        door.on("POST", "/v2/tenders", "tender_load", self._tender, self._whose_tender)
        door.look("/v2/requests/{key}", self._look_up)
        self.freight = FreightDesk(stage, books, speaker, door)
        self.way_back = WayBack(stage, books, door, self._say_return)

    def _plan(self, call: Call) -> Json:
        ref, order_no, site = call.text("externalRef"), call.text("orderNo"), call.text("originSite")
        order = self._stage.orders.get(order_no)
        if order is None or site not in order.sites:
            raise Refusal(422, "unknown_request", f"no business of ours: {order_no} from {site}")
        if ref in self._by_ref:
            raise Refusal(409, "duplicate_plan", f"{ref} is planned as {self._by_ref[ref].shipment_id}")
        number = f"SHP-{self._stage.seed % 1000:03d}{len(self._shipments) + 1:05d}"
        shipment = Shipment(number, ref, order_no, site, world.lane(order, site))
        self._shipments[number] = self._by_ref[ref] = shipment
        self._stage.shipped[number] = order_no
        self._stage.planned[order_no, site] = number
        if shipment.mode is Mode.LTL:
            self._gather(shipment)
        self.books.write("planned", number, order_no, ref=ref, site=site, mode=shipment.mode, load=shipment.load_id)
        self._stage.start(self._say_plan(shipment))
        return {"requestId": f"REQ-{number}", "externalRef": ref}

    async def _say_plan(self, shipment: Shipment) -> None:
        at = await self._stage.step(shipment.order_no, f"plan {shipment.site}", (1, 4))
        # Windows end after the real now: business days take seconds here, and no deadline may pass in between.
        windows = {"pickupFrom": at.isoformat(), "pickupTo": (at + timedelta(hours=DAY_H + 4)).isoformat()}
        windows["deliveryFrom"] = (at + timedelta(hours=4)).isoformat()
        windows["deliveryTo"] = (at + timedelta(hours=3 * DAY_H)).isoformat()
        self._say(
            "shipment.planned", shipment.shipment_id, shipment.order_no, at, shipment,
            requestRef=shipment.external_ref, mode=shipment.mode, revision=shipment.revision, firm=True,
            origin=shipment.site, destination=self._stage.orders[shipment.order_no].customer.city, windows=windows,
            loadId=shipment.load_id,
        )  # fmt: skip

    def _update(self, call: Call) -> Json:
        shipment = self._shipment(call)
        shipment.revision += 1
        self.books.write("updated", shipment.shipment_id, shipment.order_no, body=call.body)
        return {"shipmentId": shipment.shipment_id, "revision": shipment.revision}

    def _instruct(self, call: Call) -> Json:
        shipment = self._shipment(call)
        self.books.write("instruction", shipment.shipment_id, shipment.order_no, body=call.body)
        return {"shipmentId": shipment.shipment_id}

    def _cancel(self, call: Call) -> Json:
        shipment = self._shipment(call)
        if self.books.latest("handover", shipment.shipment_id) is not None:
            raise Refusal(409, "too_late", f"{shipment.shipment_id} has left")
        shipment.cancelled = True
        self.books.write("cancelled", shipment.shipment_id, shipment.order_no)
        self._stage.start(self._say_cancelled(shipment, call.text("cancelId")))
        return {"shipmentId": shipment.shipment_id}

    async def _say_cancelled(self, shipment: Shipment, cancel_id: str) -> None:
        at = await self._stage.step(shipment.order_no, f"drop {shipment.site}", (1, 4))
        self._say("shipment.cancelled", shipment.shipment_id, shipment.order_no, at, shipment, cancelId=cancel_id)

    def _handover(self, call: Call) -> Json:
        shipment = self._shipment(call)
        number = call.text("handoverNo")
        known = self.books.latest("handover", shipment.shipment_id)
        if known is not None and known.facts["handover_no"] != number:
            raise Refusal(409, "handed_over_before", f"{shipment.shipment_id} left with {known.facts['handover_no']}")
        if known is None and shipment.site == SITE_B and shipment.mode is Mode.LTL:
            # The other warehouse weighs nothing.
            self._stage.start(self._weigh(shipment))
        self.books.write("handover", shipment.shipment_id, shipment.order_no, handover_no=number)
        return {"shipmentId": shipment.shipment_id}

    async def _weigh(self, shipment: Shipment) -> None:
        """Quote anew by what the carrier's scales say, if it has any."""
        load = self.loads[shipment.load_id]
        if load.carrier != tariff.SCALES:
            return
        at = await self._stage.step(shipment.order_no, f"weigh {shipment.site}", (5, 15))
        kilograms = weighed(self._stage, shipment.order_no, shipment.site)
        self.freight.quote(shipment, load.carrier, kilograms, at, load.tender_seq + 1)
        self._stage.yard.bay(shipment.order_no, shipment.site).weighed.set()

    def _tender(self, call: Call) -> Json:
        """Asked to tender: the next carrier of the guide gets the offer, once the load is built."""
        load = self._load(call)
        revision = call.body.get("revision")
        self.books.write("tender_asked", load.load_id, revision=revision)
        load.tender_wanted = True
        # A shipment may only ask for the first tender; the load itself asks on after a refusal, counting its tenders.
        again = call.text("loadId") in self.loads and isinstance(revision, int) and revision > load.tender_seq
        if load.built and (load.tender_seq == 0 or again):
            load.tender_seq += 1
            self._stage.start(self._next_tender(load))
        return {"loadId": load.load_id, "tenderNo": load.tender_no}

    def _gather(self, shipment: Shipment) -> None:
        """Put a shipment on the open load of its lane, or on a new one."""
        group = world.load_group(self._stage.orders[shipment.order_no], shipment.site)
        load = self._gathering.get(group)
        if load is None:
            load = Load(f"LD-{self._stage.seed % 1000:03d}{len(self.loads) + 1:05d}", group)
            self._gathering[group] = self.loads[load.load_id] = load
            self._stage.start(self._close(load))
        load.shipments.append(shipment)
        shipment.load_id = load.load_id

    async def _close(self, load: Load) -> None:
        """Close a load after a while and say what rides on it."""
        await asyncio.sleep(GATHER_S)
        del self._gathering[load.group]
        load.built = True
        at = self._stage.move(load.order_nos, "build", (3, 10))
        ids = [shipment.shipment_id for shipment in load.shipments]
        self.books.write("load", load.load_id, shipments=ids)
        stops: list[Json] = [{"seq": 1, "type": "pickup", "location": load.shipments[0].site, "on": ids}]
        for number, shipment in enumerate(load.shipments, start=2):
            city = self._stage.orders[shipment.order_no].customer.city
            stops.append({"seq": number, "type": "delivery", "location": city, "off": [shipment.shipment_id]})
        self._say_load("load.built", load, at, shipments=ids, stops=stops, equipment="53FT", revision=1)
        # The other warehouse reports nothing before it ships, so nobody would ever ask us: we tender by plan.
        if load.tender_wanted or load.shipments[0].site == SITE_B:
            load.tender_seq += 1
            await self._next_tender(load)

    async def _next_tender(self, load: Load) -> None:
        """Offer the load to the next carrier of the routing guide; the second always takes it."""
        guide = world.carriers(self._stage.seed, load.group)
        load.carrier = guide[min(load.tender_seq - 1, len(guide) - 1)]
        await self._stage.rest(load.load_id, f"tender {load.tender_seq}")
        at = self._stage.move(load.order_nos, f"tender {load.tender_seq}", (2, 8))
        self.books.write("tendered", load.tender_no, carrier=load.carrier, load=load.load_id)
        for one in load.shipments:
            planned = tariff.planned_kg(self._stage.orders[one.order_no], one.site)
            self.freight.quote(one, load.carrier, planned, at, load.tender_seq)
        expires = (at + timedelta(hours=DAY_H + 4)).isoformat()
        offer = {"tenderNo": load.tender_no, "seq": load.tender_seq, "carrier": load.carrier, "expires": expires}
        self._say_load("carrier.tendered", load, at, **offer)
        own_line = self.own_lines.get(load.carrier)
        if own_line is not None:
            own_line(load)

    def carrier_answered(self, load: Load, *, accepted: bool, pro_no: str, at: datetime) -> None:
        """A carrier on our own line answered; we say so, and on a no we wait to be asked for the next."""
        self.books.write("answer", load.tender_no, carrier=load.carrier, accepted=accepted, pro=pro_no)
        answer = {"tenderNo": load.tender_no, "carrier": load.carrier}
        if accepted:
            self._say_load("carrier.accepted", load, at, **answer, proNo=pro_no)
        else:
            self._say_load("carrier.rejected", load, at, **answer, reason="no capacity")

    def proof_uploaded(self, shipment_id: str, counted: dict[str, int], at: datetime) -> None:
        """A carrier uploaded its proof of delivery; we pass it on."""
        shipment = self._known(shipment_id)
        self.books.write("pod", shipment_id, shipment.order_no, lines=counted)
        lines = [{"lineNo": line, "quantity": pieces} for line, pieces in counted.items()]
        self._say(
            "pod.captured", shipment_id, shipment.order_no, at, shipment,
            reference=f"POD-{shipment_id}", receiver="J. Jansen", kinds=["signature"], lines=lines,
        )  # fmt: skip

    def _look_up(self, call: Call) -> Json:
        answer = self.books.answers.get(call.parts["key"])
        if answer is None:
            raise Refusal(404, "unknown_key", "nothing was done under this key")
        return answer.body

    def _say(self, kind: str, subject: str, order_no: str, at: datetime, shipment: Shipment, **details: object) -> None:
        body: Json = {"notificationId": f"tms-{subject}-{kind}", "type": kind, "time": at.isoformat()}
        body["shipment"] = {"id": shipment.shipment_id, "orderNo": order_no, **details}
        point = Point(self.books.system, kind, order_no, shipment.site)
        self.speaker.say(Message(str(body["notificationId"]), msgspec.json.encode(body), order_no, point))

    def _say_load(self, kind: str, load: Load, at: datetime, **details: object) -> None:
        ident = f"tms-{load.load_id}-{kind}-{load.tender_seq}"
        body: Json = {"notificationId": ident, "type": kind, "time": at.isoformat()}
        body["load"] = {"id": load.load_id, **details}
        point = Point(self.books.system, kind, load.order_nos[0], load.shipments[0].site)
        self.speaker.say(Message(ident, msgspec.json.encode(body), load.load_id, point))

    def _say_return(self, kind: str, order_no: str, at: datetime, about: Json) -> None:
        ident = f"tms-{about['rma']}-{kind}"
        body: Json = {"notificationId": ident, "type": kind, "time": at.isoformat(), "return": about}
        point = Point(self.books.system, kind, order_no)
        self.speaker.say(Message(ident, msgspec.json.encode(body), order_no, point))

    def _shipment(self, call: Call) -> Shipment:
        """By our number, or by the request it answers, which is all the other side knows before we planned."""
        number = call.parts["id"]
        return self._by_ref[number] if number in self._by_ref else self._known(number)

    def _load(self, call: Call) -> Load:
        number = call.text("loadId")
        load = self.loads.get(number)
        if load is None and number in self._shipments:
            load = self.loads.get(self._shipments[number].load_id)
        if load is None:
            raise Refusal(404, "unknown_load", f"we have no load {number}")
        return load

    def _known(self, number: str) -> Shipment:
        shipment = self._shipments.get(number)
        if shipment is None:
            raise Refusal(404, "unknown_shipment", f"we never planned {number}")
        return shipment

    def _whose(self, call: Call) -> tuple[str, str]:
        shipment = self._shipment(call)
        return shipment.order_no, shipment.site

    def _whose_tender(self, call: Call) -> tuple[str, str]:
        first = self._load(call).shipments[0]
        return first.order_no, first.site


def _whose_request(call: Call) -> tuple[str, str]:
    return call.text("orderNo"), call.text("originSite")
