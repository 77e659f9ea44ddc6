"""The operations of `systems` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Systems(Calls):
    """Calls of `systems`."""

    def list_systems(
        self,
    ) -> list[models.System]:
        """Every connected system."""
        path = path_of("/v1/systems", {})
        query: dict[str, Any] = {}
        return cast("list[models.System]", self._transport.call("GET", path, query=query))

    def read_system(
        self,
        system: str,
    ) -> models.System:
        """One connected system."""
        path = path_of("/v1/systems/{system}", {"system": system})
        query: dict[str, Any] = {}
        return cast("models.System", self._transport.call("GET", path, query=query))

    def list_commands(
        self,
        system: str,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_CommandView_:
        """What a connected system is being asked to do."""
        path = path_of("/v1/systems/{system}/commands", {"system": system})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_CommandView_", self._transport.call("GET", path, query=query))
