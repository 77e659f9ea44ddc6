"""Every row of CD from every state it leaves: taken, and where it leads (domain.md §3.4)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from msgspec.structs import replace

from crossdock.canonical.commands.customs import AmendDeclaration, CancelDeclaration
from crossdock.canonical.declarations import Payload
from crossdock.canonical.events import customs as cus
from crossdock.canonical.events.planning import ShipmentCancelled
from crossdock.canonical.events.tracking import ShipmentDeparted
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.kernel.ids import fingerprint
from crossdock.kernel.instant import micros
from crossdock.process.customs.machine import MACHINE
from crossdock.process.customs.state import DeclarationState
from crossdock.process.customs.table import ROWS, UNSEEN
from crossdock.process.machine import KEEP, NEW, PRIOR, Row
from crossdock.process.policy import Policy
from crossdock.process.terms.customs import CustomsTerms
from crossdock.testing.given import NOON, after, command, elapsed, fact
from tests.unit.process import examples as ex
from tests.unit.process.customs import declaring as de

SAID: dict[str, Payload] = {
    "customs.goods_stated": de.stated(),
    "customs.not_required": cus.CustomsNotRequired(rule="carrier_clears:parcel"),
    "customs.declared": cus.CustomsDeclared(lrn=de.LRN, submitted_at=NOON, version=2),
    "customs.accepted": cus.CustomsAccepted(lrn=de.LRN, mrn=de.MRN, accepted_at=NOON),
    "customs.rejected": de.rejected(2),
    "customs.held": de.held(),
    "customs.docs_requested": cus.CustomsDocsRequested(lrn=de.LRN, mrn=de.MRN, documents=("invoice",)),
    "customs.released": cus.CustomsReleased(lrn=de.LRN, mrn=de.MRN, released_at=NOON),
    "customs.release_refused": cus.CustomsReleaseRefused(lrn=de.LRN, mrn=de.MRN, reason="embargo", at=NOON),
    "customs.amended": cus.CustomsAmended(lrn=de.LRN, mrn=de.MRN, amendment_no="1", accepted_at=NOON),
    "customs.amendment_rejected": cus.CustomsAmendmentRejected(lrn=de.LRN, mrn=de.MRN, amendment_no="1", errors=()),
    "customs.cancelled": cus.CustomsCancelled(lrn=de.LRN, mrn=de.MRN, reason="on request", at=NOON),
    "customs.cancel_denied": cus.CustomsCancelDenied(lrn=de.LRN, mrn=de.MRN, reason="presented"),
    "customs.exit_confirmed": cus.CustomsExitConfirmed(lrn=de.LRN, mrn=de.MRN, exit_at=NOON),
    "customs.exit_enquiry": cus.CustomsExitEnquiry(lrn=de.LRN, mrn=de.MRN, due_at=after(60)),
    "shipment.departed": ShipmentDeparted(at=NOON),
    "shipment.handed_over": ex.handed_over(),
    "shipment.cancelled": ShipmentCancelled(cancel_id="X-1"),
}
STRICT = Policy(customs=CustomsTerms(gate="block_handover"))


def told(row: Row) -> object:
    """What is told to take a row."""
    if row.trigger == "cmd:amend_declaration":
        return command(AmendDeclaration(lrn=de.LRN, mrn=de.MRN, amendment_no="1", changes=()), ex.SHIPMENT)
    if row.trigger == "cmd:cancel_declaration":
        return command(CancelDeclaration(lrn=de.LRN, request_id="X-1"), ex.SHIPMENT)
    if row.trigger.startswith("timer:"):
        return elapsed(row.trigger[6:], ex.KEY)
    if row.id == "CD-02":
        return de.told(de.stated(missing=("lines[10].hs",)))
    payload = SAID[row.trigger]
    return de.told(payload) if row.trigger.startswith("customs.") else fact(payload, ex.SHIPMENT, by=Role.SYNC)


def entries() -> Iterator[tuple[Row, str]]:
    """Every row with every state it leaves."""
    for row in ROWS:
        for source in row.sources:
            yield row, source


@pytest.mark.proves(
    "CD-01", "CD-02", "CD-03", "CD-04", "CD-05", "CD-06", "CD-07", "CD-08", "CD-09", "CD-10", "CD-11", "CD-12", "CD-13",
    "CD-14", "CD-15", "CD-16", "CD-17", "CD-18", "CD-19", "CD-20", "CD-21", "CD-22", "CD-23", "CD-24", "CD-25",
)  # fmt: skip
@pytest.mark.parametrize(
    ("row", "source"), list(entries()), ids=lambda part: part.id if isinstance(part, Row) else str(part or "new")
)
def test_row_is_taken_and_leads_where_the_table_says(row: Row, source: str) -> None:
    """The row wins over all others of its trigger, and the state after it is the table's."""
    said = told(row)
    state = None if source == NEW else replace(de.known(), state=source, prior="RELEASED")
    if row.guard == "another_control":
        state = replace(de.known(), state=source, controls=("documents 2026-06-01T09:00:00+00:00",))
    if state is not None and "graced" in row.guard:
        state = replace(state, graced=(fingerprint(said.key),))  # type: ignore[attr-defined]
    if state is not None and source in UNSEEN and row.trigger in ("customs.declared", "customs.rejected"):
        state = replace(state, version=2)
    decision = MACHINE.decide(state, ex.KEY, row.trigger, said, STRICT)  # type: ignore[arg-type]
    assert decision.disposition is Disposition.APPLY, decision.reason
    assert decision.row == row.id
    assert decision.after == {KEEP: source, PRIOR: "RELEASED"}.get(row.target, row.target)
    assert decision.state is not None
    assert decision.state.state == decision.after


def test_every_row_of_the_specification_is_in_the_table() -> None:
    """CD-01 to CD-25, none left out."""
    assert {row.id for row in ROWS} == {f"CD-{number:02}" for number in range(1, 26)}


def test_tables_name_only_what_exists() -> None:
    """Guards, actions and states by name."""
    spec = MACHINE.spec
    for row in ROWS:
        assert not row.guard or row.guard in spec.guards, row
        assert set(row.actions) <= set(spec.actions), row
        assert {*row.sources, row.target} - {KEEP, PRIOR} <= set(spec.progress), row


def test_states_survive_packing() -> None:
    """What is stored is what was decided."""
    state = replace(de.known(), state="HELD", released_us=micros(NOON), holds={"control": "H-1"})
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=DeclarationState) == state
