"""What an operation may answer, for the OpenAPI document: each status with its body and the headers it carries."""

from __future__ import annotations

from typing import cast

from litestar.handlers import HTTPRouteHandler

from crossdock.app.capabilities import Capability
from crossdock.web.api.guards import scopes_of
from crossdock.web.api.lifecycle import retirement_of
from crossdock.web.api.problems import MEDIA_TYPE

Json = dict[str, object]

JSON = "application/json"
# On the handler: the media type of what it answers where that is not JSON.
ANSWERS = "answers"
PROBLEM: Json = {"$ref": "#/components/responses/Problem"}

ALWAYS = (400, 405, 500, 503)
WITH_KEY = (401, 403, 429)
WITH_NAME = (404,)
WITH_BODY = (404, 408, 409, 413, 415, 422)

_TEXT: Json = {"type": "string"}
HEADERS: Json = {
    "ETag": {"description": "Digest of the body; send it back as If-None-Match (RFC 9110).", "schema": _TEXT},
    "RateLimit-Policy": {"description": "What the key may do (draft-ietf-httpapi-ratelimit-headers).", "schema": _TEXT},
    "RateLimit": {"description": "What is left of it.", "schema": _TEXT},
    "Traceparent": {"description": "The trace context of this call (W3C).", "schema": _TEXT},
    "Deprecation": {"description": "Deprecated since, as @ and seconds since 1970 (RFC 9745).", "schema": _TEXT},
    "Sunset": {"description": "Answered until (RFC 8594).", "schema": _TEXT},
}


def answers(path: str, handler: HTTPRouteHandler, schema: Json) -> Json:
    """Every documented answer of an operation; whatever else happens is the default, a problem."""
    media = handler.opt.get(ANSWERS)
    content: Json = {str(media): {}} if media is not None else {JSON: {"schema": schema}}
    done: Json = {"description": "Done", "headers": _headers(path, handler), "content": content}
    found: Json = {str(handler.status_code): done}
    if isinstance(handler.opt.get("accepts"), Capability):
        found["202"] = done | {"description": "Durable in the log, to be worked on"}
    if "GET" in handler.http_methods:
        found["304"] = {"description": "What you have is what there is", "headers": _headers(path, handler)}
    found |= {str(status): PROBLEM for status in sorted(_refusals(path, handler)) if str(status) not in found}
    return found | {"default": PROBLEM}


def problem_response(schema: Json) -> Json:
    """The one shape of every refusal."""
    return {
        "description": "A problem (RFC 9457)",
        "headers": {"Traceparent": _ref("Traceparent")},
        "content": {MEDIA_TYPE: {"schema": schema}},
    }


def is_retired(path: str, handler: HTTPRouteHandler) -> bool:
    """Whether an operation is deprecated."""
    return retirement_of(handler, path) is not None


def _refusals(path: str, handler: HTTPRouteHandler) -> set[int]:
    found = {*ALWAYS}
    if scopes_of(handler):
        found.update(WITH_KEY)
    if "{" in path:
        found.update(WITH_NAME)
    if "POST" in handler.http_methods:
        found.update(WITH_BODY)
    return found


def _headers(path: str, handler: HTTPRouteHandler) -> Json:
    names = ["Traceparent"]
    if "GET" in handler.http_methods:
        names.append("ETag")
    if scopes_of(handler):
        names += ["RateLimit-Policy", "RateLimit"]
    if is_retired(path, handler):
        names += ["Deprecation", "Sunset"]
    return {name: cast("object", _ref(name)) for name in names}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/headers/{name}"}
