"""What the TMS keeps of shipments and loads, and how it gathers shipments of one lane into a load."""

from __future__ import annotations

from crossdock.demo.peers.haulage import Consignment
from crossdock.demo.stage import Stage
from crossdock.demo.world import Mode


class Shipment:
    """A planned shipment. `load_id` is empty for the own fleet."""

    def __init__(self, shipment_id: str, external_ref: str, order_no: str, site: str, mode: Mode) -> None:
        self.shipment_id = shipment_id
        self.external_ref = external_ref
        self.order_no = order_no
        self.site = site
        self.mode = mode
        self.load_id = ""
        self.revision = 1
        self.cancelled = False


class Load:
    """Shipments that ride together, and the tenders made for them. It takes no more shipments once `built`."""

    def __init__(self, load_id: str, group: str) -> None:
        self.load_id = load_id
        self.group = group
        self.shipments: list[Shipment] = []
        self.built = False
        self.tender_wanted = False
        self.tender_seq = 0
        self.carrier = ""

    @property
    def order_nos(self) -> tuple[str, ...]:
        """Whose goods ride."""
        return tuple(shipment.order_no for shipment in self.shipments)

    @property
    def tender_no(self) -> str:
        """The latest tender."""
        return f"TND-{self.load_id[3:]}-{self.tender_seq}"

    def consignments(self, stage: Stage) -> tuple[Consignment, ...]:
        """What the carrier is told of the shipments."""
        return tuple(
            Consignment(
                one.shipment_id, one.order_no, one.site, self.load_id, "", stage.orders[one.order_no].customer.city
            )
            for one in self.shipments
        )
