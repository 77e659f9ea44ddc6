"""The operations of `asyncapi.json` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class AsyncapiJson(Calls):
    """Calls of `asyncapi.json`."""

    def read_events(
        self,
    ) -> bytes:
        """The events partners state and subscribers get (AsyncAPI 3.0)."""
        path = path_of("/v1/asyncapi.json", {})
        query: dict[str, Any] = {}
        return self._transport.raw("GET", path, query=query)
