"""Typed JSON bodies of calls that are no facts: bounded, decoded once, refused with the place of the fault."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from crossdock.kernel.codec import decode_json
from crossdock.kernel.errors import Rejected
from crossdock.ports.connector import Finding
from crossdock.web.api.deps import ApiDeps
from crossdock.web.api.guards import Call
from crossdock.web.api.problems import Problem
from crossdock.web.api.wire import headers_of, read_body

T = TypeVar("T")

BODY_BYTES_MAX = 64 * 1024


async def read_as(decoder: msgspec.json.Decoder[T], deps: ApiDeps, request: Call) -> T:
    """The body.

    Raises:
        Problem: it is too large, no JSON, or not what the document describes.
    """
    headers = headers_of(request.scope)
    body = await read_body(request.receive, headers, bytes_max=BODY_BYTES_MAX, wait_s=deps.limits.body_wait_s)
    try:
        return decode_json(body, decoder)
    except Rejected as error:
        raise malformed(error) from error


def malformed(error: Rejected) -> Problem:
    """What is wrong with a body, and where."""
    return Problem("malformed", error.detail, findings=(Finding("body", error.detail, error.where),))
