"""The veil before the API: JSON to a caller without `personal:read` is masked, everything else goes as it is."""

from __future__ import annotations

import json
from typing import cast

import pytest
from litestar.types import Message

from crossdock.app.access import Scope
from crossdock.app.masking import MASK
from crossdock.web.api.gate import Caller
from crossdock.web.api.pace import Pace
from crossdock.web.api.veil import Veil

SAID = b'{"payload": {"receiver": "Mia", "task": "T1"}}'


async def shown(
    *scopes: Scope, media: bytes = b"application/json", parts: tuple[bytes, ...] = (SAID,)
) -> list[Message]:
    """What a caller with these scopes is sent."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    veil = Veil(send, {"caller": Caller("k", "", frozenset(scopes), Pace(), 0.0)})
    start = {
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"content-type", media), (b"content-length", b"9")],
    }
    await veil.send(cast("Message", start))
    for number, part in enumerate(parts, 1):
        await veil.send({"type": "http.response.body", "body": part, "more_body": number < len(parts)})
    return sent


def body_of(sent: list[Message]) -> bytes:
    return b"".join(one["body"] for one in sent if one["type"] == "http.response.body")


@pytest.mark.parametrize(
    "media", [b"application/json", b"application/ld+json", b"application/problem+json; charset=utf-8"]
)
async def test_json_in_any_number_of_parts_is_masked_and_its_length_is_right(media: bytes) -> None:
    for parts in ((SAID,), (SAID[:9], SAID[9:], b"")):
        sent = await shown(Scope.ORDERS_READ, media=media, parts=parts)
        assert json.loads(body_of(sent)) == {"payload": {"receiver": MASK, "task": "T1"}}
        start = cast("dict[str, list[tuple[bytes, bytes]]]", sent[0])
        assert dict(start["headers"])[b"content-length"] == b"%d" % len(body_of(sent))


async def test_with_the_scope_and_of_other_media_nothing_is_touched() -> None:
    assert body_of(await shown(Scope.PERSONAL_READ)) == SAID
    assert body_of(await shown(Scope.ORDERS_READ, media=b"text/event-stream")) == SAID
    assert body_of(await shown(Scope.ORDERS_READ, parts=(b"",))) == b""
