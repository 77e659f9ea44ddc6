"""The partners of a run: systems that keep books of what they were asked, and do it once, late, or without a word.

A system that knows our keys answers a repeated call as before. One that does not would do it again, and its books would
show it: what keeps it from that is the hub alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from crossdock.app.deliver.step import Route
from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.events.platform import CommandAcknowledged
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.instant import Occurrence
from crossdock.ports.connector import Limits, Manifest, Outbound, Outcome, OutcomeKind, Resolution
from crossdock.ports.directory import Partner
from crossdock.testing.simulate.nature import Nature
from crossdock.testing.simulate.plan import Fault, Ill
from crossdock.testing.simulate.scheduler import Bell

LIMITS = Limits(concurrency=4, timeout_s=10.0)
# A call that timed out may still take effect so long after it began: within `timeout_s`, as the hub assumes of systems
# it reads back from.
LATE_MAX_S = 8.0

RESOLUTIONS = {
    "wms-gb1": Resolution.AWAIT_ACKNOWLEDGEMENT,
    "customs": Resolution.AWAIT_ACKNOWLEDGEMENT,
    "tms1": Resolution.READ_BACK,
    "lmd1": Resolution.READ_BACK,
    "dock": Resolution.PERSON,
}


class Entry(msgspec.Struct, frozen=True):
    """One effect in a system's books."""

    key: str
    type: str
    ordering_key: str
    delivery: int
    at_us: int


class System:
    """One partner's system, its books, and the sender that reaches it (ports.connector.Sender).

    Args:
        speak: says a fact of this partner's to the hub, in its own time.
        about: the identifier of whose command it is (`order||SO-1`), by the delivery's number.
        watch: called after each effect.
    """

    def __init__(
        self,
        partner: Partner,
        nature: Nature,
        *,
        speak: Callable[[str, bytes], None],
        about: Callable[[int], str],
        watch: Callable[[str, Entry], None],
    ) -> None:
        self.partner = partner
        self.resolution = RESOLUTIONS.get(partner.id, Resolution.IDEMPOTENT_RESEND)
        self.books: list[Entry] = []
        self.keys: dict[str, Outbound] = {}
        self.asked = Bell()
        self._nature = nature
        self._scheduler = nature.scheduler
        self._dice = nature.dice(f"system {partner.id}")
        self._speak = speak
        self._about = about
        self._watch = watch

    @property
    def route(self) -> Route:
        """How the hub reaches it."""
        manifest = Manifest("simulated", "Simulated", (), (), (), self.resolution, LIMITS, "the simulation")
        return Route(self.partner, manifest, self)

    def was_asked(self, kind: str, word: str) -> bool:
        """Whether a command of this type with this in its key is in the books."""
        return any(one.type == kind and word in one.key for one in self.books)

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """See `Sender.send`."""
        return [await self._send(command) for command in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """See `Sender.look_up`."""
        await self._scheduler.sleep(self._dice.uniform(0.02, 0.4))
        if self._is_cut():
            return Outcome(OutcomeKind.TRANSIENT, "connection refused")
        if command.idempotency_key in self.keys:
            return Outcome(OutcomeKind.DELIVERED, "it was done")
        return Outcome(OutcomeKind.REFUSED, "it was not done")

    def confirm(self, command: Outbound) -> None:
        """Say that a command was done, as a fact of its own."""
        scheme, scope, number = self._about(command.id).split("|", 2)
        payload = CommandAcknowledged(command=command.type, idempotency_key=command.idempotency_key)
        source = Source(self.partner.role, self.partner.id, message_id=f"ack {command.idempotency_key}")
        body = make_envelope(
            "command.acknowledged", Subject(scheme, number), source, Occurrence(command.created), payload,
            refs=(Reference(scheme, number, scope),),
        )  # fmt: skip
        self._speak(self.partner.id, body)

    async def _send(self, command: Outbound) -> Outcome:
        await self._scheduler.sleep(self._dice.uniform(0.02, 0.6))
        if self._is_cut():
            return Outcome(OutcomeKind.TRANSIENT, "connection refused")
        fault = self._nature.call(self.partner.id)
        outcome = await self._struck(command, fault) if fault is not None else None
        if outcome is not None:
            return outcome
        self._do(command)
        await self._scheduler.sleep(self._dice.uniform(0.02, 0.3))
        if self._is_cut():
            return await self._silence(command)
        return Outcome(OutcomeKind.DELIVERED, reference=f"{self.partner.id}-{len(self.books)}")

    async def _struck(self, command: Outbound, fault: Fault) -> Outcome | None:
        match fault.ill:
            case Ill.ERROR:
                return Outcome(OutcomeKind.TRANSIENT, "503 out of order")
            case Ill.BUSY:
                return Outcome(OutcomeKind.TRANSIENT, "429 too many", retry_after_s=fault.span_s)
            case Ill.LOST_CALL:
                await self._scheduler.sleep(LIMITS.timeout_s)
                return Outcome(OutcomeKind.UNKNOWN, "no answer within 10 s")
            case Ill.LATE_EFFECT:
                self._scheduler.start(self._later(command, min(fault.span_s, LATE_MAX_S)))
                await self._scheduler.sleep(LIMITS.timeout_s)
                return Outcome(OutcomeKind.UNKNOWN, "no answer within 10 s")
            case Ill.LOST_ANSWER:
                self._do(command)
                return await self._silence(command)
            case Ill.GARBAGE:
                self._do(command)
                self._confirm_later(command)
                raise ValueError("the answer is no JSON: <html>")
            case _:
                return None

    async def _silence(self, command: Outbound) -> Outcome:
        """Nothing is heard of what was done; a system that acknowledges will say so by another way."""
        self._confirm_later(command)
        await self._scheduler.sleep(LIMITS.timeout_s)
        return Outcome(OutcomeKind.UNKNOWN, "no answer within 10 s")

    async def _later(self, command: Outbound, seconds: float) -> None:
        await self._scheduler.sleep(seconds)
        self._do(command)
        self._confirm_later(command)

    def _confirm_later(self, command: Outbound) -> None:
        if self.resolution is Resolution.AWAIT_ACKNOWLEDGEMENT and self._dice.random() < 0.8:
            self.confirm(command)

    def _do(self, command: Outbound) -> None:
        """Enter it into the books; a system that knows our keys does so once."""
        key = command.idempotency_key
        if self.resolution is Resolution.IDEMPOTENT_RESEND and key in self.keys:
            return
        self.keys[key] = command
        entry = Entry(key, command.type, command.ordering_key, command.id, self._scheduler.now_us)
        self.books.append(entry)
        self._watch(self.partner.id, entry)
        self._scheduler.ring(self.asked)

    def _is_cut(self) -> bool:
        return self._nature.lasts(Ill.PARTITION, self.partner.id)
