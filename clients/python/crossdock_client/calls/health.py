"""The operations of `health` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Health(Calls):
    """Calls of `health`."""

    def read_liveness(
        self,
    ) -> models.Health:
        """The process answers."""
        path = path_of("/v1/health/live", {})
        query: dict[str, Any] = {}
        return cast("models.Health", self._transport.call("GET", path, query=query))

    def read_readiness(
        self,
    ) -> models.Health:
        """The hub can take messages."""
        path = path_of("/v1/health/ready", {})
        query: dict[str, Any] = {}
        return cast("models.Health", self._transport.call("GET", path, query=query))
