"""The status page of a process, and the figures at the door."""

from __future__ import annotations

import httpx2
import pytest

from crossdock.app.access import Scope
from crossdock.instruments.prometheus import PrometheusMeter
from crossdock.web.status import StatusPage
from tests.unit.runtime.test_watching import Kept, samples
from tests.unit.web.bench import Front, envelope, problem

URL = "/v1/partners/ERP1/messages"
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def page(*missing: str) -> httpx2.AsyncClient:
    async def figures() -> bytes:
        return b"crossdock_build_info 1.0\n"

    async def ready() -> tuple[str, ...]:
        return missing

    app = StatusPage(figures, "text/plain; version=0.0.4", ready)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://hub")


@pytest.mark.parametrize(("missing", "status", "state"), [((), 200, "ready"), (("no log",), 503, "not ready")])
async def test_a_process_is_ready_when_nothing_is_missing(missing: tuple[str, ...], status: int, state: str) -> None:
    answer = await page(*missing).get("/readyz")
    assert (answer.status_code, answer.json()) == (status, {"state": state, "missing": list(missing)})


async def test_a_process_that_misses_something_is_live_all_the_same() -> None:
    answer = await page("no log").get("/healthz")
    assert (answer.status_code, answer.json()["state"]) == (200, "live")


async def test_figures_are_told_in_their_own_type_and_the_page_is_only_read() -> None:
    client = page()
    answer = await client.get("/metrics")
    assert (answer.headers["content-type"], answer.text) == ("text/plain; version=0.0.4", "crossdock_build_info 1.0\n")
    assert (await client.head("/metrics")).content == b""
    assert (await client.post("/metrics")).status_code == 405
    assert (await client.get("/")).status_code == 404


async def test_figures_at_the_door_need_the_scope(front: Front) -> None:
    async def figures() -> bytes:
        return b"crossdock_build_info 1.0\n"

    front.figures = ("text/plain; version=0.0.4", figures)
    front.rebuild()
    problem(await front.http.get("/v1/metrics"), "credential-missing")
    problem(await front.http.get("/v1/metrics", headers=await front.key("", Scope.ORDERS_READ)), "scope-missing")
    answer = await front.http.get("/v1/metrics", headers=await front.key("", Scope.OPERATIONS_READ))
    assert (answer.status_code, answer.content) == (200, b"crossdock_build_info 1.0\n")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")


async def test_requests_are_counted_under_their_route_and_known_methods(front: Front) -> None:
    front.meter = meter = PrometheusMeter()
    front.rebuild()
    await front.http.get("/v1/health/live")
    await front.http.request("BREW", "/v1/anything/at/all")
    found = samples(meter)
    assert found["crossdock_http_requests_total", "GET", "/v1/health/live", "200"] == 1
    (other,) = [value for key, value in found.items() if key[:3] == ("crossdock_http_requests_total", "other", "-")]
    assert other == 1
    assert found["crossdock_http_request_seconds_count", "/v1/health/live"] == 1


async def test_a_request_is_a_span_of_the_trace_it_brought_and_the_fact_is_inside_it(front: Front) -> None:
    front.traces = traces = Kept()
    front.rebuild()
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    answer = await front.http.post(URL, content=envelope(), headers={**key, "traceparent": TRACEPARENT})
    (span,) = traces.spans
    assert span.parent == TRACEPARENT
    assert front.intake.traces == [span.traceparent] == [answer.headers["traceparent"]]
    assert (span.name, span.attributes["status"], span.error) == ("POST /v1/partners/{partner}/messages", 200, "")
    await front.http.get("/v1/health/live")
    assert traces.spans[1].parent == ""
