"""Repairs as people make them: propose, look, approve as a second person, apply exactly that, or withdraw.

Planning and applying go on in steps, each a transaction that leaves the plan resumable: whoever drives it may die
between any two, and several may drive it at once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec.structs import replace

from crossdock.app.ingest.parts import Parts
from crossdock.app.masking import refuse_masked
from crossdock.app.queries import Page
from crossdock.app.repair.folding import Worked, replaying, work_out
from crossdock.app.repair.outcome import outcome_of
from crossdock.app.repair.planning import Planner
from crossdock.app.repair.reading import Reader
from crossdock.kernel.errors import Conflict, Rejected
from crossdock.kernel.ids import uuid7
from crossdock.ports.acts import Act
from crossdock.ports.clock import Clock, Dice
from crossdock.ports.repair import (
    EDITED_BYTES_MAX,
    ITEMS_MAX,
    Item,
    ItemState,
    Plan,
    PlanState,
    Repairs,
    Selection,
    Turn,
    digest_of,
    plan_digest,
)

# Another worker's batch may win the version fence: then the order has moved on, and that is looked at again.
CONFLICTS_MAX = 5
APPLIED_AT_ONCE = 20

Words = Annotated[str, msgspec.Meta(min_length=3, max_length=1000)]
Name = Annotated[str, msgspec.Meta(min_length=2, max_length=100)]


class Hand(msgspec.Struct, frozen=True):
    """Who does it and whose credential carries it."""

    person: Name
    key: str


class Proposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repair as somebody wants it. `edited` takes the place of the bytes of the one message selected."""

    selection: Selection
    reason: Words
    edited: bytes | None = None


