"""Quarantine, looked after by people: release a fact (and what waits behind it), or give it up for good."""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from crossdock.app.fold.session import Session, Stored
from crossdock.app.ingest.arrival import Arrival
from crossdock.app.ingest.batch import BatchRun
from crossdock.app.ingest.parts import Parts
from crossdock.app.ingest.rows import case_row, write_set
from crossdock.app.ingest.use_case import CONFLICTS_MAX, Ingest
from crossdock.app.intake import Receipt
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.envelope import Fact
from crossdock.canonical.vocabulary import Disposition
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Conflict
from crossdock.ports.acts import Act, ActDone
from crossdock.ports.connector import Finding
from crossdock.ports.store import Batch, CaseRow, MessageRow, QuarantineRow, Redisposed, WriteSet

DETACHED = "detached"


class QuarantineKeeper:
    """Implements `app.custody.Custody`."""

    def __init__(self, parts: Parts, ingest: Ingest) -> None:
        self._parts = parts
        self._ingest = ingest

    async def release(self, quarantine_id: str, *, reason: str, by: str, key: str = "") -> Receipt | None:
        """See `Custody.release`."""
        for _ in range(CONFLICTS_MAX):
            try:
                return await self._release(quarantine_id, Act("released", by, key or by, reason))
            except Conflict:
                continue
        raise Conflict("other workers kept changing the same order: release it again")

    async def skip(self, quarantine_id: str, *, reason: str, by: str, key: str = "") -> bool:
        """See `Custody.skip`."""
        for _ in range(CONFLICTS_MAX):
            try:
                return await self._skip(quarantine_id, Act("skipped", by, key or by, reason))
            except Conflict:
                continue
        raise Conflict("other workers kept changing the same order: skip it again")

    async def detach(self, quarantine_id: str, *, reason: str, by: str, key: str = "") -> bool:
        """See `Custody.detach`."""
        for _ in range(CONFLICTS_MAX):
            try:
                return await self._skip(quarantine_id, Act(DETACHED, by, key or by, reason))
            except Conflict:
                continue
        raise Conflict("other workers kept changing the same order: detach it again")

    async def _release(self, quarantine_id: str, act: Act) -> Receipt | None:
        now = self._parts.clock.now()
        async with self._parts.store.batch() as transaction:
            row = await transaction.quarantined(quarantine_id)
            if row is None:
                return None
            if row.dossier:
                return await self._reopen(transaction, row, act, now, with_culprit=True)
            await transaction.write(WriteSet(freed=[row.id], acts=[done(row, act, now)]))
        partner = self._parts.speaker(row.partner) or self._parts.ourselves
        fact = decode_fact(row.body, row.received)
        return (await self._ingest.take([Arrival(partner, row.body, fact, message=row.message)]))[0]

    async def _skip(self, quarantine_id: str, act: Act) -> bool:
        now = self._parts.clock.now()
        async with self._parts.store.batch() as transaction:
            row = await transaction.quarantined(quarantine_id)
            if row is None or (act.act == DETACHED and row.lane is None):
                return False
            if row.dossier:
                await self._reopen(transaction, row, act, now, with_culprit=False)
            else:
                await transaction.write(
                    WriteSet(freed=[row.id], messages=[kept(row, note_of(act))], acts=[done(row, act, now)])
                )
        return True

    async def _reopen(
        self,
        transaction: Batch,
        row: QuarantineRow,
        act: Act,
        now: datetime,
        *,
        with_culprit: bool,
    ) -> Receipt:
        note = note_of(act)
        run = BatchRun(self._parts, transaction, now)
        run.adopt(await transaction.match((), (row.dossier,)), rang=False)
        session = run.sessions[row.dossier]
        session.touched = True
        await run.load_history([row.dossier])
        seq = int(row.id.rpartition(".")[2])
        culprit = Stored(decode_fact(row.body, row.received, row.id), seq, Disposition.QUARANTINE)
        lane = row.lane.value if row.lane is not None else ""
        broken = session.reopen(lane, lane_of, culprit if with_culprit else None)
        if broken is not None:
            return Receipt("accepted", Disposition.QUARANTINE, quarantine_id=row.id, reason=broken.error)
        await run.work([])
        rows = await write_set(run)
        rows.freed.append(row.id)
        rows.acts.append(done(row, act, now))
        if act.act == DETACHED:
            rows.quarantine.append(msgspec.structs.replace(row, lane=None))
        else:
            rows.cases.append(closed_case(row, culprit.fact, note, now))
        if not with_culprit:
            rows.redisposed.append(Redisposed(row.dossier, seq, Disposition.QUARANTINE, "", note))
        await transaction.write(rows)
        return released(session, row, seq, note)


def done(row: QuarantineRow, act: Act, now: datetime) -> ActDone:
    """The act on this row of the quarantine."""
    return ActDone(now, f"quarantine {row.id}", act, row.code, act.act)


def note_of(act: Act) -> str:
    """The act in a line."""
    return f"{act.act} by {act.person}: {act.reason}"


def closed_case(row: QuarantineRow, fact: Fact, note: str, now: datetime) -> CaseRow:
    """The case its quarantine opened, closed by what a person did; the same cause again opens it again."""
    opened = case_row(row.code, fact.subject.id, f"{row.partner} {fact.type}", note, now, row.dossier)
    return msgspec.structs.replace(opened, open=False, cause=row.id)


def lane_of(fact: Fact) -> str:
    """The lane a fact would block."""
    return EVENT_TYPES[fact.type].lane.value


def released(session: Session, row: QuarantineRow, seq: int, note: str) -> Receipt:
    """What became of the fact now that it is back in the fold."""
    told = session.redisposed.get(seq)
    disposition = told.disposition if told is not None else Disposition.QUARANTINE
    transitions = "; ".join(told.transitions) if told is not None else ""
    return Receipt("accepted", disposition, event_id=row.id, reason=note, transitions=transitions)


def kept(row: QuarantineRow, note: str) -> MessageRow:
    """A fact given up: its bytes stay, as a refused message that says who decided and why."""
    return MessageRow(
        id=f"skipped-{row.id}",
        partner=row.partner,
        channel="quarantine",
        content_type="application/json",
        received=row.received,
        sha256=hashlib.sha256(row.body).hexdigest(),
        body=row.body,
        status="refused",
        facts=0,
        findings=encode_json([Finding(row.code, f"{row.reason}; {note}")]),
        # Names the message it was read from, so that the audit's sums still balance.
        control=row.message,
    )
