"""A substitute for what is short (domain.md §3.2.4 step 2): taken at once where the project says so, else asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from msgspec.structs import replace

from crossdock.canonical.events.fulfilment import PickShorted
from crossdock.canonical.events.order import SubstitutionProposed, SubstitutionRejected
from crossdock.process.effects import Derive, StopTimer
from crossdock.process.order.machine import MACHINE
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.process.terms.release import ReleaseTerms
from crossdock.testing.given import Given, derives, elapsed, fact, sends, timers
from tests.unit.process import examples as ex

OFFER = SubstitutionProposed(
    proposal_id="P-1", line_no="20", item_sub="IT-21", qty=ex.qty(100), reason="short", fo="SO-1/WH-NL1/1"
)
SHORT = PickShorted(
    order_no="SO-1", warehouse="WH-NL1", line="20", requested=ex.qty(100), picked=ex.qty(0), reason="missing"
)


def short(policy: Policy | None = None) -> tuple[Given[OrderState], object]:
    """SO-1 with a substitute offered for line 20, which then is not there."""
    lines = (ex.order_line("10", 40, WH_NL1=500), replace(ex.order_line("20", 100, WH_NL1=500), substitution_ok=True))
    born = Given(MACHINE, "SO-1", policy=policy).given(
        ex.told("order.approved", ex.approved(lines=lines)), ex.told("order.released"), ex.told("fulfilment.accepted"),
        ex.told("allocation.confirmed"), ex.told("wave.assigned"), ex.told("pick.started"), fact(OFFER, ex.ORDER),
    )  # fmt: skip
    return born, born.when(fact(SHORT, ex.FO))


@pytest.mark.proves("FO-12")
@pytest.mark.proves("tm_substitution", "WHS-05")
def test_the_erp_has_two_hours_and_silence_is_a_refusal() -> None:
    """The quantity goes on down the ladder: it is backordered."""
    born, decision = short()
    due = timers(decision.effects)["tm_substitution"]  # type: ignore[attr-defined]
    assert due - timedelta(hours=2) <= ex.told("order.approved").received_at + timedelta(minutes=1)
    silent = born.when(elapsed("tm_substitution", "SO-1", about="P-1"))
    assert derives(silent.effects) == ["substitution.rejected"]
    refused = cast(SubstitutionRejected, cast(Derive, silent.effects[0]).payload)
    after = born.when(fact(refused, ex.ORDER))
    assert derives(after.effects) == ["order.line_backordered"]
    assert StopTimer("tm_substitution", "SO-1", "P-1") in after.effects
    assert born.when(elapsed("tm_substitution", "SO-1", about="P-1")).effects == ()


def test_a_substitute_approved_beforehand_is_taken_without_asking() -> None:
    """auto: the warehouse is told the other item."""
    born, decision = short(Policy(release=ReleaseTerms(substitutes={"IT-20": ("IT-21",)})))
    assert derives(decision.effects) == ["substitution.approved"]  # type: ignore[attr-defined]
    assert timers(decision.effects) == {}  # type: ignore[attr-defined]
    (approved,) = [one for one in decision.effects if isinstance(one, Derive)]  # type: ignore[attr-defined]
    taken = born.when(fact(approved.payload, ex.ORDER))
    assert sends(taken.effects) == ["update_fulfilment_order"]
    assert born.now().lines["20"].item == "IT-21"
