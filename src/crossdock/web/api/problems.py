"""Problem details (RFC 9457): every way the API says no, as data, and the one place errors become answers.

`type` is a path of this very API, where the problem is explained (`GET /v1/problems/<slug>`). `detail` says in plain
words who must do what. The status follows from the slug alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import msgspec

from crossdock.app.intake import Receipt
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import BeyondReach, CrossdockError, Overloaded, Permanent, Rejected, Throttled, Transient
from crossdock.ports.connector import Finding

BASE = "/v1/problems/"
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 1


class Kind(msgspec.Struct, frozen=True):
    """One kind of problem: its status, its title, and what the caller should do about it."""

    status: int
    title: str
    remedy: str


KINDS: Mapping[str, Kind] = {
    "malformed": Kind(400, "The request is malformed", "Mend the request as the detail says and send it again."),
    "parameter-wrong": Kind(400, "A parameter is wrong", "Mend the named path or query parameter or header."),
    "credential-missing": Kind(
        401, "No credential", "Send Authorization: Bearer cdk_… with a key that an operator made for you."
    ),
    "credential-unknown": Kind(
        401, "The API key is not known", "Check that the whole key was copied; else ask for a new one."
    ),
    "token-refused": Kind(
        401, "The token is not good", "Get a new token from its issuer, for us and with a scope of ours."
    ),
    "credential-ended": Kind(
        401, "The API key has ended", "The key has expired or was revoked: ask an operator for a new one."
    ),
    "signature-wrong": Kind(
        401,
        "The webhook signature is missing, wrong or stale",
        "Sign the raw bytes with the agreed secret and a right clock.",
    ),
    "scope-missing": Kind(403, "The key may not do this", "Ask an operator for a key with the scope the detail names."),
    "partner-not-yours": Kind(403, "The key belongs to another partner", "Write as the partner the key was made for."),
    "beyond-reach": Kind(
        403, "Beyond what the key reaches", "Ask an operator for a key that reaches it, or ask for less."
    ),
    "as2-stranger": Kind(
        403, "Not an AS2 partner of ours", "Agree the two AS2 names with an operator; mind their case."
    ),
    "not-found": Kind(404, "There is nothing under this name", "Check the identifier."),
    "route-unknown": Kind(404, "There is no such address", "See /v1/openapi.json for what there is."),
    "method-not-allowed": Kind(
        405, "The address does not take this method", "Use one of the methods in the Allow header."
    ),
    "body-too-slow": Kind(408, "The body did not arrive in time", "Send the body without pause."),
    "fact-rejected": Kind(
        409,
        "The fact is kept as evidence but not applied",
        "It is not yours to say, or it breaks a rule: see reason and case.",
    ),
    "idempotency-key-in-use": Kind(
        409,
        "The first request with this Idempotency-Key is still running",
        "Wait a second and ask again with the same key.",
    ),
    "state-conflict": Kind(409, "It is not in a state in which that can be done", "Read it again and decide anew."),
    "body-too-large": Kind(413, "The body is too large", "Split the message; the limit is in the detail."),
    "media-type-unknown": Kind(
        415, "The media type is not taken here", "Send one of the media types the detail names."
    ),
    "fact-refused": Kind(
        422,
        "The body is not a fact of the contract",
        "Mend what the findings name and send it again; the bytes are kept.",
    ),
    "message-refused": Kind(
        422, "The message could not be read", "Mend what the findings name and send it again; the bytes are kept."
    ),
    "batch-too-long": Kind(
        422, "The batch holds too many messages", "Send smaller batches; the limit is in the detail."
    ),
    "idempotency-key-reused": Kind(
        422, "The Idempotency-Key was used for another request", "Use a new key for each new request."
    ),
    "mode-not-offered": Kind(422, "This hub does not offer that mode", "Leave the parameter mode away."),
    "too-fast": Kind(429, "Too many requests", "Wait as long as Retry-After says."),
    "bug": Kind(500, "We failed", "Nothing for you to mend: send the same bytes again later, and tell the operator."),
    "overloaded": Kind(503, "The hub is full", "Nothing was taken: send the same bytes again after Retry-After."),
    "unavailable": Kind(503, "Something we need is away", "Nothing is known to be taken: send the same bytes again."),
    "not-ready": Kind(503, "The hub is not ready", "Wait; the detail says what is missing."),
}


class ProblemBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """What goes out as `application/problem+json`; `message_id` names the kept bytes of a refused message."""

    type: str
    title: str
    status: int
    detail: str
    message_id: str = ""
    findings: tuple[Finding, ...] = ()
    receipt: Receipt | None = None


class Problem(Exception):
    """Raised anywhere in the web room to answer with a problem of that slug."""

    def __init__(
        self,
        slug: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        message_id: str = "",
        findings: tuple[Finding, ...] = (),
        receipt: Receipt | None = None,
    ) -> None:
        super().__init__(detail)
        kind = KINDS[slug]
        self.slug = slug
        self.status = kind.status
        self.headers = dict(headers or {})
        self.body = ProblemBody(BASE + slug, kind.title, kind.status, detail, message_id, findings, receipt)

    def encoded(self) -> bytes:
        """The body in JSON."""
        return encode_json(self.body)


def problem_of(error: Exception) -> Problem:
    """The problem an error of ours answers with; anything unknown is our bug and says nothing about our insides."""
    match error:
        case Problem():
            return error
        case BeyondReach():
            return Problem("beyond-reach", error.detail)
        case Rejected():
            return Problem("malformed", error.detail, findings=(Finding("rejected", error.detail, error.where),))
        case Transient():
            slug = {Throttled: "too-fast", Overloaded: "overloaded"}.get(type(error), "unavailable")
            return Problem(slug, error.detail, headers=retry_after(error.retry_after_s))
        case Permanent():
            return Problem("bug", error.detail)
        case RecursionError():
            return Problem("malformed", "the body is nested too deeply: 32 levels are the most")
        case _:
            return Problem("bug", "an unexpected failure; it is in our log under this request's traceparent")


def retry_after(seconds: float) -> dict[str, str]:
    """The Retry-After header, whole seconds, rounded up, one at least."""
    return {"retry-after": str(max(RETRY_AFTER_S, -int(-seconds // 1)))}


def explain(slug: str) -> str:
    """The page a problem's type leads to, as plain text."""
    kind = KINDS[slug]
    return f"{kind.title}\n\nHTTP {kind.status} {HTTPStatus(kind.status).phrase}\nWhat to do: {kind.remedy}\n"


def is_ours(error: Exception) -> bool:
    """Whether the error says by itself who must act, so that it needs no stack trace in the log."""
    return isinstance(error, Problem | RecursionError) or (
        isinstance(error, CrossdockError) and isinstance(error, Rejected | Transient)
    )
