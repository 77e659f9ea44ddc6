"""The cards of a dossier's freight cases: amounts from their states, instants from the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from crossdock.app.fold.registry import Registry
from crossdock.app.measuring import chronicle
from crossdock.app.reconcile.dossier import Dossier
from crossdock.canonical.events.money import FreightAccrued
from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.cards import FreightCard
from crossdock.ports.store import DossierRow
from crossdock.ports.views import EventView
from crossdock.process.freight.rating import by_code
from crossdock.process.freight.state import FreightState
from crossdock.process.kpi.chronicle import Entry
from crossdock.process.machine import NEW
from crossdock.process.policy import Policy
from crossdock.process.sums import money

CURRENCY = "EUR"
CLAIM = ("freight.accrued", "freight.invoiced")
WORDS_MAX = 10


def freight_cards(
    row: DossierRow, dossier: Dossier, log: Sequence[EventView], registries: Mapping[str, Registry], policy: Policy
) -> tuple[FreightCard, ...]:
    """One card a case; of a load, which has one case, `part` is empty. None before anything is estimated or claimed."""
    cases = {part: case for part, case in _cases(dossier) if case.state != NEW or case.papers}
    if not cases:
        return ()
    entries = [
        entry
        for entry in chronicle(row, log, registries, policy).everything
        if entry.fact.type.startswith("freight.") and entry.disposition is not Disposition.REJECT
    ]
    return tuple(
        _card(row.id, part, case, [entry for entry in entries if entry.group == part]) for part, case in cases.items()
    )


def _cases(dossier: Dossier) -> Iterator[tuple[str, FreightState]]:
    whole = dossier.one("FRT", FreightState)
    if whole is not None:
        yield "", whole
    yield from dossier.groups("FRT", FreightState)


def _card(dossier: int, part: str, case: FreightState, said: Sequence[Entry]) -> FreightCard:
    currency = case.currency or CURRENCY
    quoted = sum(by_code(case.estimate).values())
    contested = sum(one.amount for one in case.disputes.values() if not one.outcome)
    accrued = [entry.fact.payload for entry in said if isinstance(entry.fact.payload, FreightAccrued)]
    claims = [entry.at for entry in said if entry.fact.type in CLAIM]
    amounts = {
        "estimated": quoted,
        "accrued": case.owed,
        "booked": case.posted,
        "invoiced": case.net,
        "approved": case.approved,
        "paid": sum(case.paid.values()),
        "disputed": contested,
    }
    return FreightCard(
        dossier=dossier,
        part=part,
        carrier=case.carrier,
        state=case.state,
        currency=currency,
        over=bool(case.failing),
        since=min(claims, default=None),
        moved=max((entry.at for entry in said), default=None),
        period=accrued[-1].period if accrued else "",
        papers=" ".join(paper.no for paper in list(case.papers.values())[:WORDS_MAX]),
        failing=" ".join(f"{one.charge} {one.rule}" for one in case.failing[:WORDS_MAX]),
        **{name: money(amount, currency).amount for name, amount in amounts.items()},
    )
