"""Which formulas a dossier's log is put to, by its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from crossdock.canonical.events.order import OrderApproved, OrderType
from crossdock.process.kpi import lookalike, orders, quality, trade, transport
from crossdock.process.kpi.chronicle import Chronicle, payload_of
from crossdock.process.kpi.measure import Measure, one_each

Formula = Callable[[Chronicle], Iterator[Measure]]


def _load(log: Chronicle) -> Iterator[Measure]:
    yield from transport.tenders(log)
    yield from trade.freight(log, None)


FORMULAS: Mapping[str, tuple[Formula, ...]] = {
    "order": (orders.measures, transport.measures, trade.measures, lookalike.measures),
    "load": (_load,),
    "appointment": (transport.dwell,),
    "stock": (trade.stock,),
}


def measures(log: Chronicle) -> tuple[Measure, ...]:
    """Everything this dossier contributes; nothing if it is a sample order."""
    approved = log.first(OrderApproved)
    if approved is not None and payload_of(approved, OrderApproved).order_type is OrderType.SAMPLE:
        return ()
    formulas = (*FORMULAS.get(log.ident.partition("|")[0], ()), quality.measures)
    return one_each(one for formula in formulas for one in formula(log))
