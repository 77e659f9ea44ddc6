"""From what a batch worked out to the rows that are committed: nothing is decided here."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from crossdock.app.fold.conclude import command_body, fact_body
from crossdock.app.fold.dossier import OpenedCase
from crossdock.app.fold.run import Emission, Told
from crossdock.app.fold.session import Session
from crossdock.app.ingest.addressee import system_for
from crossdock.app.ingest.arrival import Item
from crossdock.app.ingest.batch import BatchRun
from crossdock.canonical.catalogue import COMMAND_TYPES, EVENT_TYPES
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.canonical.vocabulary import Disposition, Lane
from crossdock.kernel.ids import uuid7
from crossdock.kernel.instant import from_micros
from crossdock.ports.canary import receiver
from crossdock.ports.directory import Partner
from crossdock.ports.store import (
    AlarmRow,
    CaseRow,
    DeliveryRow,
    EventRow,
    LinkRow,
    QuarantineRow,
    Redisposed,
    WaitingRow,
    WriteSet,
)
from crossdock.process.effects import Send

# The acknowledgment of commands that no later fact answers.
MESSAGE_ACK = "message ack"


async def write_set(run: BatchRun) -> WriteSet:
    """All rows of the batch. Reserves delivery ids; reads nothing."""
    rows = WriteSet()
    rows.released = run.released
    sends: list[tuple[Session, Emission, Send]] = []
    for dossier in sorted(run.sessions):
        session = run.sessions[dossier]
        if not session.touched:
            continue
        sends += _session_rows(run, session, rows)
    await _deliveries(run, sends, rows)
    for item in run.items:
        if item.place == "waiting" and not item.waiting_id:
            rows.waiting.append(_waiting(run, item))
            rows.cases += _unannounced(run, item, still=True)
        elif item.place == "event" and item.waiting_id:
            rows.cases += _unannounced(run, item, still=False)
        elif item.place == "quarantine":
            rows.quarantine.append(_lone_quarantine(run, item))
            rows.cases.append(_quarantine_case(run, item, item.code, item.reason))
            if item.waiting_id:
                rows.released.append(item.waiting_id)
    for item, error in run.broken:
        rows.quarantine.append(_blocking_quarantine(item, error))
        rows.cases.append(_quarantine_case(run, item, "INT-02", error))
    return rows


def _session_rows(run: BatchRun, session: Session, rows: WriteSet) -> list[tuple[Session, Emission, Send]]:
    for folded, facts in ((True, session.told), (False, session.suppressed)):
        for told in facts:
            item = run.told.get((session.id, told.seq))
            if item is not None:
                item.disposition, item.reason, item.place_id = told.disposition, told.reason, f"{session.id}.{told.seq}"
                item.transitions = "; ".join(told.transitions)
                # What waits behind a quarantined fact is folded with it.
                waits = told.disposition is Disposition.HOLD
                rows.events.append(_event(session.id, told, item, folded=folded or waits))
    sends: list[tuple[Session, Emission, Send]] = []
    for emission in session.emissions:
        if isinstance(emission.effect, Send):
            sends.append((session, emission, emission.effect))
        elif not emission.effect.to:
            rows.events.append(_derived_event(session, emission))
    rows.redisposed += [
        Redisposed(session.id, told.seq, told.disposition, "; ".join(told.transitions), told.reason)
        for told in session.redisposed.values()
    ]
    rows.links += [LinkRow(ident, session.id) for ident in session.links]
    rows.cases += _cases(run, session)
    alarm = session.alarm()
    if alarm is not None:
        rows.alarms.append(AlarmRow(session.id, from_micros(alarm) if alarm else None))
    rows.dossiers.append(session.row())
    return sends


def _event(dossier: int, told: Told, item: Item, *, folded: bool) -> EventRow:
    return EventRow(
        dossier=dossier,
        seq=told.seq,
        type=told.fact.type,
        disposition=told.disposition,
        partner=item.partner.id,
        occurred=told.fact.at,
        received=item.received_at,
        body=item.body,
        key=told.fact.key,
        cause=item.cause,
        message=item.message,
        transitions=item.transitions,
        reason=told.reason,
        folded=folded,
    )


def _derived_event(session: Session, emission: Emission) -> EventRow:
    fact = emission.derived
    cause = f"{session.id}.{emission.cause.seq}"
    return EventRow(
        dossier=session.id,
        seq=session.next_seq(),
        type=fact.type,
        disposition=Disposition.APPLY,
        partner=fact.source.instance,
        occurred=fact.at,
        received=fact.received_at,
        body=fact_body(fact, cause),
        key=fact.key,
        cause=cause,
        concluded=True,
    )


def _cases(run: BatchRun, session: Session) -> list[CaseRow]:
    moved = [
        _case(run, session, one.case, opened=one.opened, cause=f"{session.id}.{one.cause_seq}" if one.cause_seq else "")
        for one in session.case_changes
    ]
    return [*moved, *(_case(run, session, case, reworded=True) for case in session.reworded)]


def _case(
    run: BatchRun,
    session: Session,
    case: OpenedCase,
    *,
    opened: bool = True,
    cause: str = "",
    reworded: bool = False,
) -> CaseRow:
    definition = EXCEPTION_TYPES[case.code]
    return CaseRow(
        code=case.code,
        subject=case.subject,
        slot=case.slot,
        dossier=session.id,
        severity=definition.severity.value,
        queue=definition.queue,
        detail=case.detail,
        open=opened,
        cause=cause,
        at=run.now,
        reworded=reworded,
    )


async def _deliveries(run: BatchRun, sends: list[tuple[Session, Emission, Send]], rows: WriteSet) -> None:
    if not sends:
        return
    first = await run.parts.store.reserve_deliveries(len(sends))
    for number, (session, emission, send) in enumerate(sends, first):
        partner = receiver(session.ident, system_for(session, send.to, run.parts.directory), run.parts.canaries)
        if partner is not None and is_mere_news(send, partner):
            continue
        item = run.told.get((session.id, emission.cause.seq))
        rows.deliveries.append(
            DeliveryRow(
                id=number,
                dossier=session.id,
                partner=partner.id if partner is not None else "",
                type=send.type,
                idempotency_key=send.idempotency_key,
                ordering_key=send.ordering,
                lane=send.priority.value,
                cause=f"{session.id}.{emission.cause.seq}",
                traceparent=item.traceparent if item is not None else "",
                payload=command_body(send),
                due=run.now,
            )
        )
        if partner is None:
            rows.cases.append(_unroutable(run, session, send, emission))


def is_mere_news(send: Send, partner: Partner) -> bool:
    """A command nothing waits for, to a system that has no way to hear it (an X12 warehouse and a carrier change)."""
    deaf = bool(partner.commands) and send.type not in partner.commands
    return deaf and COMMAND_TYPES[send.type].ack == (MESSAGE_ACK,)


def _unroutable(run: BatchRun, session: Session, send: Send, emission: Emission) -> CaseRow:
    whom = " ".join(part for part in (send.to.role.value, send.to.site, send.to.scac) if part)
    definition = EXCEPTION_TYPES["INT-07"]
    return CaseRow(
        code="INT-07",
        subject=session.ident,
        slot=f"no partner {whom}",
        dossier=session.id,
        severity=definition.severity.value,
        queue=definition.queue,
        detail=f"no single partner plays {whom}: add it to partners/, then retry the delivery of {send.type}",
        open=True,
        cause=f"{session.id}.{emission.cause.seq}",
        at=run.now,
    )


def _quarantine_case(run: BatchRun, item: Item, code: str, reason: str) -> CaseRow:
    """One case a source and cause, however many facts it stops; each fact has its own row in quarantine."""
    return case_row(code, item.fact.subject.id, f"{item.partner.id} {item.fact.type}", reason, run.now, item.dossier)


def case_row(code: str, subject: str, slot: str, detail: str, now: datetime, dossier: int = 0) -> CaseRow:
    """A case opened outside the fold."""
    definition = EXCEPTION_TYPES[code]
    return CaseRow(
        code=code,
        subject=subject,
        slot=slot,
        dossier=dossier,
        severity=definition.severity.value,
        queue=definition.queue,
        detail=detail,
        open=True,
        cause="",
        at=now,
    )


def _unannounced(run: BatchRun, item: Item, *, still: bool) -> list[CaseRow]:
    """WHS-13 for goods that came back and fit no order, for as long as they wait for one (RET-16)."""
    if item.fact.type != "return.unannounced_received":
        return []
    detail = "it fits no order by its packages: find out whose it is, and have the ERP authorise it"
    case = case_row("WHS-13", item.fact.subject.id, "unannounced", detail, run.now)
    return [case if still else msgspec.structs.replace(case, open=False, detail="it belongs to an order now")]


def _waiting(run: BatchRun, item: Item) -> WaitingRow:
    item.place_id = str(uuid7(int(run.now.timestamp() * 1000), run.parts.dice.bits(80)))
    item.reason = item.reason or f"released when a document links {' or '.join(item.idents[:4])} to an order or load"
    return WaitingRow(
        id=item.place_id,
        idents=item.idents,
        type=item.fact.type,
        partner=item.partner.id,
        body=item.body,
        key=item.fact.key,
        received=item.received_at,
        expires=item.received_at + timedelta(seconds=run.parts.policy.timers.hold_ttl_orphan),
        reason=item.reason,
        message=item.message,
    )


def _lone_quarantine(run: BatchRun, item: Item) -> QuarantineRow:
    item.place_id = str(uuid7(int(run.now.timestamp() * 1000), run.parts.dice.bits(80)))
    return QuarantineRow(
        id=item.place_id,
        partner=item.partner.id,
        body=item.body,
        received=item.received_at,
        reason=item.reason,
        code=item.code,
        message=item.message,
    )


def _blocking_quarantine(item: Item, error: str) -> QuarantineRow:
    return QuarantineRow(
        id=f"{item.dossier}.{item.seq}",
        partner=item.partner.id,
        body=item.body,
        received=item.received_at,
        reason=error,
        code="INT-02",
        dossier=item.dossier,
        lane=Lane(EVENT_TYPES[item.fact.type].lane.value),
        message=item.message,
    )
