"""What Vendure's Admin API is asked, as GraphQL. Pure; values travel as variables, never inside the text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from crossdock.kernel.codec import encode_json
from crossdock.ports.since import Since

# An order of a hundred lines is thirty kilobytes here, and an answer is read up to a megabyte.
PAGE = 20
INSTANT = timedelta(milliseconds=1)

_ADDRESS = "fullName company streetLine1 streetLine2 city province postalCode countryCode"
ORDER = f"""
  id code type state updatedAt orderPlacedAt currencyCode totalWithTax shipping
  customer {{ id firstName lastName emailAddress phoneNumber }}
  shippingAddress {{ {_ADDRESS} }}
  billingAddress {{ {_ADDRESS} }}
  lines {{ id quantity proratedUnitPrice proratedUnitPriceWithTax productVariant {{ sku name }} }}
  surcharges {{ description price }}
  shippingLines {{ shippingMethod {{ code }} }}
  payments {{
    id state amount method transactionId createdAt
    refunds {{ id state total reason createdAt lines {{ orderLineId quantity }} }}
  }}
  fulfillments {{ id state method trackingCode }}
  modifications {{ id createdAt }}
  history(options: {{ take: 100, sort: {{ id: ASC }}, filter: {{ type: {{ eq: "ORDER_CANCELLATION" }} }} }}) {{
    items {{ id createdAt data }}
  }}
"""
ORDERS = f"query Orders($options: OrderListOptions!) {{ orders(options: $options) {{ items {{ {ORDER} }} }} }}"

_NO = "... on ErrorResult { errorCode message }"
SHIP = f"""mutation Ship($input: FulfillOrderInput!) {{
  addFulfillmentToOrder(input: $input) {{ __typename ... on Fulfillment {{ id }} {_NO} }} }}"""
MOVE = f"""mutation Move($id: ID!, $state: String!) {{
  transitionFulfillmentToState(id: $id, state: $state) {{ __typename ... on Fulfillment {{ id }}
    ... on FulfillmentStateTransitionError {{ transitionError }} {_NO} }} }}"""
CANCEL = f"""mutation Cancel($input: CancelOrderInput!) {{
  cancelOrder(input: $input) {{ __typename ... on Order {{ id }}
    ... on OrderStateTransitionError {{ transitionError }} {_NO} }} }}"""


def request(query: str, variables: Mapping[str, object]) -> bytes:
    """A question or a change as it is posted."""
    return encode_json({"query": query, "variables": variables})


def order_of(code: str) -> bytes:
    """The order of this code."""
    return request(ORDERS, {"options": {"take": 2, "filter": {"code": {"eq": code}}}})


def orders_since(since: Since, *, limit: int = PAGE) -> bytes:
    """The next orders that were placed, in the order in which they were last changed.

    Within one second they are counted off: Vendure does not compare ids.
    """
    asked = since.asked
    wanted: dict[str, object] = {"active": {"eq": False}, "orderPlacedAt": {"isNull": False}}
    options: dict[str, object] = {"take": limit, "sort": {"updatedAt": "ASC"}, "filter": wanted}
    if asked.start is not None and asked.end is not None:
        wanted["updatedAt"] = {"between": {"start": _moment(asked.start), "end": _moment(asked.end - INSTANT)}}
        options |= {"sort": {"id": "ASC"}, "skip": int(asked.within or 0)}
    elif asked.start is not None:
        # `after` does not count the instant itself.
        wanted["updatedAt"] = {"after": _moment(asked.start - INSTANT)}
    return request(ORDERS, {"options": options})


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
