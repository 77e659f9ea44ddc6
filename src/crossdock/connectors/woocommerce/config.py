"""Settings of a partner that speaks this dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True):
    """`base_url` is `https://<shop>/wp-json/wc/v3`; `auth = "woocommerce"` has our door check the webhooks' signature.
    With `complete` an order whose goods have all left is set to completed, which has the shop mail its customer.
    `currency` is the shop's, for refunds, which name none. With `items = "product"` an item without SKU goes by the
    shop's number of it, `93` or `93-7` with its variation; else such an order is refused."""

    base_url: str = ""
    auth: str = "api_key"
    complete: bool = True
    currency: str = ""
    items: Literal["sku", "product"] = "sku"


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("woocommerce", Config, settings)
