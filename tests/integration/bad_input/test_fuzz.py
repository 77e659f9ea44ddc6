"""Fuzzing of the assembled hub's intake: whatever is sent, the answer is never 5xx (issue 2, "Bad input")."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossdock.testing.assembled import Assembled, assembled, write_project
from crossdock.testing.samples import sample
from tests.integration.bad_input.documents import PARTNERS, SECRET, interchange

SEEDS = (interchange(1), sample("order.approved"), sample("order.cancel_requested"), sample("tracking.milestone"))
TYPES = ("application/json", "application/edi-x12", "application/x-ndjson", "text/plain", "")
Running = tuple[asyncio.Runner, Assembled, dict[str, dict[str, str]]]
QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def running(durable_url: str, tmp_path: Path) -> Iterator[Running]:
    """A hub in an event loop of its own, so that every example of a test meets the same one."""
    (tmp_path / "secret").write_text(SECRET)
    write_project(tmp_path, PARTNERS)
    opening = assembled(tmp_path, durable_url)
    with asyncio.Runner() as runner:
        hub = runner.run(opening.__aenter__())
        keys = {partner: runner.run(hub.key(partner)) for partner in ("erp", "carrier")}
        yield runner, hub, keys
        runner.run(opening.__aexit__(None, None, None))


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A good message with some bytes replaced, taken out or doubled."""
    body = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(body) - 1, 0)))
        length = draw(st.integers(0, 12))
        body[place : place + length] = draw(st.binary(max_size=6) | st.just(bytes(body[place : place + length]) * 2))
    return bytes(body)


@QUICK
@given(
    body=spoiled() | st.binary(max_size=200),
    partner=st.sampled_from(("erp", "carrier")),
    content_type=st.sampled_from(TYPES),
    tail=st.sampled_from(("messages", "messages:batch")),
)
def test_intake_never_fails(running: Running, body: bytes, partner: str, content_type: str, tail: str) -> None:
    """And every refusal says what is wrong."""
    runner, hub, keys = running
    headers = {**keys[partner], "content-type": content_type}
    answer = runner.run(hub.http.post(f"/v1/partners/{partner}/{tail}", content=body, headers=headers))
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert msgspec.json.decode(answer.content)["detail"]


@QUICK
@given(bodies=st.lists(spoiled(), min_size=1, max_size=5))
def test_the_folder_never_stops(running: Running, bodies: list[bytes]) -> None:
    """Every file leaves the folder, and every message is kept."""
    runner, hub, _ = running
    folder = hub.folder("carrier")

    async def look() -> None:
        for number, body in enumerate(bodies):
            (folder / f"{number}.edi").write_bytes(body)
        await hub.works["carrier"]()
        await hub.works["carrier"]()

    runner.run(look())
    assert not [path for path in folder.iterdir() if path.is_file()]
