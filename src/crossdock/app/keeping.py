"""The intake for loops with nobody at the other end: what it cannot even store is kept as refused.

A caller over HTTP is told, and mends its message. A file, a page, a broker's or a queued message would only come again,
for ever and before all others.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from crossdock.app.evidence import Refused
from crossdock.app.intake import Intake, MessageReceipt, Receipt
from crossdock.kernel.errors import Rejected, Transient
from crossdock.ports.connector import Finding
from crossdock.ports.directory import Partner

# Keeps what no decoder ever sees and returns the id it is kept under, empty when the partner's share of the hour is
# used up (`app.evidence.Evidence.keep` with a clock).
KeepRefused = Callable[[Refused], Awaitable[str]]


class KeepingIntake:
    """Implements `Intake` over another one."""

    def __init__(self, intake: Intake, keep: KeepRefused) -> None:
        self._intake = intake
        self._keep = keep

    async def facts(self, partner: Partner, bodies: Sequence[bytes], *, traceparent: str = "") -> list[Receipt]:
        """See `Intake.facts`."""
        return await self._intake.facts(partner, bodies, traceparent=traceparent)

    async def message(
        self, partner: Partner, body: bytes, content_type: str, *, channel: str, traceparent: str = ""
    ) -> MessageReceipt:
        """See `Intake.message`; never `Rejected`.

        Raises:
            Transient: as `Intake`, or more is refused than is kept in an hour: it must come again.
        """
        try:
            return await self._intake.message(partner, body, content_type, channel=channel, traceparent=traceparent)
        except Rejected as error:
            findings = (Finding("MESSAGE-REFUSED", error.detail, error.where),)
            message_id = await self._keep(Refused(partner.id, channel, content_type, body, findings))
            if not message_id:
                raise Transient(
                    f"{partner.id} sends more than is kept of what cannot be taken: {error.detail}"
                ) from error
            return MessageReceipt(message_id, "refused", findings=findings)
