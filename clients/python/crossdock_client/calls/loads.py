"""The operations of `loads` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Loads(Calls):
    """Calls of `loads`."""

    def build_load(
        self,
        *,
        body: models.LoadBuiltStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Tell of a load: a vehicle movement with its shipments and stops."""
        path = path_of("/v1/loads", {})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))
