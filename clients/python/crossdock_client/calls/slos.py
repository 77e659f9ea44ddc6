"""The operations of `slos` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Slos(Calls):
    """Calls of `slos`."""

    def read_slos(
        self,
    ) -> list[models.Budget]:
        """Every objective over its window, as far as the schedule role has counted."""
        path = path_of("/v1/slos", {})
        query: dict[str, Any] = {}
        return cast("list[models.Budget]", self._transport.call("GET", path, query=query))
