"""The operations of `items` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Items(Calls):
    """Calls of `items`."""

    def update_item(
        self,
        number: str,
        *,
        body: models.MasterUpdatedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Tell of a changed item, for those who keep it too."""
        path = path_of("/v1/items/{number}/changes", {"number": number})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))
