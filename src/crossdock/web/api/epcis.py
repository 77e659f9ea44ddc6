"""EPCIS 2.0 over REST: capture with its job, and queries over the log. Source: GS1 EPCIS 2.0 chapter 12.

Captured is what a partner of the connector `epcis` hands in; it goes through the intake of all messages. Answered is
what applied, in the words of CBV.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post

from crossdock.app.access import Scope
from crossdock.app.faces import FaceLog
from crossdock.app.intake import MessageReceipt
from crossdock.kernel.errors import Rejected
from crossdock.ports.connector import Finding
from crossdock.ports.store import MessageRow
from crossdock.web.api.asking import COUNT, INSTANT, PLACE, TEXT, Asked
from crossdock.web.api.deps import ApiDeps
from crossdock.web.api.guards import PAGE, Call, Deps, Name, Needs, Who
from crossdock.web.api.outcome import reply_to_message
from crossdock.web.api.problems import Problem
from crossdock.web.api.wire import headers_of, read_body, text

CONNECTOR = "epcis"
CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
LD_JSON = "application/ld+json"
VERSIONS = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}
FIELDS = (
    "eventType",
    "EQ_action",
    "EQ_bizStep",
    "EQ_disposition",
    "EQ_readPoint",
    "EQ_eventID",
    "EQ_bizTransaction",
    "MATCH_epc",
    "MATCH_anyEPC",
    "MATCH_parentID",
)
WORDS = dict.fromkeys(FIELDS, TEXT)
TIMES = {
    "since": ("GE_eventTime",),
    "until": ("LT_eventTime",),
    "recorded_since": ("GE_recordTime",),
    "recorded_until": ("LT_recordTime",),
}
QUERY = (
    WORDS | {name: INSTANT for names in TIMES.values() for name in names} | {"perPage": COUNT, "nextPageToken": PLACE}
)


class CaptureJob(msgspec.Struct, frozen=True, rename="camel"):
    """A capture as EPCIS tells of it. We keep what is good of a document and tell what is not (`proceed`)."""

    capture_id: str = msgspec.field(name="captureID")
    created_at: datetime
    running: bool
    success: bool
    capture_error_behaviour: str
    errors: tuple[Finding, ...] = ()


@post(
    "/v1/epcis/capture",
    status_code=202,
    opt={"bodies": ("application/json", LD_JSON, "application/xml"), "gives": MessageReceipt},
    guards=[Needs(Scope.FACTS_WRITE)],
)
async def capture_events(deps: Deps, caller: Who, request: Call) -> Response[bytes]:
    """Capture an EPCIS document, or an event; `Location` is the job that tells what became of it."""
    partner = deps.directory.partner(caller.partner)
    if partner is None or partner.connector != CONNECTOR:
        raise Problem("partner-not-yours", "capture is for keys of partners whose connector is epcis")
    headers, limits = headers_of(request.scope), deps.limits
    if text(headers.get(b"gs1-capture-error-behaviour", b"proceed")) != "proceed":
        raise Problem("parameter-wrong", "GS1-Capture-Error-Behaviour is proceed: good events of a document are kept")
    body = await read_body(request.receive, headers, bytes_max=limits.body_bytes_max, wait_s=limits.body_wait_s)
    media = text(headers.get(b"content-type", b""))
    trace = cast("str", request.scope["state"]["traceparent"])
    receipt = await deps.intake.message(partner, body, media, channel="http", traceparent=trace)
    reply = reply_to_message(receipt)
    place = {"location": f"/v1/epcis/capture/{receipt.message_id}"}
    return Response(reply.body, status_code=202, media_type="application/json", headers=place | VERSIONS)


@get("/v1/epcis/capture/{capture:str}", guards=[Needs(Scope.FACTS_WRITE)])
async def read_capture(deps: Deps, caller: Who, capture: Name) -> CaptureJob:
    """What became of a capture."""
    row = await deps.views.message_row(capture)
    if row is None or row.partner != caller.partner:
        raise Problem("not-found", f"no capture {capture} of yours is known; a queued one is, once it was worked on")
    return _job(row)


@get("/v1/epcis/events", opt={"asks": QUERY, "answers": LD_JSON}, guards=[Needs(Scope.EVENTS_READ)])
async def query_events(deps: Deps, caller: Who, request: Call) -> Response[bytes]:
    """Query events by time, kind, step, place, unit or document; pages follow by the `Link` header."""
    asked = Asked(request, QUERY)
    question = asked.question(caller, asked.words(WORDS, "|"), TIMES)
    per_page = asked.count("perPage", PAGE)
    try:
        page = await face_of(deps, CONNECTOR).ask(question, asked.text("nextPageToken"), per_page)
    except Rejected as error:
        raise Problem("parameter-wrong", error.detail) from error
    body = _document([one.body for one in page.events], deps.clock.now())
    return Response(body, media_type=LD_JSON, headers=next_page(request, "nextPageToken", page.next) | VERSIONS)


def face_of(deps: ApiDeps, name: str) -> FaceLog:
    """The log in the words of a standard."""
    face = deps.faces.get(name)
    if face is None:
        raise Problem("not-ready", "this process reads no event log")
    return face


def next_page(request: Call, parameter: str, place: str) -> dict[str, str]:
    """The `Link` to the next page (RFC 8288), with everything else as it was asked; none on the last."""
    if not place:
        return {}
    kept = {name: value for name, value in request.query_params.items() if name != parameter}
    return {"link": f'<{request.scope["path"]}?{urlencode({**kept, parameter: place})}>; rel="next"'}


def _job(row: MessageRow) -> CaptureJob:
    errors = msgspec.json.decode(row.findings or b"[]", type=tuple[Finding, ...])
    return CaptureJob(
        capture_id=row.id,
        created_at=row.received,
        running=row.status == "queued",
        success=row.status in ("accepted", "duplicate"),
        capture_error_behaviour="proceed",
        errors=errors,
    )


def _document(events: list[bytes], created: datetime) -> bytes:
    body = {
        "queryResults": {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": [*map(msgspec.Raw, events)]}}
    }
    return msgspec.json.encode(
        {
            "@context": [CONTEXT],
            "type": "EPCISQueryDocument",
            "schemaVersion": "2.0",
            "creationDate": created,
            "epcisBody": body,
        }
    )


HANDLERS = (capture_events, read_capture, query_events)
