"""What FO remembers of a fulfilment order. Quantities are millionths of the line's unit."""

from __future__ import annotations

from crossdock.process.step import Instance


class FulfilmentState(Instance, frozen=True, array_like=True, gc=False):
    """One fulfilment order.

    Attributes:
        wms: the instance that accepted it; from then on no other may speak about it (OW-03).
        shipment: what the goods' shipment is called in facts, for commands about it.
        lines: requested by order line. `over`: the most each line may ship.
        picked: by line. `packages`: contents by SSCC (or package number), by line; `voided` do not exist any more.
        handed: SSCCs by hand-over number, for hand-overs not voided.
        inferred: the carrier left and the warehouse has not confirmed.
    """

    order_no: str = ""
    warehouse: str = ""
    release_no: int = 1
    wms: str = ""
    ship_complete: bool = False
    ship_by_us: int = 0
    inferred: bool = False
    lines: dict[str, int] = {}
    over: dict[str, int] = {}
    picked: dict[str, int] = {}
    packages: dict[str, dict[str, int]] = {}
    voided: tuple[str, ...] = ()
    handed: dict[str, tuple[str, ...]] = {}
    cancel: str = ""
