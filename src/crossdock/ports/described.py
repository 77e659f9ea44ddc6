"""What headers say of a body, carried on as parameters of its content type.

Some senders say in headers what the body is: the topic of a shop's webhook, the attributes of a CloudEvent in binary
mode. A message is kept, queued and read again by its bytes and content type, so that is where those words go:
`application/json; ce-type="com.acme.parcel"; ce-id="7"` (parameters of RFC 9110 §5.6.6).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

TOPICS = frozenset({"x-shopify-topic", "x-wc-webhook-topic", "x-wc-webhook-resource"})
CLOUD_EVENT = "ce-"
VALUE_CHARS_MAX = 1_000
PARAMETERS_MAX = 40
CHARS_MAX = 8_000
_PARAMETER = re.compile(r';\s*([a-z0-9-]+)\s*=\s*(?:"([^"]*)"|([^\s;"]*))', re.IGNORECASE)


def described(content_type: str, headers: Mapping[str, str]) -> str:
    """The content type with what the headers say of the body; unchanged when they say nothing.

    Args:
        headers: names in lower case. Values are kept percent-encoded, so that no value can end its own quotes; one that
            is longer than 1,000 characters is left out, and so is all beyond 40 of them.
    """
    said = [name for name in headers if name in TOPICS or name.startswith(CLOUD_EVENT)]
    told = content_type
    for name in sorted(said)[:PARAMETERS_MAX]:
        value = quote(headers[name], safe=" /:.+,@#*()=?&%-_~", errors="replace")
        if len(value) <= VALUE_CHARS_MAX and len(told) + len(value) <= CHARS_MAX:
            told += f'; {name}="{value}"'
    return told


def media_type(content_type: str) -> str:
    """The media type alone, in lower case: `application/json`."""
    return content_type.partition(";")[0].strip().lower()


def said_of(content_type: str) -> dict[str, str]:
    """The parameters by name in lower case, what `described` added among them. Percent signs are decoded as the HTTP
    binding of CloudEvents wants it."""
    return {
        found[1].lower(): unquote(found[2] if found[2] is not None else found[3])
        for found in _PARAMETER.finditer(content_type[: CHARS_MAX * 2])
    }
