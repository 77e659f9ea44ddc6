"""Webhook signatures on the intake path: over the raw bytes, before anything is parsed."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

import pytest
from standardwebhooks import Webhook

from crossdock.app.access import Scope
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.errors import Permanent
from crossdock.ports.directory import Partner
from tests.unit.web.bench import HMAC_SECRET, NOW, WEBHOOK_SECRET, WEBHOOK_SECRET_OLD, Front, envelope, problem

URL = "/v1/partners/CAR-SW/messages"
PLAIN_URL = "/v1/partners/LMD-HM/messages"
FACT = envelope(
    source="CAR-SW",
    type="tracking.milestone",
    subject={"type": "shipment", "id": "SHP-1"},
    payload={"milestone": "DEPARTED_ORIGIN"},
).replace(b'"ERP"', b'"CAR"')


def signed(body: bytes, secret: str = WEBHOOK_SECRET, at: datetime = NOW, message_id: str = "msg_1") -> dict[str, str]:
    signature = Webhook(secret).sign(message_id, at, body.decode())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }


def plain(body: bytes, secret: str = HMAC_SECRET) -> dict[str, str]:
    return {"x-hub-signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


@pytest.mark.parametrize("secret", [WEBHOOK_SECRET, WEBHOOK_SECRET_OLD])
async def test_either_secret_is_good_while_rotating(front: Front, secret: str) -> None:
    answer = await front.http.post(URL, content=FACT, headers=signed(FACT, secret))
    assert (answer.status_code, answer.json()["disposition"]) == (200, "APPLY")


async def test_replay_of_a_webhook_verifies_and_is_suppressed(front: Front) -> None:
    first = await front.http.post(URL, content=FACT, headers=signed(FACT))
    replay = await front.http.post(URL, content=FACT, headers=signed(FACT))
    assert [one.json()["disposition"] for one in (first, replay)] == ["APPLY", "SUPPRESS"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"webhook-signature": ""}, "not signed: send the header webhook-signature"),
        ({"webhook-id": ""}, "not signed: send the header webhook-id"),
        ({"webhook-id": "msg_2"}, "no signature matches"),
        ({"webhook-timestamp": "soon"}, "not whole seconds since 1970"),
        ({"webhook-timestamp": "nan"}, "not whole seconds since 1970"),
        ({"webhook-timestamp": "1"}, "too old"),
        ({"webhook-timestamp": "99999999999"}, "too far in the future"),
        ({"webhook-signature": "v1"}, "no signature matches"),
        ({"webhook-signature": "v1,***"}, "no signature matches"),
        ({"webhook-signature": "v2," + "A" * 44}, "no signature matches"),
    ],
)
async def test_unsigned_wrong_or_stale_is_401_and_kept(front: Front, change: dict[str, str], sentence: str) -> None:
    answer = await front.http.post(URL, content=FACT, headers={**signed(FACT), **change})
    refusal = problem(answer, "signature-wrong")
    assert answer.status_code == 401
    assert sentence in str(refusal["detail"])
    assert front.store.messages[str(refusal["message_id"])].body == FACT
    assert front.intake.accepted == []


async def test_changed_body_or_foreign_secret_does_not_verify(front: Front) -> None:
    changed = await front.http.post(URL, content=FACT + b" ", headers=signed(FACT))
    problem(changed, "signature-wrong")
    foreign = await front.http.post(URL, content=FACT, headers=signed(FACT, "whsec_Zm9yZWlnbiBzZWNyZXQ="))
    problem(foreign, "signature-wrong")


async def test_body_that_is_not_text_cannot_be_signed_by_standard_webhooks(front: Front) -> None:
    answer = await front.http.post(URL, content=b"\xff\xfe", headers=signed(b"x"))
    assert "UTF-8" in str(problem(answer, "signature-wrong")["detail"])


async def test_one_good_signature_among_several_is_enough(front: Front) -> None:
    headers = signed(FACT)
    headers["webhook-signature"] = "v1,AAAA " + headers["webhook-signature"]
    assert (await front.http.post(URL, content=FACT, headers=headers)).status_code == 200


async def test_signing_partner_does_not_come_in_by_key(front: Front) -> None:
    key = await front.key("CAR-SW", *Scope)
    problem(await front.http.post(URL, content=FACT, headers=key), "signature-wrong")


async def test_plain_hmac_over_the_raw_body(front: Front) -> None:
    body = FACT.replace(b"CAR-SW", b"LMD-HM").replace(b'"CAR"', b'"LMD"')
    assert (await front.http.post(PLAIN_URL, content=body, headers=plain(body))).status_code == 200
    upper = {"x-hub-signature-256": plain(body)["x-hub-signature-256"].replace("sha256=", "sha256=").upper()}
    problem(await front.http.post(PLAIN_URL, content=body, headers=upper), "signature-wrong")
    wrong = await front.http.post(PLAIN_URL, content=body, headers=plain(body, "another"))
    assert "sign the raw body" in str(problem(wrong, "signature-wrong")["detail"])
    missing = await front.http.post(PLAIN_URL, content=body)
    assert "send the header x-hub-signature-256" in str(problem(missing, "signature-wrong")["detail"])


async def test_what_headers_say_of_the_body_is_kept_with_its_content_type(front: Front) -> None:
    headers = {"Content-Type": "text/plain", "X-Shopify-Topic": "orders/paid", "ce-id": "7", "X-Other": "no"}
    answer = await front.http.post(PLAIN_URL, content=b"ISA*", headers={**plain(b"ISA*"), **headers})
    kept = front.store.messages[answer.json()["message_id"]]
    assert kept.content_type == 'text/plain; ce-id="7"; x-shopify-topic="orders/paid"'


async def test_flood_of_forged_calls_is_slowed_down(front: Front) -> None:
    forged = [await front.http.post(URL, content=b"{}", headers=signed(b"[]")) for _ in range(210)]
    assert forged[0].status_code == 401
    assert problem(forged[-1], "too-fast")["detail"] == "too many calls with unknown credentials: wait"
    assert (await front.http.post(URL, content=FACT, headers=signed(FACT))).status_code == 200


def test_unusable_signature_settings_stop_the_start_and_are_all_named() -> None:
    wrong = (
        Partner("A", Role.CAR, "x", settings={"auth": "magic"}),
        Partner("B", Role.CAR, "x", settings={"auth": "hmac"}),
    )
    with pytest.raises(Permanent) as error:
        _ = Front(partners=wrong).app
    assert 'auth = "magic" is unknown' in error.value.detail
    assert "partner B: auth = hmac needs one secret" in error.value.detail
