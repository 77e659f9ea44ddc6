"""One attempt at one batch inside one transaction: match, fold, and again for what that set free, until nothing is
left.

A round folds everything that has a dossier. Its derived facts for other dossiers, the facts released from the waiting
room by new links, and the batch's own facts that had no dossier before make the next round. Loads go first: what they
tell their shipments joins the orders' facts of the same round, in canonical order, instead of overtaking them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from crossdock.app.fold.conclude import fact_body, is_concluded
from crossdock.app.fold.dossier import place, seen_entry
from crossdock.app.fold.run import Emission, Told
from crossdock.app.fold.session import Session, Stored
from crossdock.app.ingest.addressee import unauthorised
from crossdock.app.ingest.arrival import Item
from crossdock.app.ingest.correlate import CONSOLE, GATHERERS, Ambiguous, lacks_authority, owner_of
from crossdock.app.ingest.parts import Parts
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact
from crossdock.canonical.extensions import misfit, unregistered
from crossdock.canonical.vocabulary import Disposition, FactClass
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.errors import Bug, Conflict
from crossdock.ports.store import Batch, DossierRow, Match, StoredFact, WaitingRow
from crossdock.process.effects import Derive

# Facts of one batch may set free facts of another dossier, which set free others; a chain longer than this is our bug.
ROUNDS_MAX = 32

# What is waited for can turn out to lead to more that others are at.
WAITS_MAX = 4

# The earliest and the latest zone are 26 hours apart: what is further ahead is no zone error (TS-13).
FUTURE_MAX = timedelta(hours=26)


class BatchRun:
    """Works one batch out; `sessions` and the items' places are read off by `rows.write_set`."""

    def __init__(self, parts: Parts, transaction: Batch, now: datetime) -> None:
        self.parts = parts
        self.transaction = transaction
        self.now = now
        self.sessions: dict[int, Session] = {}
        self.items: list[Item] = []
        self.released: list[str] = []
        self.owners: dict[str, tuple[int, ...]] = {}
        self.told: dict[tuple[int, int], Item] = {}
        self.broken: list[tuple[Item, str]] = []
        self.asked: set[str] = set()
        self._busy: set[int] = set()
        self._opening: set[str] = set()
        self._fanned: dict[int, int] = {}

    async def work(self, items: Sequence[Item]) -> None:
        """Fold all items and whatever follows from them."""
        wave = [*items, *self._fan_out()]
        unmatched: list[Item] = []
        for _ in range(ROUNDS_MAX):
            if not wave:
                break
            self.items.extend(without(wave, unmatched))
            await self._match(wave)
            known_before = dict(self.owners)
            matched, unmatched_now = await self._assign(wave)
            unmatched_now += await self._fold_gatherers(matched)
            await self._fold(matched)
            unmatched = [*without(unmatched, wave), *unmatched_now]
            fresh_links = self._new_links(known_before)
            wave = self._fan_out()
            if fresh_links:
                wave += await self._set_free(fresh_links)
                wave += [item for item in unmatched if not fresh_links.isdisjoint(item.idents)]
        else:
            raise Bug(f"a batch did not come to rest in {ROUNDS_MAX} rounds")
        await self._let_wait([item for item in unmatched if not item.place])

    # -- match ----------------------------------------------------------------------------------------------------

    async def look(self, items: Sequence[Item]) -> set[int]:
        """Ask whose these are, before any work; those that other workers are at are to be left out, by their `id()`."""
        await self._ask(items)
        return {id(item) for item in self._theirs(items)}

    @property
    def known(self) -> set[int]:
        """The stored dossiers met so far, and those others were at."""
        return self._busy | {session.id for session in self.sessions.values() if session.version}

    async def _match(self, wave: Sequence[Item]) -> None:
        await self._ask(wave)
        for _ in range(WAITS_MAX):
            theirs = self._theirs(wave)
            if not theirs:
                return
            await self._await(theirs)
        raise Conflict("others keep coming to the same orders: let go of everything and repeat")

    async def _await(self, items: Sequence[Item]) -> None:
        """Wait a moment for those who are at what these lead to; only a moment, for they may wait for us.

        Raises:
            Conflict: it took them longer: let go of everything and repeat.
        """
        idents = {ident for item in items for ident in item.idents}
        owners = {dossier for ident in idents for dossier in self.owners.get(ident, ())}
        dossiers = self._busy & (owners | {item.dossier for item in items})
        await self.transaction.claim(sorted(idents), sorted(dossiers), briefly=True)
        self.asked -= idents
        self._opening -= idents
        self._busy -= dossiers
        await self._ask(items)

    def _theirs(self, items: Sequence[Item]) -> list[Item]:
        if not self._busy and not self._opening:
            return []
        owners = self.owners
        return [
            item
            for item in items
            if item.dossier in self._busy
            or not self._opening.isdisjoint(item.idents)
            or any(dossier in self._busy for ident in item.idents for dossier in owners.get(ident, ()))
        ]

    async def _ask(self, wave: Sequence[Item]) -> None:
        idents = {ident for item in wave if not item.dossier for ident in item.idents} - self.asked
        wanted = {item.dossier for item in wave if item.dossier} - self.sessions.keys() - self._busy
        if not idents and not wanted:
            return
        self.asked |= idents
        match = await self.transaction.match(sorted(idents), sorted(wanted))
        self._busy |= match.busy
        self._opening |= match.opening
        for ident, dossiers in match.links.items():
            known = self.owners.get(ident, ())
            self.owners[ident] = (*known, *(dossier for dossier in dossiers if dossier not in known))
        for dossier, row in match.dossiers.items():
            if dossier not in self.sessions and dossier not in self._busy:
                self.sessions[dossier] = self._session(row)

    def adopt(self, match: Match, *, rang: bool) -> None:
        """Take over dossiers already read in this transaction; `rang` when their alarm did."""
        for dossier, row in match.dossiers.items():
            session = self.sessions[dossier] = self._session(row)
            session.rang = session.touched = rang

    def _session(self, row: DossierRow) -> Session:
        kind = row.ident.partition("|")[0]
        kept = self.parts.memory.take(row.id, row.state) if row.version else None
        return self.parts.session_type(row, self.parts.registries[kind], self.parts.policy, kept)

    def remember(self) -> None:
        """Keep what was folded for the next batch; call it once everything is committed."""
        for session in self.sessions.values():
            if session.packed:
                self.parts.memory.keep(session.id, session.unpacked())

    async def _assign(self, wave: Sequence[Item]) -> tuple[dict[int, list[Item]], list[Item]]:
        """Items by dossier, those that open one first; and the ones nobody owns."""
        matched: dict[int, list[Item]] = {}
        unmatched: list[Item] = []
        usable = [item for item in wave if not self._impossible(item) and not self._unregistered(item)]
        for item in usable:
            if EVENT_TYPES[item.fact.type].opens and not item.dossier:
                await self._open(item)
        for item in usable:
            try:
                dossier = item.dossier or owner_of(item.idents, self.owners, self._kind_of)
            except Ambiguous as several:
                item.quarantine("INT-09", str(several))
                continue
            if dossier:
                matched.setdefault(dossier, []).append(item)
            else:
                unmatched.append(item)
        return matched, unmatched

    @staticmethod
    def _impossible(item: Item) -> bool:
        """Whether an actual is further in the future than any zone error explains (domain.md §4.4 TS-13)."""
        fact = item.fact
        if fact.cls is not FactClass.ACT or fact.at - item.received_at <= FUTURE_MAX:
            return False
        ahead = fact.at - item.received_at
        item.quarantine(
            "INT-08", f"{fact.type} says it happened {ahead} after it reached us: correct the clock or zone"
        )
        return True

    def _unregistered(self, item: Item) -> bool:
        """Whether a partner says something beside the contract that nobody registered, or registered otherwise (F-04,
        Y-40)."""
        fact = item.fact
        said = fact.payload.ext if isinstance(fact.payload, Payload) else {}
        if not said or item.trusted or item.partner in (self.parts.ourselves, CONSOLE):
            return False
        extensions, partner = self.parts.extensions, item.partner.id
        if found := unregistered(extensions, fact.type, said):
            told = f"{fact.type} carries {found}, which is registered nowhere: register it with an owner, release this"
            item.quarantine("INT-02", f"{told}, or mend the fact and have {partner} leave it out")
        elif found := misfit(extensions, fact.type, said):
            item.quarantine("INT-02", f"{fact.type} carries {found}: mend the fact and have {partner} send it so")
        return bool(found)

    def _kind_of(self, dossier: int) -> str:
        return self.sessions[dossier].ident.partition("|")[0]

    async def _open(self, item: Item) -> None:
        """Open the dossier this fact may open, unless its subject already has one."""
        if not item.trusted and lacks_authority(item.fact, item.partner):
            return
        subject = item.fact.subject
        if getattr(item.fact.payload, "request_id", "") not in ("", subject.id):
            # It answers a request of ours: what it is about has begun with that.
            return
        opens = EVENT_TYPES[item.fact.type].opens
        kind = subject.type if subject.type in opens.split() else opens
        ident = f"{kind}||{subject.id}"
        if any(self._kind_of(dossier) == kind for dossier in self.owners.get(ident, ())):
            return
        dossier = await self.parts.store.reserve_dossiers(1)
        self.sessions[dossier] = self._session(DossierRow(dossier, ident, 0, "", b""))
        self.sessions[dossier].links.append(ident)
        self.owners[ident] = (*self.owners.get(ident, ()), dossier)

    # -- fold -----------------------------------------------------------------------------------------------------

    async def _fold_gatherers(self, matched: dict[int, list[Item]]) -> list[Item]:
        """Fold the gatherers among these and put what they tell orders in its place; what nobody owns is returned."""
        gatherers = {dossier: items for dossier, items in matched.items() if self._kind_of(dossier) in GATHERERS}
        if not gatherers:
            return []
        for dossier in gatherers:
            del matched[dossier]
        await self._fold(gatherers)
        told = self._fan_out()
        self.items.extend(told)
        await self._match(told)
        also_matched, unmatched = await self._assign(told)
        for dossier, items in also_matched.items():
            matched.setdefault(dossier, []).extend(items)
        return unmatched

    async def _fold(self, matched: dict[int, list[Item]]) -> None:
        fresh: dict[int, list[Told]] = {}
        for dossier in sorted(matched):
            fresh[dossier] = self._admit(self.sessions[dossier], matched[dossier])
        await self._bring_back([dossier for dossier, told in fresh.items() if told])
        await self.load_history([d for d, told in fresh.items() if self.sessions[d].needs_history(told)])
        for dossier, told in fresh.items():
            await self._fold_one(self.sessions[dossier], told)

    def _admit(self, session: Session, items: list[Item]) -> list[Told]:
        first = session.state.next_seq
        reasons = unauthorised(session, items, self.parts.directory)
        turned_away = {number for number, reason in enumerate(reasons) if reason}
        admitted = session.admit([item.fact for item in items], turned_away)
        for seq, item in enumerate(items, first):
            item.dossier, item.seq, item.place = session.id, seq, "event"
            self.told[session.id, seq] = item
            if item.waiting_id:
                self.released.append(item.waiting_id)
            if item.partner is self.parts.ourselves:
                session.links += [ref.ident for ref in item.fact.refs if ref.scheme == "control"]
        fresh: list[Told] = []
        for told in admitted:
            item = self.told[session.id, told.seq]
            reason = reasons[told.seq - first]
            if reason:
                session.reject(told, reason, item.partner.id)
            elif EVENT_TYPES[item.fact.type].lane.value in session.state.blocked:
                session.wait_behind(told)
            else:
                fresh.append(told)
        return fresh

    async def load_history(self, dossiers: Sequence[int]) -> None:
        """Read the logs of these dossiers; facts they derived themselves are left out, the fold derives them again."""
        await self._bring_back(dossiers)
        if not dossiers:
            return
        logs: dict[int, list[StoredFact]] = {dossier: [] for dossier in dossiers}
        for stored in await self.transaction.history(sorted(dossiers)):
            logs[stored.dossier].append(stored)
        for dossier, log in logs.items():
            facts = [(decode_fact(kept.body, kept.received, f"{dossier}.{kept.seq}"), kept) for kept in log]
            self.sessions[dossier].history = [
                Stored(fact, kept.seq, kept.disposition)
                for fact, kept in facts
                if not is_concluded(fact, kept.cause, dossier)
            ]

    async def _bring_back(self, dossiers: Sequence[int]) -> None:
        """Let nothing be folded whose log is in the archive; that it was said before is known without the log.

        Raises:
            Conflict: it has been brought back: load again and repeat.
            Rejected: it cannot be brought back.
        """
        away = [dossier for dossier in dossiers if self.sessions[dossier].archived]
        if away:
            await self.parts.archive.bring_back(away)
            raise Conflict(f"dossiers {away} came back from the archive: load again and repeat")

    async def _fold_one(self, session: Session, fresh: list[Told]) -> None:
        """Fold; a fact that breaks the fold is taken out with its lane, and the rest is folded again without it."""
        while True:
            broken = session.fold(fresh)
            if broken is None:
                return
            culprit, error = broken
            if not any(told is culprit for told in fresh):
                # A fact that stands in the log breaks now, by what came or by a version newer than its fold. The log
                # stays as it was folded, and what came waits until that is mended: without it nothing is folded again.
                error = f"behind it {culprit.fact.type} breaks, which stands in the log: {error}"
                culprit = fresh[0]
            lane = EVENT_TYPES[culprit.fact.type].lane.value
            item = self.told.get((session.id, culprit.seq))
            if item is not None:
                self.broken.append((item, error))
            culprit.reason = error
            session.block(culprit, lane)
            for told in [told for told in fresh if told is not culprit and told.where > culprit.where]:
                if EVENT_TYPES[told.fact.type].lane.value == lane:
                    session.wait_behind(told)
                    fresh = [other for other in fresh if other is not told]
            fresh = [told for told in fresh if told is not culprit]
            if session.needs_history(fresh):
                await self.load_history([session.id])

    # -- what follows ---------------------------------------------------------------------------------------------

    def _new_links(self, before: dict[str, tuple[int, ...]]) -> set[str]:
        """Note the links this round made; the identifiers that now lead somewhere they did not before."""
        fresh: set[str] = set()
        for dossier, session in self.sessions.items():
            for ident in session.links:
                known = self.owners.get(ident, ())
                if dossier not in known:
                    self.owners[ident] = (*known, dossier)
                if dossier not in before.get(ident, ()):
                    fresh.add(ident)
        return fresh

    def _fan_out(self) -> list[Item]:
        """Derived facts that belong to another dossier, once each."""
        items: list[Item] = []
        for session in list(self.sessions.values()):
            # Emissions are only ever added.
            done = self._fanned.get(session.id, 0)
            if len(session.emissions) == done:
                continue
            self._fanned[session.id] = len(session.emissions)
            items += [
                self._fanned_item(session.id, emission, emission.effect)
                for emission in session.emissions[done:]
                if isinstance(emission.effect, Derive) and emission.effect.to
            ]
        return items

    def _fanned_item(self, dossier: int, emission: Emission, derive: Derive) -> Item:
        cause = f"{dossier}.{emission.cause.seq}"
        received_at = emission.cause.fact.received_at
        body = fact_body(emission.derived, cause)
        targets = tuple(reference.ident for reference in derive.to)
        fact = decode_fact(body, received_at)
        return Item(fact, body, self.parts.ourselves, targets, received_at, cause=cause, trusted=True)

    async def _set_free(self, idents: set[str]) -> list[Item]:
        """Facts of the waiting room that one of these identifiers releases."""
        items: list[Item] = []
        for row in await self.transaction.waiting_under(sorted(idents)):
            item = waiting_item(row, self.parts) if row.id not in self.released else None
            if item is not None:
                items.append(item)
        return items

    async def _let_wait(self, items: Sequence[Item]) -> None:
        """To the waiting room with what nobody owns; what says the same as one that waits is kept behind that one."""
        fresh = {(item.partner.id, item.fact.key) for item in items if not item.waiting_id}
        alike = await self.transaction.waiting_alike(sorted(fresh)) if fresh else []
        waits = {_said(row.partner, decode_fact(row.body, row.received)): row.id for row in reversed(alike)}
        for item in items:
            item.place, item.disposition = "waiting", Disposition.HOLD
            if item.waiting_id:
                continue
            said = _said(item.partner.id, item.fact)
            if said in waits:
                first = waits[said] or "the one before it"
                item.disposition = Disposition.SUPPRESS
                item.reason = f"it was said before and waits already: {first}; it is kept and leaves with that"
            waits.setdefault(said, "")


def _said(partner: str, fact: Fact) -> tuple[str, str, bytes]:
    """What makes a fact a repetition, as a dossier would know it."""
    return partner, fact.key, seen_entry(fact, place(fact))


def without(items: Sequence[Item], others: Sequence[Item]) -> list[Item]:
    """These items but for the others, by identity."""
    known = {id(item) for item in others}
    return [item for item in items if id(item) not in known]


def waiting_item(row: WaitingRow, parts: Parts) -> Item | None:
    """A fact of the waiting room as it enters a batch again; `None` when its partner is no longer connected."""
    ours = row.partner == parts.ourselves.id
    partner = parts.speaker(row.partner)
    if partner is None:
        return None
    fact = decode_fact(row.body, row.received)
    item = Item(fact, row.body, partner, row.idents, row.received, message=row.message)
    item.waiting_id, item.trusted, item.cause = row.id, ours, fact.causation_id
    return item
