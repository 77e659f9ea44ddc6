"""The reference page of the HTTP API, made from the routes, scopes and problems themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import cleandoc

from litestar.handlers import HTTPRouteHandler

from crossdock.app.capabilities import Capability
from crossdock.web.api.guards import scopes_of
from crossdock.web.api.problems import BASE, KINDS
from crossdock.web.api.routes import HANDLERS

HOT = (
    ("messages", "one message in the partner's own dialect, bytes as they are"),
    ("messages:batch", "up to 1,000 canonical messages, a JSON array or NDJSON"),
)


def pages() -> dict[str, str]:
    """File name and text."""
    return {"http-api.md": "\n".join(_lines())}


def _lines() -> Iterator[str]:
    yield "<!-- made from the code by `make docs`: change the code, not this page -->"
    yield ""
    yield "# The HTTP API"
    yield ""
    yield "Every call needs `Authorization: Bearer cdk_…` with the scope named, or the partner's webhook signature."
    yield "Every `POST` takes an `Idempotency-Key`. The full description is `GET /v1/openapi.json` (OpenAPI 3.1)."
    yield ""
    yield "| call | what for | scope | states the fact |"
    yield "| --- | --- | --- | --- |"
    for tail, purpose in HOT:
        yield f"| `POST /v1/partners/{{partner}}/{tail}` | {purpose} | `facts:write` or signature |  |"
    yield from sorted(_row(handler) for handler in HANDLERS)
    yield ""
    yield "## Problems"
    yield ""
    yield "Whatever goes wrong is a problem (RFC 9457); `detail` says who must do what, `message_id` names kept bytes."
    yield ""
    yield "| type | status | title | what to do |"
    yield "| --- | --- | --- | --- |"
    for slug, kind in sorted(KINDS.items(), key=lambda entry: (entry[1].status, entry[0])):
        yield f"| `{BASE}{slug}` | {kind.status} | {kind.title} | {kind.remedy} |"
    yield ""


def _row(handler: HTTPRouteHandler) -> str:
    method = next(one for one in ("POST", "DELETE", "GET") if one in handler.http_methods)
    path = re.sub(r":\w+}", "}", next(iter(handler.paths)))
    purpose = cleandoc(handler.fn.__doc__ or "").partition("\n")[0].rstrip(".")
    scopes = [f"`{scope}`" for scope in scopes_of(handler)]
    capability = handler.opt.get("accepts")
    fact = f"`{capability.fact}`" if isinstance(capability, Capability) else ""
    return f"| `{method} {path}` | {purpose[:1].lower()}{purpose[1:]} | {' or '.join(scopes) or 'none'} | {fact} |"
