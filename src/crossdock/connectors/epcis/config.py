"""Settings of a partner that speaks this dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True):
    """`receives_at` says where this partner receives goods: `consignee` (receiving and unloading are the delivery) or
    `hub` (a stop on the way). `auth` and how it signs are read by our door. Keys nobody knows are told by `check`."""

    receives_at: Literal["consignee", "hub"] = "consignee"
    auth: str = "api_key"


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("epcis", Config, settings)
