"""The operations of `events` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Events(Calls):
    """Calls of `events`."""

    def list_events(
        self,
        *,
        type: Union[str, None] = None,
        partner: Union[str, None] = None,
        customer: Union[str, None] = None,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.EventPage:
        """Events in the order they were committed, as CloudEvents; go on from `next`, now or later."""
        path = path_of("/v1/events", {})
        query: dict[str, Any] = {"type": type, "partner": partner, "customer": customer, "cursor": cursor, "limit": limit}
        return cast("models.EventPage", self._transport.call("GET", path, query=query))

    def stream_events(
        self,
        *,
        type: Union[str, None] = None,
        partner: Union[str, None] = None,
        customer: Union[str, None] = None,
    ) -> Iterator[ServerEvent]:
        """Events as they are committed (server-sent events); `Last-Event-ID` goes on where a stream broke off."""
        path = path_of("/v1/events/stream", {})
        query: dict[str, Any] = {"type": type, "partner": partner, "customer": customer}
        return self._transport.stream(path, query)
