"""Signatures of what we send, by Standard Webhooks 1.0 (standardwebhooks.com). The secret is stored nowhere.

It follows from the hub's pepper, the subscription and its generation, so a stolen database signs nothing. For a day
after a rotation every call is signed with both secrets.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from standardwebhooks import Webhook

from crossdock.app.signatures import STANDARD_ID, STANDARD_SIGNATURE, STANDARD_TIME
from crossdock.kernel.secret import Secret
from crossdock.ports.subscriptions import Subscription

OVERLAP = timedelta(hours=24)
MARK = "whsec_"
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"


def secret_of(pepper: Secret, subscription: str, generation: int) -> Secret:
    """The signing secret of a generation, as its owner is shown it once."""
    told = f"webhook|{subscription}|{generation}"
    made = hmac.new(pepper.reveal().encode(), told.encode(), hashlib.sha256).digest()
    return Secret(MARK + base64.b64encode(made).decode("ascii"))


def headers_of(
    subscription: Subscription, event: str, body: bytes, attempt: int, now: datetime, pepper: Secret
) -> dict[str, str]:
    """The headers of one attempt: the id never changes, the time and the signature are of this attempt."""
    generations = [subscription.generation]
    if subscription.generation > 1 and subscription.rotated is not None and now - subscription.rotated < OVERLAP:
        generations.append(subscription.generation - 1)
    text = body.decode("utf-8")
    secrets = [secret_of(pepper, subscription.id, generation) for generation in generations]
    signed = " ".join(Webhook(secret.reveal()).sign(event, now, text) for secret in secrets)
    return {
        "content-type": CONTENT_TYPE,
        STANDARD_ID: event,
        STANDARD_TIME: str(int(now.timestamp())),
        STANDARD_SIGNATURE: signed,
        "crossdock-attempt": str(attempt),
    }
