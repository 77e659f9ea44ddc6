"""The AS2 address, one for all partners. What a message means is known behind the port; here it gets its status."""

from __future__ import annotations

from typing import cast

from litestar import Response, post

from crossdock.ports.as2 import As2AnswerKind
from crossdock.web.api.gate import Gate
from crossdock.web.api.guards import Call, Deps
from crossdock.web.api.problems import Problem
from crossdock.web.api.wire import headers_of, read_body, text


@post("/v1/as2", status_code=200, opt={"answers": "*/*"})
async def receive_as2(deps: Deps, request: Call) -> Response[bytes]:
    """Take an AS2 message or receipt (RFC 4130); the sender proves itself by its signature, as was agreed."""
    if deps.as2 is None:
        raise Problem("route-unknown", "no partner of this hub speaks AS2")
    limits = deps.limits
    headers = headers_of(request.scope)
    body = await read_body(request.receive, headers, bytes_max=limits.body_bytes_max, wait_s=limits.body_wait_s)
    answer = await deps.as2.receive({text(name): text(value) for name, value in headers.items()}, body)
    if answer.kind is As2AnswerKind.STRANGER:
        cast("Gate", request.app.state.gate).stranger()
        raise Problem("as2-stranger", answer.detail)
    if answer.kind is As2AnswerKind.MALFORMED:
        raise Problem("malformed", answer.detail)
    media_type = answer.headers.get("Content-Type", "text/plain")
    others = {name: value for name, value in answer.headers.items() if name != "Content-Type"}
    return Response(answer.body, media_type=media_type, headers=others)
