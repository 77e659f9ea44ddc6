"""The tables of RET, MOV and VAR have every row of the specification and name only what exists (§3.7, §3.8)."""

from __future__ import annotations

from itertools import chain

import msgspec

from crossdock.process.machine import KEEP, NEW, PRIOR
from crossdock.process.returns.machine import MACHINE as RET
from crossdock.process.returns.state import ReturnState
from crossdock.process.stock.machine import MACHINE as MOV
from crossdock.process.stock.state import Delta, Issue, Movement, Position, StockState
from crossdock.process.stock.table import ROWS as MOV_ROWS
from crossdock.process.variance.machine import MACHINE as VAR
from crossdock.process.variance.state import Variance, VarianceState
from crossdock.process.variance.table import ROWS as VAR_ROWS


def numbered(prefix: str, count: int) -> set[str]:
    """`RET-01` and on."""
    return {f"{prefix}-{number:02}" for number in range(1, count + 1)}


def test_every_row_of_the_specification_is_in_a_table() -> None:
    found = {row.id for row in chain(RET.spec.rows, MOV_ROWS, VAR_ROWS)}
    assert found == numbered("RET", 17) | numbered("MOV", 5) | numbered("VAR", 6)


def test_tables_name_only_guards_actions_and_states_there_are() -> None:
    spec = RET.spec
    for row in spec.rows:
        assert not row.guard or row.guard in spec.guards, row
        assert set(row.actions) <= set(spec.actions), row
        assert {*row.sources, row.target} - {KEEP, PRIOR} <= set(spec.progress), row
    assert set(spec.actions) == {action for row in spec.rows for action in row.actions}
    assert set(spec.guards) == {row.guard for row in spec.rows if row.guard}


def test_machines_listen_to_what_their_tables_name() -> None:
    assert {row.trigger for row in RET.spec.rows} <= RET.listens
    assert {row.trigger for row in MOV_ROWS} <= MOV.listens
    assert {row.trigger for row in VAR_ROWS} <= VAR.listens


def test_states_survive_packing() -> None:
    """What is stored is what was decided: arrays without names, decoded by type."""
    place = Position(base=1, seq=2, at_us=3, deltas=(Delta(3, 4, "MV-1", -5),), erp=6, stated=True)
    states = (
        ReturnState(NEW, rma="RMA-1", receipts={"RC-1": {"10": 2}}, disposed={"RC-1": {"10": 1}}, credits=("CN-1",)),
        StockState(
            NEW,
            positions={"|available": place},
            movements={"MV-1": Movement("RECORDED", {"|available": -5})},
            issues=(Issue("HO-1", "|available", -5, handover=True),),
        ),
        VarianceState(NEW, open={"|available": Variance("OPEN", "|available@1", -5, "EA")}),
    )
    for state in states:
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=type(state)) == state
