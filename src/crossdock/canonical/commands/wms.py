"""Commands to warehouses (domain.md §2.10)."""

from __future__ import annotations

from typing import Annotated

from crossdock.canonical.declarations import Payload, command
from crossdock.canonical.events.returns import ReturnLine
from crossdock.canonical.parts import Equipment, Incoterm, LineQuantity, PackageInfo, Part, Party, Place
from crossdock.canonical.scalars import HOME, Id, Instant, Number, Ordinal, Text
from crossdock.canonical.vocabulary import Priority
from crossdock.kernel.instant import Window
from crossdock.kernel.quantity import Quantity


class FulfilmentCommand(Payload, frozen=True, kw_only=True):
    """Base of commands about one fulfilment order, by its natural key."""

    order_no: Id
    warehouse: Id
    release_no: Ordinal = 1


class FulfilmentLine(Part, frozen=True):
    """One line to fulfil; tolerances are percent."""

    line: Id
    item: Id
    qty: Quantity
    description: str = ""
    gtin: str = ""
    under_tol_pct: Number = Number(0)
    over_tol_pct: Number = Number(0)
    substitution_ok: bool = False

    @property
    def key(self) -> str:
        """The order line."""
        return self.line


class CreateFulfilmentOrder(FulfilmentCommand, frozen=True, kw_only=True):
    """Pick, pack and hand over these lines."""

    lines: tuple[FulfilmentLine, ...]
    ship_to: Annotated[Place, HOME]
    customer: Party | None = None
    ship_by: Instant | None = None
    requested: Window | None = None
    priority: str = "normal"
    ship_policy: str = "ship_partial"
    customer_po: str = ""
    incoterm: Incoterm | None = None
    carrier: str = ""
    service: str = ""
    handling: tuple[str, ...] = ()
    customs_flag: bool = False
    request_id: str = ""


class UpdateFulfilmentOrder(FulfilmentCommand, frozen=True, kw_only=True):
    """Full new state of lines and address, as of order revision `rev`."""

    rev: Ordinal
    lines: tuple[FulfilmentLine, ...]
    ship_to: Annotated[Place | None, HOME] = None
    ship_by: Instant | None = None


class CancelFulfilmentOrder(FulfilmentCommand, frozen=True, kw_only=True):
    """Stop; no `lines` means all of it."""

    cancel_id: Id
    reason: Text = ""
    lines: tuple[LineQuantity, ...] = ()


class HoldFulfilment(FulfilmentCommand, frozen=True, kw_only=True):
    """Do nothing more until the hold is released."""

    hold_id: Id
    reason: Text = ""


class ReleaseFulfilmentHold(FulfilmentCommand, frozen=True, kw_only=True):
    """Go on."""

    hold_id: Id


class BlockLoading(Payload, frozen=True, kw_only=True):
    """These goods must not get on a vehicle."""

    shipment: Id
    hold_id: Id
    warehouse: str = ""
    reason: Text = ""
    packages: tuple[str, ...] = ()


class UnblockLoading(Payload, frozen=True, kw_only=True):
    """They may."""

    shipment: Id
    hold_id: Id
    warehouse: str = ""


class UpdateCarrierAssignment(Payload, frozen=True, kw_only=True):
    """Who will fetch the shipment, and when."""

    shipment: Id
    tender_no: Id
    carrier: Id
    order_no: str = ""
    warehouse: str = ""
    release_no: Ordinal = 1
    service: str = ""
    pro_no: str = ""
    bol_no: str = ""
    load: str = ""
    equipment: Equipment | None = None
    pickup: Window | None = None


class ResendShipConfirmation(Payload, frozen=True, kw_only=True):
    """The goods seem to have left: confirm what left. `day` is ISO 8601, one request a day."""

    shipment: Id
    day: Id
    order_no: str = ""
    warehouse: str = ""
    release_no: Ordinal = 1


class ExpectReturn(Payload, frozen=True, kw_only=True):
    """Goods are coming back."""

    rma_no: Id
    rev: Ordinal
    warehouse: str = ""
    order_no: str = ""
    lines: tuple[ReturnLine, ...] = ()
    packages: tuple[PackageInfo, ...] = ()
    window_until: Instant | None = None


class RequestCount(Payload, frozen=True, kw_only=True):
    """Count this item; `case` is what made us ask."""

    warehouse: Id
    item: Id
    case: Id
    location: str = ""
    reason: Text = ""


class RequestInventorySnapshot(Payload, frozen=True, kw_only=True):
    """Report the whole stock; `window` names the reconciliation it is for."""

    warehouse: Id
    window: Id


_FO = "order_no warehouse release_no"
_ACK = "A:message ack"

# fmt: off
COMMANDS = (
    command("create_fulfilment_order", CreateFulfilmentOrder, "WMS", _FO,
            "A:fulfilment.accepted / fulfilment.rejected", "tm_fo_accept", "WHS-02", "cancel_fulfilment_order",
            ordering="order=order_no"),
    command("update_fulfilment_order", UpdateFulfilmentOrder, "WMS", f"{_FO} rev",
            "A:fulfilment.accepted / fulfilment.rejected", "tm_fo_accept", "CSR-04", "re-send previous rev",
            ordering="order=order_no"),
    command("cancel_fulfilment_order", CancelFulfilmentOrder, "WMS", f"{_FO} cancel_id",
            "A:fulfilment.cancelled / fulfilment.cancel_rejected", "tm_cancel", "WHS-10",
            "create_fulfilment_order (new release_no)", ordering="order=order_no", priority=Priority.P0),
    command("hold_fulfilment", HoldFulfilment, "WMS", f"{_FO} hold_id", _ACK, "tm_cmd_ack", "INT-07",
            "release_fulfilment_hold", ordering="order=order_no", priority=Priority.P0),
    command("release_fulfilment_hold", ReleaseFulfilmentHold, "WMS", f"{_FO} hold_id", _ACK, "tm_cmd_ack", "INT-07",
            "hold_fulfilment", ordering="order=order_no", priority=Priority.P0),
    command("block_loading", BlockLoading, "WMS", "shipment hold_id", _ACK, "tm_cmd_ack_p0", "INT-07",
            "unblock_loading", ordering="shipment", priority=Priority.P0),
    command("unblock_loading", UnblockLoading, "WMS", "shipment hold_id", _ACK, "tm_cmd_ack_p0", "INT-07",
            "block_loading", ordering="shipment", priority=Priority.P0),
    command("update_carrier_assignment", UpdateCarrierAssignment, "WMS", "shipment tender_no", _ACK, "tm_cmd_ack",
            "INT-07", "re-send previous", ordering="order=order_no"),
    command("resend_ship_confirmation", ResendShipConfirmation, "WMS", "shipment day", "A:shipment.handed_over",
            "tm_cmd_ack", "WHS-08", "", ordering="shipment", priority=Priority.P2),
    command("expect_return", ExpectReturn, "WMS", "rma_no rev", _ACK, "tm_cmd_ack", "INT-07", "cancel expectation",
            ordering="return=rma_no"),
    command("request_count", RequestCount, "WMS", "warehouse item case", "A:inventory.counted", "tm_count", "WHS-12",
            "", ordering="stock=item", priority=Priority.P2),
    command("request_inventory_snapshot", RequestInventorySnapshot, "WMS", "warehouse window",
            "A:inventory.snapshot_taken", "tm_cmd_ack", "INT-07", "", ordering="warehouse", priority=Priority.P3),
)
# fmt: on
