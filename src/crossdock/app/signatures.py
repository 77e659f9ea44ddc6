"""Webhook signatures over the raw bytes, before anything is parsed.

Two schemes: Standard Webhooks 1.0 (standardwebhooks.com; the only door to its library) and a plain HMAC-SHA256 in a
header. While a secret is being rotated both the new and the old one are accepted. A replay inside the tolerance
verifies: it is the same message, and is suppressed downstream by its business key.

Senders whose headers are known are named instead of described (`auth = "shopify"`): Shopify (shopify.dev, "Verify the
webhook"), WooCommerce (WC_Webhook::generate_signature), EasyPost (docs.easypost.com, webhooks).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from crossdock.kernel.errors import Permanent, Rejected
from crossdock.kernel.secret import Secret
from crossdock.ports.directory import Partner

TOLERANCE_S = 300
SECRETS_MAX = 2
SIGNATURES_MAX = 8
STANDARD_ID, STANDARD_TIME, STANDARD_SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


class StandardScheme(msgspec.Struct, frozen=True):
    """Standard Webhooks; the signed text is `id.timestamp.body`."""

    webhooks: tuple[Webhook, ...]


class HmacScheme(msgspec.Struct, frozen=True):
    """HMAC-SHA256 of the body in `header`, hex or base64, after an optional prefix such as `sha256=`.

    With a `timestamp_header` (seconds since 1970) the signed text is `timestamp.body` and stale calls are refused.
    """

    secrets: tuple[Secret, ...]
    header: str
    prefix: str
    encoding: str
    timestamp_header: str


Scheme = StandardScheme | HmacScheme


class HmacSettings(msgspec.Struct, frozen=True):
    """The settings of a partner with `auth = "hmac"`."""

    signature_header: str = "x-signature"
    signature_prefix: str = ""
    signature_encoding: str = "hex"
    timestamp_header: str = ""


# Setting `auth` to how that sender signs.
KNOWN: Mapping[str, HmacSettings] = {
    "shopify": HmacSettings("x-shopify-hmac-sha256", signature_encoding="base64"),
    "woocommerce": HmacSettings("x-wc-webhook-signature", signature_encoding="base64"),
    "easypost": HmacSettings("x-hmac-signature", "hmac-sha256-hex="),
}
API_KEY, STANDARD, HMAC = "api_key", "standard_webhooks", "hmac"


def scheme_of(partner: Partner, secrets: tuple[Secret, ...]) -> Scheme | None:
    """The scheme of the partner's setting `auth`; `None` for `api_key`, the default.

    Raises:
        Permanent: the setting is unknown, or the scheme has no usable secret; the steward must mend the project.
    """
    auth = partner.settings.get("auth", API_KEY)
    if auth == API_KEY:
        return None
    if auth not in (STANDARD, HMAC, *KNOWN):
        able = ", ".join((API_KEY, STANDARD, HMAC, *KNOWN))
        raise Permanent(f'partner {partner.id}: auth = "{auth}" is unknown; use one of {able}')
    if not 1 <= len(secrets) <= SECRETS_MAX or not all(secret.reveal() for secret in secrets):
        raise Permanent(f"partner {partner.id}: auth = {auth} needs one secret, or two while rotating")
    return _standard(partner, secrets) if auth == STANDARD else _plain(partner, secrets, KNOWN.get(str(auth)))


def verify(scheme: Scheme, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Accept the call or say why not.

    Args:
        headers: names in lower case.

    Raises:
        Rejected: unsigned, not signed with a secret of ours, or outside the tolerance of 300 s; `where` is the header.
    """
    if isinstance(scheme, StandardScheme):
        _verify_standard(scheme, headers, body, now)
    else:
        _verify_plain(scheme, headers, body, now)


def _standard(partner: Partner, secrets: tuple[Secret, ...]) -> StandardScheme:
    try:
        return StandardScheme(tuple(Webhook(secret.reveal()) for secret in secrets))
    except (binascii.Error, EmptyWebhookSecretError, ValueError) as error:
        raise Permanent(f"partner {partner.id}: a webhook secret is base64 after whsec_; set it again") from error


def _plain(partner: Partner, secrets: tuple[Secret, ...], known: HmacSettings | None) -> HmacScheme:
    fields = {name: partner.settings[name] for name in HmacSettings.__struct_fields__ if name in partner.settings}
    try:
        chosen = known or msgspec.convert(fields, HmacSettings)
    except msgspec.ValidationError as error:
        raise Permanent(f"partner {partner.id}: {error}") from error
    if chosen.signature_encoding not in ("hex", "base64"):
        raise Permanent(f"partner {partner.id}: signature_encoding is hex or base64, not {chosen.signature_encoding}")
    return HmacScheme(
        secrets,
        chosen.signature_header.lower(),
        chosen.signature_prefix,
        chosen.signature_encoding,
        chosen.timestamp_header.lower(),
    )


def _verify_standard(scheme: StandardScheme, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    message_id = _header(headers, STANDARD_ID)
    stamp = _header(headers, STANDARD_TIME)
    given = _header(headers, STANDARD_SIGNATURE)
    sent = _fresh(stamp, STANDARD_TIME, now)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Rejected("a Standard Webhooks body is UTF-8 text, this one is not", where="body") from error
    # The own verify() of the library reads the system clock and raises bare errors on malformed headers.
    expected = [webhook.sign(message_id, sent, text).encode() for webhook in scheme.webhooks]
    offered = [one.encode("utf-8", "replace") for one in given.split(" ")[:SIGNATURES_MAX]]
    if not any(hmac.compare_digest(one, two) for one in expected for two in offered):
        raise Rejected("no signature matches: sign id.timestamp.body with the agreed secret", where=STANDARD_SIGNATURE)


def _verify_plain(scheme: HmacScheme, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    given = _header(headers, scheme.header)
    signed = body
    if scheme.timestamp_header:
        stamp = _header(headers, scheme.timestamp_header)
        _fresh(stamp, scheme.timestamp_header, now)
        signed = stamp.encode("ascii") + b"." + body
    offered = given.removeprefix(scheme.prefix).encode("utf-8", "replace")
    if scheme.encoding == "hex":
        offered = offered.lower()
    if not any(hmac.compare_digest(_hmac(secret, signed, scheme.encoding), offered) for secret in scheme.secrets):
        raise Rejected("the signature does not match: sign the raw body with the agreed secret", where=scheme.header)


def _hmac(secret: Secret, signed: bytes, encoding: str) -> bytes:
    mac = hmac.new(secret.reveal().encode(), signed, hashlib.sha256).digest()
    return mac.hex().encode() if encoding == "hex" else base64.b64encode(mac)


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if not value:
        raise Rejected(f"the call is not signed: send the header {name}", where=name)
    return value


def _fresh(stamp: str, header: str, now: datetime) -> datetime:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 11):
        raise Rejected("the timestamp is not whole seconds since 1970", where=header)
    sent = datetime.fromtimestamp(int(stamp), UTC)
    age_s = (now - sent).total_seconds()
    if abs(age_s) > TOLERANCE_S:
        side = "old" if age_s > 0 else "far in the future"
        raise Rejected(f"the signature is too {side}: sign again, and set the sender's clock", where=header)
    return sent
