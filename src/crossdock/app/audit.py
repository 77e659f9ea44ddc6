"""`crossdock audit`: is anything lost, stuck or doubled, and is every dossier what its log comes to?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from crossdock.app.acts.chain import Chain, ChainReport, verify
from crossdock.app.archive.originals import Originals, examine
from crossdock.app.fold.registry import Registry
from crossdock.app.refold import differences
from crossdock.canonical.vocabulary import Priority
from crossdock.ports.audit import SAMPLE, AuditView, Discrepancy, Examination, Extent, Kind, StoredDossier, Sums
from crossdock.ports.backbone import Backbone, Standing
from crossdock.process.policy import Policy

LOST = frozenset(
    {
        Kind.MESSAGE_SUM,
        Kind.LOG_GAP,
        Kind.LOG_WITHOUT_DOSSIER,
        Kind.DOSSIER_WITHOUT_LOG,
        Kind.LINK_WITHOUT_DOSSIER,
        Kind.ARCHIVE_DIFFERS,
        Kind.BYTES_MISSING,
        Kind.BYTES_DIFFER,
    }
)
STUCK = frozenset(
    {
        Kind.DELIVERY_OVERDUE,
        Kind.ECHO_OVERDUE,
        Kind.ALARM_OVERDUE,
        Kind.WAITING_BUT_LINKED,
        Kind.WAITING_UNREACHABLE,
        Kind.QUEUE_GIVEN_UP,
    }
)
DOUBLED = frozenset({Kind.COMMAND_DOUBLED, Kind.FACT_APPLIED_TWICE, Kind.DOSSIER_DOUBLED, Kind.CASE_DOUBLED})
DIFFERENT = frozenset(
    {
        Kind.FOLD_BROKEN,
        Kind.STATE_DIFFERS,
        Kind.TIMER_DIFFERS,
        Kind.CASE_DIFFERS,
        Kind.LOG_DIFFERS,
        Kind.MEMORY_DIFFERS,
        Kind.TOLD_DIFFERS,
    }
)

# Work of the last minute is on its way, not stuck.
GRACE = timedelta(seconds=60)
EXAMPLES_MAX = 20


@dataclass(frozen=True, slots=True)
class Refold:
    """What dossiers are folded again with: the machines of each kind, today's policy, and how many."""

    registries: Mapping[str, Registry]
    policy: Policy
    extent: Extent


class AuditReport(msgspec.Struct, frozen=True):
    """The verdict, with numbers. `verdict` is `pass` exactly when nothing is lost, stuck, doubled or different, and
    the record of acts is whole.

    `refolded` is how many dossiers were folded again, `None` when that was not asked for; `different` of them are not
    what their logs come to. `originals` is of how many messages the archived bytes were read and their hashes worked
    out, `None` when that was not asked for.
    """

    verdict: str
    lost: int
    stuck: int
    doubled: int
    sums: Sums
    discrepancies: tuple[Discrepancy, ...]
    queued: Standing | None = None
    refolded: int | None = None
    different: int = 0
    acts: ChainReport | None = None
    originals: int | None = None


async def audit(
    view: AuditView,
    now: datetime,
    *,
    grace: timedelta = GRACE,
    log: Backbone | None = None,
    refold: Refold | None = None,
    acts: Chain | None = None,
    originals: Originals | None = None,
) -> AuditReport:
    """Examine everything stored as of one instant; at most 20 examples of each kind of discrepancy are listed.

    With `refold`, dossiers are compared with the fold of their logs as well, each as of an instant of its own; with
    `acts`, the chain of what was done by hand is worked out again; with `originals`, archived bytes of messages
    are read and their hashes worked out, of at most as many as dossiers are folded.

    `log` is the log where messages were queued, `None` where the hub has none: what it holds is accepted and not yet
    taken, which is no discrepancy, unless it was given up.

    Raises:
        Transient: the store or the log cannot be reached.
    """
    # The log first: what leaves it in between is in the store by then, and is missed by neither.
    queued = await _queued(log) if log is not None else None
    examination = await view.examine(now - grace, limit=EXAMPLES_MAX)
    lost, stuck, doubled = (_count(examination, kinds) for kinds in (LOST, STUCK, DOUBLED))
    given_up = queued.given_up if queued is not None else 0
    discrepancies = [*examination.discrepancies, *_given_up(given_up)]
    stuck += given_up
    again = await _refolded(view, refold) if refold is not None else Compared()
    discrepancies += again.examples
    chain = await verify(acts) if acts is not None else None
    sample = refold.extent.sample if refold is not None else SAMPLE
    proof = await examine(originals, sample) if originals is not None else None
    if proof is not None:
        discrepancies += proof.faults[:EXAMPLES_MAX]
        lost += len(proof.faults)
    return AuditReport(
        verdict="fail" if lost or stuck or doubled or again.different or is_broken(chain) else "pass",
        lost=lost,
        stuck=stuck,
        doubled=doubled,
        sums=examination.sums,
        discrepancies=tuple(discrepancies),
        queued=queued,
        refolded=again.dossiers if refold is not None else None,
        different=again.different,
        acts=chain,
        originals=proof.read if proof is not None else None,
    )


def is_broken(chain: ChainReport | None) -> bool:
    """Whether the record of acts was looked at and is not as it was written."""
    return chain is not None and chain.broken_at > 0


class Compared(msgspec.Struct):
    """What came of folding again so far."""

    dossiers: int = 0
    different: int = 0
    examples: list[Discrepancy] = []
    counts: dict[Kind, int] = {}

    def add(self, found: Iterable[Discrepancy]) -> None:
        """One more dossier, and how it differs."""
        self.dossiers += 1
        differs = False
        for one in found:
            differs = True
            self.counts[one.kind] = self.counts.get(one.kind, 0) + 1
            if self.counts[one.kind] <= EXAMPLES_MAX:
                self.examples.append(one)
        self.different += differs


async def _refolded(view: AuditView, refold: Refold) -> Compared:
    compared = Compared()
    async for stored in view.dossiers(refold.extent):
        compared.add(_differences(stored, refold))
    return compared


def _differences(stored: StoredDossier, refold: Refold) -> list[Discrepancy]:
    registry = refold.registries.get(stored.row.ident.partition("|")[0])
    if registry is None:
        unknown = "it is of a kind this version does not know: run the version that wrote it"
        return [Discrepancy(Kind.FOLD_BROKEN, stored.row.ident or str(stored.row.id), stored.damage or unknown)]
    return differences(stored, registry, refold.policy)


async def _queued(log: Backbone) -> Standing:
    """All lanes together."""
    lanes = [await log.standing(lane) for lane in Priority]
    return Standing(
        sum(lane.waiting for lane in lanes), sum(lane.under_way for lane in lanes), sum(lane.given_up for lane in lanes)
    )


def _given_up(count: int) -> Iterable[Discrepancy]:
    if count:
        detail = (
            f"{count} accepted messages were given out too often and are given to nobody any more: find in the log of "
            "the workers what they fail of, then take them out of the stream INBOUND and send them again"
        )
        yield Discrepancy(Kind.QUEUE_GIVEN_UP, "INBOUND", detail)


def _count(examination: Examination, kinds: Iterable[Kind]) -> int:
    return sum(examination.counts.get(kind, 0) for kind in kinds)
