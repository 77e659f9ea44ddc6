"""The operations of `partners` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Partners(Calls):
    """Calls of `partners`."""

    def post_message(
        self,
        partner: str,
        *,
        body: bytes,
        mode: Union[Literal['sync', 'queued'], None] = None,
        idempotency_key: Union[str, None] = None,
    ) -> Union[models.MessageReceipt, models.Receipt]:
        """Hand in one message in the partner's own dialect, of any media type; the bytes are taken as they are."""
        path = path_of("/v1/partners/{partner}/messages", {"partner": partner})
        query: dict[str, Any] = {"mode": mode}
        return cast("Union[models.MessageReceipt, models.Receipt]", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def post_batch(
        self,
        partner: str,
        *,
        body: list[models.Envelope],
        mode: Union[Literal['sync', 'queued'], None] = None,
        idempotency_key: Union[str, None] = None,
    ) -> models.BatchReceipt:
        """Hand in up to 1,000 canonical messages, as a JSON array or NDJSON; each is its own message."""
        path = path_of("/v1/partners/{partner}/messages:batch", {"partner": partner})
        query: dict[str, Any] = {"mode": mode}
        return cast("models.BatchReceipt", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def pause_partner(
        self,
        partner: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Send nothing more to a partner until it is resumed."""
        path = path_of("/v1/partners/{partner}/pause", {"partner": partner})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))

    def resume_partner(
        self,
        partner: str,
        *,
        body: models.Reasoned,
        idempotency_key: Union[str, None] = None,
    ) -> models.Done:
        """Send to a partner again."""
        path = path_of("/v1/partners/{partner}/resume", {"partner": partner})
        query: dict[str, Any] = {}
        return cast("models.Done", self._transport.call("POST", path, query=query, body=body, idempotency_key=idempotency_key))
