"""Signatures as pure functions: vectors, tolerance, settings, and noise in every header."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.app.signatures import HmacScheme, Scheme, StandardScheme, scheme_of, verify
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.errors import Permanent, Rejected
from crossdock.kernel.secret import Secret
from crossdock.ports.directory import Partner

# The published test vector of the Standard Webhooks reference libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
SENT = datetime.fromtimestamp(1614265330, UTC)
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def partner(**settings: object) -> Partner:
    return Partner("P1", Role.CAR, "x", settings=settings)


def standard() -> Scheme:
    found = scheme_of(partner(auth="standard_webhooks"), (Secret(SECRET),))
    assert isinstance(found, StandardScheme)
    return found


def plain(**settings: object) -> Scheme:
    found = scheme_of(partner(auth="hmac", **settings), (Secret("new"), Secret("old")))
    assert isinstance(found, HmacScheme)
    return found


def test_published_vector_verifies() -> None:
    verify(standard(), HEADERS, BODY, SENT)


@pytest.mark.parametrize(("seconds", "good"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_five_minutes_either_way_are_tolerated(seconds: int, good: bool) -> None:
    at = SENT + timedelta(seconds=seconds)
    if good:
        verify(standard(), HEADERS, BODY, at)
    else:
        with pytest.raises(Rejected, match="set the sender's clock"):
            verify(standard(), HEADERS, BODY, at)


@pytest.mark.parametrize(
    ("encoding", "write"), [("hex", bytes.hex), ("base64", lambda mac: base64.b64encode(mac).decode())]
)
@pytest.mark.parametrize("secret", ["new", "old"])
def test_plain_hmac_in_hex_or_base64_with_either_secret(encoding: str, write: object, secret: str) -> None:
    assert callable(write)
    signature = write(hmac.new(secret.encode(), BODY, hashlib.sha256).digest())
    verify(plain(signature_encoding=encoding), {"x-signature": signature}, BODY, SENT)
    with pytest.raises(Rejected, match="does not match"):
        verify(plain(signature_encoding=encoding), {"x-signature": signature}, BODY + b" ", SENT)


def test_plain_hmac_with_a_timestamp_signs_it_and_refuses_stale_calls() -> None:
    scheme = plain(timestamp_header="X-Time")
    stamp = str(int(SENT.timestamp()))
    signature = hmac.new(b"new", stamp.encode() + b"." + BODY, hashlib.sha256).hexdigest()
    verify(scheme, {"x-signature": signature, "x-time": stamp}, BODY, SENT)
    with pytest.raises(Rejected, match="too old"):
        verify(scheme, {"x-signature": signature, "x-time": stamp}, BODY, SENT + timedelta(hours=1))
    with pytest.raises(Rejected, match="x-time"):
        verify(scheme, {"x-signature": signature}, BODY, SENT)


@given(st.dictionaries(st.sampled_from([*HEADERS, "x-signature"]), st.text(max_size=80)), st.binary(max_size=50))
def test_noise_is_rejected_never_anything_else(headers: dict[str, str], body: bytes) -> None:
    for scheme in (standard(), plain()):
        with pytest.raises(Rejected):
            verify(scheme, headers, body, SENT)


def test_api_key_is_the_default_and_has_no_scheme() -> None:
    assert scheme_of(partner(), ()) is None
    assert scheme_of(partner(auth="api_key"), (Secret("unused"),)) is None


@pytest.mark.parametrize(
    ("settings", "secrets", "sentence"),
    [
        ({"auth": "basic"}, ("s",), 'auth = "basic" is unknown'),
        ({"auth": "standard_webhooks"}, (), "needs one secret"),
        ({"auth": "hmac"}, ("a", "b", "c"), "needs one secret, or two while rotating"),
        ({"auth": "hmac"}, ("",), "needs one secret"),
        ({"auth": "standard_webhooks"}, ("whsec_a",), "base64 after whsec_"),
        ({"auth": "standard_webhooks"}, ("whsec_",), "base64 after whsec_"),
        ({"auth": "hmac", "signature_encoding": "rot13"}, ("s",), "hex or base64, not rot13"),
        ({"auth": "hmac", "signature_header": 7}, ("s",), "Expected `str`"),
    ],
)
def test_settings_that_cannot_work_are_for_a_person(
    settings: dict[str, object], secrets: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(Permanent) as error:
        scheme_of(partner(**settings), tuple(Secret(secret) for secret in secrets))
    assert sentence in error.value.detail
    assert "P1" in error.value.detail


@pytest.mark.parametrize(
    ("auth", "header", "written"),
    [
        ("shopify", "x-shopify-hmac-sha256", lambda mac: base64.b64encode(mac).decode()),
        ("woocommerce", "x-wc-webhook-signature", lambda mac: base64.b64encode(mac).decode()),
        ("easypost", "x-hmac-signature", lambda mac: f"hmac-sha256-hex={mac.hex()}"),
    ],
)
def test_known_senders_are_verified_by_name(auth: str, header: str, written: Callable[[bytes], str]) -> None:
    scheme = scheme_of(partner(auth=auth), (Secret("s3cret"),))
    assert scheme is not None
    mac = hmac.new(b"s3cret", BODY, hashlib.sha256).digest()
    verify(scheme, {header: written(mac)}, BODY, SENT)
    with pytest.raises(Rejected) as refused:
        verify(scheme, {header: written(mac)}, BODY + b" ", SENT)
    assert refused.value.where == header
