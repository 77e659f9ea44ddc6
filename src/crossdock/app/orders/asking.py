"""Asking, agreeing, carrying out: who wants what said, who agrees where it takes two, and what became of it.

An ask is kept before anything is said, with all that will be said. It goes into the log under the ask's own number:
said twice, after a crash or by two at once, it is one fact. What was left half done, the schedule role carries out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from crossdock.app import queries
from crossdock.app.fold.registry import Registry
from crossdock.app.ingest.correlate import CONSOLE
from crossdock.app.intake import Intake, Receipt
from crossdock.app.orders.deeds import OF_MONEY, Offer, fact_of, offers, said_by, saying_of, why_two
from crossdock.app.orders.sheet import name_of
from crossdock.app.reconcile.dossier import Dossier, stored
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected, Transient
from crossdock.ports.acts import Act
from crossdock.ports.asks import Ask, Asks, Wish
from crossdock.ports.cards import CardReads
from crossdock.ports.clock import Clock
from crossdock.ports.principal import Principal, Verb
from crossdock.ports.reach import confine, confined
from crossdock.ports.views import Views
from crossdock.process.policy import Policy

# Sets of verbs: any of them is enough, all of a set are needed. Nobody decides about money they may not see.
Ways = tuple[frozenset[Verb], ...]
MAY_ACT: Ways = (frozenset({Verb.ACT}),)
MAY_SETTLE: Ways = (frozenset({Verb.WORK, Verb.SEE_MONEY}),)
MAY_AGREE: Ways = (*MAY_ACT, frozenset({Verb.APPROVE}))
MAY_AGREE_TO_MONEY: Ways = (*MAY_SETTLE, frozenset({Verb.APPROVE, Verb.SEE_MONEY}))

DONE = frozenset({"APPLY", "RECORD", "SUPPRESS", "HOLD"})
# What is being carried out just now is left to whoever does.
PATIENCE = timedelta(minutes=1)
AT_ONCE = 20
# The hub itself, in the record of acts.
HUB = "crossdock"


class Shown(msgspec.Struct, frozen=True):
    """An ask as one reader may see it. `name` is what the page of its order is called, `number` the order's own."""

    ask: Ask
    name: str
    number: str
    may_agree: bool = False
    may_withdraw: bool = False


