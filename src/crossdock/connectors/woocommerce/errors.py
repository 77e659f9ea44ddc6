"""How WooCommerce words a no: `{"code": "woocommerce_rest_…", "message": "…"}`; and its id of what it changed."""

from __future__ import annotations

import msgspec

from crossdock.ports.json_calls import Told


class _Answer(msgspec.Struct, frozen=True):
    id: int | str = ""
    code: str = ""
    message: str = ""


_answers = msgspec.json.Decoder(_Answer)


def explain(body: bytes) -> Told:
    """Its id of the order, or its reason; a page that is no JSON tells nothing."""
    try:
        answer = _answers.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Told()
    detail = f"{answer.code}: {answer.message}" if answer.code else ""
    return Told(str(answer.id), detail)
