"""The operations of `metrics` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Metrics(Calls):
    """Calls of `metrics`."""

    def read_metrics(
        self,
    ) -> bytes:
        """Figures of the serving process, as Prometheus collects them."""
        path = path_of("/v1/metrics", {})
        query: dict[str, Any] = {}
        return self._transport.raw("GET", path, query=query)
