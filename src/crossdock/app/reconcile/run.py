"""One run of one check (domain.md §3.10, §6): extracts, pairs, remedies, cases, and the result with its proof.

Nothing is held in memory but a page: extracts are put down in the database and joined there. An extract that could not
be read to its end is never compared: half a list looks like a hundred missing orders.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from crossdock.app.reconcile.left import OwnSide
from crossdock.app.reconcile.platform import Platform
from crossdock.app.reconcile.sides import SIDES
from crossdock.app.reconcile.terms import fields_of, grace_of
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.kernel.errors import CrossdockError
from crossdock.ports.clock import Clock
from crossdock.ports.extracts import Extract
from crossdock.ports.reconciliation import (
    STAGED_MAX,
    BreakRow,
    Pair,
    Reconciliations,
    ResultRow,
    Settlement,
    StagedRow,
)
from crossdock.ports.store import CaseRow
from crossdock.process.policy import Policy
from crossdock.process.reconciliation.checks import Check, Heal
from crossdock.process.reconciliation.judge import Finding, Open, judge, turn
from crossdock.process.reconciliation.record import Outcome, Record, quantity_of

PAGES_MAX = 20_000
DETAIL_MAX = 500
PAIRS_PAGE = 500

_pack = msgspec.msgpack.Encoder()
_unpack = msgspec.msgpack.Decoder(Record)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where rows come from: partners' extracts by id, our dossiers, and everything beside them."""

    extracts: Mapping[str, Extract]
    own: OwnSide
    platform: Platform


class Runner:
    """Runs checks, one at a time."""

    def __init__(self, sources: Sources, store: Reconciliations, policy: Policy, clock: Clock) -> None:
        self._sources = sources
        self._store = store
        self._policy = policy
        self._clock = clock

    async def run(self, check: Check, partner: str) -> ResultRow:
        """Compare, heal, open and close cases; the result is kept whatever happens but the database's absence.

        Raises:
            Transient: the database is away.
        """
        at = self._clock.now()
        as_of = at - timedelta(seconds=self._policy.reconciliation.settle_s)
        result = ResultRow(await self._store.begin(), check.id, partner, at, as_of, 0.0)
        try:
            await self._extract(check, partner, result)
        except CrossdockError as error:
            result = msgspec.structs.replace(result, failed=error.detail[:DETAIL_MAX])
        else:
            result = await _Comparison(check, result, self._store, self._policy).compare()
        took = (self._clock.now() - at).total_seconds()
        result = msgspec.structs.replace(result, took_s=took)
        await self._store.finish(result)
        return result

    async def _extract(self, check: Check, partner: str, result: ResultRow) -> None:
        """The right side first: what reached us while it was read is known to ours, as of a moment ago."""
        if check.left == "refolded":
            await self._refolded(check, result)
            return
        right = self._pulled(partner, check.right) if partner else self._side(check.own, result, check.sample)
        await self._stage(result.id, "right", right)
        if check.asks_both:
            other = min(one for one, lists in self._sources.extracts.items() if check.right in lists.kinds)
            await self._stage(result.id, "left", self._pulled(other, check.left))
            return
        left = self._side(check.left, result, check.sample)
        await self._stage(result.id, "left", _of_partner(left, partner))

    async def _refolded(self, check: Check, result: ResultRow) -> None:
        lefts, rights = [], []
        async for left, right in self._sources.platform.refolded(check.sample):
            lefts.append(left)
            rights.append(right)
            if len(lefts) == STAGED_MAX:
                await self._put(result.id, "left", lefts)
                await self._put(result.id, "right", rights)
                lefts, rights = [], []
        await self._put(result.id, "left", lefts)
        await self._put(result.id, "right", rights)

    def _side(self, name: str, result: ResultRow, sample: int) -> AsyncIterator[Record]:
        platform = self._sources.platform
        match name:
            case "nothing":
                return _nothing()
            case "commands_open":
                return platform.commands_open()
            case "holds":
                return platform.holds()
            case "numbers_due":
                return platform.numbers_due(result.at)
            case "numbers_received":
                return platform.numbers_received(result.at)
            case _:
                return self._sources.own.records(SIDES[name], result.as_of, sample)

    async def _pulled(self, partner: str, kind: str) -> AsyncIterator[Record]:
        extract, cursor = self._sources.extracts[partner], ""
        for _ in range(PAGES_MAX):
            page = await extract.page(kind, cursor)
            for row in page.rows:
                yield Record(row.key, row.values, row.since)
            cursor = page.cursor
            if not cursor:
                return

    async def _stage(self, run: int, side: str, records: AsyncIterator[Record]) -> None:
        held: list[Record] = []
        async for record in records:
            held.append(record)
            if len(held) == STAGED_MAX:
                await self._put(run, side, held)
                held = []
        await self._put(run, side, held)

    async def _put(self, run: int, side: str, records: Sequence[Record]) -> None:
        if records:
            await self._store.stage(run, side, [StagedRow(one.key, _pack.encode(one)) for one in records])


