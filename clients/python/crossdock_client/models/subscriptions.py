"""What `subscriptions` alone of the Crossdock API takes and gives, as typed dictionaries."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from typing import Any, Literal, NotRequired, Required, TypedDict, Union

EventState = Literal['delivered', 'given_up', 'open']
Attempt = TypedDict("Attempt", {
    "at": Required[str],
    "attempt": Required[int],
    "detail": Required[str],
    "ms": Required[int],
    "status": Required[int],
})
EventLine = TypedDict("EventLine", {
    "attempts": Required[int],
    "created": Required[str],
    "detail": Required[str],
    "due": NotRequired[Union[str, None]],
    "ended": NotRequired[Union[str, None]],
    "event": Required[str],
    "number": Required[int],
    "state": Required["EventState"],
    "subject": Required[str],
    "type": Required[str],
})
Made = TypedDict("Made", {
    "secret": Required[str],
    "subscription": Required["SubscriptionView"],
})
Notice = TypedDict("Notice", {
    "at": Required[str],
    "detail": Required[str],
    "kind": Required[str],
    "number": Required[int],
})
Page_EventLine_ = TypedDict("Page_EventLine_", {
    "items": Required[list["EventLine"]],
    "next": NotRequired[str],
})
Page_Notice_ = TypedDict("Page_Notice_", {
    "items": Required[list["Notice"]],
    "next": NotRequired[str],
})
Page_SubscriptionView_ = TypedDict("Page_SubscriptionView_", {
    "items": Required[list["SubscriptionView"]],
    "next": NotRequired[str],
})
ReplayWish = TypedDict("ReplayWish", {
    "event": NotRequired[str],
    "since": NotRequired[Union[str, None]],
})
Replayed = TypedDict("Replayed", {
    "events": Required[int],
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

__all__ = ['Attempt', 'EventLine', 'EventState', 'Made', 'Notice', 'Page_EventLine_', 'Page_Notice_', 'Page_SubscriptionView_', 'ReplayWish', 'Replayed', 'SubscriptionView', 'Wish']
