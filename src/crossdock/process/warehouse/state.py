"""What WH remembers of a warehouse: its last whole report, and which items it named."""

from __future__ import annotations

from crossdock.process.step import Instance

# A site with more items than this is asked to report by zone; what is named beyond it is not missed when it is gone.
ITEMS_MAX = 100_000


class WarehouseState(Instance, frozen=True, array_like=True, gc=False):
    """`items` are sorted; `window` is what the report asked for last is for."""

    snapshot: str = ""
    at_us: int = 0
    seq: int = 0
    items: tuple[str, ...] = ()
    window: str = ""
