"""The operations of `quarantine` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Quarantine(Calls):
    """Calls of `quarantine`."""

    def list_quarantine(
        self,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_QuarantineView_:
        """Facts that could not be used, each with the reason and what it keeps behind it."""
        path = path_of("/v1/quarantine", {})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_QuarantineView_", self._transport.call("GET", path, query=query))

    def detach_quarantine(
        self,
        quarantine_id: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Let the lane of a fact in quarantine flow again without it; the fact stays there by itself."""
        path = path_of("/v1/quarantine/{quarantine_id}/detach", {"quarantine_id": quarantine_id})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def mend_quarantine(
        self,
        quarantine_id: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Take a corrected copy in the place of a fact in quarantine; the original stays kept."""
        path = path_of("/v1/quarantine/{quarantine_id}/mend", {"quarantine_id": quarantine_id})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def release_quarantine(
        self,
        quarantine_id: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Try a fact in quarantine again, and after it what waits behind it."""
        path = path_of("/v1/quarantine/{quarantine_id}/release", {"quarantine_id": quarantine_id})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def skip_quarantine(
        self,
        quarantine_id: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Give a fact in quarantine up for good; what waits behind it goes on."""
        path = path_of("/v1/quarantine/{quarantine_id}/skip", {"quarantine_id": quarantine_id})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))
