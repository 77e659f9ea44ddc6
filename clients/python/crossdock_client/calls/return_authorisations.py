"""The operations of `return-authorisations` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class ReturnAuthorisations(Calls):
    """Calls of `return-authorisations`."""

    def authorise_return(
        self,
        *,
        body: models.ReturnInitiatedStatement,
        idempotency_key: Union[str, None] = None,
    ) -> models.Receipt:
        """Authorise a return, as the ERP."""
        path = path_of("/v1/return-authorisations", {})
        query: dict[str, Any] = {}
        return cast("models.Receipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))