@dataclass(frozen=True, slots=True)
class RepairDesk:
    """See the module. `reader` and `parts` are the project of today."""

    parts: Parts
    repairs: Repairs
    reader: Reader
    clock: Clock
    dice: Dice

    async def propose(self, asked: Proposal, hand: Hand) -> Plan:
        """Begin a plan; `step` or the schedule role works it out.

        Raises:
            Rejected: nothing is selected, or bytes are edited without naming their message.
        """
        refuse_nonsense(asked)
        now = self.clock.now()
        plan = Plan(
            id=str(uuid7(int(now.timestamp() * 1000), self.dice.bits(80))),
            state=PlanState.PLANNING,
            selection=asked.selection,
            reason=asked.reason,
            proposer=hand.person,
            proposer_key=hand.key,
            created=now,
            as_of=now,
            policy=self.parts.policy.version,
            edited=asked.edited,
        )
        await self.repairs.propose(plan, Act("repair_asked", hand.person, hand.key, asked.reason))
        return plan

    async def step(self, plan_id: str) -> bool:
        """Take a plan one step further, if it is being planned or applied; whether there is more to do now.

        Raises:
            Transient: the store is away; nothing is lost, call again.
        """
        plan = await self.repairs.plan(plan_id)
        if plan is None or plan.state not in (PlanState.PLANNING, PlanState.APPLYING):
            return False
        return await (self._plan_on(plan) if plan.state is PlanState.PLANNING else self._apply_on(plan))

    async def step_next(self) -> int:
        """For the schedule role: a step of the oldest plan under way; 0 when there is none."""
        plan = await self.repairs.next_open()
        return int(plan is not None and await self.step(plan.id))

    async def read(self, plan_id: str) -> Plan:
        """A plan.

        Raises:
            Rejected: there is none of that id.
        """
        plan = await self.repairs.plan(plan_id)
        if plan is None:
            raise Rejected(f"there is no plan {plan_id}: list them with crossdock replay list")
        return plan

    async def page(self, before: str, limit: int) -> Page[Plan]:
        """Plans, the newest first."""
        plans = await self.repairs.plans(before=before, limit=limit)
        return Page(tuple(plans), plans[-1].id if len(plans) == limit else "")

    async def items(self, plan_id: str, after: int, limit: int) -> Page[Item]:
        """What becomes of each dossier, in order."""
        items = await self.repairs.items(plan_id, after=after, limit=limit)
        return Page(tuple(items), str(items[-1].n) if len(items) == limit else "")

    async def approve(self, plan_id: str, hand: Hand, reason: str) -> Plan:
        """Let it be applied as it stands; what is approved is its digest.

        Raises:
            Rejected: it is not proposed, the same person or key proposed it, or it is not what was worked out.
        """
        plan = await self.read(plan_id)
        if plan.state is not PlanState.PROPOSED:
            raise Rejected(f"the plan is {plan.state}: only one that is proposed can be approved")
        if same(plan.proposer, hand.person) or plan.proposer_key == hand.key:
            raise Rejected(f"{plan.proposer} proposed it: a second person must approve it, by a sign-in of their own")
        await self._refuse_changed(plan)
        now = self.clock.now()
        done = replace(plan, state=PlanState.APPROVED, approver=hand.person, approver_key=hand.key, approved=now)
        return await self._moved(done, plan.state, Act("repair_approved", hand.person, hand.key, reason))

    async def apply(self, plan_id: str, hand: Hand, reason: str) -> Plan:
        """Begin to apply what was approved; `step` or the schedule role does it, dossier by dossier.

        Raises:
            Rejected: it is not approved, or it is not what was approved.
        """
        plan = await self.read(plan_id)
        if plan.state is not PlanState.APPROVED:
            raise Rejected(f"the plan is {plan.state}: only one that is approved can be applied")
        await self._refuse_changed(plan)
        act = Act("repair_applied", hand.person, hand.key, reason)
        return await self._moved(replace(plan, state=PlanState.APPLYING), plan.state, act)

    async def withdraw(self, plan_id: str, hand: Hand, reason: str) -> Plan:
        """End a plan that is not to be applied.

        Raises:
            Rejected: it is being applied, or over.
        """
        plan = await self.read(plan_id)
        if plan.state not in (PlanState.PLANNING, PlanState.PROPOSED, PlanState.APPROVED):
            raise Rejected(f"the plan is {plan.state}: it cannot be withdrawn any more")
        done = replace(plan, state=PlanState.WITHDRAWN, ended=self.clock.now())
        return await self._moved(done, plan.state, Act("repair_withdrawn", hand.person, hand.key, reason))

    async def _moved(self, plan: Plan, before: PlanState, act: Act | None) -> Plan:
        if not await self.repairs.move(plan, before, act):
            raise Conflict("somebody else was faster: read the plan again")
        return await self.read(plan.id)

    async def _refuse_changed(self, plan: Plan) -> None:
        """The plan must be what was worked out, item by item, and what the act that approved it names."""
        after = 0
        while items := await self.repairs.items(plan.id, after=after, limit=100):
            for item in items:
                if item.outcome is not None and digest_of(item.outcome, item.statements) != item.digest:
                    raise Rejected(f"{item.ident} is not what was worked out: the plan was changed, make another")
            after = items[-1].n
        if plan_digest(plan, await self.repairs.digests(plan.id)) != plan.digest:
            raise Rejected("the plan is not what was worked out: it was changed, make another")
        if plan.state is PlanState.APPROVED:
            act = await self.repairs.approval(plan.id)
            if act is None or act.digest() != act.hash or act.after != plan.digest:
                raise Rejected("the plan is not what was approved: make another")

    async def _plan_on(self, plan: Plan) -> bool:
        if plan.counts.planned < ITEMS_MAX and await Planner(self.parts, self.repairs, self.reader).step(plan):
            return True
        digest = plan_digest(plan, await self.repairs.digests(plan.id))
        state = PlanState.PROPOSED if (await self.read(plan.id)).counts.planned else PlanState.DONE
        ended = self.clock.now() if state is PlanState.DONE else None
        await self.repairs.move(replace(plan, state=state, digest=digest, ended=ended), plan.state, None)
        return False

    async def _apply_on(self, plan: Plan) -> bool:
        numbers = await self.repairs.open_items(plan.id, APPLIED_AT_ONCE)
        for number in numbers:
            await self._apply_one(plan, number)
        if numbers:
            return True
        done = replace(plan, state=PlanState.DONE, ended=self.clock.now())
        await self.repairs.move(done, plan.state, None)
        return False

    async def _apply_one(self, plan: Plan, number: int) -> None:
        """One dossier in one transaction: exactly what was planned, or the reason why not."""
        for _ in range(CONFLICTS_MAX):
            try:
                return await self._turn(plan, number)
            except Conflict:
                continue
            except Rejected as refusal:
                return await self._refuse(plan, number, refusal.detail)
        return await self._refuse(plan, number, "other workers kept changing it: make another plan")

    async def _turn(self, plan: Plan, number: int) -> None:
        async with self.repairs.turn() as turn:
            item = await turn.item(plan.id, number)
            if item is not None and item.state is ItemState.PLANNED:
                await self._write(plan, item, turn)

    async def _write(self, plan: Plan, item: Item, turn: Turn) -> None:
        worked = await self._checked(plan, item, turn)
        await turn.write(worked.rows)
        now = self.clock.now()
        before, after = (hashlib.sha256(state).hexdigest() for state in states_of(worked))
        act = Act("order_repaired", plan.approver, plan.approver_key, f"repair {plan.id}: {plan.reason}")
        await turn.settle(replace(item, state=ItemState.APPLIED, at=now), act, before, after)

    async def _checked(self, plan: Plan, item: Item, turn: Turn) -> Worked:
        """The item worked out again in the transaction that writes it, found to be what was approved.

        Raises:
            Rejected: the order moved on, today's project is another, or the item is not what was approved.
        """
        outcome = item.outcome
        if outcome is None or digest_of(outcome, item.statements) != item.digest:
            raise Rejected("the plan was changed after it was worked out: make another")
        for message, heirs in sorted(item.heirs.items()):
            if await turn.heirs(message) != heirs + await self._own(plan, message):
                raise Rejected(f"message {message} was used by somebody else meanwhile: make another plan")
        match = await turn.match((), [one.dossier for one in outcome.touched if one.dossier])
        for one in outcome.touched:
            row = match.dossiers.get(one.dossier)
            if one.dossier and (row is None or row.version != one.version):
                now = row.version if row is not None else 0
                raise Rejected(f"{one.ident} moved on from version {one.version} to {now}: make another plan of it")
        planner = Planner(self.parts, self.repairs, self.reader)
        unit = await planner.unit(plan, item)
        worked = await work_out(replaying(self.parts, dry=False), turn, unit, self.clock.now())
        if digest_of(outcome_of(worked, {}), item.statements) != item.digest:
            raise Rejected("today's project makes something else of it than was approved: make another plan")
        return worked

    async def _own(self, plan: Plan, message: str) -> int:
        """How many rows of a message this very plan has written."""
        origin = await self.repairs.origin(message)
        return sum(row.startswith(f"{plan.id}.") for row in origin.rows) if origin is not None else 0

    async def _refuse(self, plan: Plan, number: int, why: str) -> None:
        async with self.repairs.turn() as turn:
            item = await turn.item(plan.id, number)
            if item is None or item.state is not ItemState.PLANNED:
                return
            act = Act("order_not_repaired", plan.approver, plan.approver_key, why[:1000])
            await turn.settle(replace(item, state=ItemState.REFUSED, detail=why, at=self.clock.now()), act, "", "")


def states_of(worked: Worked) -> tuple[bytes, bytes]:
    """All states it touches, before and after."""
    before = b"".join(session.was.state for session in worked.sessions)
    return before, b"".join(row.state for row in worked.rows.dossiers)


def refuse_nonsense(asked: Proposal) -> None:
    """Refuse a selection that means nothing, and an edit of nothing."""
    if asked.selection == Selection():
        raise Rejected("nothing is selected: name an order, a partner, a message, a case or a code; or all with --all")
    if asked.edited is not None:
        if not asked.selection.message:
            raise Rejected("name the message whose bytes are edited")
        if len(asked.edited) > EDITED_BYTES_MAX:
            raise Rejected(f"an edited message has at most {EDITED_BYTES_MAX} bytes")
        refuse_masked(asked.edited)


def same(one: str, other: str) -> bool:
    """Whether two names are one person's."""
    return one.strip().casefold() == other.strip().casefold()
