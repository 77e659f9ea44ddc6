"""The operations of `messages` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Messages(Calls):
    """Calls of `messages`."""

    def read_message(
        self,
        message: str,
    ) -> models.MessageView:
        """A kept message with its bytes and findings: one's own, or any with `operations:read`; and `personal:read`."""
        path = path_of("/v1/messages/{message}", {"message": message})
        query: dict[str, Any] = {}
        return cast("models.MessageView", self._transport.call("GET", path, query=query))
