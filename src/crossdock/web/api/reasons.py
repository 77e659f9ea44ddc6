"""The body of an operator's act: why. Who is the caller's key."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar.di import NamedDependency

from crossdock.kernel.codec import decode_json
from crossdock.kernel.errors import Rejected
from crossdock.ports.connector import Finding
from crossdock.web.api.guards import Call, Deps
from crossdock.web.api.problems import Problem
from crossdock.web.api.wire import headers_of, read_body

BODY_BYTES_MAX = 64 * 1024


class Reasoned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why it is done, in words for whoever reads the record later."""

    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=1000)]


Reason = NamedDependency[Reasoned]


class Done(msgspec.Struct, frozen=True):
    """The state it is in now."""

    state: str


_decoder = msgspec.json.Decoder(Reasoned)


async def provide_reason(deps: Deps, request: Call) -> Reasoned:
    """The reason in the body.

    Raises:
        Problem: there is none.
    """
    headers = headers_of(request.scope)
    body = await read_body(request.receive, headers, bytes_max=BODY_BYTES_MAX, wait_s=deps.limits.body_wait_s)
    try:
        return decode_json(body, _decoder)
    except Rejected as error:
        findings = (Finding("reason", error.detail, error.where),)
        raise Problem("malformed", 'say why, in a body such as {"reason": "…"}', findings=findings) from error
