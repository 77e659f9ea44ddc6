"""How Shopify words a no: `{"errors": "Not Found"}` or `{"errors": {"base": ["…"]}}`; and its id of what it did."""

from __future__ import annotations

import msgspec

from crossdock.kernel.codec import encode_json
from crossdock.ports.json_calls import Told

_answers = msgspec.json.Decoder(dict[str, msgspec.Raw])
_kinds = msgspec.json.Decoder(object)
MADE = ("fulfillment", "fulfillment_event", "metafield")


class _Made(msgspec.Struct, frozen=True):
    id: int = 0


_made = msgspec.json.Decoder(_Made)


def explain(body: bytes) -> Told:
    """Its id of the resource it made, or its reasons; a page that is no JSON tells nothing."""
    try:
        answer = _answers.decode(body)
        for name in MADE:
            if name in answer:
                return Told(str(_made.decode(answer[name]).id))
        reasons = _kinds.decode(answer["errors"]) if "errors" in answer else ""
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Told()
    return Told(detail=reasons if isinstance(reasons, str) else encode_json(reasons).decode())
