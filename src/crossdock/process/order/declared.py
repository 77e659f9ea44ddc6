"""CX-05: what customs has taken is withdrawn before anything physical is undone (domain.md §3.2.5)."""

from __future__ import annotations

from msgspec.structs import replace

from crossdock.canonical.envelope import Fact
from crossdock.process.declaring import lrn_of
from crossdock.process.effects import Effect
from crossdock.process.order.cancel import cancel_group
from crossdock.process.order.ledger import with_group
from crossdock.process.order.release import drop_shipment
from crossdock.process.order.standing import ASKED, LIVE, VOID
from crossdock.process.order.state import Group, OrderState
from crossdock.process.policy import Policy

Watched = tuple[OrderState | None, tuple[Effect, ...]]


def taken(state: OrderState, key: str, fact: Fact, policy: Policy) -> Watched:
    """Customs has the declaration of a release: it binds the goods until it is void."""
    name, group = _release(state, key, fact)
    if group is None or group.customs:
        return None, ()
    return with_group(state, name, replace(group, customs=LIVE)), ()


def asked(state: OrderState, key: str, fact: Fact, policy: Policy) -> Watched:
    """It is being withdrawn."""
    name, group = _release(state, key, fact)
    if group is None or group.customs != LIVE:
        return None, ()
    return with_group(state, name, replace(group, customs=ASKED)), ()


def void(state: OrderState, key: str, fact: Fact, policy: Policy) -> Watched:
    """It is gone: what waited for that is undone now, in the warehouse and on the road."""
    name, group = _release(state, key, fact)
    if group is None or group.customs not in (LIVE, ASKED):
        return None, ()
    after = with_group(state, name, replace(group, customs=VOID))
    if group.customs == LIVE or not state.cancel:
        return after, ()
    reason = "the declaration is withdrawn"
    return after, (
        cancel_group(key, name, state.cancel, reason),
        drop_shipment(key, name, group, state.cancel, reason),
    )


def _release(state: OrderState, key: str, fact: Fact) -> tuple[str, Group | None]:
    lrn = str(getattr(fact.payload, "lrn", ""))
    name = next((name for name in state.groups if lrn and lrn_of(f"{key}/{name}") == lrn), "")
    return name, state.groups.get(name)
