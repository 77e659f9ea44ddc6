"""What S/4HANA is asked and told, as paths and changes. Pure. Source: OData V2, SAP Business Accelerator Hub."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

import msgspec

from crossdock.ports.since import Since

ORDERS = "/API_SALES_ORDER_SRV"
DELIVERIES = "/API_OUTBOUND_DELIVERY_SRV;v=0002"
# An order of a hundred items is two hundred kilobytes here, and an answer is read up to a megabyte.
PAGE = 5
WITH_ALL = "$expand=to_Item,to_Partner/to_Address"


class Change(msgspec.Struct, frozen=True):
    """A changing call; `etag` is the version it is made upon, empty where there is none yet."""

    method: str
    path: str
    body: bytes = b""
    etag: str = ""


def literal(text: str) -> str:
    """A text in a path or a condition, with everything escaped that could leave it."""
    return quote(f"'{text.replace(chr(39), chr(39) * 2)}'", safe="")


def order(number: str) -> str:
    """An order with its items."""
    return f"{ORDERS}/A_SalesOrder({literal(number)})?$expand=to_Item"


def note(number: str, language: str, text_id: str) -> str:
    """A text of an order."""
    key = f"SalesOrder={literal(number)},Language={literal(language)},LongTextID={literal(text_id)}"
    return f"{ORDERS}/A_SalesOrderText({key})"


def delivery_items(number: str) -> str:
    """The items that deliver an order."""
    select = "$select=DeliveryDocument,DeliveryDocumentItem"
    return f"{DELIVERIES}/A_OutbDeliveryItem?$filter={quote('ReferenceSDDocument eq ')}{literal(number)}&{select}"


def deliveries(numbers: Iterable[str]) -> str:
    """These deliveries with their items."""
    condition = quote(" or ").join(f"{quote('DeliveryDocument eq ')}{literal(number)}" for number in numbers)
    return f"{DELIVERIES}/A_OutbDeliveryHeader?$filter={condition}&$expand=to_DeliveryDocumentItem"


def delivery(number: str) -> str:
    """The path of a delivery."""
    return f"{DELIVERIES}/A_OutbDeliveryHeader({literal(number)})"


def delivery_item(number: str, item: str) -> str:
    """The path of an item of a delivery."""
    key = f"DeliveryDocument={literal(number)},DeliveryDocumentItem={literal(item)}"
    return f"{DELIVERIES}/A_OutbDeliveryItem({key})"


def function(name: str, number: str) -> str:
    """A function on a delivery."""
    return f"{DELIVERIES}/{name}?DeliveryDocument={literal(number)}"


def orders_since(since: Since, *, limit: int = PAGE) -> str:
    """The next orders with all that stands in them."""
    asked = since.asked
    conditions = []
    if asked.start is not None:
        conditions.append(f"LastChangeDateTime ge datetimeoffset'{asked.start:%Y-%m-%dT%H:%M:%SZ}'")
    if asked.end is not None:
        conditions.append(f"LastChangeDateTime lt datetimeoffset'{asked.end:%Y-%m-%dT%H:%M:%SZ}'")
        conditions.append(f"SalesOrder gt '{(asked.within or '').replace(chr(39), '')}'")
    sort = "SalesOrder" if asked.end is not None else "LastChangeDateTime,SalesOrder"
    condition = f"$filter={quote(' and '.join(conditions), safe='')}&" if conditions else ""
    return f"{ORDERS}/A_SalesOrder?{condition}$orderby={sort}&$top={limit}&{WITH_ALL}"
