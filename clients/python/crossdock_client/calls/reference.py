"""The operations of `reference` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Reference(Calls):
    """Calls of `reference`."""

    def read_page(
        self,
    ) -> bytes:
        """This API as a page for people."""
        path = path_of("/v1/reference", {})
        query: dict[str, Any] = {}
        return self._transport.raw("GET", path, query=query)

    def read_style(
        self,
    ) -> bytes:
        """How the page for people looks."""
        path = path_of("/v1/reference/style.css", {})
        query: dict[str, Any] = {}
        return self._transport.raw("GET", path, query=query)