class Desk(msgspec.Struct, frozen=True):
    """What this reader can ask for now, what waits for a second person, and what was asked before, newest first."""

    offers: tuple[Offer, ...] = ()
    waiting: tuple[Shown, ...] = ()
    past: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class AskDesk:
    """See the module. `intake` answers with what became of a fact."""

    asks: Asks
    intake: Intake
    views: Views
    reads: CardReads
    registries: Mapping[str, Registry]
    policy: Policy
    clock: Clock

    async def desk(self, ident: str, dossier: int, who: Principal) -> Desk:
        """What stands on the page of this dossier."""
        kept = await self.asks.of(dossier)
        acts = await self._may(who, MAY_ACT, dossier)
        settles = await self._may(who, MAY_SETTLE, dossier)
        offered = offers(await self._dossier(ident, dossier)) if acts or settles else ()
        shown = [await self._shown(one, who) for one in kept]
        return Desk(
            tuple(one for one in offered if (settles if one.deed in OF_MONEY else acts)),
            tuple(one for one in shown if one.ask.ended is None),
            tuple(one for one in shown if one.ask.ended is not None),
        )

    async def waiting(self, who: Principal, limit: int) -> tuple[Shown, ...]:
        """What waits for a second person, oldest first."""
        return tuple([await self._shown(one, who) for one in await self.asks.waiting(limit)])

    async def ask(self, ident: str, wish: Wish, who: Principal) -> Ask:
        """Ask for something; where one person is enough it is done at once.

        Raises:
            Rejected: they may not, it cannot be done as it stands, or the hub would not take it.
        """
        dossier = await self._dossier(ident)
        if not await self._may(who, MAY_SETTLE if wish.deed in OF_MONEY else MAY_ACT, dossier.id):
            raise Rejected("your roles do not let you do this here: ask somebody whose roles do")
        ask = await self._worded(wish, who, dossier)
        if not await self.asks.open(ask, Act(f"ask_{wish.deed}", who.name, who.key, wish.reason)):
            raise Rejected("this is asked for already: agree to that, or withdraw it")
        return ask if ask.two else await self._carry_out(ask, who.name, who.key)

    async def agree(self, number: int, who: Principal, reason: str) -> Ask:
        """Be the second person; then it is done.

        Raises:
            Rejected: it is one's own, they may not, it is over, or it would say something else by now.
        """
        ask = await self._waiting(number)
        if _is_own(ask, who):
            raise Rejected("whoever asks does not agree to it as well: a second person has to")
        if not await self._may_agree(ask, who):
            raise Rejected("your roles do not let you agree to this: ask somebody who may approve")
        await self._refuse_stale(ask)
        act = Act(f"agree_{ask.deed}", who.name, who.key, reason)
        if not await self.asks.agree(number, act, self.clock.now()):
            raise Rejected("somebody was faster: load the page again")
        return await self._carry_out(await self._one(number), who.name, who.key)

    async def withdraw(self, number: int, who: Principal, reason: str) -> Ask:
        """Let it be: by whoever asked, or whoever could agree.

        Raises:
            Rejected: they may not, or it does not wait any more.
        """
        ask = await self._waiting(number)
        if not _is_own(ask, who) and not await self._may_agree(ask, who):
            raise Rejected("only whoever asked, or may agree, can withdraw it")
        act = Act(f"withdraw_{ask.deed}", who.name, who.key, reason)
        if not await self.asks.withdraw(number, f"withdrawn by {who.name}: {reason}", act, self.clock.now()):
            raise Rejected("somebody was faster: load the page again")
        return ask

    async def carry_on(self) -> int:
        """For the schedule role: carry out what was agreed to and left half done; how many there were."""
        left = await self.asks.ready(self.clock.now() - PATIENCE, AT_ONCE)
        for one in left:
            await self._said(one, HUB, HUB)
        return len(left)

    async def lapse(self, waits: timedelta) -> int:
        """For the schedule role: let be what has waited so long for a second person; how many there were.

        Who asked finds it among what was asked before, and may ask again; the record of acts says that nobody agreed.
        """
        now = self.clock.now()
        late = [one for one in await self.asks.waiting(AT_ONCE) if one.asked <= now - waits]
        for one in late:
            words = f"nobody agreed within {waits.days} days"
            act = Act(f"lapse_{one.deed}", HUB, HUB, words)
            await self.asks.withdraw(one.id, f"lapsed: {words}", act, now)
        return len(late)

    async def _worded(self, wish: Wish, who: Principal, dossier: Dossier) -> Ask:
        """The ask with the words it will be carried out with, and whether it takes two."""
        number, now = await self.asks.number(), self.clock.now()
        said = encode_json(saying_of(number, wish, who.name, dossier)).decode()
        words = (wish.deed, wish.about, wish.value, wish.reason, who.name, who.key)
        ask = Ask(number, dossier.id, dossier.ident, now, *words, two="", said=said)
        two = why_two(decode_fact(fact_of(ask), now), dossier, wish.about)
        return msgspec.structs.replace(ask, two=two)

    async def _carry_out(self, ask: Ask, person: str, key: str) -> Ask:
        """Say it and close it; where the hub cannot just now, it stays open for the schedule role.

        Raises:
            Rejected: the hub did not take it, which is kept with the ask.
        """
        try:
            receipt, outcome = await self._said(ask, person, key)
        except Transient:
            return ask
        if _became(receipt) not in DONE:
            raise Rejected(f"it was not taken: {outcome}")
        return msgspec.structs.replace(ask, outcome=outcome)

    async def _said(self, ask: Ask, person: str, key: str) -> tuple[Receipt, str]:
        (receipt,) = await self.intake.facts(CONSOLE, [fact_of(ask)])
        why = receipt.reason or receipt.transitions or "; ".join(one.detail for one in receipt.findings)
        outcome = f"{_became(receipt)}: {why}" if why else _became(receipt)
        await self.asks.end(ask.id, outcome, Act(f"do_{ask.deed}", person, key, ask.reason), self.clock.now())
        return receipt, outcome

    async def _refuse_stale(self, ask: Ask) -> None:
        """What is agreed to is what was asked: where the same wish would be another fact by now, it is asked anew."""
        wish = Wish(ask.deed, ask.about, ask.value, ask.reason)
        now = saying_of(ask.id, wish, ask.person, await self._dossier(ask.ident, ask.dossier))
        if encode_json(now).decode() != encode_json(said_by(ask)).decode():
            raise Rejected("it has changed since this was asked: withdraw it and ask again")

    async def _waiting(self, number: int) -> Ask:
        ask = await self._one(number)
        if not ask.is_waiting:
            raise Rejected("that is over: load the page again")
        return ask

    async def _one(self, number: int) -> Ask:
        ask = await self.asks.one(number)
        if ask is None:
            raise Rejected("that is over: load the page again")
        return ask

    async def _dossier(self, ident: str, dossier: int = 0) -> Dossier:
        known = await self.views.owners(ident) if dossier else ()
        row = next((one for one in known if one.id == dossier), None) or await queries.find(self.views, ident)
        if row is None or (dossier and row.id != dossier):
            raise Rejected("there is no such order: load the page again")
        return stored(row, self.registries, self.policy, self.clock.now())

    async def _may_agree(self, ask: Ask, who: Principal) -> bool:
        return await self._may(who, MAY_AGREE_TO_MONEY if ask.deed in OF_MONEY else MAY_AGREE, ask.dossier)

    async def _may(self, who: Principal, ways: Ways, dossier: int) -> bool:
        """Whether one of these ways is open to them about this dossier."""
        for verbs in ways:
            if all([await self._reaches(who, verb, dossier) for verb in sorted(verbs)]):
                return True
        return False

    async def _reaches(self, who: Principal, verb: Verb, dossier: int) -> bool:
        reaches = who.reaches(verb)
        if not reaches or reaches[0].is_all:
            return bool(reaches)
        # The page may reach further than this verb does: the database is asked how far this one goes.
        with confined():
            confine(reaches)
            return bool(await self.reads.ident_of(dossier))

    async def _shown(self, ask: Ask, who: Principal) -> Shown:
        agrees = ask.is_waiting and await self._may_agree(ask, who)
        own = _is_own(ask, who)
        return Shown(
            _masked(ask) if ask.deed in OF_MONEY and not who.may(Verb.SEE_MONEY) else ask,
            name_of(ask.ident, ask.dossier),
            ask.ident.rpartition("|")[2],
            may_agree=agrees and not own,
            may_withdraw=ask.is_waiting and (own or agrees),
        )


def _masked(ask: Ask) -> Ask:
    """An ask about money for somebody who may not see it."""
    return msgspec.structs.replace(ask, value="", reason="about money", said="", outcome=ask.outcome.partition(":")[0])


def _is_own(ask: Ask, who: Principal) -> bool:
    """Whether they are who asked: by credential, or by a name the log could not tell from theirs."""
    return ask.key == who.key or ask.person.strip().casefold() == who.name.strip().casefold()


def _became(receipt: Receipt) -> str:
    return str(receipt.disposition or receipt.status)
