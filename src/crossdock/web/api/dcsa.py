"""DCSA Track & Trace `GET /events`, 2.2 and 3.0 side by side, from the log. Source: DCSA T&T 2.2 and 3.0 (dcsa.org)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from litestar import Response, get

from crossdock.app.access import Scope
from crossdock.app.faces import SpokenPage
from crossdock.kernel.errors import Rejected
from crossdock.web.api.asking import COUNT, INSTANT, PLACE, TEXT, Asked
from crossdock.web.api.deps import ApiDeps
from crossdock.web.api.epcis import face_of, next_page
from crossdock.web.api.gate import Caller
from crossdock.web.api.guards import PAGE, Call, Deps, Needs, Who
from crossdock.web.api.problems import Problem

FIELDS = (
    "eventType",
    "transportEventTypeCode",
    "equipmentEventTypeCode",
    "shipmentEventTypeCode",
    "carrierBookingReference",
    "transportDocumentReference",
    "equipmentReference",
)
WORDS = dict.fromkeys(FIELDS, TEXT)
TIMES_2 = {"recorded_since": ("eventCreatedDateTime:gte",), "recorded_until": ("eventCreatedDateTime:lt",)}
TIMES_3 = {"recorded_since": ("eventUpdatedDateTimeMin",), "recorded_until": ("eventUpdatedDateTimeMax",)}
PAGES = {"limit": COUNT, "cursor": PLACE}
QUERY_2 = WORDS | {name: INSTANT for names in TIMES_2.values() for name in names} | PAGES
QUERY_3 = WORDS | {name: INSTANT for names in TIMES_3.values() for name in names} | PAGES


@get("/v1/dcsa/v2/events", opt={"asks": QUERY_2, "answers": "application/json"}, guards=[Needs(Scope.EVENTS_READ)])
async def list_dcsa_2_events(deps: Deps, caller: Who, request: Call) -> Response[bytes]:
    """Track & Trace events as DCSA 2.2 tells them: a list; the next page by `Link`."""
    page = await _asked(deps, caller, request, "dcsa 2.2", QUERY_2, TIMES_2)
    body = msgspec.json.encode([msgspec.Raw(one.body) for one in page.events])
    return Response(body, media_type="application/json", headers=_headers(request, page, "2.2.0"))


@get("/v1/dcsa/v3/events", opt={"asks": QUERY_3, "answers": "application/json"}, guards=[Needs(Scope.EVENTS_READ)])
async def list_dcsa_3_events(deps: Deps, caller: Who, request: Call) -> Response[bytes]:
    """Track & Trace events as DCSA 3.0 tells them; the next page by `Link`."""
    page = await _asked(deps, caller, request, "dcsa 3.0", QUERY_3, TIMES_3)
    body = msgspec.json.encode({"events": [msgspec.Raw(one.body) for one in page.events]})
    return Response(body, media_type="application/json", headers=_headers(request, page, "3.0.0"))


async def _asked(
    deps: ApiDeps,
    caller: Caller,
    request: Call,
    name: str,
    declared: Mapping[str, object],
    times: Mapping[str, tuple[str, ...]],
) -> SpokenPage:
    asked = Asked(request, declared)
    question = asked.question(caller, asked.words(WORDS, ","), times)
    try:
        return await face_of(deps, name).ask(question, asked.text("cursor"), asked.count("limit", PAGE))
    except Rejected as error:
        raise Problem("parameter-wrong", error.detail) from error


def _headers(request: Call, page: SpokenPage, version: str) -> dict[str, str]:
    return {"API-Version": version, **next_page(request, "cursor", page.next)}


HANDLERS = (list_dcsa_2_events, list_dcsa_3_events)
