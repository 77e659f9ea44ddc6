"""How a return's state follows from the rows taken; every quantity is keyed by the receipt it came with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.wms import ExpectReturn
from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.returns import (
    ReturnCredited,
    ReturnDispositioned,
    ReturnInitiated,
    ReturnInspected,
    ReturnLabelIssued,
    ReturnLine,
    ReturnReceived,
    ReturnUnannouncedReceived,
)
from crossdock.kernel.instant import micros
from crossdock.process.amounts import whole
from crossdock.process.machine import Row
from crossdock.process.returns.state import ReturnState
from crossdock.process.step import entered

Learn = Callable[[ReturnState, Fact], ReturnState]


def evolve(state: ReturnState, fact: Fact, row: Row) -> ReturnState:
    """The state after a row: what the fact taught, and the state name it leads to."""
    learn = LEARN.get(fact.type)
    learned = state if learn is None else learn(state, fact)
    after, prior = entered(state, row)
    return learned if after == state.state else replace(learned, state=after, prior=prior)


def by_line(lines: Iterable[ReturnLine]) -> dict[str, int]:
    """Quantities by order line, as far as they are said."""
    total: dict[str, int] = {}
    for line in lines:
        if line.qty is not None:
            total[line.line] = total.get(line.line, 0) + whole(line.qty.value)
    return total


def _initiated(state: ReturnState, fact: Fact) -> ReturnState:
    rma = cast(ReturnInitiated, fact.payload)
    authorised = {line.line: whole(line.qty_authorised.value) for line in rma.lines if line.qty_authorised is not None}
    window = micros(rma.window_until) if rma.window_until is not None else 0
    return replace(state, rma=rma.rma_no, rev=rma.rev, authorised=authorised, window_us=window)


def _labelled(state: ReturnState, fact: Fact) -> ReturnState:
    number = str(getattr(cast(ReturnLabelIssued, fact.payload), "tracking_no", ""))
    return state if not number or number in state.tracking else replace(state, tracking=(*state.tracking, number))


def received(state: ReturnState, fact: Fact) -> ReturnState:
    """A receipt, once."""
    receipt = cast(ReturnReceived, fact.payload)
    if receipt.receipt_no in state.receipts:
        return state
    conditions = {f"{receipt.receipt_no}|{line.line}": line.condition for line in receipt.lines if line.condition}
    return replace(
        state,
        receipts={**state.receipts, receipt.receipt_no: by_line(receipt.lines)},
        conditions={**state.conditions, **conditions},
        unposted=(*state.unposted, receipt.receipt_no),
    )


def _inspected(state: ReturnState, fact: Fact) -> ReturnState:
    looked_at = cast(ReturnInspected, fact.payload)
    if state.receipts:
        return state
    receipts = {looked_at.receipt_no: by_line(looked_at.lines)}
    return replace(state, receipts=receipts, unposted=(*state.unposted, looked_at.receipt_no))


def dispositioned(state: ReturnState, fact: Fact) -> ReturnState:
    """What was decided on, of one receipt; a decision in parts adds up by line."""
    decided = cast(ReturnDispositioned, fact.payload)
    known = state.disposed.get(decided.receipt_no, {})
    return replace(state, disposed={**state.disposed, decided.receipt_no: {**known, **by_line(decided.lines)}})


def credited(state: ReturnState, fact: Fact) -> ReturnState:
    """A credit note, once."""
    number = cast(ReturnCredited, fact.payload).credit_no
    return state if number in state.credits else replace(state, credits=(*state.credits, number))


def _unannounced(state: ReturnState, fact: Fact) -> ReturnState:
    came = cast(ReturnUnannouncedReceived, fact.payload)
    return replace(state, contents=came.contents, receipt=came.receipt_no)


def _sent_back(state: ReturnState, fact: Fact) -> ReturnState:
    expected = cast(ExpectReturn, fact.payload)
    return replace(state, rma=expected.rma_no, rev=expected.rev, warehouse=expected.warehouse, to_sender=True)


LEARN: dict[str, Learn] = {
    "return.initiated": _initiated,
    "return.label_issued": _labelled,
    "return.in_transit": _labelled,
    "return.received": received,
    "return.inspected": _inspected,
    "return.dispositioned": dispositioned,
    "return.credited": credited,
    "return.unannounced_received": _unannounced,
    "cmd:expect_return": _sent_back,
}
