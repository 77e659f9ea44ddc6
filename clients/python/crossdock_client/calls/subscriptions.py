"""The operations of `subscriptions` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Subscriptions(Calls):
    """Calls of `subscriptions`."""

    def list_subscriptions(
        self,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_SubscriptionView_:
        """One's own subscriptions; with `operations:read` everybody's."""
        path = path_of("/v1/subscriptions", {})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_SubscriptionView_", self._transport.call("GET", path, query=query))

    def create_subscription(
        self,
        *,
        body: models.Wish,
        idempotency_key: Union[str, None] = None,
    ) -> models.Made:
        """Have events sent to an address; the secret that signs them is shown this once."""
        path = path_of("/v1/subscriptions", {})
        query: dict[str, Any] = {}
        return cast("models.Made", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def delete_subscription(
        self,
        subscription: str,
    ) -> models.Done:
        """End a subscription, with its log."""
        path = path_of("/v1/subscriptions/{subscription}", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("DELETE", path, query=query))

    def read_subscription(
        self,
        subscription: str,
    ) -> models.SubscriptionView:
        """A subscription and how it stands."""
        path = path_of("/v1/subscriptions/{subscription}", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.SubscriptionView", self._transport.call("GET", path, query=query))

    def list_subscription_deliveries(
        self,
        subscription: str,
        *,
        state: Union[str, None] = None,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_EventLine_:
        """The delivery log of a month, newest first."""
        path = path_of("/v1/subscriptions/{subscription}/deliveries", {"subscription": subscription})
        query: dict[str, Any] = {"state": state, "cursor": cursor, "limit": limit}
        return cast("models.Page_EventLine_", self._transport.call("GET", path, query=query))

    def list_attempts(
        self,
        subscription: str,
        delivery: str,
    ) -> list[models.Attempt]:
        """Every attempt at one event of the log, with the status it was answered with."""
        path = path_of("/v1/subscriptions/{subscription}/deliveries/{delivery}", {"subscription": subscription, "delivery": delivery})
        query: dict[str, Any] = {}
        return cast("list[models.Attempt]", self._transport.call("GET", path, query=query))

    def list_notices(
        self,
        subscription: str,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_Notice_:
        """What the owner is told of its address: it stopped taking events, healed, is gone."""
        path = path_of("/v1/subscriptions/{subscription}/notices", {"subscription": subscription})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_Notice_", self._transport.call("GET", path, query=query))

    def pause_subscription(
        self,
        subscription: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Send nothing more; what happens meanwhile goes out after it is resumed."""
        path = path_of("/v1/subscriptions/{subscription}/pause", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def replay_events(
        self,
        subscription: str,
        *,
        body: models.ReplayWish,
        idempotency_key: Union[str, None] = None,
    ) -> models.Replayed:
        """Send one event again, or all since an instant, under the ids they had."""
        path = path_of("/v1/subscriptions/{subscription}/replays", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.Replayed", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def resume_subscription(
        self,
        subscription: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Go on from where it stands; an address that failed is probed at once."""
        path = path_of("/v1/subscriptions/{subscription}/resume", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def rotate_secret(
        self,
        subscription: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.Made:
        """A new signing secret; for a day everything is signed with the old one too."""
        path = path_of("/v1/subscriptions/{subscription}/secrets", {"subscription": subscription})
        query: dict[str, Any] = {}
        return cast("models.Made", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))
