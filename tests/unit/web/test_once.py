"""`Idempotency-Key`: one request, one effect, one answer."""

from __future__ import annotations

from crossdock.app.access import Scope
from crossdock.kernel.errors import Overloaded
from crossdock.web.api.deps import ApiLimits
from tests.unit.web.bench import NOW, Front, envelope, json_headers, order, problem

URL = "/v1/partners/ERP1/messages"


async def test_same_request_again_gets_the_same_answer_and_has_no_effect(front: Front) -> None:
    headers = {**json_headers(await front.key("ERP1", Scope.ORDERS_WRITE)), "idempotency-key": "a-1"}
    first = await front.http.post("/v1/orders", json=order(), headers=headers)
    again = await front.http.post("/v1/orders", json=order(), headers=headers)
    assert (first.status_code, first.json()["disposition"]) == (200, "APPLY")
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert len(front.intake.traces) == 1


async def test_refusal_is_an_answer_too(front: Front) -> None:
    headers = {**await front.key("ERP1", Scope.FACTS_WRITE), "idempotency-key": "a-2"}
    first = await front.http.post(URL, content=b"{}", headers=headers)
    again = await front.http.post(URL, content=b"{}", headers=headers)
    assert problem(again, "fact-refused")["message_id"] == problem(first, "fact-refused")["message_id"]
    assert len(front.store.messages) == 1


async def test_key_reused_for_another_request_is_refused(front: Front) -> None:
    headers = {**await front.key("ERP1", *Scope), "idempotency-key": '"quoted-3"'}
    await front.http.post(URL, content=envelope(), headers=headers)
    other_body = await front.http.post(URL, content=envelope("SO-2"), headers=headers)
    assert "came with another request" in str(problem(other_body, "idempotency-key-reused")["detail"])
    other_path = await front.http.post(f"{URL}:batch", content=envelope(), headers=headers)
    problem(other_path, "idempotency-key-reused")


async def test_request_still_running_is_a_conflict_to_be_asked_again(front: Front) -> None:
    auth = await front.key("ERP1", Scope.FACTS_WRITE)
    await front.http.post(URL, content=envelope(), headers={**auth, "idempotency-key": "a-4"})
    prefix = auth["authorization"].split("_")[1]
    held = front.replies._held[prefix, "a-4"]
    held.reply = None
    answer = await front.http.post(URL, content=envelope(), headers={**auth, "idempotency-key": "a-4"})
    problem(answer, "idempotency-key-in-use")
    assert answer.headers["retry-after"] == "1"


async def test_nothing_taken_gives_the_key_back(front: Front) -> None:
    headers = {**await front.key("ERP1", Scope.FACTS_WRITE), "idempotency-key": "a-5"}
    front.intake.trouble = Overloaded("full")
    problem(await front.http.post(URL, content=envelope(), headers=headers), "overloaded")
    front.intake.trouble = None
    answer = await front.http.post(URL, content=envelope(), headers=headers)
    assert (answer.status_code, answer.json()["disposition"]) == (200, "APPLY")


async def test_keys_of_two_callers_do_not_meet(front: Front) -> None:
    one = {**await front.key("ERP1", Scope.FACTS_WRITE), "idempotency-key": "shared"}
    two = {**await front.key("ERP1", Scope.FACTS_WRITE), "idempotency-key": "shared"}
    await front.http.post(URL, content=envelope("SO-1"), headers=one)
    answer = await front.http.post(URL, content=envelope("SO-2"), headers=two)
    assert answer.json()["disposition"] == "APPLY"


async def test_answer_is_forgotten_after_a_day(front: Front) -> None:
    headers = {**await front.key("ERP1", Scope.FACTS_WRITE), "idempotency-key": "a-6"}
    await front.http.post(URL, content=envelope("SO-1"), headers=headers)
    front.clock.forward(86_401)
    assert (await front.http.post(URL, content=envelope("SO-2"), headers=headers)).status_code == 200
    assert await front.replies.sweep(NOW) == 0


async def test_malformed_key_is_refused(front: Front) -> None:
    auth = await front.key("ERP1", Scope.FACTS_WRITE)
    for wrong in (b"", b" ", b"x" * 256, b"tab\tkey", b"caf\xe9"):
        answer = await front.http.post(URL, content=envelope(), headers={**auth, "idempotency-key": wrong})
        assert "1 to 255 visible ASCII" in str(problem(answer, "parameter-wrong")["detail"])
    assert front.intake.accepted == []


async def test_stranger_cannot_claim_a_key(front: Front) -> None:
    answer = await front.http.post(URL, content=envelope(), headers={"idempotency-key": "a-7"})
    problem(answer, "credential-missing")
    assert front.replies._held == {}


async def test_too_large_a_body_is_refused_with_its_head_kept_whether_or_not_there_is_a_key() -> None:
    front = Front(limits=ApiLimits(body_bytes_max=100))
    headers = {**await front.key("ERP1", Scope.FACTS_WRITE), "idempotency-key": "a-8"}
    problem(await front.http.post(URL, content=b"x" * 101, headers=headers), "body-too-large")
    assert front.replies._held == {}
