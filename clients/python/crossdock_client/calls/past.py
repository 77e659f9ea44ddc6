"""The operations of `past` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Past(Calls):
    """Calls of `past`."""

    def list_past(
        self,
        *,
        as_known: Union[str, None] = None,
        as_true: Union[str, None] = None,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_Past_:
        """Orders as they were at an instant, newest first; at most 50 are folded for a page."""
        path = path_of("/v1/past/orders", {})
        query: dict[str, Any] = {"as_known": as_known, "as_true": as_true, "cursor": cursor, "limit": limit}
        return cast("models.Page_Past_", self._transport.call("GET", path, query=query))

    def read_past(
        self,
        order_no: str,
        *,
        as_known: Union[str, None] = None,
        as_true: Union[str, None] = None,
    ) -> models.Past:
        """An order as it was known, or as it truly was, at an instant."""
        path = path_of("/v1/past/orders/{order_no}", {"order_no": order_no})
        query: dict[str, Any] = {"as_known": as_known, "as_true": as_true}
        return cast("models.Past", self._transport.call("GET", path, query=query))
