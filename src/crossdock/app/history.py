"""Time travel: a dossier as it was known at an instant, or as it truly was at one (peers.md idea 3.7).

A state is the fold of facts, and every fact has three clocks. Leave out what was recorded later and you see what people
saw then; leave out what happened later and you see how things stood then, by all that is known today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from crossdock.app.fold.conclude import is_concluded
from crossdock.app.fold.dossier import place
from crossdock.app.fold.passes import fold_all
from crossdock.app.fold.registry import Registry
from crossdock.app.fold.run import Run, Told
from crossdock.app.headline import Concern, Tiles, tiles_of
from crossdock.app.queries import Page, find, page
from crossdock.app.states import named
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.errors import Rejected
from crossdock.ports.store import DossierRow
from crossdock.ports.views import EVENTS_MAX, CaseView, EventView, Views
from crossdock.process.policy import Policy


class Moment(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which facts count: those recorded by `known`, of those the ones that had happened by `true`; None for all."""

    known: datetime | None = None
    true: datetime | None = None

    def counts(self, event: EventView) -> bool:
        """Whether this fact does."""
        return (self.known is None or event.recorded <= self.known) and (
            self.true is None or event.occurred <= self.true
        )


class Past(msgspec.Struct, frozen=True):
    """A dossier at a moment. `facts` count of the `of` told until today; `running` are timers, `open_cases` codes."""

    ident: str
    moment: Moment
    facts: int
    of: int
    label: str
    business: Tiles | None
    states: dict[str, object]
    running: tuple[str, ...]
    open_cases: tuple[str, ...]


class Folded(NamedTuple):
    """A dossier and its fold, of the facts that counted."""

    row: DossierRow
    run: Run
    told: list[Told]


class Folder:
    """Folds logs as they are asked for, by the machines and the policy of today."""

    def __init__(self, views: Views, registries: Mapping[str, Registry], policy: Policy) -> None:
        self._views = views
        self._registries = registries
        self._policy = policy

    async def at(self, ident: str, moment: Moment) -> Past | None:
        """What this identifier led to at that moment; `None` when nothing was there yet.

        Raises:
            Rejected: the log cannot be folded, or is longer than can be read at once.
        """
        row = await find(self._views, ident)
        if row is None:
            return None
        events = await self._views.events(row.id)
        folded = fold_at(row, events, moment, self._registries, self._policy)
        return past_of(folded, events, await self._views.cases(row.id), moment) if folded is not None else None

    async def orders_at(self, moment: Moment, *, before: int, limit: int) -> Page[Past]:
        """Orders as they were at that moment, newest first; a page may be short where some were not there yet."""
        heads = await self._views.dossiers("order", before=before, limit=limit)
        found = [past for head in heads if (past := await self.at(head.ident, moment)) is not None]
        return Page(tuple(found), page(heads, limit, lambda head: str(head.id)).next)


def fold_at(
    row: DossierRow, events: Sequence[EventView], moment: Moment, registries: Mapping[str, Registry], policy: Policy
) -> Folded | None:
    """A log folded up to a moment; `None` when nothing was there yet.

    Raises:
        Rejected: it cannot be folded, or is longer than can be read at once.
    """
    if len(events) == EVENTS_MAX:
        raise Rejected(f"{row.ident} has more than {EVENTS_MAX} facts: its past cannot be folded in one go")
    told = facts_of(row.id, [event for event in events if moment.counts(event)])
    if not told:
        return None
    run = Run(row.ident, registries[row.ident.partition("|")[0]], policy)
    broken = fold_all(run, told)
    if broken is not None:
        raise Rejected(f"{row.ident} cannot be folded: {broken.told.fact.type} breaks it: {broken.error}")
    return Folded(row, run, told)


def past_of(folded: Folded, events: Sequence[EventView], cases: Sequence[CaseView], moment: Moment) -> Past:
    """What a fold says, of all that is known today."""
    run, ident = folded.run, folded.row.ident
    concerned = concerns(run, cases, moment.known)
    return Past(
        ident=ident,
        moment=moment,
        facts=len(folded.told),
        of=len(folded.told if moment == Moment() else facts_of(folded.row.id, events)),
        label=run.label(),
        business=tiles_of(run, concerned) if ident.startswith("order|") else None,
        states={name: named(state) for name, state in sorted(run.states.items())},
        running=tuple(sorted(f"{timer.name} {timer.scope}" for timer in run.timers.values())),
        open_cases=tuple(sorted({case.code for case in concerned})),
    )


def facts_of(dossier: int, events: Sequence[EventView]) -> list[Told]:
    """The facts of a log that take part in its fold, in canonical order; what it concluded itself is left out."""
    told = [
        Told(fact, place(fact), event.seq)
        for event in events
        if event.folded
        for fact in [decode_fact(event.body, event.received, event.id)]
        if not is_concluded(fact, event.cause, dossier)
    ]
    return sorted(told, key=lambda one: one.where)


def concerns(run: Run, cases: Sequence[CaseView], known: datetime | None) -> tuple[Concern, ...]:
    """What was open: cases of the fold, and those opened beside it (a command nobody took) that were open by then."""
    folded = {(case.code, case.subject) for case in run.cases.values()}
    beside = {
        (case.code, case.subject)
        for case in cases
        if case.code.startswith("INT-")
        and (known is None or case.opened <= known)
        and (case.closed is None or (known is not None and case.closed > known))
    }
    return tuple(Concern(code, subject) for code, subject in sorted(folded | beside))
