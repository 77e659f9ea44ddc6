"""The operations of `soap` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Soap(Calls):
    """Calls of `soap`."""

    def describe_soap(
        self,
        partner: str,
    ) -> bytes:
        """The WSDL of the partner's SOAP service, for any query (`?wsdl`). Whose it is, is nobody else's to know."""
        path = path_of("/v1/soap/{partner}", {"partner": partner})
        query: dict[str, Any] = {}
        return self._transport.raw("GET", path, query=query)

    def submit_soap(
        self,
        partner: str,
        *,
        idempotency_key: Union[str, None] = None,
    ) -> bytes:
        """Take a SOAP envelope with a document in it (SOAP 1.1 and 1.2); answered with a SOAP reply or fault."""
        path = path_of("/v1/soap/{partner}", {"partner": partner})
        query: dict[str, Any] = {}
        return self._transport.raw("POST", path, query=query, idempotency_key=idempotency_key)
