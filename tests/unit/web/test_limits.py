"""Size, rate and time: every bound of the door, and the sentence it answers with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from crossdock.app.access import Scope
from crossdock.ports.keys import ApiKey
from crossdock.testing.doors import MemoryKeys
from crossdock.web.api.deps import ApiLimits
from crossdock.web.api.pace import Pace, Rate
from tests.unit.web.bench import NOW, Front, envelope, order, problem

URL = "/v1/partners/ERP1/messages"


async def parts(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def test_body_above_the_bound_is_refused_and_its_head_kept() -> None:
    front = Front(limits=ApiLimits(body_bytes_max=1000))
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    fits = await front.http.post(URL, content=envelope().ljust(1000), headers=key)
    assert fits.status_code == 200
    streamed = await front.http.post(URL, content=parts(b"a" * 600, b"b" * 600), headers=key)
    refusal = problem(streamed, "body-too-large")
    assert refusal["detail"] == "the body is larger than 1,000 bytes: split it and send the parts"
    assert front.store.messages[str(refusal["message_id"])].body == b"a" * 600 + b"b" * 600
    declared = await front.http.post(URL, content=b"c" * 1001, headers=key)
    assert declared.status_code == 413


async def test_process_api_has_the_same_bound() -> None:
    front = Front(limits=ApiLimits(body_bytes_max=50))
    key = await front.key("ERP1", Scope.ORDERS_WRITE)
    problem(await front.http.post("/v1/orders", json=order(), headers=key), "body-too-large")


async def test_encoded_body_is_not_taken(front: Front) -> None:
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    answer = await front.http.post(URL, content=b"\x1f\x8b", headers={**key, "content-encoding": "gzip"})
    assert "without Content-Encoding" in str(problem(answer, "media-type-unknown")["detail"])


async def test_body_that_never_ends_is_given_up() -> None:
    front = Front(limits=ApiLimits(body_wait_s=0.01))
    key = await front.key("ERP1", Scope.FACTS_WRITE)

    async def stalling() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    answer = await front.http.post(URL, content=stalling(), headers=key)
    problem(answer, "body-too-slow")


async def test_key_above_its_rate_waits_as_long_as_it_is_told() -> None:
    front = Front(limits=ApiLimits(rate=Rate(per_s=2.0, burst=3)))
    key = await front.key("ERP1", *Scope)
    answers = [await front.http.post(URL, content=envelope(f"SO-{n}"), headers=key) for n in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert [one.headers["ratelimit"] for one in answers[:3]] == [
        '"key";r=2;t=1',
        '"key";r=1;t=1',
        '"key";r=0;t=2',
    ]
    assert answers[3].headers["retry-after"] == "1"
    assert "2 requests a second" in str(problem(answers[3], "too-fast")["detail"])
    other = await front.key("ERP1", Scope.ORDERS_READ)
    assert (await front.http.get("/v1/orders", headers=other)).status_code == 200
    front.clock.forward(0.5)
    assert (await front.http.get("/v1/orders", headers=key)).status_code == 200


async def test_known_key_is_not_looked_up_again_for_a_while_and_a_revoked_one_ends_then(front: Front) -> None:
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    for _ in range(5):
        await front.http.post(URL, content=envelope(), headers=key)
    assert front.keys.found == 1
    await front.keys.revoke(key["authorization"].split("_")[1], NOW)
    front.clock.forward(5.1)
    problem(await front.http.post(URL, content=envelope(), headers=key), "credential-ended")


async def test_revoked_key_ends_at_once_where_the_stop_was_heard_of(front: Front) -> None:
    key, other = await front.key("ERP1", Scope.ORDERS_READ), await front.key("ERP1", Scope.ORDERS_READ)
    for headers in (key, other):
        assert (await front.http.get("/v1/orders", headers=headers)).status_code == 200
    await front.keys.revoke(key["authorization"].split("_")[1], NOW)
    front.app.gate.forget()
    problem(await front.http.get("/v1/orders", headers=key), "credential-ended")
    assert (await front.http.get("/v1/orders", headers=other)).status_code == 200


async def test_key_stopped_while_it_is_looked_up_is_not_remembered(front: Front) -> None:
    class Slow(MemoryKeys):
        """Is told of a stop between the reading of a row and its use."""

        async def find(self, digest: bytes) -> ApiKey | None:
            row = await super().find(digest)
            if self.found == 1:
                front.app.gate.forget()
            return row

    front.keys = Slow()
    front.rebuild()
    key = await front.key("ERP1", Scope.ORDERS_READ)
    for _ in range(3):
        assert (await front.http.get("/v1/orders", headers=key)).status_code == 200
    assert front.keys.found == 2


async def test_key_that_expires_is_not_believed_a_second_longer(front: Front) -> None:
    key = await front.key("ERP1", Scope.ORDERS_READ, expires=NOW + timedelta(seconds=2))
    assert (await front.http.get("/v1/orders", headers=key)).status_code == 200
    front.clock.forward(2)
    problem(await front.http.get("/v1/orders", headers=key), "credential-ended")


async def test_one_key_has_one_meter_however_its_header_is_written() -> None:
    front = Front(limits=ApiLimits(rate=Rate(per_s=0.1, burst=3)))
    text = (await front.key("ERP1", Scope.ORDERS_READ))["authorization"].partition(" ")[2]
    written = [f"{word} {text}" for word in ("Bearer", "bearer", "BEARER", "bEARER ")]
    answers = [await front.http.get("/v1/orders", headers={"authorization": one}) for one in written]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]


async def test_rate_is_not_refilled_by_looking_the_key_up_again() -> None:
    front = Front(limits=ApiLimits(rate=Rate(per_s=0.1, burst=2), key_ttl_s=1.0))
    key = await front.key("ERP1", Scope.ORDERS_READ)
    for _ in range(2):
        assert (await front.http.get("/v1/orders", headers=key)).status_code == 200
    front.clock.forward(1.5)
    assert (await front.http.get("/v1/orders", headers=key)).status_code == 429


async def test_many_keys_of_ours_may_come_at_once() -> None:
    front = Front(limits=ApiLimits(strangers=Rate(per_s=1.0, burst=2)))
    for _ in range(10):
        key = await front.key("ERP1", Scope.ORDERS_READ)
        assert (await front.http.get("/v1/orders", headers=key)).status_code == 200


async def test_guessing_keys_is_slowed_but_known_callers_go_on(front: Front) -> None:
    key = await front.key("ERP1", Scope.ORDERS_READ)
    assert (await front.http.get("/v1/orders", headers=key)).status_code == 200
    guesses = [
        await front.http.get("/v1/orders", headers={"authorization": f"Bearer cdk_aaaaaaaa_{n:032d}"})
        for n in range(210)
    ]
    assert guesses[0].status_code == 401
    problem(guesses[-1], "too-fast")
    assert (await front.http.get("/v1/orders", headers=key)).status_code == 200


@given(
    per_s=st.floats(0.1, 1000),
    burst=st.integers(1, 50),
    gaps=st.lists(st.floats(0, 5), min_size=1, max_size=200),
)
def test_gcra_never_admits_more_than_burst_plus_rate(per_s: float, burst: int, gaps: list[float]) -> None:
    rate, pace, now, admitted = Rate(per_s, burst), Pace(), 1_000_000.0, 0
    for gap in gaps:
        now += gap
        left = pace.remaining(rate, now)
        wait_s = pace.admit(rate, now)
        assert (wait_s == 0.0) == (left > 0)
        admitted += wait_s == 0.0
    assert admitted <= burst + per_s * (now - 1_000_000.0) + 1


def test_no_rate_is_no_limit() -> None:
    rate, pace = Rate(0, 1), Pace()
    assert [pace.admit(rate, 5.0) for _ in range(100)] == [0.0] * 100
    assert pace.remaining(rate, 5.0) == 1
