"""One dossier on one page: how it stands or stood, who said what and what came of it, its books and its documents.

With a moment everything is as it was known then, or truly was: the log is folded again up to there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from crossdock.app import queries
from crossdock.app.fold.registry import Registry
from crossdock.app.headline import Concern, Tiles
from crossdock.app.history import Moment, Past, fold_at, past_of
from crossdock.app.orders.books import Book, amounts, goods
from crossdock.app.queries import Fact, States, Trace
from crossdock.app.reconcile.dossier import Dossier, of_fold, stored
from crossdock.app.states import named
from crossdock.app.why import Answer, why_of
from crossdock.kernel.errors import Rejected
from crossdock.ports.acts import Act, Acts
from crossdock.ports.cards import CardReads
from crossdock.ports.clock import Clock
from crossdock.ports.principal import Principal
from crossdock.ports.store import DossierRow, MessageRow
from crossdock.ports.views import CaseView, Views
from crossdock.process.order.header import header_of
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy

LOST = frozenset({"REJECT", "SUPERSEDE", "ESCALATE", "RECORD"})
HUB = "crossdock"
# A name that begins so is a dossier's number and not a number of an order.
BY_ID = "~"


class Document(msgspec.Struct, frozen=True):
    """A message that fed this dossier: what facts it gave here."""

    message: str
    partner: str
    received: datetime
    types: tuple[str, ...]


class Head(msgspec.Struct, frozen=True):
    """Who it is for and until when; only of an order that is approved."""

    customer: str
    customer_name: str
    customer_po: str
    requested: datetime | None
    promised: datetime | None
    revision: int
    state: str


class OrderSheet(msgspec.Struct, frozen=True):
    """See the module.

    Attributes:
        name: what its page is called in addresses. `steps`: when each of its facts became known, oldest first.
        step: how many of them count at this moment.
        answer: why the field asked about is as it is.
        holds: kind by hold. `trace`: the part of the log that counts. `lost`: claims that did not decide.
    """

    name: str
    number: str
    ident: str
    dossier: int
    label: str
    head: Head | None
    tiles: Tiles | None
    trace: Trace
    lost: tuple[Fact, ...]
    documents: tuple[Document, ...]
    goods: tuple[Book, ...]
    money: tuple[Book, ...]
    open_cases: tuple[CaseView, ...]
    holds: dict[str, str]
    states: dict[str, object]
    timers: tuple[str, ...]
    moment: Moment
    steps: tuple[datetime, ...]
    step: int
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Sheets:
    """See the module."""

    views: Views
    reads: CardReads
    states: States
    registries: Mapping[str, Registry]
    policy: Policy
    clock: Clock
    acts: Acts

    async def ident_of(self, name: str) -> str:
        """What a name in an address stands for: `~12` a dossier's number, all else a number as people say it."""
        number = name.removeprefix(BY_ID)
        if name.startswith(BY_ID) and number.isdecimal() and len(number) <= 18:
            return await self.reads.ident_of(int(number))
        return name

    async def of(self, name: str, moment: Moment, step: int = 0, why: str = "") -> OrderSheet | None:
        """The dossier of that name; `step` stands for the moment when so many of its facts were known.

        Its log is read once, and folded once where the moment is past; once more under a witness where it is asked
        `why` a field is as it is.

        Raises:
            Rejected: its log cannot be folded, or nothing was known at that moment.
        """
        ident = await self.ident_of(name)
        row = await queries.find(self.views, ident) if ident else None
        if row is None:
            return None
        events = await self.views.events(row.id)
        steps = tuple(sorted(event.recorded for event in events))
        if 0 < step < len(steps):
            moment = Moment(steps[step - 1], moment.true)
        now = moment == Moment()
        folded = None if now else fold_at(row, events, moment, self.registries, self.policy)
        if folded is None and not now:
            raise Rejected(f"nothing was known of {row.ident} at that moment: choose a later one")
        trace = await queries.trace_of(self.views, row, events)
        past = past_of(folded, events, trace.cases, moment) if folded is not None else None
        dossier = (
            of_fold(folded, self.policy, self.clock.now())
            if folded is not None
            else stored(row, self.registries, self.policy, self.clock.now())
        )
        answer = why_of(row, events, self.registries, self.policy, why) if why else None
        return self._sheet(row, dossier, _until(trace, moment), past, moment, steps, answer)

    async def document(self, name: str, message: str, who: Principal) -> MessageRow | None:
        """A message that fed this dossier, to be taken away; that it was is kept with who took it."""
        sheet = await self.of(name, Moment())
        if sheet is None or message not in {one.message for one in sheet.documents}:
            return None
        found = await self.views.message(message)
        if found is not None:
            act = Act("download", who.id, who.key, f"a document of {sheet.ident}")
            await self.acts.keep(self.clock.now(), f"message {message}", act)
        return found

    def _sheet(
        self,
        row: DossierRow,
        dossier: Dossier,
        trace: Trace,
        past: Past | None,
        moment: Moment,
        steps: tuple[datetime, ...],
        answer: Answer | None,
    ) -> OrderSheet:
        order = dossier.one("ORD", OrderState)
        held = order if order is not None and order.header else None
        cases = tuple(case for case in trace.cases if case.closed is None)
        return OrderSheet(
            name=name_of(row.ident, row.id),
            number=row.ident.partition("|")[2].partition("|")[2],
            ident=row.ident,
            dossier=row.id,
            label=past.label if past is not None else row.label,
            head=_head(held) if held is not None else None,
            tiles=self._tiles(row, cases, past),
            trace=trace,
            lost=tuple(fact for fact in trace.facts if has_lost(fact)),
            documents=_documents(trace.facts),
            goods=goods(dossier),
            money=amounts(dossier),
            open_cases=cases,
            holds=dict(order.holds) if order is not None else {},
            states={name: named(state) for name, state in sorted(dossier.states.items())},
            timers=tuple(sorted({timer.name for timer in dossier.timers})),
            moment=moment,
            steps=steps,
            step=sum(1 for at in steps if moment.known is None or at <= moment.known),
            answer=answer,
        )

    def _tiles(self, row: DossierRow, cases: Sequence[CaseView], past: Past | None) -> Tiles | None:
        if not row.ident.startswith("order|"):
            return None
        if past is not None:
            return past.business
        return self.states.tiles(row, [Concern(case.code, case.subject) for case in cases])


