"""The desk of cases: the queue in the order it should be worked, one case with all that is known of it, and acts on it.

An act, its reason and its link in the chain of acts are one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

import msgspec

from crossdock.app.acts.chain import ActView, act_view
from crossdock.app.cases.acts import Done, Refusal, Request, Setting, acts_offered, decide, is_checked, standing_of
from crossdock.app.cases.opening import Holder, cost_at, holder_of, next_look, prepare
from crossdock.app.fold.registry import Registry
from crossdock.app.queries import Fact, Page, event_id, facts_of
from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import from_micros, micros
from crossdock.ports.acts import Act
from crossdock.ports.cases import AtDesk, CaseDesk, CaseFilter, CasePrice, Place, Worked, WorkState
from crossdock.ports.clock import Clock
from crossdock.ports.views import CommandView, EventView, Views
from crossdock.process.policy import Policy

CLAIMS_MAX = 20
CONTRADICTED = ("REJECT", "ESCALATE", "SUPERSEDE", "HOLD", "QUARANTINE")


class CaseLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """A case in the queue. `severity` is the worked one, `cost` what being late has come to so far."""

    id: int
    code: str
    name: str
    state: WorkState
    severity: int
    queue: str
    subject: str
    detail: str
    opened: datetime
    occurrences: int
    dossier: int
    slot: str = ""
    reopened: int = 0
    due_ack: datetime | None = None
    due_resolve: datetime | None = None
    price: CasePrice | None = None
    cost: Decimal | None = None
    assignee: str = ""
    waits_for: str = ""
    until: datetime | None = None
    alerts: int = 0
    escalations: int = 0
    why_graver: str = ""
    proposer: str = ""
    cause_open: str = ""
    closed: datetime | None = None
    cause_closed: str = ""


class CaseDetail(msgspec.Struct, frozen=True):
    """One case whole.

    Attributes:
        proof: what will close it, or what has.
        remedy: what is tried by itself. `actions` are the catalogue's for people, `acts` those this desk takes now.
        claims: both assertions, and any other that is about the same thing: who said what, and what became of it.
        timeline: every act, in order. `commands` are those of its order that wait or ended for the same subject.
    """

    case: CaseLine
    ident: str
    rule: str
    proof: str
    remedy: str
    actions: tuple[str, ...]
    acts: tuple[str, ...]
    claims: tuple[Fact, ...]
    timeline: tuple[ActView, ...]
    commands: tuple[CommandView, ...]


@dataclass(frozen=True, slots=True)
class CaseWork:
    """See the module."""

    desk: CaseDesk
    views: Views
    registries: Mapping[str, Registry]
    policy: Policy
    clock: Clock

    async def queue(self, wanted: CaseFilter, cursor: str, limit: int) -> Page[CaseLine]:
        """A page of the queue: gravest first, of those the dearest, of those the first due.

        Raises:
            Rejected: the cursor is not one we gave.
        """
        now = self.clock.now()
        rows = await self.desk.queue(wanted, now, place_of(cursor), limit)
        last = cursor_of(rows[-1]) if len(rows) == limit else ""
        return Page(tuple(line_of(row, now) for row in rows), last)

    async def case(self, case: int) -> CaseDetail | None:
        """One case whole, `None` when there is none of that number."""
        worked = await self.desk.case(case)
        if worked is None:
            return None
        async with self.desk.at_desk() as at_desk:
            ident, holder = await self._holder(at_desk, worked.case.dossier)
            held = _key(worked) in holder.held or await at_desk.kept(worked.case)
        kind = EXCEPTION_TYPES[worked.case.code]
        events = await self.views.events(worked.case.dossier) if worked.case.dossier else ()
        commands = await self.views.commands(worked.case.dossier) if worked.case.dossier else ()
        return CaseDetail(
            case=line_of(worked, self.clock.now()),
            ident=ident,
            rule=kind.rule,
            proof=proof_of(worked, held=held),
            remedy=kind.auto,
            actions=kind.actions,
            acts=acts_offered(worked, held=held),
            claims=facts_of(claims_of(worked, events)),
            timeline=tuple(act_view(row) for row in await self.desk.acts(case)),
            # Of a command that ran more than once, how it stands now.
            commands=tuple({one.id: one for one in commands if one.idempotency_key == worked.case.slot}.values()),
        )

    async def act(self, case: int, request: Request, key: str) -> CaseLine | Refusal | None:
        """Do it and keep it; `None` when there is no such case."""
        now = self.clock.now()
        async with self.desk.at_desk() as at_desk:
            worked = await at_desk.read(case)
            if worked is None:
                return None
            _, holder = await self._holder(at_desk, worked.case.dossier)
            desk = worked.desk or prepare(worked.case, holder, self.policy)
            held = _key(worked) in holder.held or await at_desk.kept(worked.case)
            done = decide(desk, request, Setting(worked.case, held, now, key))
            if isinstance(done, Refusal):
                return done
            return await self._keep(
                at_desk, Worked(worked.case, desk), done, Act(done.act, request.by, key, _why(request))
            )

    async def _keep(self, at_desk: AtDesk, before: Worked, done: Done, act: Act) -> CaseLine:
        now, case, was = self.clock.now(), before.case, before.desk
        assert was is not None, "an act finds the case prepared"
        closed = now if done.proof else None
        if closed is not None:
            case = msgspec.structs.replace(case, closed=closed, cause_closed=done.proof)
        after = msgspec.structs.replace(done.desk, look_at=next_look(done.desk, case, self.policy))
        await at_desk.write(after, closed=closed, proof=done.proof)
        await at_desk.keep(case.id, now, act, was.state, after.state)
        return line_of(Worked(case, after), now)

    async def _holder(self, at_desk: AtDesk, dossier: int) -> tuple[str, Holder]:
        row = await at_desk.holder(dossier) if dossier else None
        if row is None:
            return "", Holder()
        return row.ident, holder_of(row, self.registries.get(row.ident.partition("|")[0]))


def line_of(worked: Worked, now: datetime) -> CaseLine:
    """A case as a line of the queue."""
    case, desk = worked.case, worked.desk
    shown = {name: getattr(case, name) for name in CaseLine.__struct_fields__ if name in case.__struct_fields__}
    if desk is not None:
        shown |= {name: getattr(desk, name) for name in CaseLine.__struct_fields__ if name in desk.__struct_fields__}
        shown["cost"] = cost_at(desk, case, now) if desk.price is not None else None
    shown |= {"name": EXCEPTION_TYPES[case.code].name, "state": standing_of(case, desk)}
    return CaseLine(**shown)


def claims_of(worked: Worked, events: Sequence[EventView]) -> list[EventView]:
    """What the case began with, and everything of its dossier that claims the same: of its key, or of its kind and not
    simply applied; at most 20."""
    case = worked.case
    cause = next((event for event in events if event.id == case.cause_open), None)
    begun = [cause] if cause is not None else []
    others = [
        event
        for event in events
        if event is not cause
        and (
            (case.slot != "" and event.key == case.slot)
            or (cause is not None and event.type == cause.type)
            or (cause is None and event.disposition.name in CONTRADICTED)
        )
    ]
    return [*begun, *others][:CLAIMS_MAX]


def proof_of(worked: Worked, *, held: bool) -> str:
    """What closes the case, in words."""
    case = worked.case
    if case.closed is not None:
        proof = case.cause_closed or "what its order says now"
        return f"fact {proof}" if event_id(proof) else proof
    if held:
        return f"a fact, or a message run again, after which this no longer holds: {EXCEPTION_TYPES[case.code].rule}"
    if is_checked(case):
        return "the hub's own check: it ends as soon as the cause is gone"
    return "a person's word: nothing the hub sees would show that it is over"


def cursor_of(worked: Worked) -> str:
    """Where the queue goes on after this case."""
    case, desk = worked.case, worked.desk
    price = desk.price if desk is not None else None
    due = str(micros(desk.due_resolve)) if desk is not None and desk.due_resolve is not None else ""
    dear = price.amount + price.per_hour if price is not None else Decimal(0)
    return f"{desk.severity if desk is not None else case.severity}_{dear}_{due}_{case.id}"


def place_of(cursor: str) -> Place | None:
    """The place a cursor names.

    Raises:
        Rejected: it names none.
    """
    if not cursor:
        return None
    try:
        severity, price, due, case = cursor.split("_")
        dear = Decimal(price)
        if not dear.is_finite():
            raise ValueError(price)
        return Place(int(severity), dear, from_micros(int(due)) if due else None, int(case))
    except (ValueError, InvalidOperation, OverflowError) as error:
        raise Rejected("the cursor is not one we gave: use `next` of the page before") from error


def _key(worked: Worked) -> tuple[str, str, str]:
    return worked.case.code, worked.case.subject, worked.case.slot


def _why(request: Request) -> str:
    told = [request.reason]
    told += [f"to {request.to}"] if request.to else []
    told += [f"until {request.until.isoformat()}"] if request.until is not None else []
    return "; ".join(told)
