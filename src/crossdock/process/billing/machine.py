"""BIL as the fold sees it. After every step that taught it something it concludes what may be billed, and tells ORD."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact
from crossdock.process.billing.decide import ACTIONS, GUARDS, WATCHES, credit_notes, eligible, gate
from crossdock.process.billing.evolve import LEARN, evolve
from crossdock.process.billing.state import BillingState
from crossdock.process.billing.table import BILLED, BLOCKERS, CREDIT_PENDING, FAILED, OPEN, PROGRESS, ROWS
from crossdock.process.billing.trigger import asked_back, due, settled, unbilled
from crossdock.process.effects import Effect, StartTimer, Tell
from crossdock.process.machine import Decision
from crossdock.process.policy import Policy
from crossdock.process.step import HOLD_TTL, Spec, TableMachine, seconds
from crossdock.process.sums import added
from crossdock.process.timing import PERIODIC
from crossdock.process.told import BILLED as TOLD
from crossdock.process.told import Billed

WAITS = dict.fromkeys(
    ("invoice.posted", "invoice.failed", "invoice.paid", "invoice.credited", "handover.voided", "pod.amended"), HOLD_TTL
)


class BillingMachine(TableMachine[BillingState]):
    """A table machine that looks at its books after every step."""

    def __init__(self, spec: Spec[BillingState]) -> None:
        super().__init__(spec)
        self.listens |= {*LEARN, *(f"case:{code}" for code in BLOCKERS)}

    def decide(
        self, state: BillingState | None, key: str, trigger: str, fact: Fact, policy: Policy
    ) -> Decision[BillingState]:
        """See `process.machine.Machine`."""
        decision = super().decide(state, key, trigger, fact, policy)
        if decision.state is None:
            return decision
        before = self.spec.blank if state is None else state
        if decision.state.state == CREDIT_PENDING:
            after = asked_back(decision.state, key, policy)
            decision = replace(decision, state=after, effects=(*decision.effects, *credit_notes(after)))
        assert decision.state is not None, "looked at above"
        more = (*concluded(before, decision.state, key, fact, policy), *told(before, decision.state, key, policy))
        return replace(decision, effects=(*decision.effects, *more)) if more else decision


def awaits_acceptance(state: BillingState) -> bool:
    """Whether the customer's time to object is running: not before the delivery, nor while there is an objection."""
    waits = state.state in (*OPEN, *BILLED) and state.policy == "on_acceptance" and bool(state.delivered)
    return waits and not state.accepted and not any(one.startswith("CSR-06") for one in state.blockers)


def concluded(before: BillingState, state: BillingState, key: str, fact: Fact, policy: Policy) -> tuple[Effect, ...]:
    """`invoice.eligible` for what is due, not billed and not blocked; else the clock that will make it due."""
    if state.state not in (*OPEN, *BILLED):
        return ()
    lines = added(unbilled(state, policy).values())
    if lines:
        return () if state.blockers else (eligible(state, key, lines, fact),)
    if awaits_acceptance(state):
        if awaits_acceptance(before) and before.delivered.keys() == state.delivered.keys():
            return ()
        return (StartTimer("tm_acceptance", key, fact.at + seconds(policy, "tm_acceptance")),)
    if state.policy == PERIODIC and not state.closed and unbilled(replace(state, closed=True), policy):
        return (StartTimer("tm_period", key, month_end(fact.at)),)
    return ()


def month_end(at: datetime) -> datetime:
    """The first instant of the next month, in UTC."""
    first = at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def told(before: BillingState, after: BillingState, key: str, policy: Policy) -> tuple[Effect, ...]:
    """The books, for the order, where they changed."""
    billed = books(after, policy)
    return () if billed == books(before, policy) else (Tell(TOLD, billed, key.partition("/")[2]),)


def books(state: BillingState, policy: Policy) -> Billed:
    """Where a billing item stands."""
    return Billed(
        due=due(state, policy),
        invoiced=added(bill.posted for bill in state.bills.values()),
        credited=added(bill.back for bill in state.bills.values()),
        open=state.state == FAILED or not settled(state, policy),
    )


MACHINE = BillingMachine(
    Spec(
        name="BIL",
        per_group=True,
        blank=BillingState(),
        rows=ROWS,
        guards=GUARDS,
        actions=ACTIONS,
        evolve=evolve,
        progress=PROGRESS,
        waits=WAITS,
        conflicts={},
        watches=WATCHES,
        gate=gate,
    )
)
