"""What Dynamics 365 is asked and told, as paths and bodies. Pure. Source: Microsoft Learn (OData V4, services)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from crossdock.connectors.dynamics365 import wire
from crossdock.connectors.dynamics365.config import Config
from crossdock.kernel.codec import encode_json
from crossdock.ports.json_calls import JsonCall
from crossdock.ports.since import Since

DATA = "/data"
NOTES = f"{DATA}/SalesOrderHeaderDocumentAttachmentsV2"
# Orders are asked for by tens, and their lines in one question: an answer is read up to a megabyte.
PAGE = 10
# Without it only the companies of our user's default are searched.
EVERYWHERE = "cross-company=true"


def text(value: str) -> str:
    """A text in a condition."""
    return f"'{value.replace(chr(39), chr(39) * 2)}'"


def _search(path: str, conditions: Iterable[str], fields: Iterable[str], more: str = "") -> str:
    condition = quote(" and ".join(conditions), safe="")
    return f"{path}?{EVERYWHERE}&$filter={condition}&$select={','.join(fields)}{more}"


def orders(config: Config, order_no: str) -> str:
    """The header of an order."""
    conditions = [f"dataAreaId eq {text(config.company)}", f"SalesOrderNumber eq {text(order_no)}"]
    return _search(f"{DATA}/SalesOrderHeadersV2", conditions, ("SalesOrderNumber", "SalesOrderStatus"), "&$top=2")


def lines(config: Config, order_nos: Iterable[str]) -> str:
    """The lines of these orders."""
    some = " or ".join(f"SalesOrderNumber eq {text(number)}" for number in order_nos)
    conditions = [f"dataAreaId eq {text(config.company)}", f"({some})"]
    return _search(f"{DATA}/SalesOrderLinesV2", conditions, wire.LINE_FIELDS)


def notes(config: Config, order_no: str) -> str:
    """The notes at an order."""
    conditions = [f"dataAreaId eq {text(config.company)}", f"SalesOrderNumber eq {text(order_no)}"]
    return _search(NOTES, conditions, ("Notes",))


def orders_since(config: Config, since: Since, *, limit: int = PAGE) -> str:
    """The next orders of the company that were changed."""
    asked, field = since.asked, config.modified_field
    conditions = [f"dataAreaId eq {text(config.company)}"]
    if asked.start is not None:
        conditions.append(f"{field} ge {asked.start:%Y-%m-%dT%H:%M:%SZ}")
    if asked.end is not None:
        conditions += [f"{field} lt {asked.end:%Y-%m-%dT%H:%M:%SZ}", f"SalesOrderNumber gt {text(asked.within or '')}"]
    sort = "SalesOrderNumber" if asked.end is not None else f"{field},SalesOrderNumber"
    more = f"&$orderby={sort}&$top={limit}"
    return _search(f"{DATA}/SalesOrderHeadersV2", conditions, (*wire.HEADER_FIELDS, field), more)


def service(config: Config, operation: str, request: dict[str, object]) -> JsonCall:
    """A call on the posting service: its parameters by name, of which there is one."""
    body = encode_json({"_request": {"DataAreaId": config.company, **request}})
    return JsonCall("POST", f"/api/services/{config.posting}/{operation}", body)
