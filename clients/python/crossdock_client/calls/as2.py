"""The operations of `as2` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class As2(Calls):
    """Calls of `as2`."""

    def receive_as2(
        self,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> bytes:
        """Take an AS2 message or receipt (RFC 4130); the sender proves itself by its signature, as was agreed."""
        path = path_of("/v1/as2", {})
        query: dict[str, Any] = {}
        return self._transport.raw("POST", path, query=query, idempotency_key=idempotency_key)
