"""The operations of `reconciliations` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Reconciliations(Calls):
    """Calls of `reconciliations`."""

    def list_reconciliations(
        self,
        *,
        check: Union[str, None] = None,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_ResultRow_:
        """Results, newest first: outcome counts, and count and hash of both extracts as the proof of completeness."""
        path = path_of("/v1/reconciliations", {})
        query: dict[str, Any] = {"check": check, "cursor": cursor, "limit": limit}
        return cast("models.Page_ResultRow_", self._transport.call("GET", path, query=query))

    def ask_reconciliation(
        self,
        *,
        check: Union[str, None] = None,
        idempotency_key: Union[str, None] = None,
    ) -> models.Asked:
        """Have the scheduler run a check (all, where none is named) now instead of when it is due next."""
        path = path_of("/v1/reconciliations", {})
        query: dict[str, Any] = {"check": check}
        return cast("models.Asked", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def list_differences(
        self,
        check_id: str,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_BreakRow_:
        """What a check remembers as different, by match key: since when, in how many runs, and which case it opened."""
        path = path_of("/v1/reconciliations/{check_id}/differences", {"check_id": check_id})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_BreakRow_", self._transport.call("GET", path, query=query))
