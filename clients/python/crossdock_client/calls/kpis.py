"""The operations of `kpis` of the Crossdock API."""

# Made from the OpenAPI document by `make docs`: change the API, not this file.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, Union, cast

from crossdock_client import models
from crossdock_client.transport import Calls, ServerEvent, path_of


class Kpis(Calls):
    """Calls of `kpis`."""

    def read_kpis(
        self,
        *,
        begin: Union[str, None] = None,
        end: Union[str, None] = None,
        board: Union[str, None] = None,
        by: Union[str, None] = None,
        as_known: Union[str, None] = None,
        as_true: Union[str, None] = None,
    ) -> list[models.KpiView]:
        """The KPIs of a window, the last day where none is named, as they are or as they were known at an instant."""
        path = path_of("/v1/kpis", {})
        query: dict[str, Any] = {"begin": begin, "end": end, "board": board, "by": by, "as_known": as_known, "as_true": as_true}
        return cast("list[models.KpiView]", self._transport.call("GET", path, query=query))
