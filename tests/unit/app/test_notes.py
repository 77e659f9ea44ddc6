"""Release notes tell what changed, who reads it, what ends, and what was decided."""

from __future__ import annotations

from datetime import date

from crossdock.app.notes import as_text, notes
from crossdock.canonical.consumers import Consumer, Reads
from crossdock.canonical.lifecycle import Decision, Seat
from crossdock.canonical.registry import Contract, Life, Published
from crossdock.canonical.shapes import CONTRACT, Field, Shape

DAY = date(2026, 11, 22)


def shaped(*fields: Field) -> Shape:
    return {(one.struct, one.name): one for one in fields}


MOVED = Field(CONTRACT, "events/goods.moved", "GoodsMoved", True)
AT = Field("GoodsMoved", "at", "string", True)
THEN = Published(1, shaped(MOVED, AT, Field("GoodsMoved", "lot", "string", True)))
NOW = shaped(
    MOVED,
    AT,
    Field("GoodsMoved", "seal", "string", False),
    Field(CONTRACT, "events/goods.lost", "GoodsLost", True),
    Field("GoodsLost", "where", "string", True),
)
READER = Consumer("portal", "", (Reads("goods.moved", ("lot",)),))
ROWS = (Contract("events/goods.moved", 1, Life.DEPRECATED, "WMS", "council", DAY, date(2027, 5, 1), "goods.moved 2"),)
DECIDED = Decision("events/goods.moved", 1, "active", Life.DEPRECATED, DAY, "ERP", Seat.COUNCIL, "units are missing")


def test_every_change_stands_under_its_heading_with_who_reads_it() -> None:
    text = as_text(notes(THEN, NOW, ROWS, [DECIDED], consumers=[READER], fragments={"fixed": ("A dock was open.",)}))
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "# Contracts since published version 1", "## Breaks", "## Ends", "## New", "## Changed, compatibly",
        "## Decided", "## Fixed",
    ]  # fmt: skip
    assert "(events/goods.moved; read by portal)" in text
    assert "- `events/goods.moved` on 2027-05-01; instead: goods.moved 2" in text
    assert "- `events/goods.lost`" in text
    assert "GoodsLost" not in text, "what a new contract is made of is told by its name"
    assert "deprecated by ERP (council): units are missing" in text


def test_decisions_told_before_are_left_out_and_nothing_is_said_so() -> None:
    assert "Nothing changed." in as_text(notes(THEN, THEN.shape, (), [DECIDED], after=DAY))
