"""What CD asks for and concludes (domain.md §3.4): data, gate, answers, holds, papers, refusals."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import cast

import pytest

from crossdock.canonical.commands.customs import (
    CreateDeclaration,
    SubmitDeclaration,
    SupplyDocuments,
)
from crossdock.canonical.declarations import Payload
from crossdock.canonical.events import customs as cus
from crossdock.canonical.events.planning import ShipmentHeld
from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.instant import micros
from crossdock.process.customs.machine import MACHINE
from crossdock.process.declaring import lrn_of
from crossdock.process.effects import Derive, OpenCase
from crossdock.process.policy import Policy
from crossdock.process.terms.customs import Agent, CustomsTerms
from crossdock.testing.given import NOON, Given, after, cases, derives, elapsed, sends, timers
from tests.unit.process import examples as ex
from tests.unit.process.customs import declaring as de
from tests.unit.process.customs.declaring import closed, departed, follow, released, sent

# -- data and gate ----------------------------------------------------------------------------------------------------


def test_the_reference_of_a_shipment_is_short_and_its_own() -> None:
    """An LRN has at most 22 characters, letters and digits; the same key has the same."""
    one, other = lrn_of("SO-100234/WH-NL1/1"), lrn_of("SO-100234/WH-NL11/1")
    assert len(one) <= 22
    assert one.isalnum()
    assert one != other
    assert lrn_of("SO-100234/WH-NL1/1") == one


@pytest.mark.proves("CD-01", "W-06.1", "W-06.2", "W-06.7")
def test_complete_data_make_a_draft_in_the_words_of_the_country() -> None:
    """Regime, offices and declarant are policy; weight and value are those of the whole line."""
    terms = CustomsTerms(
        declarant=Agent(no="NL8", name="We", eori="NL8"),
        offices_export={"NL": "NL000510"},
        offices_exit={"NL": "NL000511"},
    )
    born = Given(MACHINE, ex.KEY, policy=Policy(customs=terms))
    decision = born.when(de.told(de.stated()))
    draft = cast(CreateDeclaration, sent(decision.effects, "create_declaration"))
    assert (draft.lrn, draft.regime, draft.shipment) == (de.LRN, "EU_AES", "SHP-1")
    assert (draft.office_export, draft.office_exit) == ("NL000510", "NL000511")
    assert draft.declarant is not None
    assert (draft.declarant.eori, draft.goods[0].net_kgm, draft.goods[0].value.amount) == (
        "NL8",
        388,
        Decimal("4800.00"),
    )


@pytest.mark.proves("CD-02", "CD-06", "CUS-01", "CUS-10", "tm_customs_data", "W-06.5")
def test_missing_data_are_named_and_waited_for() -> None:
    """CD-02, CUS-01 with the fields; CUS-10 for a licence; CD-06 once they are there."""
    born = Given(MACHINE, ex.KEY)
    decision = born.when(de.told(de.stated(missing=("lines[10].hs", "lines[10].licence"))))
    assert (decision.row, cases(decision.effects), sends(decision.effects)) == ("CD-02", ["CUS-01", "CUS-10"], [])
    assert "lines[10].hs" in next(one.detail for one in decision.effects if isinstance(one, OpenCase))
    assert timers(decision.effects)["tm_customs_data"] == after(1) + timedelta(hours=4)
    overdue = born.when(elapsed("tm_customs_data", ex.KEY))
    assert derives(overdue.effects) == ["exception.escalated"]
    mended = born.when(de.told(de.stated()))
    assert (mended.row, sends(mended.effects)) == ("CD-06", ["create_declaration"])
    assert {"CUS-01", "CUS-10"} <= closed(mended.effects)


@pytest.mark.proves("CD-03", "U-20", "tm_customs_ack")
@pytest.mark.parametrize("packed_first", [True, False])
def test_it_is_handed_in_when_packed_and_booked_whichever_comes_last(packed_first: bool) -> None:
    """The gate: packages final and means of transport known."""
    born = Given(MACHINE, ex.KEY).given(de.told(de.stated(final=False, packages=())))
    packed, booked = de.told(de.stated()), ex.told("carrier.accepted")
    first, last = (packed, booked) if packed_first else (booked, packed)
    assert sends(born.when(first).effects) == []
    decision = born.when(last)
    assert sends(decision.effects) == ["submit_declaration"]
    handed_in = cast(SubmitDeclaration, sent(decision.effects, "submit_declaration"))
    assert (handed_in.version, handed_in.packages, handed_in.gross_kgm) == (1, (ex.SSCC,), Decimal("412.5"))
    assert handed_in.goods[0].qty.value == 40
    assert "tm_customs_ack" in timers(decision.effects)
    follow(born, decision.effects)
    assert sends(born.when(de.told(de.stated(documents=(de.paper(),)))).effects) == []


def test_a_carrier_that_withdraws_closes_the_gate_again() -> None:
    """No carrier, no submission; a run of our own fleet is as good as a carrier."""
    born = Given(MACHINE, ex.KEY).given(
        de.told(de.stated(final=False)), ex.told("carrier.accepted"), ex.told("carrier.rejected")
    )
    assert sends(born.when(de.told(de.stated())).effects) == []
    assert sends(born.when(ex.told("run.planned")).effects) == ["submit_declaration"]


# -- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("X-09", "Y-25", "W-06.3", "tm_customs_ack", "CUS-02")
def test_no_answer_is_a_case_of_the_link_and_then_of_customs() -> None:
    """INT-06, half an hour later CUS-02; the answer closes the first."""
    born = de.declaration("SUBMITTED")
    first = born.when(elapsed("tm_customs_ack", ex.KEY))
    assert (cases(first.effects), list(timers(first.effects))) == (["INT-06"], ["tm_customs_ack"])
    assert cases(born.when(elapsed("tm_customs_ack", ex.KEY)).effects) == ["CUS-02"]
    accepted = born.when(de.told(cus.CustomsAccepted(lrn=de.LRN, mrn=de.MRN, accepted_at=NOON)))
    assert "INT-06" in closed(accepted.effects)


@pytest.mark.proves("CD-04", "CUS-05", "tm_customs_release")
def test_accepted_and_not_released_in_time_is_asked_after() -> None:
    """CUS-05 after four hours, and not while customs holds it."""
    born = de.declaration("SUBMITTED")
    accepted = born.when(de.told(cus.CustomsAccepted(lrn=de.LRN, mrn=de.MRN, accepted_at=NOON)))
    assert timers(accepted.effects)["tm_customs_release"] == after(1) + timedelta(hours=4)
    assert cases(born.when(elapsed("tm_customs_release", ex.KEY)).effects) == ["CUS-05"]
    born.given(de.told(de.held()))
    assert cases(born.when(elapsed("tm_customs_release", ex.KEY)).effects) == []


@pytest.mark.proves("CD-05", "CUS-02", "W-06.5")
def test_a_rejected_version_is_handed_in_again_once_something_changed() -> None:
    """CD-05, then version 2 with what a person corrected; nothing is sent again unchanged."""
    born = de.declaration("SUBMITTED")
    rejected = born.when(de.told(de.rejected()))
    assert (rejected.row, cases(rejected.effects), sends(rejected.effects)) == ("CD-05", ["CUS-02"], [])
    assert sends(born.when(de.told(de.stated(documents=(de.paper(),)))).effects) == []
    corrected = born.when(de.told(de.stated(de.goods(hs="84137059"))))
    assert cast(SubmitDeclaration, sent(corrected.effects, "submit_declaration")).version == 2
    follow(born, corrected.effects)
    declared = born.when(de.told(cus.CustomsDeclared(lrn=de.LRN, submitted_at=NOON, version=2)))
    assert (declared.row, "CUS-02" in closed(declared.effects)) == ("CD-03", True)


@pytest.mark.proves("customs_autofix")
@pytest.mark.parametrize(("autofix", "code", "again"), [(True, "90", 1), (True, "12", 0), (False, "90", 0)])
def test_known_passing_errors_are_handed_in_again_by_themselves_if_the_policy_says_so(
    autofix: bool, code: str, again: int
) -> None:
    """`customs.autofix` and `autofix_codes`, once."""
    policy = Policy(customs=CustomsTerms(autofix=autofix, autofix_codes=("90",)))
    born = de.declaration("SUBMITTED", policy=policy)
    decision = born.when(de.told(de.rejected(code=code)))
    assert sends(decision.effects) == ["submit_declaration"] * again
    if again:
        follow(born, decision.effects)
        born.given(de.told(cus.CustomsDeclared(lrn=de.LRN, submitted_at=NOON, version=2)))
        assert sends(born.when(de.told(de.rejected(2, code))).effects) == []


# -- holds ------------------------------------------------------------------------------------------------------------


@pytest.mark.proves("CD-07", "CD-09", "CD-22", "CUS-03", "X-08", "Y-04", "W-06.4", "tm_hold_review")
def test_a_hold_stops_the_shipment_tells_everybody_and_ends_with_the_release() -> None:
    """CD-07, CD-22, CD-09; one CUS-03 however many controls, looked at every day."""
    born = de.declaration("ACCEPTED")
    held = born.when(de.told(de.held()))
    assert derives(held.effects) == ["shipment.held"]
    assert (cases(held.effects), sends(held.effects)) == (["CUS-03"], ["notify_internal"] * 3)
    more = born.when(de.told(de.held(cus.CustomsHoldKind.QUERY, after(60))))
    assert (more.row, derives(more.effects), cases(more.effects)) == ("CD-22", [], [])
    assert sends(more.effects) == ["notify_internal"] * 3
    review = born.when(elapsed("tm_hold_review", ex.KEY, at=after(hours=24)))
    assert derives(review.effects) == ["exception.escalated"]
    assert timers(review.effects)["tm_hold_review"] == after(hours=48)
    free = born.when(de.told(released(120)))
    assert derives(free.effects) == ["shipment.hold_released"]
    assert {"CUS-03", "CUS-04", "CUS-05"} <= closed(free.effects)
    assert set(timers(free.effects)) == {"tm_exit_enquiry", "tm_exit_warning", "tm_exit_invalid"}
    assert timers(free.effects)["tm_exit_enquiry"] == after(120) + timedelta(days=90)


def test_each_hold_has_a_number_of_its_own() -> None:
    """A second stop must reach the warehouse, which knows the first one by its number."""
    born = de.declaration("ACCEPTED")
    ids = []
    for since in (0, 60):
        stop = born.when(de.told(de.held(since=after(since + 1))))
        ids += [cast(ShipmentHeld, one.payload).hold_id for one in stop.effects if isinstance(one, Derive)]
        born.given(de.told(released(since + 30)))
    assert len(set(ids)) == 2


@pytest.mark.proves("CD-07")
@pytest.mark.parametrize(("since", "row"), [(10, ""), (90, "CD-07")])
def test_a_hold_after_the_release_counts_by_the_authoritys_own_clock(since: int, row: str) -> None:
    """Late and older: recorded. Newer: the goods stop again."""
    born = de.declaration("RELEASED", released_us=micros(after(60)))
    decision = born.when(de.told(de.held(since=after(since)), at=after(100)))
    assert decision.row == row
    assert decision.disposition is (Disposition.APPLY if row else Disposition.RECORD)


@pytest.mark.proves("CD-08", "CUS-04")
def test_documents_are_supplied_once_all_of_them_are_here() -> None:
    """CD-08: asked for, case; sent when the set is complete, once."""
    born = de.declaration("ACCEPTED", content=de.stated(documents=(de.paper("invoice"),)))
    asked = born.when(
        de.told(cus.CustomsDocsRequested(lrn=de.LRN, mrn=de.MRN, documents=("invoice", "packing"), request_ref="RQ"))
    )
    assert (asked.row, cases(asked.effects), derives(asked.effects)) == ("CD-08", ["CUS-04"], ["shipment.held"])
    assert sends(asked.effects) == []
    whole = born.when(de.told(de.stated(documents=(de.paper("invoice"), de.paper("packing")))))
    papers = cast(SupplyDocuments, sent(whole.effects, "supply_documents"))
    assert (papers.request_ref, len(papers.documents)) == ("RQ", 2)


@pytest.mark.proves("CD-23", "CD-25")
def test_an_outcome_with_its_number_stands_for_an_acceptance_nobody_told() -> None:
    """Some authorities accept and release, or accept and stop, in one word."""
    at_once = de.declaration("SUBMITTED", mrn="")
    decision = at_once.when(de.told(released()))
    assert (decision.row, at_once.now().mrn, at_once.now().inferred) == ("CD-23", de.MRN, True)
    stopped = de.declaration("SUBMITTED", mrn="")
    assert (stopped.when(de.told(de.held())).row, stopped.now().mrn) == ("CD-25", de.MRN)


@pytest.mark.proves("CD-23", "CD-04")
def test_an_outcome_before_the_receipt_waits_for_it() -> None:
    """Released before declared: held half an hour, then it stands for the receipt."""
    born = de.declaration("DRAFT")
    early = de.told(released())
    waiting = born.when(early)
    assert waiting.disposition is Disposition.HOLD
    assert timers(waiting.effects)["hold_ttl_inflight"] == after(31)
    born.given(elapsed("hold_ttl_inflight", ex.KEY, about=early.key))
    assert born.when(early).row == "CD-23"


# -- refusal and contradiction ----------------------------------------------------------------------------------------


@pytest.mark.proves("CD-10", "CUS-06")
def test_a_refused_release_keeps_the_goods_until_a_new_version_is_released() -> None:
    """CD-10, then CD-03 by a licence obtained; the hold ends with the release only."""
    born = de.declaration("ACCEPTED")
    refused = born.when(de.told(cus.CustomsReleaseRefused(lrn=de.LRN, mrn=de.MRN, reason="embargo", at=NOON)))
    assert (refused.row, cases(refused.effects), derives(refused.effects)) == ("CD-10", ["CUS-06"], ["shipment.held"])
    licensed = born.when(de.told(de.stated(de.goods(licence="L-1"))))
    assert sends(licensed.effects) == ["submit_declaration"]
    follow(born, licensed.effects)
    declared = born.when(de.told(cus.CustomsDeclared(lrn=de.LRN, submitted_at=NOON, version=2)))
    assert (declared.row, derives(declared.effects)) == ("CD-03", [])
    born.given(de.told(cus.CustomsAccepted(lrn=de.LRN, mrn=de.MRN, accepted_at=NOON)))
    assert derives(born.when(de.told(released())).effects) == ["shipment.hold_released"]


@pytest.mark.proves("CUS-06")
@pytest.mark.parametrize("first", ["RELEASED", "REFUSED"])
def test_released_and_refused_at_once_is_decided_by_a_person_and_blocked_meanwhile(first: str) -> None:
    """Fail safe: the most restrictive word counts."""
    born = de.declaration(first, answered=1 if first == "REFUSED" else 0, holds={})
    refusal = cus.CustomsReleaseRefused(lrn=de.LRN, mrn=de.MRN, reason="embargo", at=after(5))
    decision = born.when(de.told(refusal if first == "RELEASED" else released(5)))
    assert (decision.disposition, cases(decision.effects)) == (Disposition.ESCALATE, ["CUS-06"])
    assert derives(decision.effects) == ["shipment.held"]
    assert born.now().disputed
    gone = born.when(departed())
    assert cases(gone.effects) == ["CUS-07"]


def test_only_the_partner_that_speaks_for_customs_is_heard() -> None:
    """INT-04: a broker that is not on the declaration."""
    born = de.declaration("ACCEPTED", authority="customs-nl")
    decision = born.when(de.told(released(), instance="broker-9"))
    assert (decision.disposition, cases(decision.effects)) == (Disposition.REJECT, ["INT-04"])
    named = Policy(customs=CustomsTerms(speakers={"EU_AES": ("aes",)}))
    assert de.declaration("ACCEPTED", policy=named).when(de.told(released())).disposition is Disposition.REJECT
    assert de.declaration("ACCEPTED", policy=named).when(de.told(released(), instance="aes")).row == "CD-09"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("CANCELLED", released()),
        ("EXITED", de.held(since=after(10))),
        ("ACCEPTED", cus.CustomsCancelled(lrn=de.LRN, reason="?", at=NOON)),
        ("REFUSED", cus.CustomsExitConfirmed(lrn=de.LRN, mrn=de.MRN, exit_at=NOON)),
    ],
)
@pytest.mark.proves("CUS-06")
def test_what_cannot_follow_is_decided_by_a_person(state: str, said: object) -> None:
    """The state stays, CUS-06 says what contradicts."""
    decision = de.declaration(state).when(de.told(said))  # type: ignore[arg-type]
    assert (decision.disposition, cases(decision.effects)) == (Disposition.ESCALATE, ["CUS-06"])


@pytest.mark.proves("CUS-02", "INT-06", "CD-04", "CD-25", "CD-23")
@pytest.mark.parametrize(
    "answer", [cus.CustomsAccepted(lrn=de.LRN, mrn=de.MRN, accepted_at=NOON), de.held(), de.released()]
)
def test_an_answer_after_a_long_silence_ends_the_cases_of_the_silence(answer: Payload) -> None:
    """Customs had not answered twice over; whatever it answers in the end, it has answered."""
    silent = de.declaration("SUBMITTED", overdue=2)
    assert {"INT-06", "CUS-02"} <= de.closed(silent.when(de.told(answer)).effects)
