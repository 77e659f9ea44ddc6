"""The invariants of architecture.md §8, held after every effect against a model of its own that knows no fold.

The model is what a clerk would note down: which bytes the hub said yes to, what is in each system's books, how far each
shipment was shown to have come. Nothing here asks `process` or `app`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.outbox import Phase
from crossdock.ports.store import EventRow, WriteSet
from crossdock.testing.outbox import MemoryTurn
from crossdock.testing.simulate.partners import LIMITS, Entry
from crossdock.testing.simulate.storage import Disk

# How far a shipment has come, as a customer is shown it; what stands before is planning and may be planned anew.
RANKS = {"HANDED_OVER": 1, "IN_TRANSIT": 2, "OUT_FOR_DELIVERY": 3, "DELIVERED": 4, "CLOSED": 5}
# A retry by hand begins to count anew; more attempts than this at one command nobody would call bounded.
ATTEMPTS_MAX = 20 * LIMITS.attempts_max
VIOLATIONS_MAX = 20
NOT_APPLIED = (Disposition.REJECT, Disposition.SUPPRESS, Disposition.ESCALATE)

_said = msgspec.json.Decoder(dict[str, object])


class Auditor:
    """Notes what happens and says what is wrong, once each. `disk` is set by who builds the run."""

    disk: Disk

    def __init__(self, owned: frozenset[str]) -> None:
        self.violations: list[str] = []
        self.checks = 0
        self._owned = owned
        self._accepted: dict[str, bytes] = {}
        self._kept: set[str] = set()
        self._applied: Counter[tuple[int, str, str]] = Counter()
        self._effects: dict[str, dict[str, Entry]] = defaultdict(dict)
        self._last: dict[tuple[str, str], int] = {}
        self._shown: dict[tuple[int, str], int] = {}
        self._movable: set[int] = set()

    def say(self, what: str) -> None:
        """Something is wrong."""
        if len(self.violations) < VIOLATIONS_MAX and what not in self.violations:
            self.violations.append(what)

    def accepted(self, partner: str, body: bytes, taken: bool) -> None:
        """I1: the hub gave a partner its word for these bytes; from now on they are somewhere."""
        self.checks += 1
        name = mark_of(partner, body)
        if name not in self._kept and not self._is_refused(body) and not self._is_queued(body):
            self.say(f"I1 {name} was told to be {'accepted' if taken else 'kept'}, and is nowhere")
        self._accepted[name] = body

    def committed(self, rows: WriteSet | MemoryTurn) -> None:
        """After a transaction."""
        self.checks += 1
        if isinstance(rows, MemoryTurn):
            self._bounded(rows)
            return
        for event in rows.events:
            self._event(event)
        self._kept |= {mark_of(row.partner, row.body) for row in rows.waiting}
        self._kept |= {mark_of(row.partner, row.body) for row in rows.quarantine}
        for change in rows.redisposed:
            self._redisposed(change.dossier, change.seq)
        self._caused(rows)
        self._shown_forward(rows)

    def effect(self, partner: str, entry: Entry) -> None:
        """I2: after a system did something. Nothing is done twice, and within a key in the order it was asked for."""
        self.checks += 1
        books = self._effects[partner]
        if entry.key in books:
            self.say(f"I2 {partner} did {entry.key} twice")
        books[entry.key] = entry
        last = self._last.get((partner, entry.ordering_key), 0)
        if entry.delivery < last:
            self.say(f"order: {partner} did delivery {entry.delivery} of {entry.ordering_key} after {last}")
        self._last[partner, entry.ordering_key] = max(last, entry.delivery)

    def over(self) -> None:
        """At the end, when everybody has been quiet for days."""
        self._everything_placed()
        self._waits_once()
        self._everything_used()
        self._everything_delivered()
        self._goods()
        self._relayed()

    def _event(self, event: EventRow) -> None:
        self._kept.add(mark_of(event.partner, event.body))
        if not event.partner or (event.concluded and not event.cause):
            self.say(f"I7 {event.type} {event.dossier}.{event.seq} does not name what caused it")
        if event.disposition not in (Disposition.SUPPRESS, Disposition.REJECT) and not event.cause:
            key = (event.dossier, event.partner, event.key)
            self._applied[key] += 1
            if self._applied[key] > 1:
                self.say(f"I2 {event.key} of {event.partner} stands twice in the log of dossier {event.dossier}")
        foreign = event.type == "tracking.milestone" and event.partner not in self._owned
        if foreign and event.disposition not in NOT_APPLIED:
            self.say(f"I6 {event.partner} does not own tracking, and {event.key} is {event.disposition}")
        if event.type.endswith((".retracted", ".handover_voided")) or b'"corrects"' in event.body:
            self._movable.add(event.dossier)

    def _redisposed(self, dossier: int, seq: int) -> None:
        if (dossier, seq) not in self.disk.store.events:
            self.say(f"I1 event {dossier}.{seq} was changed, and is not there")

    def _caused(self, rows: WriteSet) -> None:
        """I7: every command names a fact that is stored."""
        for row in rows.deliveries:
            dossier, _, seq = row.cause.partition(".")
            if not dossier.isdigit() or (int(dossier), int(seq)) not in self.disk.store.events:
                self.say(f"I7 {row.idempotency_key} names {row.cause!r} as its cause, and there is no such fact")

    def _shown_forward(self, rows: WriteSet) -> None:
        """I4: what is shown of a shipment goes on, unless a word was taken back or corrected."""
        for dossier in rows.dossiers:
            for part in dossier.label.split("; "):
                name, _, state = part.rpartition(" ")
                if not name.startswith("SHP:") or state not in RANKS:
                    continue
                before = self._shown.get((dossier.id, name), 0)
                if RANKS[state] < before and dossier.id not in self._movable:
                    self.say(f"I4 {dossier.ident} {name} went back to {state}")
                self._shown[dossier.id, name] = max(RANKS[state], before)

    def _bounded(self, turn: MemoryTurn) -> None:
        """I9: no command is tried without end."""
        for number in turn.touched:
            one = turn.rows.get(number)
            if one is not None and one.attempts > ATTEMPTS_MAX:
                self.say(f"I9 {one.row.idempotency_key} was tried {one.attempts} times")

    def _everything_placed(self) -> None:
        """I1: every message stands in exactly one kind of place, and every log has all its numbers."""
        store = self.disk.store
        for kept in self.disk.log.inbound.values():
            self.say(f"I1 {kept.publication.subject} {kept.publication.msg_id} still waits for a worker")
        logged = {mark_of(event.partner, event.body) for event in store.events.values()}
        waiting = {mark_of(row.partner, row.body) for row in store.waiting.values()}
        held = {mark_of(row.partner, row.body) for row in store.quarantine.values() if not row.dossier}
        for name, body in self._accepted.items():
            places = (name in logged) + (name in waiting) + (name in held) + self._is_refused(body)
            if places != 1:
                self.say(f"I1 {name} stands in {places} places at the end")
        last: dict[int, int] = Counter()
        for dossier, _ in store.events:
            last[dossier] += 1
        for dossier, count in last.items():
            if max(seq for other, seq in store.events if other == dossier) != count:
                self.say(f"I1 the log of dossier {dossier} has a gap")

    def _waits_once(self) -> None:
        """I2: what nobody owns has one case, however often it was said."""
        store = self.disk.store
        says = {row.id: (row.partner, row.key) for row in store.waiting.values()}
        cases = Counter((code, *says[slot]) for code, _, slot in store.cases if slot in says)
        for (code, partner, key), count in cases.items():
            if count > 1:
                self.say(f"I2 {partner} {key} waits with {count} cases {code}")

    def _everything_used(self) -> None:
        """I1: every fact that a message in a dialect gave stands somewhere, with that message as where it is from."""
        store = self.disk.store
        found = Counter(event.message for event in store.events.values())
        found.update(row.message for row in store.waiting.values())
        found.update(row.message for row in store.quarantine.values() if not row.dossier)
        for row in store.messages.values():
            if row.facts != found[row.id]:
                self.say(
                    f"I1 message {row.control} of {row.partner} gave {row.facts} facts, and {found[row.id]} are kept"
                )

    def _everything_delivered(self) -> None:
        """I1, I2: every command is in its addressee's books once, and nothing else is."""
        sent: dict[str, set[str]] = defaultdict(set)
        for row in self.disk.store.deliveries:
            if row.idempotency_key in sent[row.partner] and "~" not in row.idempotency_key:
                self.say(f"I2 {row.idempotency_key} was given to the outbox twice")
            sent[row.partner].add(row.idempotency_key)
        for partner, keys in sent.items():
            if not partner:
                continue
            for key in sorted(keys - self._effects[partner].keys()):
                self.say(f"I1 {partner} never did {key}")
            for key in sorted(self._effects[partner].keys() - keys):
                self.say(f"I2 {partner} did {key}, which nobody asked for")
        for partner, rows in self.disk.outbox.open.items():
            for one in rows.values():
                if partner and one.phase is not Phase.OPEN:
                    self.say(f"I1 {one.row.idempotency_key} is still {one.phase} at {partner}")
        for run in self.disk.outbox.owed.values():
            self.say(f"I1 how {run.row.idempotency_key} ended was never told to its dossier")

    def _goods(self) -> None:
        """I5: what left the warehouses and what the ERP issued for it, less what was reversed, is the same."""
        left: Counter[str] = Counter()
        for body in self._accepted.values():
            said = fact_of(body)
            if said.get("type") == "shipment.handed_over":
                left[text(said, "payload", "handover_no")] = 1
            elif said.get("type") == "shipment.handover_voided":
                left[text(said, "payload", "handover_no")] = 0
        issued: Counter[str] = Counter()
        for entry in self._effects["erp1"].values():
            if entry.type in ("post_goods_issue", "reverse_goods_issue"):
                issued[entry.key.rpartition("|")[2]] += 1 if entry.type == "post_goods_issue" else -1
        for handover in sorted(left.keys() | issued.keys()):
            if left[handover] != issued[handover]:
                self.say(f"I5 hand-over {handover}: {left[handover]} left, {issued[handover]} issued")

    def _relayed(self) -> None:
        """I1: every event was published as it stands at the end, and never before an earlier one of its dossier."""
        told = {one.msg_id for one in self.disk.published}
        for (dossier, seq), event in self.disk.store.events.items():
            if f"{dossier}.{seq}:{event.disposition.value}" not in told:
                self.say(f"I1 event {dossier}.{seq} {event.type} was never published as {event.disposition}")

    def _is_queued(self, body: bytes) -> bool:
        return any(kept.publication.body == body for kept in self.disk.log.inbound.values())

    def _is_refused(self, body: bytes) -> bool:
        return any(row.body == body for row in self.disk.store.messages.values())


def fact_of(body: bytes) -> dict[str, object]:
    """A fact's fields; none where the bytes are torn."""
    try:
        return _said.decode(body)
    except msgspec.DecodeError:
        return {}


def text(said: dict[str, object], *path: str) -> str:
    """A text at the end of a path of fields, empty where there is none."""
    found: object = said
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def mark_of(partner: str, body: bytes) -> str:
    """A message by its sender's own name for it: what it was divided into has the same."""
    said = fact_of(body)
    torn = "" if said else f" torn after {len(body)} bytes"
    return f"{partner} {text(said, 'type')} {text(said, 'source', 'message_id')}{torn}"


def first(lines: Iterable[str], most: int) -> Iterator[str]:
    """So many of them, and how many more there are."""
    every = list(lines)
    yield from every[:most]
    if len(every) > most:
        yield f"… and {len(every) - most} more"
