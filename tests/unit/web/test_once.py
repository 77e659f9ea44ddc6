"""`Idempotency-Key`: one request, one effect, one answer."""

from __future__ import annotations

import typing
from dataclasses import replace

import httpx2
import msgspec
import pytest
from litestar import post

from crossdock.app.access import Scope
from crossdock.kernel.errors import Overloaded
from crossdock.ports.replies import StoredReply
from crossdock.testing.doors import MemoryReplies
from crossdock.web.api.app import build_api
from crossdock.web.api.deps import ApiLimits
from crossdock.web.api.guards import Needs
from crossdock.web.api.once import SHOWN_ONCE
from crossdock.web.api.routes import HANDLERS
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


class Shown(msgspec.Struct):
    """An answer with something in it that is shown once."""

    id: str
    secret: str


class Kept(MemoryReplies):
    """Answers as they are kept, for whoever steals the table."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[StoredReply] = []

    async def settle(self, owner: str, key: str, reply: StoredReply) -> None:
        self.rows.append(reply)
        await super().settle(owner, key, reply)


@post("/v1/secrets", status_code=201, opt={SHOWN_ONCE: ("secret",)}, guards=[Needs(Scope.SUBSCRIPTIONS_WRITE)])
async def make_secret() -> Shown:
    """A secret."""
    return Shown("7", "whsec_c2VjcmV0")


@pytest.mark.proves("Z-02")
async def test_a_secret_is_shown_once_and_is_in_no_answer_that_is_kept(front: Front) -> None:
    kept = Kept()
    app = build_api(replace(front.deps(), replies=kept), [*HANDLERS, make_secret])
    headers = {**await front.key("ERP1", Scope.SUBSCRIPTIONS_WRITE), "idempotency-key": "s-1"}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://hub") as http:
        first = await http.post("/v1/secrets", headers=headers)
        again = await http.post("/v1/secrets", headers=headers)
    assert (first.status_code, first.json()) == (201, {"id": "7", "secret": "whsec_c2VjcmV0"})
    assert (again.status_code, again.json()) == (201, {"id": "7", "secret": ""})
    assert again.headers["idempotency-replayed"] == "true"
    assert [row.body for row in kept.rows] == [b'{"id":"7","secret":""}']


def test_every_route_that_answers_with_a_secret_says_that_it_is_shown_once() -> None:
    told, with_secret = set[str](), set[str]()
    for handler in HANDLERS:
        answer = typing.get_type_hints(handler.fn).get("return")
        if isinstance(answer, type) and issubclass(answer, msgspec.Struct) and "secret" in answer.__struct_fields__:
            with_secret |= handler.paths
        if handler.opt.get(SHOWN_ONCE) == ("secret",):
            told |= handler.paths
    assert told == with_secret
    assert len(told) == 4
