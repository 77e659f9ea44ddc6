"""The calling convention of JSON over HTTP, shared by every connector that speaks it.

A connector says *what* to call (`JsonCall`) and how its partner words a refusal (`Explain`); what each status means
for the four outcomes is decided here, once, so that no connector can retry what must not be retried.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import quote

import msgspec

from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind
from crossdock.ports.transport import HttpReply, HttpTransport

NOTHING: tuple[object, ...] = ("", [])
RETRY_AFTER_MAX_S = 600.0
DETAIL_CHARS_MAX = 500


class JsonCall(msgspec.Struct, frozen=True):
    """One call below the partner's base address; `body` is JSON, empty for a read."""

    method: str
    path: str
    body: bytes = b""


class Told(msgspec.Struct, frozen=True):
    """What a partner's answer body says: its own id of what it did, its words for a refusal, and whether the refusal
    only means that the very thing asked for had been done before."""

    reference: str = ""
    detail: str = ""
    already_done: bool = False


Explain = Callable[[bytes], Told]
P = TypeVar("P", bound=msgspec.Struct)


class CallFor(msgspec.Struct, frozen=True):
    """How one command type becomes a call. Built by `call_for`, which keeps payload type and function together."""

    write: Callable[[bytes], JsonCall]


def call_for(payload: type[P], write: Callable[[P], JsonCall]) -> CallFor:
    """Tie a command's payload struct to the pure function that writes the partner's call for it."""
    decoder = msgspec.json.Decoder(payload)
    return CallFor(lambda body: write(decoder.decode(body)))


def json_call(method: str, path: str, body: Mapping[str, object]) -> JsonCall:
    """A call with a JSON object; fields that say nothing (`None`, `""`, empty lists) are left out."""
    said = {name: value for name, value in body.items() if value is not None and value not in NOTHING}
    return JsonCall(method, path, encode_json(said))


def to_call(command: Outbound, calls: Mapping[str, CallFor]) -> JsonCall:
    """The call for a command.

    Raises:
        Permanent: this connector has no call for the type, or the payload is not the command's contract.
    """
    kind = calls.get(command.type)
    if kind is None:
        raise Permanent(f"this connector cannot send {command.type}: name a system for it that can")
    try:
        return kind.write(command.payload)
    except msgspec.MsgspecError as error:
        raise Permanent(f"{command.type} {command.id} does not fit its contract: {error}") from error


class _Error(msgspec.Struct, frozen=True):
    code: str = ""
    message: str = ""


class _Answer(msgspec.Struct, frozen=True):
    error: _Error = _Error()


_answers = msgspec.json.Decoder(_Answer)
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


def told(body: bytes, reference_field: str, already_done: frozenset[str]) -> Told:
    """Read a refusal, `{"error": {"code", "message"}}` in the generic dialects, or the partner's own id of a success.

    Anything else, an HTML page of a proxy for instance, tells nothing.
    """
    try:
        error = _answers.decode(body).error
        raw = _fields.decode(body).get(reference_field, msgspec.Raw(b'""'))
        reference = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Told()
    detail = f"{error.code}: {error.message}" if error.message else error.code
    return Told(str(reference), detail, error.code in already_done)


def path_segment(text: str) -> str:
    """One path segment, with everything escaped that could leave it."""
    return quote(text, safe="")


def call_headers(command: Outbound, token: Secret | None) -> dict[str, str]:
    """Headers of every call: the key that never changes over retries, the trace, and the credentials."""
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Idempotency-Key": command.idempotency_key,
    }
    if command.traceparent:
        headers["traceparent"] = command.traceparent
    if token is not None:
        headers["Authorization"] = bearer(token)
    return headers


def bearer(token: Secret) -> str:
    """A token as RFC 6750 sends it."""
    return f"Bearer {token.reveal()}"


def basic(pair: Secret) -> str:
    """A name and a password with a colon between them, as RFC 7617 sends them."""
    return f"Basic {b64encode(pair.reveal().encode()).decode('ascii')}"


async def perform(
    transport: HttpTransport, call: JsonCall, headers: Mapping[str, str], explain: Explain, timeout_s: float
) -> Outcome:
    """Make one call and say what became of it; never raises for what the partner or the network does.

    A connection that never came about is transient; silence after sending is an unknown outcome, because the partner
    may have acted (architecture.md §2 rule 3).
    """
    try:
        reply = await transport.request(call.method, call.path, headers=headers, body=call.body, timeout_s=timeout_s)
    except Transient as error:
        return Outcome(OutcomeKind.TRANSIENT, error.detail, retry_after_s=error.retry_after_s)
    except TimeoutError:
        return Outcome(OutcomeKind.UNKNOWN, f"{call.method} {call.path} was sent and not answered in {timeout_s:g} s")
    return outcome_of(reply, explain)


def outcome_of(reply: HttpReply, explain: Explain) -> Outcome:
    """What a command's answer means.

    2xx delivered · 409 delivered if it says the same thing was done before, else refused · 408, 425, 429, 503 try again
    after its `Retry-After` · other 5xx unknown, for the effect may have come before the failure · all else refused.
    """
    answer = explain(reply.body)
    if 200 <= reply.status < 300:
        return Outcome(OutcomeKind.DELIVERED, reference=answer.reference)
    detail = f"HTTP {reply.status}: {answer.detail or 'no reason given'}"[:DETAIL_CHARS_MAX]
    if reply.status == 409 and answer.already_done:
        return Outcome(OutcomeKind.DELIVERED, detail, answer.reference)
    if reply.status in (408, 425, 429, 503):
        return Outcome(OutcomeKind.TRANSIENT, detail, retry_after_s=retry_after_s(reply.headers))
    if reply.status >= 500:
        return Outcome(OutcomeKind.UNKNOWN, detail)
    return Outcome(OutcomeKind.REFUSED, detail)


async def read_back(
    transport: HttpTransport, path: str, headers: Mapping[str, str], explain: Explain, timeout_s: float
) -> Outcome:
    """Ask whether an earlier attempt took effect: found is delivered, 404 is refused (it did not), all else unknown."""
    try:
        reply = await transport.request("GET", path, headers=headers, timeout_s=timeout_s)
    except Transient as error:
        return Outcome(OutcomeKind.UNKNOWN, error.detail, retry_after_s=error.retry_after_s)
    except TimeoutError:
        return Outcome(OutcomeKind.UNKNOWN, f"GET {path} was not answered in {timeout_s:g} s")
    answer = explain(reply.body)
    if 200 <= reply.status < 300:
        return Outcome(OutcomeKind.DELIVERED, reference=answer.reference)
    if reply.status == 404:
        return Outcome(OutcomeKind.REFUSED, "the partner knows nothing under our key: the attempt had no effect")
    wait = retry_after_s(reply.headers)
    return Outcome(OutcomeKind.UNKNOWN, f"HTTP {reply.status} on reading back"[:DETAIL_CHARS_MAX], retry_after_s=wait)


def retry_after_s(headers: Mapping[str, str]) -> float:
    """`Retry-After` in seconds, at most ten minutes; 0 when absent or given as a date (RFC 9110 §10.2.3)."""
    for name, value in headers.items():
        if name.lower() == "retry-after" and value.strip().isdigit():
            return min(float(value), RETRY_AFTER_MAX_S)
    return 0.0
