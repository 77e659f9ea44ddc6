"""The operations of `references` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class References(Calls):
    """Calls of `references`."""

    def look_up(
        self,
        scheme: str,
        identifier: str,
        *,
        scope: Union[str, None] = None,
    ) -> list[models.OwnerView]:
        """What an identifier leads to, and every other identifier of the same thing."""
        path = path_of("/v1/references/{scheme}/{identifier}", {"scheme": scheme, "identifier": identifier})
        query: dict[str, Any] = {"scope": scope}
        return cast("list[models.OwnerView]", self._transport.call("GET", path, query=query))
