"""What a partner's word is worth: taken at once, with a second source, or never; and who wins (peers.md 3.6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossdock.bench.trace import PARTNERS, Order, Told
from crossdock.canonical.envelope import Envelope, Source, Subject
from crossdock.canonical.events.tracking import RetractReason, TrackingMilestone, TrackingRetracted
from crossdock.canonical.milestones import Milestone
from crossdock.canonical.vocabulary import FactClass
from crossdock.canonical.wire import decode_fact, make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.process.policy import Policy
from crossdock.process.terms.authority import AuthorityTerms, ClaimRule
from crossdock.testing.world import World

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
ORDER = Order(1, START)
DELIVERED = "tracking.milestone:DELIVERED"
EVERYBODY = {**PARTNERS, "eyes": msgspec.structs.replace(PARTNERS["nvtr"], id="eyes", scacs=("EYES",))}
CONFIRMED = ClaimRule("two-must-agree", "nvtr", (DELIVERED,), "confirmed")
_envelopes = msgspec.json.Decoder(Envelope)


def rules(*claims: ClaimRule) -> Policy:
    return Policy(authority=AuthorityTerms(claims))


def seen(partner: str, hours: float, milestone: Milestone = Milestone.DELIVERED) -> Told:
    """Who saw what, so many hours after the beginning."""
    source = Source(EVERYBODY[partner].role, partner, message_id=f"{partner}-{milestone}-{hours}")
    at = Occurrence(START + timedelta(hours=hours))
    payload = TrackingMilestone(milestone=milestone)
    return Told(partner, make_envelope("tracking.milestone", Subject("shipment", ORDER.shipment), source, at, payload))


def on_the_road() -> list[Told]:
    return [*list(ORDER.facts())[:4], *ORDER.load_facts((ORDER.shipment,)), *list(ORDER.facts())[4:8]]


async def after(policy: Policy, *claims: Told) -> World:
    """A hub told the order, then these claims; all of it reaches it days later."""
    hub = World(EVERYBODY, policy=policy, now=START + timedelta(days=5))
    for one in (*on_the_road(), *claims):
        await hub.tell(one.partner, one.body)
    return hub


def state(hub: World) -> str:
    (line,) = [line for ident, line in hub.ending().headlines.items() if ident.startswith("order")]
    return next(part.split()[1] for part in line.split("; ") if part.startswith("SHP:"))


def said(hub: World) -> dict[str, tuple[str, str]]:
    """By partner, what became of its claims and why."""
    rows = [row for row in hub.store.events.values() if row.type == "tracking.milestone"]
    return {row.partner: (str(row.disposition), row.reason) for row in rows}


async def test_without_a_rule_a_partner_is_believed_at_once() -> None:
    assert state(await after(Policy(), seen("nvtr", 40))) == "DELIVERED"
    first = ClaimRule("known", "nvtr", (DELIVERED,))
    assert state(await after(rules(first, CONFIRMED_LAST), seen("nvtr", 40))) == "DELIVERED", "the first rule holds"


CONFIRMED_LAST = ClaimRule("never", "nvtr", ("tracking.milestone",), "evidence")


@pytest.mark.proves("X-18")
async def test_a_claim_waits_for_a_second_source_and_says_by_which_rule() -> None:
    alone = await after(rules(CONFIRMED), seen("nvtr", 40), seen("nvtr", 40.1))
    assert state(alone) == "HANDED_OVER"
    disposition, reason = said(alone)["nvtr"]
    assert (disposition, "two-must-agree" in reason, "another partner" in reason) == ("RECORD", True, True)
    assert state(await after(rules(CONFIRMED), seen("nvtr", 40), seen("eyes", 40.1))) == "DELIVERED"
    named = msgspec.structs.replace(CONFIRMED, by=("tms1",))
    both = rules(named, msgspec.structs.replace(CONFIRMED, id="other", partner="eyes", by=("tms1",)))
    assert state(await after(both, seen("nvtr", 40), seen("eyes", 40.1))) == "HANDED_OVER", "neither may confirm"
    assert state(await after(both, seen("nvtr", 40), seen("tms1", 40.2))) == "DELIVERED"


async def test_other_milestones_of_the_partner_are_not_meant() -> None:
    hub = await after(rules(CONFIRMED), seen("nvtr", 30, Milestone.OUT_FOR_DELIVERY))
    assert state(hub) == "OUT_FOR_DELIVERY"


async def test_evidence_is_kept_and_never_taken_but_may_confirm_another() -> None:
    eyes = ClaimRule("eyes-only", "eyes", ("tracking.milestone", "shipment.eta_changed"), "evidence")
    hub = await after(rules(eyes), seen("eyes", 40))
    assert (state(hub), said(hub)["eyes"][0]) == ("HANDED_OVER", "RECORD")
    assert "eyes-only" in said(hub)["eyes"][1]
    assert state(await after(rules(eyes, CONFIRMED), seen("eyes", 40), seen("nvtr", 40.1))) == "DELIVERED"


async def test_a_claim_that_is_withdrawn_confirms_nothing() -> None:
    claim = seen("nvtr", 40)
    key = decode_fact(claim.body, START).key
    gone = make_envelope(
        "tracking.retracted",
        Subject("shipment", ORDER.shipment),
        Source(EVERYBODY["nvtr"].role, "nvtr", message_id="r"),
        Occurrence(START + timedelta(hours=41)),
        TrackingRetracted(target=key, reason=RetractReason.DID_NOT_OCCUR),
        cls=FactClass.RET,
        retracts=key,
    )
    own = msgspec.structs.replace(CONFIRMED, id="own", partner="eyes")
    both = rules(CONFIRMED, own)
    assert state(await after(both, claim, seen("eyes", 42))) == "DELIVERED"
    assert state(await after(both, claim, Told("nvtr", gone), seen("eyes", 42))) == "HANDED_OVER"


@pytest.mark.parametrize("first", ["nvtr", "eyes"])
async def test_of_two_that_contradict_each_other_the_rule_says_who_wins(first: str) -> None:
    """More than the conflict window apart: without a rule it is a person's to decide (TRN-16)."""
    later = "eyes" if first == "nvtr" else "nvtr"
    claims = (seen(first, 40), seen(later, 44))
    wins = ClaimRule("eyes-know", "eyes", (DELIVERED,), over=("nvtr",))
    hub = await after(rules(wins), *claims)
    assert state(hub) == "DELIVERED"
    assert "TRN-16" not in {code for code, _, _ in hub.store.cases}
    assert "eyes-know" in said(hub)[later][1]
    assert said(hub)[later][0] == ("SUPERSEDE" if later == "eyes" else "RECORD")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_in_any_order_with_repeats_the_claims_come_to_the_same(data: st.DataObject) -> None:
    """Whether a second source has confirmed is a fact of the log, not of the order of arrival."""
    own = msgspec.structs.replace(CONFIRMED, id="own", partner="eyes", over=("nvtr",))
    policy = rules(CONFIRMED, own)
    told = [
        *on_the_road(), seen("nvtr", 30, Milestone.OUT_FOR_DELIVERY), seen("nvtr", 40), seen("eyes", 41),
        seen("nvtr", 45), seen("eyes", 49),
    ]  # fmt: skip
    repeated = data.draw(st.lists(st.integers(0, len(told) - 1), max_size=4))
    arrived = data.draw(st.permutations([*range(len(told)), *repeated]))

    async def ended(order: list[Told]) -> object:
        hub = World(EVERYBODY, policy=policy, now=START + timedelta(days=5))
        for one in order:
            await hub.tell(one.partner, one.body)
        return hub.ending()

    assert await ended([told[place] for place in arrived]) == await ended(told)


def test_rules_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(ValueError, match="second source"):
        ClaimRule("a", "nvtr", ("order.approved",), "confirmed")
    with pytest.raises(ValueError, match="itself"):
        ClaimRule("a", "nvtr", (DELIVERED,), "confirmed", by=("nvtr",))
    with pytest.raises(ValueError, match="who confirms"):
        ClaimRule("a", "nvtr", (DELIVERED,), by=("tms1",))
    with pytest.raises(ValueError, match="against each other"):
        ClaimRule("a", "nvtr", ("order.approved",), over=("tms1",))
    with pytest.raises(ValueError, match="one id"):
        AuthorityTerms((CONFIRMED, CONFIRMED))
