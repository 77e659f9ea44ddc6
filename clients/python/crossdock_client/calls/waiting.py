"""The operations of `waiting` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Waiting(Calls):
    """Calls of `waiting`."""

    def list_waiting(
        self,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_WaitingView_:
        """Facts no dossier is known for yet, each with what will release it."""
        path = path_of("/v1/waiting", {})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_WaitingView_", self._transport.call("GET", path, query=query))
