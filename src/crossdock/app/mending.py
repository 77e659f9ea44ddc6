"""A fact in quarantine mended: a corrected copy takes its place in sequence, the original stays as it came."""

from __future__ import annotations

import hashlib
from datetime import datetime

from crossdock.app.ingest.arrival import Item
from crossdock.app.ingest.batch import BatchRun
from crossdock.app.ingest.correlate import identifiers
from crossdock.app.ingest.parts import Parts
from crossdock.app.ingest.rows import write_set
from crossdock.app.ingest.use_case import CONFLICTS_MAX, receipt_of
from crossdock.app.intake import Receipt
from crossdock.app.masking import refuse_masked
from crossdock.app.release import QuarantineKeeper, closed_case, done, kept, lane_of, note_of
from crossdock.canonical.envelope import Fact
from crossdock.canonical.vocabulary import Disposition
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Conflict, Rejected
from crossdock.ports.acts import Act
from crossdock.ports.connector import Finding
from crossdock.ports.store import Batch, MessageRow, QuarantineRow, Redisposed

BODY_BYTES_MAX = 1024 * 1024


class MendingKeeper(QuarantineKeeper):
    """The keeper of the quarantine, who takes corrected copies as well."""

    async def mend(self, quarantine_id: str, body: bytes, *, reason: str, by: str, key: str = "") -> Receipt | None:
        """See `Custody.mend`."""
        for _ in range(CONFLICTS_MAX):
            try:
                return await self._mend(quarantine_id, body, Act("mended", by, key or by, reason))
            except Conflict:
                continue
        raise Conflict("other workers kept changing the same order: mend it again")

    async def _mend(self, quarantine_id: str, body: bytes, act: Act) -> Receipt | None:
        async with self._parts.store.batch() as transaction:
            row = await transaction.quarantined(quarantine_id)
            return await mend(self._parts, transaction, row, body, act) if row is not None else None


async def mend(parts: Parts, transaction: Batch, row: QuarantineRow, body: bytes, act: Act) -> Receipt:
    """Take the copy in inside this transaction, and write all of it.

    Raises:
        Rejected: see `Custody.mend`.
    """
    now, note = parts.clock.now(), note_of(act)
    original, fact = decode_fact(row.body, row.received), corrected(row, body)
    partner = parts.speaker(row.partner)
    if partner is None:
        raise Rejected(f"partner {row.partner} is no longer connected: nothing can be said in its name")
    item = Item(fact, body, partner, identifiers(fact), row.received, message=f"mended-{row.id}", dossier=row.dossier)
    run = BatchRun(parts, transaction, now)
    if row.dossier:
        run.adopt(await transaction.match((), (row.dossier,)), rang=False)
        await run.load_history([row.dossier])
        run.sessions[row.dossier].unblock(row.lane.value if row.lane is not None else "", lane_of)
    await run.work([item])
    rows = await write_set(run)
    if item.disposition is Disposition.SUPPRESS:
        raise Rejected("the corrected copy was said before: skip the one in quarantine")
    if item.disposition is Disposition.REJECT:
        raise Rejected(f"the corrected copy is refused: {item.reason}")
    rows.freed.append(row.id)
    rows.acts.append(done(row, act, now))
    rows.cases.append(closed_case(row, original, note, now))
    rows.messages.append(_copy(row, body, note, now))
    if row.dossier:
        seq = int(row.id.rpartition(".")[2])
        rows.redisposed.append(Redisposed(row.dossier, seq, Disposition.QUARANTINE, "", f"{note}; see {item.message}"))
    else:
        rows.messages.append(kept(row, note))
    await transaction.write(rows)
    return receipt_of(item)


def corrected(row: QuarantineRow, body: bytes) -> Fact:
    """The copy as a fact.

    Raises:
        Rejected: it is none, is too long, says what the original said, or holds what was masked for who made it.
    """
    if len(body) > BODY_BYTES_MAX:
        raise Rejected(f"a fact has at most {BODY_BYTES_MAX} bytes")
    refuse_masked(body)
    fact = decode_fact(body, row.received)
    if body.strip() == row.body.strip():
        raise Rejected("nothing is changed: release it if what it fell over is mended")
    return fact


def _copy(row: QuarantineRow, body: bytes, note: str, now: datetime) -> MessageRow:
    """The corrected copy as a message of its own that names what it was made of."""
    finding = Finding(row.code, f"in the place of {row.id}; {note}", severity="info")
    return MessageRow(
        id=f"mended-{row.id}",
        partner=row.partner,
        channel="mended",
        content_type="application/json",
        received=now,
        sha256=hashlib.sha256(body).hexdigest(),
        body=body,
        status="accepted",
        facts=1,
        findings=encode_json([finding]),
        original=row.message,
    )
