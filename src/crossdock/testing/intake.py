"""The intake port in memory: the contract, authority and duplicates for real, no fold behind them.

For tests of what stands in front of intake. It can be told to be full, so that every answer a caller may get can be had
without engines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from crossdock.app.ingest.correlate import lacks_authority
from crossdock.app.intake import MessageReceipt, Receipt
from crossdock.canonical.envelope import Fact
from crossdock.canonical.vocabulary import Disposition
from crossdock.canonical.wire import decode_fact
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import CrossdockError, Rejected
from crossdock.ports.clock import Clock
from crossdock.ports.connector import Finding
from crossdock.ports.directory import Partner
from crossdock.ports.store import MessageRow
from crossdock.testing.store import MemoryStore


class MemoryIntake:
    """Takes facts into `accepted`; messages and refused bodies into the store's `messages`.

    With `queued` it answers as the queued mode does. While `trouble` is set every call raises it and takes nothing.
    """

    def __init__(self, store: MemoryStore, clock: Clock, *, queued: bool = False) -> None:
        self.accepted: list[Fact] = []
        self.traces: list[str] = []
        self.trouble: CrossdockError | RecursionError | None = None
        self._store = store
        self._clock = clock
        self._queued = queued
        self._keys: set[tuple[str, int]] = set()

    async def facts(self, partner: Partner, bodies: Sequence[bytes], *, traceparent: str = "") -> list[Receipt]:
        """See `Intake.facts`."""
        self._check()
        self.traces.append(traceparent)
        return [self._fact(partner, body) for body in bodies]

    async def message(
        self, partner: Partner, body: bytes, content_type: str, *, channel: str, traceparent: str = ""
    ) -> MessageReceipt:
        """See `Intake.message`. A document that starts with `ISA` is well-formed here; anything else is refused."""
        self._check()
        self.traces.append(traceparent)
        findings = () if body.startswith(b"ISA") else (Finding("X12-ENV", "the document does not start with ISA", "0"),)
        status = "refused" if findings else "accepted"
        message_id = self._keep(partner, body, content_type, channel, status, findings)
        return MessageReceipt(message_id, "queued" if self._queued else status, findings=findings)

    def _check(self) -> None:
        if self.trouble is not None:
            raise self.trouble

    def _fact(self, partner: Partner, body: bytes) -> Receipt:
        try:
            fact = decode_fact(body, self._clock.now())
        except Rejected as refusal:
            findings = (Finding("CONTRACT", refusal.detail, refusal.where),)
            kept = self._keep(partner, body, "application/json", "http", "refused", findings)
            return Receipt("refused", findings=findings, message_id=kept)
        if self._queued:
            return Receipt("queued")
        reason = lacks_authority(fact, partner)
        if reason:
            return Receipt("accepted", Disposition.REJECT, reason=reason)
        known = (fact.key, fact.digest)
        if known in self._keys:
            return Receipt("accepted", Disposition.SUPPRESS, reason="said before")
        self._keys.add(known)
        self.accepted.append(fact)
        return Receipt("accepted", Disposition.APPLY, event_id=f"1.{len(self.accepted)}")

    def _keep(
        self,
        partner: Partner,
        body: bytes,
        content_type: str,
        channel: str,
        status: str,
        findings: tuple[Finding, ...],
    ) -> str:
        message_id = f"m{len(self._store.messages) + 1}"
        self._store.messages[message_id] = MessageRow(
            id=message_id,
            partner=partner.id,
            channel=channel,
            content_type=content_type,
            received=self._clock.now(),
            sha256=hashlib.sha256(body).hexdigest(),
            body=body,
            status=status,
            facts=0,
            findings=encode_json(findings),
        )
        return message_id
