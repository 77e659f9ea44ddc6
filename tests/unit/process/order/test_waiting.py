"""What waits is released when the ERP says that there is stock (domain.md §3.2.4, decision 40)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from crossdock.canonical.events.order import OrderLineBackordered, OrderReleased
from crossdock.process.effects import CloseCase, StopTimer
from crossdock.process.machine import Decision
from crossdock.process.order.machine import MACHINE
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy, Site
from crossdock.process.terms.release import ReleaseTerms
from crossdock.testing.given import Given, after, cases, derives
from tests.unit.process import examples as ex

SITES = {"WH-NL1": Site("NL"), "WH-GB1": Site("GB")}


def waiting(missing: int = 40, policy: Policy | None = None) -> Given[OrderState]:
    """SO-1, of whose line 20 (100 pieces) so many were not found in WH-NL1 and wait."""
    born = Given(MACHINE, "SO-1", policy=policy or Policy(sites=SITES)).given(
        ex.told("order.approved", ex.approved()), ex.told("order.released"), ex.told("fulfilment.accepted")
    )
    state = born.now()
    group = state.groups[ex.GROUP]
    slip = replace(group.lines["20"], short=missing * 1_000_000)
    born.state = replace(state, groups={ex.GROUP: replace(group, lines={**group.lines, "20": slip})})
    waits = OrderLineBackordered(line_no="20", qty=ex.qty(missing), cause="pick.shorted", fo=ex.KEY)
    return born.given(ex.told("order.line_backordered", waits))


def told(rev: int = 2, amount: int = 100, **stock: int) -> object:
    """The order anew, with this stock of line 20."""
    lines = (ex.order_line("10", 40, WH_NL1=500), ex.order_line("20", amount, **stock))
    return ex.told("order.approved", ex.approved(rev=rev, lines=lines), at=after(hours=5))


def released(decision: Decision[OrderState]) -> dict[str, list[tuple[str, Decimal]]]:
    """What goes to which warehouse."""
    (payload,) = [effect.payload for effect in decision.effects if getattr(effect, "type", "") == "order.released"]  # type: ignore[union-attr]
    assert isinstance(payload, OrderReleased)
    assert payload.release_no == 2
    return {part.warehouse: [(line.line, line.qty.value) for line in part.lines] for part in payload.groups}


@pytest.mark.proves("backorder_min_release_pct")
def test_what_has_come_is_released_and_what_waits_still_is_not_closed() -> None:
    born = waiting()
    decision = born.when(told(WH_NL1=30))
    assert released(decision) == {"WH-NL1": [("20", 30)]}
    assert not [one for one in decision.effects if isinstance(one, StopTimer)]
    born.when(ex.told("order.released", ex.released(2, "WH-NL1", (("20", 30),))))
    assert sum(born.now().lines["20"].backorders.values()) == 10_000_000
    assert released_none(born.when(told(3, WH_NL1=30))), "the same figure again is no news"


def released_none(decision: Decision[OrderState]) -> bool:
    return "order.released" not in derives(decision.effects)


def test_all_that_waited_comes_from_wherever_it_is_and_ends_the_waiting() -> None:
    decision = waiting().when(told(WH_NL1=25, WH_GB1=90))
    assert released(decision) in ({"WH-GB1": [("20", 40)]}, {"WH-NL1": [("20", 25)], "WH-GB1": [("20", 15)]})
    assert StopTimer("tm_backorder_review", "SO-1") in decision.effects
    assert CloseCase("CSR-08", "SO-1") in decision.effects


@pytest.mark.proves("backorder_min_release_pct")
@pytest.mark.parametrize(
    ("pct", "atp", "goes"), [("20", 20, True), ("20", 19, False), ("0", 1, True), ("31", 30, False)]
)
def test_crumbs_wait_for_more(pct: str, atp: int, goes: bool) -> None:
    """A fifth of the open line, or what the project says."""
    terms = ReleaseTerms(backorder_min_release_pct=Decimal(pct))
    decision = waiting(policy=Policy(sites=SITES, release=terms)).when(told(WH_NL1=atp))
    assert released_none(decision) is not goes
    assert Policy().release.backorder_min_release_pct == 20


def test_a_revision_that_repeats_what_was_said_releases_nothing() -> None:
    """An ERP that sends its orders whole says 500 again, though the goods were damaged."""
    assert released_none(waiting().when(told(WH_NL1=500)))


def test_a_rule_that_fails_now_is_a_case_until_it_passes() -> None:
    born = waiting()
    born.given(ex.told("order.held"))
    decision = born.when(told(WH_NL1=40))
    assert released_none(decision)
    assert cases(decision.effects) == ["CSR-02"]
    born.given(ex.told("order.hold_released"))
    better = born.when(told(3, WH_NL1=41))
    assert released(better) == {"WH-NL1": [("20", 40)]}
    assert CloseCase("CSR-02", "SO-1") in better.effects


def test_more_of_a_line_and_what_waits_of_it_are_one_release() -> None:
    born = waiting()
    state = born.now()
    born.state = replace(state, groups={ex.GROUP: replace(state.groups[ex.GROUP], stage="PICKING")})
    decision = born.when(told(amount=110, WH_NL1=40))
    assert released(decision) == {"WH-NL1": [("20", 50)]}
