"""One trace from a partner's bytes to the last delivery, as a real collector gets it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crossdock.app.access import Scope
from crossdock.app.deliver.step import attempt, next_round
from crossdock.bootstrap.instruments import traces_of
from crossdock.bootstrap.roles import routes
from crossdock.bootstrap.settings import RoleName, Settings, TraceSettings
from crossdock.instruments.otlp import open_traces
from crossdock.kernel.secret import Secret
from crossdock.ports.traces import Span
from crossdock.postgres.outbox import PostgresOutbox
from crossdock.runtime.watching import Watch
from crossdock.testing.assembled import Assembled, assembled
from tests.house.sources import ROOT
from tests.integration.instruments.collector import collecting

FIRST = ROOT / "docs" / "start" / "first"
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


async def deliver_all(world: Assembled) -> None:
    """What the deliver role does, once."""
    hub = world.hub
    outbox = await PostgresOutbox.open(hub.url)
    for route in routes(hub):
        taken = await next_round(outbox, route, (), hub.clock, hub.dice, slots=4)
        done = []
        for errand in taken.errands:
            done.append(await attempt(route, errand))
            hub.watch.called(route.partner.id, done[-1], began_ns=1)
        await next_round(outbox, route, done, hub.clock, hub.dice, slots=0)
    await outbox.close()


async def test_a_trace_leads_from_the_bytes_to_the_last_delivery(tmp_path: Path, durable_url: str) -> None:
    folder = Path(shutil.copytree(FIRST, tmp_path / "first"))
    with collecting() as collector:
        traces = traces_of(
            Settings(traces=TraceSettings(collector.url, authorization=Secret("Bearer x"))), RoleName.WORK
        )
        assert traces is not None
        async with assembled(folder, durable_url, Watch(None, traces)) as world:
            headers = {**await world.key("erp", Scope.ORDERS_WRITE, Scope.FACTS_WRITE)}
            headers |= {"content-type": "application/json"}
            headers["traceparent"] = f"00-{TRACE}-{PARENT}-01"
            answer = await world.http.post("/v1/orders", content=(folder / "order.json").read_bytes(), headers=headers)
            assert answer.status_code == 200, answer.text
            await deliver_all(world)
        traces.close()
    spans = {span.name: span for span in collector.spans}
    assert {span.trace_id.hex() for span in collector.spans} == {TRACE}
    path = ["POST /v1/orders", "receive", "batch", "deliver create_fulfilment_order", "attempt"]
    assert set(path) <= set(spans)
    parents = [spans[name].parent_span_id.hex() for name in path]
    ids = [spans[name].span_id.hex() for name in path]
    assert parents[:3] == [PARENT, ids[0], ids[1]]
    # The batch and what it caused stand side by side inside what brought the bytes.
    assert parents[3:] == [ids[1], ids[3]]
    assert collector.resource()["crossdock.role"] == "work"
    assert collector.authorizations[0] == "Bearer x"


@pytest.mark.parametrize(("flag", "kept"), [("01", 1), ("00", 0)])
def test_whoever_began_a_trace_says_whether_it_is_kept(flag: str, kept: int) -> None:
    with collecting() as collector:
        traces = open_traces(collector.url, share=0.0, timeout_s=5, resource={}, headers={})
        own = traces.begin(f"00-{TRACE}-{PARENT}-{flag}")
        traces.record(Span("x", own, f"00-{TRACE}-{PARENT}-{flag}", 1, 2))
        traces.close()
    assert len(collector.spans) == kept


@pytest.mark.parametrize(("share", "kept"), [(0.0, 0), (1.0, 20)])
def test_of_traces_that_begin_here_the_share_is_kept(share: float, kept: int) -> None:
    with collecting() as collector:
        traces = open_traces(collector.url, share=share, timeout_s=5, resource={}, headers={})
        for _ in range(20):
            traces.record(Span("x", traces.begin(""), "", 1, 2))
        traces.close()
    assert len(collector.spans) == kept


def test_a_collector_that_is_not_there_costs_the_hub_nothing(caplog: pytest.LogCaptureFixture) -> None:
    traces = open_traces("http://127.0.0.1:9/v1/traces", share=1, timeout_s=0.2, resource={}, headers={})
    traces.record(Span("x", traces.begin(""), "", 1, 2))
    traces.close()
