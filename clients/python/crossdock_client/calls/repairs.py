"""The operations of `repairs` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Repairs(Calls):
    """Calls of `repairs`."""

    def list_repairs(
        self,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.Page_Plan_:
        """Plans, the newest first."""
        path = path_of("/v1/repairs", {})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.Page_Plan_", self._transport.call("GET", path, query=query))

    def propose_repair(
        self,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.Plan:
        """Have a plan made; the schedule role works it out, nothing else is written."""
        path = path_of("/v1/repairs", {})
        query: dict[str, Any] = {}
        return cast("models.Plan", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def read_repair(
        self,
        plan: str,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
    ) -> models.PlanPage:
        """A plan, and what becomes of each order: fields, commands, timers, cases, money."""
        path = path_of("/v1/repairs/{plan}", {"plan": plan})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit}
        return cast("models.PlanPage", self._transport.call("GET", path, query=query))

    def apply_repair(
        self,
        plan: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.Plan:
        """Have an approved plan applied, order by order, exactly as planned."""
        path = path_of("/v1/repairs/{plan}/apply", {"plan": plan})
        query: dict[str, Any] = {}
        return cast("models.Plan", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def approve_repair(
        self,
        plan: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.Plan:
        """Approve it as it stands: another person than proposed it, with a key of their own."""
        path = path_of("/v1/repairs/{plan}/approve", {"plan": plan})
        query: dict[str, Any] = {}
        return cast("models.Plan", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))

    def withdraw_repair(
        self,
        plan: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.Plan:
        """End a plan that is not to be applied."""
        path = path_of("/v1/repairs/{plan}/withdraw", {"plan": plan})
        query: dict[str, Any] = {}
        return cast("models.Plan", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))
