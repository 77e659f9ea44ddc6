"""The operations of `case-acts` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class CaseActs(Calls):
    """Calls of `case-acts`."""

    def verify_acts(
        self,
    ) -> models.ChainReport:
        """Whether every act by hand, on cases and on anything else, is as it was written."""
        path = path_of("/v1/case-acts/verification", {})
        query: dict[str, Any] = {}
        return cast("models.ChainReport", self._transport.call("GET", path, query=query))
