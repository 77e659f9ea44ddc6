"""What was done about a case of an order becomes a fact of that order: `exception.assigned`, `.escalated`, `.resolved`.

Read from the chain of acts, fed to the hub's own intake, which is idempotent: a crash between the two costs a duplicate
that is suppressed. Cases no dossier stands behind (an endpoint, a silent partner) have their acts in the chain alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from crossdock.app.intake import Intake
from crossdock.canonical.envelope import Envelope, Reference, Source, Subject
from crossdock.canonical.events.platform import CaseNote, ExceptionAssigned, ExceptionEscalated, ExceptionResolved
from crossdock.canonical.vocabulary import Role, Severity
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Bug
from crossdock.kernel.instant import Occurrence
from crossdock.ports.acts import ActRow
from crossdock.ports.cases import CaseDesk, Worked
from crossdock.ports.clock import Clock
from crossdock.ports.directory import Partner
from crossdock.ports.polling import Cursors

READER = "case acts"
ACTS_PAGE = 200

TOLD: Mapping[str, tuple[str, type[CaseNote]]] = {
    "taken": ("exception.assigned", ExceptionAssigned),
    "assigned": ("exception.assigned", ExceptionAssigned),
    "ack_missed": ("exception.escalated", ExceptionEscalated),
    "escalated": ("exception.escalated", ExceptionEscalated),
    "resolved": ("exception.resolved", ExceptionResolved),
    "dismissed": ("exception.resolved", ExceptionResolved),
}


async def tell_once(desk: CaseDesk, cursors: Cursors, intake: Intake, ourselves: Partner, clock: Clock) -> int:
    """Tell the next page of acts; how many were read.

    Raises:
        Transient: the intake or the database is away; what was not told is told later.
        Bug: our own intake refused a fact of ours.
    """
    stands = await cursors.cursor(READER)
    acts = await desk.chain(int(stands or 0), ACTS_PAGE)
    if not acts:
        return 0
    bodies = [body for act in acts if (body := await _body(desk, act, ourselves)) is not None]
    receipts = await intake.facts(ourselves, bodies) if bodies else []
    await cursors.move(READER, stands, str(acts[-1].id), clock.now())
    for receipt in receipts:
        if receipt.status == "refused":
            raise Bug(f"what was done about a case was refused by our own intake: {receipt.findings}")
    return len(acts)


async def _body(desk: CaseDesk, act: ActRow, ourselves: Partner) -> bytes | None:
    if not act.case or act.act not in TOLD:
        return None
    worked = await desk.case(act.case)
    if worked is None or not worked.case.dossier:
        return None
    async with desk.at_desk() as at_desk:
        row = await at_desk.holder(worked.case.dossier)
    return fact_of(act, worked, row.ident, ourselves) if row is not None else None


def fact_of(act: ActRow, worked: Worked, ident: str, ourselves: Partner) -> bytes:
    """The canonical envelope, about the case, at the instant of the act; the dossier is found by its own identifier."""
    scheme, scope, number = ident.split("|", 2)
    name, payload = TOLD[act.act]
    case = worked.case
    note = payload(
        code=case.code,
        subject=case.subject,
        slot=case.slot,
        severity=Severity(worked.desk.severity if worked.desk is not None else case.severity),
        queue=case.queue,
        detail=act.reason,
        resolution=act.act if payload is ExceptionResolved else "",
        by=act.person,
    )
    envelope = Envelope(
        type=name,
        subject=Subject("case", str(case.id)),
        source=Source(Role.SYNC, ourselves.id, event_id=f"case-act-{act.id}"),
        occurred=Occurrence(act.at),
        payload=msgspec.Raw(encode_json(note)),
        causation_id=case.cause_open,
        refs=(Reference(scheme, number, scope),),
    )
    return encode_json(envelope)
