"""The operations of `deliveries` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Deliveries(Calls):
    """Calls of `deliveries`."""

    def list_deliveries(
        self,
        *,
        partner: Union[str, None] = None,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_CommandView_:
        """Commands on their way, to one partner or to all."""
        path = path_of("/v1/deliveries", {})
        query: dict[str, Any] = {"partner": partner, "cursor": cursor, "limit": limit}
        return cast("models.Page_CommandView_", self._transport.call("GET", path, query=query))

    def retry_delivery(
        self,
        delivery: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Send a parked or refused command again, under the same idempotency key."""
        path = path_of("/v1/deliveries/{delivery}/retry", {"delivery": delivery})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def skip_delivery(
        self,
        delivery: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Give a parked command up for good; what waits behind it goes on."""
        path = path_of("/v1/deliveries/{delivery}/skip", {"delivery": delivery})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))
