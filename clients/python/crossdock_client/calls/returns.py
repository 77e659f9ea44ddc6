"""The operations of `returns` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Returns(Calls):
    """Calls of `returns`."""

    def initiate_return(
        self,
        *,
        body: models.ReturnRequestedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Ask for goods to be taken back, as the portal or a channel (I-33)."""
        path = path_of("/v1/returns", {})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def receive_return(
        self,
        number: str,
        *,
        body: models.ReturnReceivedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """State that returned goods came in, as the warehouse."""
        path = path_of("/v1/returns/{number}/receipts", {"number": number})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))
