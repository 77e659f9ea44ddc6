"""The operations of `cases` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Cases(Calls):
    """Calls of `cases`."""

    def list_cases(
        self,
        *,
        cursor: Union[str, None] = None,
        limit: Union[int, None] = None,
        queue: Union[str, None] = None,
        severity: Union[int, None] = None,
        state: Union[str, None] = None,
        mine: Union[str, None] = None,
        due: Union[str, None] = None,
        snoozed: Union[bool, None] = None,
    ) -> models.Page_CaseLine_:
        """The queue in the order to work it: gravest first, of those the dearest, of those the first due."""
        path = path_of("/v1/cases", {})
        query: dict[str, Any] = {"cursor": cursor, "limit": limit, "queue": queue, "severity": severity, "state": state, "mine": mine, "due": due, "snoozed": snoozed}
        return cast("models.Page_CaseLine_", self._transport.call("GET", path, query=query))

    def read_case(
        self,
        case: str,
    ) -> models.CaseDetail:
        """One case: its claims, what will close it, what may be done, and everything that was."""
        path = path_of("/v1/cases/{case}", {"case": case})
        query: dict[str, Any] = {}
        return cast("models.CaseDetail", self._transport.call("GET", path, query=query))

    def act_on_case(
        self,
        case: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> models.CaseLine:
        """Take it, assign it, wait, snooze, note, escalate, dismiss; kept with the person's name and reason."""
        path = path_of("/v1/cases/{case}/acts", {"case": case})
        query: dict[str, Any] = {}
        return cast("models.CaseLine", self._transport.call("POST", path, query=query, idempotency_key=idempotency_key))
