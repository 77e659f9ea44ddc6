"""What `why` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

from crossdock_client.models.shared import Disposition

Answer = TypedDict("Answer", {
    "claims": Required[list["Claim"]],
    "field": Required[str],
    "ident": Required[str],
    "policy": Required[str],
    "reasons": Required[list["Reason"]],
    "value": Required[dict[str, Any]],
})
Claim = TypedDict("Claim", {
    "disposition": Required["Disposition"],
    "reason": Required[str],
    "said": Required["Said"],
})
Reason = TypedDict("Reason", {
    "changes": Required[list["WhyChange"]],
    "concluded": NotRequired[str],
    "guard": Required[str],
    "led_to": NotRequired[list[str]],
    "machine": Required[str],
    "policy": Required[str],
    "refused": NotRequired[list["Refused"]],
    "rule": Required[str],
    "said": Required["Said"],
    "scope": Required[str],
})
Refused = TypedDict("Refused", {
    "because": Required[str],
    "row": Required[str],
    "target": Required[str],
})
Said = TypedDict("Said", {
    "by": Required[str],
    "event": Required[str],
    "message": NotRequired[str],
    "occurred": Required[str],
    "type": Required[str],
})
WhyChange = TypedDict("WhyChange", {
    "after": Required[Any],
    "before": Required[Any],
    "field": Required[str],
})

__all__ = ['Answer', 'Claim', 'Reason', 'Refused', 'Said', 'WhyChange']
