"""The hot door: credential, body, signature, intake, in that order, and what the sender is told (issue 2, item 7)."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from crossdock.app.access import Scope
from crossdock.kernel.errors import Overloaded, Transient
from tests.unit.web.bench import NOW, Front, envelope, json_headers, order, problem

URL = "/v1/partners/ERP1/messages"
BATCH = "/v1/partners/ERP1/messages:batch"


async def test_canonical_fact_is_taken_and_its_fate_told(front: Front) -> None:
    answer = await front.http.post(URL, content=envelope(), headers=await front.key("ERP1", Scope.FACTS_WRITE))
    assert answer.status_code == 200
    assert answer.json() == {"status": "accepted", "disposition": "APPLY", "event_id": "1.1"}
    assert [fact.subject.id for fact in front.intake.accepted] == ["SO-1"]


async def test_same_fact_again_is_suppressed(front: Front) -> None:
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    await front.http.post(URL, content=envelope(), headers=key)
    again = await front.http.post(URL, content=envelope(), headers=key)
    assert (again.status_code, again.json()["disposition"]) == (200, "SUPPRESS")


async def test_document_of_another_dialect_goes_to_its_connector_byte_for_byte(front: Front) -> None:
    key = await front.key("WH-X12", Scope.FACTS_WRITE)
    body = b"ISA*00*\xff\x00 not text at all"
    answer = await front.http.post(
        "/v1/partners/WH-X12/messages", content=body, headers={**key, "content-type": "application/edi-x12"}
    )
    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")
    kept = front.store.messages[answer.json()["message_id"]]
    assert (kept.body, kept.content_type, kept.channel) == (body, "application/edi-x12", "http")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"{", "not well-formed JSON"),
        (b"{}", "Object missing required field `type` (at $)"),
        (envelope(type="order.exploded"), "'order.exploded' is no event type"),
        (envelope(version=9), "version 9 of order.approved is not known: send version 1"),
        (envelope(payload=order(rev="one")), "Expected `int`, got `str` (at $.payload.rev)"),
        (envelope(occurred={"instant": "2026-06-01T06:02:10"}), "at $.occurred.instant"),
        (envelope(payload=order(currency="EU\x00R")), "NUL"),
        (envelope(surprise=1), "unknown field `surprise`"),
    ],
)
async def test_body_outside_the_contract_is_refused_exactly_and_kept(front: Front, body: bytes, sentence: str) -> None:
    answer = await front.http.post(URL, content=body, headers=await front.key("ERP1", Scope.FACTS_WRITE))
    assert answer.status_code == 422
    refusal = problem(answer, "fact-refused")
    assert sentence in str(refusal["detail"])
    kept = front.store.messages[str(refusal["message_id"])]
    assert (kept.body, kept.status) == (body, "refused")
    assert front.intake.accepted == []


async def test_unreadable_document_is_refused_with_its_findings_and_kept(front: Front) -> None:
    key = await front.key("WH-X12", Scope.FACTS_WRITE)
    answer = await front.http.post("/v1/partners/WH-X12/messages", content=b"UNB+", headers=key)
    refusal = problem(answer, "message-refused")
    assert refusal["findings"] == [{"code": "X12-ENV", "detail": "the document does not start with ISA", "where": "0"}]
    assert front.store.messages[str(refusal["message_id"])].body == b"UNB+"


async def test_fact_of_another_owner_gets_a_negative_acknowledgement(front: Front) -> None:
    body = envelope(type="load.cancelled", subject={"type": "load", "id": "LD-1"}, payload={"load_id": "LD-1"})
    answer = await front.http.post(URL, content=body, headers=await front.key("ERP1", Scope.FACTS_WRITE))
    refusal = problem(answer, "fact-rejected")
    assert "load.cancelled belongs to TMS" in str(refusal["detail"])
    assert refusal["receipt"]["disposition"] == "REJECT"


async def test_fact_under_a_foreign_source_is_rejected(front: Front) -> None:
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    answer = await front.http.post(URL, content=envelope(source="ERP2"), headers=key)
    assert "ERP1 speaks as ERP" in str(problem(answer, "fact-rejected")["detail"])


@pytest.mark.parametrize("content_type", ["application/json", "application/x-ndjson", ""])
async def test_batch_gives_a_receipt_an_item_in_order(front: Front, content_type: str) -> None:
    items = [envelope("SO-1"), b'{"type": 1}', envelope("SO-2")]
    joined = b"[" + b",".join(items) + b"]" if content_type != "application/x-ndjson" else b"\n".join(items) + b"\n"
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    answer = await front.http.post(BATCH, content=joined, headers={**key, "content-type": content_type})
    body = answer.json()
    assert (answer.status_code, body["taken"], body["refused"]) == (200, 2, 1)
    assert [one["status"] for one in body["receipts"]] == ["accepted", "refused", "accepted"]
    assert front.store.messages[body["receipts"][1]["message_id"]].body == b'{"type": 1}'


@pytest.mark.parametrize(
    ("body", "content_type", "slug", "sentence"),
    [
        (b"[", "application/json", "malformed", "the batch is not a JSON array"),
        (b'{"a": 1}', "application/json", "malformed", "Expected `array`"),
        (b"[]", "application/json", "malformed", "the batch is empty"),
        (b"\n\n", "application/x-ndjson", "malformed", "the batch is empty"),
        (b"[" + b"[" * 100_000, "application/json", "malformed", "nested too deeply"),
        (b"[\xff]", "application/json", "malformed", "the batch is not a JSON array"),
        (b"<xml/>", "text/xml", "media-type-unknown", "send a batch as application/json"),
        (b"[" + b",".join([b"{}"] * 1001) + b"]", "application/json", "batch-too-long", "at most 1,000 messages"),
        (b"{}\n" * 1001, "application/x-ndjson", "batch-too-long", "at most 1,000 messages"),
        (b"[" + b"1," * 1_100_000 + b"1]", "application/json", "batch-too-long", "at most 1,000 messages"),
    ],
)
async def test_unusable_batch_is_refused_whole_and_kept(
    front: Front, body: bytes, content_type: str, slug: str, sentence: str
) -> None:
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    answer = await front.http.post(BATCH, content=body, headers={**key, "content-type": content_type})
    refusal = problem(answer, slug)
    assert sentence in str(refusal["detail"])
    assert front.store.messages[str(refusal["message_id"])].body == body[:65536]


async def test_queued_mode_answers_accepted_before_the_fate_is_known() -> None:
    front = Front(with_queue=True)
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    answer = await front.http.post(URL, params={"mode": "queued"}, content=envelope(), headers=key)
    assert (answer.status_code, answer.json()) == (202, {"status": "queued"})
    batch = await front.http.post(BATCH, params={"mode": "queued"}, content=b"[%s]" % envelope(), headers=key)
    assert batch.status_code == 202
    assert front.intake.accepted == []


async def test_mode_that_is_not_offered_or_unknown_is_refused(front: Front) -> None:
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    queued = await front.http.post(URL, params={"mode": "queued"}, content=envelope(), headers=key)
    assert "no log to queue in" in str(problem(queued, "mode-not-offered")["detail"])
    unknown = await front.http.post(URL, params={"mode": "later"}, content=envelope(), headers=key)
    assert "sync or queued" in str(problem(unknown, "parameter-wrong")["detail"])
    sync = await front.http.post(URL, params={"mode": "sync"}, content=envelope(), headers=key)
    assert sync.status_code == 200


async def test_hub_that_queues_everything_offers_nothing_else() -> None:
    front = Front(with_queue=True)
    front.intake = front.queued
    front.rebuild()
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    assert (await front.http.post(URL, content=envelope(), headers=key)).status_code == 202
    answer = await front.http.post(URL, params={"mode": "sync"}, content=envelope(), headers=key)
    assert "queues everything" in str(problem(answer, "mode-not-offered")["detail"])


async def test_no_key_is_challenged_and_the_bytes_are_kept(front: Front) -> None:
    answer = await front.http.post(URL, content=b"who am I")
    refusal = problem(answer, "credential-missing")
    assert answer.headers["www-authenticate"] == 'Bearer realm="crossdock"'
    assert front.store.messages[str(refusal["message_id"])].body == b"who am I"


@pytest.mark.parametrize(
    ("header", "slug"),
    [
        ("Basic dXNlcjpwdw==", "credential-missing"),
        ("Bearer ", "credential-unknown"),
        ("Bearer cdk_aaaaaaaa_" + "b" * 32, "credential-unknown"),
        ("Bearer " + "x" * 300, "credential-missing"),
        ("Bearer cdk_\xff\xfe", "credential-unknown"),
    ],
)
async def test_wrong_key_is_refused_and_the_bytes_kept(front: Front, header: str, slug: str) -> None:
    answer = await front.http.post(URL, content=envelope(), headers={"authorization": header.encode("latin-1")})
    refusal = problem(answer, slug)
    assert answer.status_code == 401
    assert front.store.messages[str(refusal["message_id"])].body == envelope()
    assert front.intake.accepted == []


async def test_expired_and_revoked_keys_are_told_apart_from_unknown_ones(front: Front) -> None:
    expired = await front.key("ERP1", Scope.FACTS_WRITE, created=NOW - timedelta(days=2), expires=NOW)
    assert "is expired" in str(problem(await front.http.post(URL, headers=expired), "credential-ended")["detail"])
    revoked = await front.key("ERP1", Scope.FACTS_WRITE)
    await front.keys.revoke(revoked["authorization"].split("_")[1], NOW)
    assert "is revoked" in str(problem(await front.http.post(URL, headers=revoked), "credential-ended")["detail"])


async def test_key_may_only_write_as_its_own_partner(front: Front) -> None:
    key = await front.key("TMS1", *Scope)
    refusal = problem(await front.http.post(URL, content=envelope(), headers=key), "partner-not-yours")
    assert "does not write as ERP1" in str(refusal["detail"])
    assert refusal["message_id"]


async def test_key_without_the_scope_is_refused_by_name(front: Front) -> None:
    key = await front.key("ERP1", Scope.ORDERS_READ)
    refusal = problem(await front.http.post(URL, content=envelope(), headers=key), "scope-missing")
    assert "lacks the scope facts:write" in str(refusal["detail"])


async def test_partner_that_is_not_connected_is_not_found_by_its_own_key_only(front: Front) -> None:
    url = "/v1/partners/GONE/messages"
    assert "no partner GONE" in str(
        problem(await front.http.post(url, headers=await front.key("GONE", Scope.FACTS_WRITE)), "not-found")["detail"]
    )
    problem(await front.http.post(url, headers=await front.key("ERP1", Scope.FACTS_WRITE)), "partner-not-yours")
    problem(await front.http.post(url), "credential-missing")
    assert front.store.messages == {}


async def test_refusals_at_the_door_are_kept_up_to_a_measure(front: Front) -> None:
    kept = [problem(await front.http.post(URL), "credential-missing").get("message_id") for _ in range(25)]
    assert [bool(message_id) for message_id in kept] == [True] * 20 + [False] * 5
    front.clock.forward(3600)
    assert problem(await front.http.post(URL), "credential-missing")["message_id"]


async def test_full_hub_says_when_to_come_back_and_takes_nothing(front: Front) -> None:
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    front.intake.trouble = Overloaded("the batcher is full: come back", retry_after_s=2.2)
    answer = await front.http.post(URL, content=envelope(), headers=key)
    assert answer.headers["retry-after"] == "3"
    assert "the batcher is full" in str(problem(answer, "overloaded")["detail"])
    front.intake.trouble = Transient("PostgreSQL did not answer")
    problem(await front.http.post(URL, content=envelope(), headers=key), "unavailable")
    assert front.store.messages == {}


async def test_nesting_that_ends_the_stack_is_the_senders_error(front: Front) -> None:
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    deep = b'{"payload":' * 50_000
    assert (await front.http.post(URL, content=deep, headers=key)).status_code == 422
    front.intake.trouble = RecursionError()
    answer = await front.http.post(URL, content=envelope(), headers=key)
    assert "nested too deeply" in str(problem(answer, "malformed")["detail"])


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_messages_are_sent_by_post_only(front: Front, method: str) -> None:
    answer = await front.http.request(method, URL)
    assert answer.headers["allow"] == "POST"
    problem(answer, "method-not-allowed")


async def test_trace_context_is_handed_on_or_begun(front: Front) -> None:
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    answer = await front.http.post(URL, content=envelope(), headers={**key, "traceparent": given})
    assert answer.headers["traceparent"] == given
    broken = {**key, "traceparent": "00-" + "0" * 32 + "-00f067aa0ba902b7-01"}
    fresh = await front.http.post(URL, content=envelope(), headers=broken)
    assert fresh.headers["traceparent"] not in (given, broken["traceparent"])
    assert front.intake.traces == [given, fresh.headers["traceparent"]]


async def test_answers_carry_security_and_rate_headers(front: Front) -> None:
    answer = await front.http.post(URL, content=envelope(), headers=await front.key("ERP1", Scope.FACTS_WRITE))
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["ratelimit"].startswith('"key";r=')


async def test_source_of_json_batch_items_is_the_bytes_as_sent(front: Front) -> None:
    spaced = envelope().replace(b'"type"', b'  "type"  ', 1)
    key = await front.key("ERP1", Scope.FACTS_WRITE)
    answer = await front.http.post(BATCH, content=b"[ %s , 7 ]" % spaced, headers=json_headers(key))
    assert front.store.messages[answer.json()["receipts"][1]["message_id"]].body == b"7"
    assert msgspec.json.decode(spaced)["subject"]["id"] == front.intake.accepted[0].subject.id
