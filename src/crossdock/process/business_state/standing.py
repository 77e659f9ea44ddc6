"""What a business state is derived from: where the processes stand, which marks they bear, which cases are open.

Plain names, so that this floor needs to know no process manager; `app.headline` fills them from a dossier.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

ENDED = frozenset({"CANCELLED", "CLOSED", "RETURNED", "LOST"})


class Part(msgspec.Struct, frozen=True, gc=False):
    """One warehouse release and its shipment.

    Attributes:
        group: `<warehouse>/<release_no>`.
        fulfilment, shipment, customs, billing, freight: where each process stands, empty where there is none.
        marks: overlays of the shipment (`delayed`, `delay_risk`, `handover_inferred`, `proof_in_review`).
        hold: kind of the hold that stands, empty for none.
        proof: whether a proof of delivery is here.
        window: whether the next attempt has a window.
        cases: codes of the open cases about this part.
    """

    group: str
    fulfilment: str = ""
    shipment: str = ""
    customs: str = ""
    billing: str = ""
    freight: str = ""
    marks: frozenset[str] = frozenset()
    hold: str = ""
    proof: bool = False
    window: bool = False
    cases: frozenset[str] = frozenset()

    @property
    def live(self) -> bool:
        """Whether something may still happen to it."""
        return self.shipment not in ENDED and self.fulfilment not in ENDED

    def open(self, *codes: str) -> bool:
        """Whether a case of one of these codes is open about it."""
        return not self.cases.isdisjoint(codes)


class Standing(msgspec.Struct, frozen=True, gc=False):
    """A whole order.

    Attributes:
        order: state of the order itself.
        marks: its overlays (`on_hold`, `backorder_open`, `customer_action_required`).
        hold: kind of a hold on the order, empty for none.
        parts: its warehouse releases, oldest first.
        some_shipped, all_shipped: whether part, or all, of the open quantity has left.
        cases: codes of the open cases about the order or any of its parts.
        on_hold: how many facts wait inside the dossier for what must come before them.
        stale: whether what is shown may be older than what the owner knows.
        as_of: when the owner last said something, for the label of a stale state.
    """

    order: str
    marks: frozenset[str] = frozenset()
    hold: str = ""
    parts: tuple[Part, ...] = ()
    some_shipped: bool = False
    all_shipped: bool = False
    cases: frozenset[str] = frozenset()
    on_hold: int = 0
    stale: bool = False
    as_of: datetime | None = None

    def open(self, *codes: str) -> bool:
        """Whether a case of one of these codes is open about the order or a part of it."""
        return not self.cases.isdisjoint(codes)
