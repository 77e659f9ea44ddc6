"""The operations of `problems` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Problems(Calls):
    """Calls of `problems`."""

    def explain_problem(
        self,
        slug: str,
    ) -> bytes:
        """What a problem type means and what to do about it."""
        path = path_of("/v1/problems/{slug}", {"slug": slug})
        query: dict[str, Any] = {}
        return self._transport.raw("GET", path, query=query)