def name_of(ident: str, dossier: int) -> str:
    """How a dossier's page is called: an order by its number where that fits an address, all else by its dossier."""
    scheme, _, number = ident.partition("||")
    plain = scheme == "order" and number and "/" not in number and not number.startswith(BY_ID)
    return number if plain else f"{BY_ID}{dossier}"


def has_lost(fact: Fact) -> bool:
    """What the hub noted of itself claims nothing of the world."""
    noted = fact.said_by == HUB and fact.disposition == "RECORD"
    return fact.disposition in LOST and bool(fact.reason) and not noted


def _head(order: OrderState) -> Head:
    header = header_of(order)
    return Head(
        customer=header.customer.no,
        customer_name=header.customer.name,
        customer_po=header.customer_po,
        requested=header.requested.latest,
        promised=header.promise.latest if header.promise is not None else None,
        revision=order.rev,
        state=order.state,
    )


def _until(trace: Trace, moment: Moment) -> Trace:
    """The part of a history that counts at a moment; what a fact that does not count caused goes with it."""
    if moment == Moment():
        return trace
    known = moment.known
    facts = tuple(
        fact
        for fact in trace.facts
        if (known is None or fact.recorded <= known) and (moment.true is None or fact.occurred <= moment.true)
    )
    counted = {fact.id for fact in facts}
    cases = tuple(
        msgspec.structs.replace(case, closed=None, cause_closed="")
        if case.closed is not None and known is not None and case.closed > known
        else case
        for case in trace.cases
        if (known is None or case.opened <= known) and (case.cause_open in counted or "." not in case.cause_open)
    )
    commands = tuple(one for one in trace.commands if one.cause in counted)
    return msgspec.structs.replace(trace, facts=facts, cases=cases, commands=commands)


def _documents(facts: Sequence[Fact]) -> tuple[Document, ...]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.message:
            found.setdefault(fact.message, []).append(fact)
    return tuple(
        Document(message, given[0].said_by, given[0].received, tuple(dict.fromkeys(fact.type for fact in given)))
        for message, given in found.items()
    )
