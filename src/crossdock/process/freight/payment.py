"""What the ERP is asked to pay of a case: each cent once, also while an earlier payment is still on its way. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from crossdock.process.freight.state import FreightState


def invoice_set(state: FreightState) -> tuple[str, ...]:
    """The numbers of all documents of the case."""
    return tuple(sorted(paper.no for paper in state.papers.values()))


def claims(state: FreightState) -> str:
    """The invoices a payment is for. Credit notes are none: one that comes later does not make it another payment."""
    return "+".join(sorted(paper.no for paper in state.papers.values() if paper.kind != "credit"))


def taken(state: FreightState) -> int:
    """What was asked for or paid so far, whichever is more: money asked for is on its way until the ERP says so."""
    return max(sum(state.asked.values()), sum(state.paid.values()))


def asked(state: FreightState, amount: int, suffix: str = "") -> FreightState:
    """The state with a payment asked for that brings all of them to this amount; none where they are there already."""
    name = claims(state) + suffix
    if amount <= taken(state):
        return state
    if name in state.asked:
        name = f"{name}#{len(state.asked) + 1}"
    return replace(state, asked={**state.asked, name: amount - taken(state)})


def credited_beyond(state: FreightState, amount: int) -> int:
    """How much of a credit note just taken in is news: what a dispute promised was taken off when it ended."""
    given = sum(paper.total for paper in state.papers.values() if paper.kind == "credit")
    promised = sum(dispute.agreed for dispute in state.disputes.values())
    return max(given, promised) - max(given - amount, promised)
