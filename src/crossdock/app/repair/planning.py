"""The dry run: which dossiers a selection means, what each would become, page by page; only the plan is written.

First the messages selected that nobody could use are read again, and what they say is gathered by dossier; then every
dossier selected is folded again, with what its own messages and those say now.
"""

from __future__ import annotations

import hashlib

import msgspec

from crossdock.app.ingest.correlate import Ambiguous, identifiers, owner_of
from crossdock.app.ingest.parts import Parts
from crossdock.app.repair.folding import Unit, Worked, replaying, work_out
from crossdock.app.repair.outcome import outcome_of
from crossdock.app.repair.reading import Reader
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected
from crossdock.ports.connector import Finding
from crossdock.ports.repair import Item, ItemState, Plan, Repairs, Statement, digest_of
from crossdock.ports.store import Batch, MessageRow

PAGE = 50
MESSAGES_PAGE = 50
# Messages of one dossier read again at most.
MESSAGES_MAX = 2_000
READ_KEPT_MAX = 64


class Reading(msgspec.Struct, frozen=True):
    """A message as a plan read it: what it says now, why it cannot be read, and what came of it before."""

    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    error: str
    row: MessageRow
    heirs: int


class Planner:
    """Works out plans; `reader` is the project of today."""

    def __init__(self, parts: Parts, repairs: Repairs, reader: Reader) -> None:
        self._parts = replaying(parts, dry=True)
        self._repairs = repairs
        self._reader = reader
        self._read: dict[tuple[str, str], Reading | None] = {}

    async def step(self, plan: Plan) -> bool:
        """One page of the dry run; whether there is more.

        Raises:
            Transient: the store is away; what was looked at stays looked at.
        """
        if plan.heard != DEAF:
            return await self._gather(plan)
        rows = await self._repairs.next_dossiers(plan.selection, plan.cursor, PAGE)
        items = [item for dossier, ident in rows if (item := await self._dossier(plan, dossier, ident)) is not None]
        if rows:
            await self._repairs.looked(plan.id, items, dossiers=len(rows), cursor=rows[-1][0])
            return True
        left = await self._repairs.gathered_first(plan.id)
        if left is None:
            return False
        done = await self._worked(plan, left.dossier, left.ident, left.statements, left.heirs)
        await self._repairs.looked(plan.id, [done or gone(left)], dossiers=1, cursor=plan.cursor)
        return True

    async def _gather(self, plan: Plan) -> bool:
        """A page of messages that could not be used."""
        messages = await self._repairs.unused(plan.selection, plan.heard, MESSAGES_PAGE)
        items: list[Item] = []
        for message in messages:
            reading = await self._reading(plan, message)
            if reading is not None:
                items += await self._by_dossier(plan, message, reading)
        heard = messages[-1] if len(messages) == MESSAGES_PAGE else DEAF
        await self._repairs.gather(plan.id, items, heard)
        return True

    async def _by_dossier(self, plan: Plan, message: str, reading: Reading) -> list[Item]:
        """What a message says, by whose it is; what is nobody's stands under the message itself."""
        if reading.error:
            about = f"message||{message}"
            return [Item(plan.id, 0, 0, about, ItemState.BROKEN, detail=reading.error)]
        found: dict[tuple[int, str], list[Statement]] = {}
        async with self._parts.store.batch() as transaction:
            for one in reading.statements:
                owner = await self._owner(transaction, one)
                found.setdefault(owner or (0, f"message||{message}"), []).append(_given(one, owner))
        heirs = {message: reading.heirs}
        return [
            Item(plan.id, 0, dossier, ident, ItemState.GATHERED, tuple(said), heirs)
            for (dossier, ident), said in found.items()
        ]

    async def _owner(self, transaction: Batch, one: Statement) -> tuple[int, str] | None:
        """The dossier a statement belongs to, as the ingest would find it."""
        if one.dossier:
            match = await transaction.match((), (one.dossier,))
            return one.dossier, match.dossiers[one.dossier].ident
        idents = identifiers(decode_fact(one.body, one.received))
        match = await transaction.match(idents)
        kinds = {dossier: row.ident.partition("|")[0] for dossier, row in match.dossiers.items()}
        try:
            dossier = owner_of(idents, match.links, kinds.__getitem__)
        except Ambiguous:
            return None
        return (dossier, match.dossiers[dossier].ident) if dossier else None

    async def _dossier(self, plan: Plan, dossier: int, ident: str) -> Item | None:
        """A selected dossier, with what its messages say now; `None` when nothing would change."""
        said: list[Statement] = []
        heirs: dict[str, int] = {}
        for message in (await self._repairs.messages_of(dossier))[:MESSAGES_MAX]:
            reading = await self._reading(plan, message)
            if reading is None or reading.error:
                # What today's project cannot read stays as it was read.
                continue
            mine = [one for one in reading.statements if one.dossier == dossier]
            mine += await self._new_of(reading, dossier)
            said += mine
            heirs |= {message: reading.heirs} if mine else {}
        before = await self._repairs.gathered(plan.id, dossier)
        if before is not None:
            known = {one.key for one in said}
            said += [one for one in before.statements if one.key not in known]
            heirs |= before.heirs
        done = await self._worked(plan, dossier, ident, tuple(said), heirs)
        return done or (gone(before) if before is not None else None)

    async def _new_of(self, reading: Reading, dossier: int) -> list[Statement]:
        """Facts a message did not have before that belong to this dossier."""
        fresh = [one for one in reading.statements if not one.dossier]
        if not fresh:
            return []
        async with self._parts.store.batch() as transaction:
            owners = [(one, await self._owner(transaction, one)) for one in fresh]
        return [_given(one, owner) for one, owner in owners if owner is not None and owner[0] == dossier]

    async def _worked(
        self, plan: Plan, dossier: int, ident: str, said: tuple[Statement, ...], heirs: dict[str, int]
    ) -> Item | None:
        """An item worked out; `None` when nothing would change."""
        item = Item(plan.id, 0, dossier, ident, ItemState.PLANNED, said, heirs)
        unit = await self.unit(plan, item)
        sent = await self._repairs.sent([dossier]) if dossier else {}
        try:
            async with self._parts.store.batch() as transaction:
                worked: Worked = await work_out(self._parts, transaction, unit, plan.as_of)
            if plan.selection.type and not _says(worked, plan.selection.type):
                return None
            outcome = outcome_of(worked, sent)
        except Rejected as refusal:
            return msgspec.structs.replace(item, state=ItemState.BROKEN, detail=refusal.detail)
        if outcome.is_empty:
            return None
        return msgspec.structs.replace(item, outcome=outcome, digest=digest_of(outcome, said))

    async def unit(self, plan: Plan, item: Item) -> Unit:
        """What is folded for an item: the rows that tell of second readings are the same at every run."""
        messages = sorted({one.message for one in item.statements})
        rows: list[MessageRow] = []
        for message in messages:
            reading = await self._reading(plan, message)
            if reading is None:
                raise Rejected(f"message {message} is not there any more")
            count = sum(one.message == message for one in item.statements)
            name = f"{plan.id}.{item.dossier}.{message[:40]}"
            rows.append(msgspec.structs.replace(reading.row, id=name, facts=count))
        return Unit(item.dossier, item.ident, plan.id, plan.reason, plan.as_of, item.statements, tuple(rows))

    async def _reading(self, plan: Plan, message: str) -> Reading | None:
        key = (plan.id, message)
        if key not in self._read:
            if len(self._read) >= READ_KEPT_MAX:
                del self._read[next(iter(self._read))]
            self._read[key] = await self._read_again(plan, message)
        return self._read[key]

    async def _read_again(self, plan: Plan, message: str) -> Reading | None:
        origin = await self._repairs.origin(message)
        if origin is None:
            return None
        edited = plan.edited if message == plan.selection.message else None
        again = self._reader.again(origin, edited)
        kept = origin.kept
        errors = [finding for finding in again.findings if finding.severity == "error"]
        row = MessageRow(
            id="",
            partner=kept.partner,
            channel=kept.channel,
            content_type=kept.content_type,
            received=kept.received,
            sha256=kept.sha256 if edited is None else hashlib.sha256(edited).hexdigest(),
            body=edited or b"",
            status="partial" if errors else "accepted",
            facts=0,
            findings=encode_json(again.findings),
            original=kept.id,
        )
        return Reading(again.statements, again.findings, again.error, row, origin.heirs)


# Where a plan has read all messages it was to read.
DEAF = "-"


def gone(item: Item) -> Item:
    """A gathered item of which nothing would change."""
    return msgspec.structs.replace(item, state=ItemState.REFUSED, detail="nothing of it would change")


def _given(one: Statement, owner: tuple[int, str] | None) -> Statement:
    return msgspec.structs.replace(one, dossier=owner[0]) if owner is not None else one


def _says(worked: Worked, kind: str) -> bool:
    """Whether the log of the dossier, or what is read again of it, has a fact of this type."""
    said = [stored.fact for session in worked.sessions for stored in session.history or ()]
    return any(fact.type == kind for fact in said) or any(
        one.key.partition("|")[0] == kind for one in worked.unit.statements
    )
