"""Settings of a partner that speaks this dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True):
    """`base_url` is `https://<shop>.myshopify.com/admin/api/<version>`; `auth = "shopify"` has our door check the
    webhooks' signature. `notify_customer` has the shop mail its customer when goods leave; `tracking_url` is what the
    customer may follow, with `{shipment}` where our number of the shipment belongs. With `items = "variant"` an item
    without SKU goes by the shop's number of its variant; else such an order is refused."""

    base_url: str = ""
    auth: str = "api_key"
    notify_customer: bool = False
    tracking_url: str = ""
    items: Literal["sku", "variant"] = "sku"


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("shopify", Config, settings)
