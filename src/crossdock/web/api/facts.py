"""A process API write: the body becomes a fact of the caller's partner and goes through the same intake as all else."""

from __future__ import annotations

from typing import cast

import msgspec
from litestar import Response

from crossdock.app.capabilities import Capability, envelope_of
from crossdock.app.intake import Receipt
from crossdock.web.api.deps import ApiDeps
from crossdock.web.api.gate import Caller
from crossdock.web.api.guards import Call
from crossdock.web.api.once import HEADER
from crossdock.web.api.outcome import reply_to_fact
from crossdock.web.api.problems import Problem
from crossdock.web.api.wire import headers_of, read_body, text


async def state(deps: ApiDeps, request: Call, capability: Capability, subject_id: str = "") -> Response[bytes]:
    """Take the body as a fact of the caller's partner.

    Raises:
        Problem: not JSON, not a fact of the contract, or not the partner's to say.
    """
    caller = cast("Caller", request.scope["state"]["caller"])
    partner = deps.directory.partner(caller.partner)
    if partner is None:
        raise Problem("partner-not-yours", "this key belongs to no connected partner, so it cannot state facts")
    headers = headers_of(request.scope)
    if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != b"application/json":
        raise Problem("media-type-unknown", "send the body as application/json")
    limits = deps.limits
    body = await read_body(request.receive, headers, bytes_max=limits.body_bytes_max, wait_s=limits.body_wait_s)
    message_id = text(headers.get(HEADER, b"")).strip('" ')
    envelope = envelope_of(capability, partner, body, deps.clock.now(), subject_id=subject_id, message_id=message_id)
    trace = cast("str", request.scope["state"]["traceparent"])
    receipts = await deps.intake.facts(partner, (envelope,), traceparent=trace)
    reply = reply_to_fact(as_sent(receipts[0]))
    return Response(reply.body, status_code=reply.status, media_type="application/json")


def as_sent(receipt: Receipt) -> Receipt:
    """The receipt with its findings placed in the body as the caller sent it, which is the payload of the envelope."""
    if not receipt.findings:
        return receipt
    findings = tuple(
        msgspec.structs.replace(finding, where=finding.where.replace("$.payload", "$", 1))
        for finding in receipt.findings
    )
    return msgspec.structs.replace(receipt, findings=findings)
