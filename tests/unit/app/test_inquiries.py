"""Stock is read off the state its process manager keeps, in units people count in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from crossdock.app.headline import Concern, Tiles
from crossdock.app.inquiries import stock, validate
from crossdock.app.states import named
from crossdock.ports.store import DossierRow, LinkRow, WriteSet
from crossdock.process.stock.state import Delta, Position, StockState
from crossdock.testing.store import MemoryStore
from crossdock.testing.views import MemoryViews

STATE = StockState(
    uom="EA",
    positions={"L1|available": Position(base=40_000_000, deltas=(Delta(1, 0, "M-1", -2_500_000),), erp=40_000_000)},
)


class Kept:
    """The states of one dossier."""

    def __call__(self, row: DossierRow) -> Mapping[str, object]:
        return {"MOV": named(STATE)}

    def group(self, row: DossierRow, idents: Sequence[str]) -> list[str]:
        return [""] * len(idents)

    def tiles(self, row: DossierRow, cases: Sequence[Concern]) -> Tiles:
        raise AssertionError("stock has no tiles")


async def test_stock_is_what_the_warehouse_counted_and_moved_since() -> None:
    store = MemoryStore()
    rows = WriteSet(
        dossiers=[DossierRow(1, "stock||WH-NL1|IT-501", 1, "COUNTED", b"")], links=[LinkRow("stock||WH-NL1|IT-501", 1)]
    )
    async with store.batch() as batch:
        await batch.write(rows)
    found = await stock(MemoryViews(store), Kept(), "WH-NL1", "IT-501")
    assert found is not None
    (line,) = found.lines
    assert (found.uom, line.lot, line.status, line.on_hand, line.erp) == (
        "EA",
        "L1",
        "available",
        Decimal("37.5"),
        Decimal(40),
    )


def test_fact_nested_beyond_reason_is_told_so() -> None:
    verdict = validate(b"[" * 100_000, datetime(2026, 6, 1, tzinfo=UTC))
    assert not verdict.valid
    assert verdict.findings[0].detail