class _Comparison:
    """The pairs of one run, page by page."""

    def __init__(self, check: Check, result: ResultRow, store: Reconciliations, policy: Policy) -> None:
        self._check = check
        self._result = result
        self._store = store
        self._fields = fields_of(check, policy)
        self._grace = timedelta(seconds=grace_of(check, policy))
        self._counts = dict.fromkeys(Outcome, 0)
        self._sides = {"left": 0, "right": 0}
        self._hashes = {"left": hashlib.sha256(), "right": hashlib.sha256()}
        self._breaks = 0
        self._healed = 0

    async def compare(self) -> ResultRow:
        """Judge all pairs; what they come to."""
        after = ""
        while pairs := await self._store.pairs(self._result.id, after, PAIRS_PAGE):
            await self._page(pairs)
            after = pairs[-1].key
        # Of a sample, what was not looked at is not gone.
        if not self._check.sample:
            await self._vanished()
        counts = self._counts
        return msgspec.structs.replace(
            self._result,
            left_count=self._sides["left"],
            right_count=self._sides["right"],
            left_hash=self._hashes["left"].hexdigest(),
            right_hash=self._hashes["right"].hexdigest(),
            matched=counts[Outcome.MATCH],
            tolerated=counts[Outcome.IN_TOLERANCE],
            in_flight=counts[Outcome.IN_FLIGHT],
            missing_left=counts[Outcome.MISSING_LEFT],
            missing_right=counts[Outcome.MISSING_RIGHT],
            different=counts[Outcome.DIFF],
            breaks=self._breaks,
            healed=self._healed,
        )

    async def _page(self, pairs: Sequence[Pair]) -> None:
        check, partner = self._check.id, self._result.partner
        known = {row.key: row for row in await self._store.remembered(check, partner, [one.key for one in pairs])}
        keep: list[BreakRow] = []
        gone: list[str] = []
        cases: list[CaseRow] = []
        for pair in pairs:
            self._prove(pair)
            finding = judge(self._fields, _record(pair.left), _record(pair.right))
            before = known.get(pair.key)
            if finding is not None and finding.is_break:
                finding = await self._explained(finding)
            if finding is not None and finding.is_break:
                row, opened = await self._differs(finding, before)
                keep.append(row)
                cases += opened
                continue
            if finding is not None:
                self._counts[finding.outcome] += 1
            if before is not None and (finding is None or finding.outcome is not Outcome.IN_FLIGHT):
                gone.append(pair.key)
                cases += self._closing(before)
        await self._store.settle(check, partner, Settlement(keep, gone, cases))

    def _prove(self, pair: Pair) -> None:
        for side, body in (("left", pair.left), ("right", pair.right)):
            if body is not None:
                self._sides[side] += 1
                self._hashes[side].update(body)

    async def _explained(self, finding: Finding) -> Finding:
        if not finding.dossier or not self._check.explained_by:
            return finding
        why = await self._store.on_the_way(finding.dossier, self._check.explained_by)
        return msgspec.structs.replace(finding, outcome=Outcome.IN_FLIGHT, detail=why) if why else finding

    async def _differs(self, finding: Finding, before: BreakRow | None) -> tuple[BreakRow, list[CaseRow]]:
        memory = (
            Open(before.key, before.first, before.runs, before.healed, before.code, before.unowned) if before else None
        )
        code = self._check.code(finding.outcome, less=_less(finding))
        at = self._result.at
        healable = self._check.heal is Heal.RESEND and bool(finding.dossier)
        step = turn(finding, memory, code, at, self._grace, healable=healable)
        if step.heal:
            why = f"sent again for {self._check.id}"
            if await self._store.resend(finding.dossier, self._check.resends, at, why):
                self._healed += 1
            else:
                # There was nothing to send again: no reason to wait for another run.
                step = turn(finding, step.memory, code, at, self._grace, healable=False)
                step = msgspec.structs.replace(step, memory=msgspec.structs.replace(step.memory, runs=1))
        self._counts[finding.outcome if step.counts else Outcome.IN_FLIGHT] += 1
        self._breaks += step.counts
        after = step.memory
        row = BreakRow(
            finding.key, after.first, after.runs, after.healed, after.code, after.unowned,
            finding.outcome.value, _detail(finding)[:DETAIL_MAX], finding.dossier,
        )  # fmt: skip
        return row, [self._case(code_, row, opens=True) for code_ in step.opens]

    async def _vanished(self) -> None:
        check, partner = self._check.id, self._result.partner
        while rows := await self._store.vanished(check, partner, self._result.id, PAIRS_PAGE):
            cases = [case for row in rows for case in self._closing(row)]
            await self._store.settle(check, partner, Settlement(gone=[row.key for row in rows], cases=cases))

    def _closing(self, row: BreakRow) -> Iterable[CaseRow]:
        codes = dict.fromkeys((row.code, "INT-11" if row.unowned else ""))
        return [self._case(code, row, opens=False) for code in codes if code]

    def _case(self, code: str, row: BreakRow, *, opens: bool) -> CaseRow:
        kind = EXCEPTION_TYPES[code]
        partner = f" with {self._result.partner}" if self._result.partner else ""
        detail = (
            f"{self._check.id} {self._check.name}{partner}: {row.key}: {row.detail}; since {row.first:%Y-%m-%d %H:%M}Z"
        )
        slot = f"{self._check.id} {self._result.partner}".strip()
        return CaseRow(
            code, row.key, slot, row.dossier, kind.severity, kind.queue, detail[:DETAIL_MAX], opens,
            f"reconciliation {self._result.id}", self._result.at,
        )  # fmt: skip


def _record(body: bytes | None) -> Record | None:
    return _unpack.decode(body) if body is not None else None


def _detail(finding: Finding) -> str:
    said = " | ".join(
        part for part in (finding.left and f"here {finding.left}", finding.right and f"there {finding.right}") if part
    )
    return f"{finding.detail} ({said})" if said else finding.detail


def _less(finding: Finding) -> bool:
    """Whether the right side has less of the one thing compared."""
    here, there = (quantity_of(text.rpartition(" ")[2]) for text in (finding.left, finding.right))
    return here is not None and there is not None and there < here


async def _of_partner(records: AsyncIterator[Record], partner: str) -> AsyncIterator[Record]:
    async for record in records:
        if not partner or record.partner in ("", partner):
            yield record


async def _nothing() -> AsyncIterator[Record]:
    nothing: tuple[Record, ...] = ()
    for record in nothing:
        yield record
