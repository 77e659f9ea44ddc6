"""The operations of `validations` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Validations(Calls):
    """Calls of `validations`."""

    def validate_fact(
        self,
        *,
        body: models.Envelope,
        idempotency_key: Union[str, None] = None,
    ) -> models.Verdict:
        """Check a canonical fact against the contract without handing it in (I-28)."""
        path = path_of("/v1/validations", {})
        query: dict[str, Any] = {}
        return cast("models.Verdict", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))
