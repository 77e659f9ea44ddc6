"""The operations of `openapi.json` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class OpenapiJson(Calls):
    """Calls of `openapi.json`."""

    def read(
        self,
    ) -> bytes:
        """The full description of this API (OpenAPI 3.1)."""
        path = path_of("/v1/openapi.json", {})
        query: dict[str, Any] = {}
        return self._transport.raw("GET", path, query=query)
