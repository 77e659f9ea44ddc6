"""The door of the hub, traced: a span from the bytes to the answer, inside whatever trace came with them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from crossdock.app.intake import Intake, MessageReceipt, Receipt
from crossdock.ports.directory import Partner
from crossdock.ports.traces import Side, Span, Traces


class TracedIntake:
    """See `app.intake.Intake`; what comes without a trace (a file, a poll) begins one."""

    def __init__(self, intake: Intake, traces: Traces) -> None:
        self._intake = intake
        self._traces = traces

    async def facts(self, partner: Partner, bodies: Sequence[bytes], *, traceparent: str = "") -> list[Receipt]:
        """See `Intake.facts`."""
        own, began_ns = self._traces.begin(traceparent), time.time_ns()
        about: dict[str, str | int | float] = {"partner": partner.id, "facts": len(bodies)}
        try:
            receipts = await self._intake.facts(partner, bodies, traceparent=own)
        except Exception as error:
            self._record(own, traceparent, began_ns, about, type(error).__name__)
            raise
        self._record(own, traceparent, began_ns, about)
        return receipts

    async def message(
        self, partner: Partner, body: bytes, content_type: str, *, channel: str, traceparent: str = ""
    ) -> MessageReceipt:
        """See `Intake.message`."""
        own, began_ns = self._traces.begin(traceparent), time.time_ns()
        about: dict[str, str | int | float] = {"partner": partner.id, "channel": channel, "bytes": len(body)}
        try:
            receipt = await self._intake.message(partner, body, content_type, channel=channel, traceparent=own)
        except Exception as error:
            self._record(own, traceparent, began_ns, about, type(error).__name__)
            raise
        told: dict[str, str | int | float] = {
            "message": receipt.message_id,
            "status": receipt.status,
            "facts": len(receipt.receipts),
        }
        self._record(own, traceparent, began_ns, about | told)
        return receipt

    def _record(
        self, own: str, parent: str, began_ns: int, about: Mapping[str, str | int | float], error: str = ""
    ) -> None:
        self._traces.record(Span("receive", own, parent, began_ns, time.time_ns(), Side.SERVER, error, about))
