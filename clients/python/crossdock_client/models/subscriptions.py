"""What `subscriptions` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

Made = TypedDict("Made", {
    "secret": Required[str],
    "subscription": Required["SubscriptionView"],
})
Page_SubscriptionView_ = TypedDict("Page_SubscriptionView_", {
    "items": Required[list["SubscriptionView"]],
    "next": NotRequired[str],
})
SubscriptionView = TypedDict("SubscriptionView", {
    "created": Required[str],
    "customers": Required[list[str]],
    "detail": NotRequired[str],
    "id": Required[str],
    "label": Required[str],
    "next_probe": NotRequired[Union[str, None]],
    "owner": Required[str],
    "partners": Required[list[str]],
    "personal": NotRequired[bool],
    "state": Required[str],
    "types": Required[list[str]],
    "url": Required[str],
})
Wish = TypedDict("Wish", {
    "customers": NotRequired[list[str]],
    "label": NotRequired[str],
    "partners": NotRequired[list[str]],
    "start": NotRequired[Literal['beginning', 'now']],
    "types": NotRequired[list[str]],
    "url": Required[str],
})

__all__ = ['Made', 'Page_SubscriptionView_', 'SubscriptionView', 'Wish']
