"""The operations of `why` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Why(Calls):
    """Calls of `why`."""

    def read_reasons(
        self,
        order_no: str,
        *,
        field: Union[str, None] = None,
    ) -> models.Answer:
        """Why a field of an order is what it is: facts, rules, what was passed over, claims that did not count."""
        path = path_of("/v1/why/orders/{order_no}", {"order_no": order_no})
        query: dict[str, Any] = {"field": field}
        return cast("models.Answer", self._transport.call("GET", path, query=query))
