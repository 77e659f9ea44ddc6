"""Settings of a partner that speaks this dialect."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True):
    """It has none of its own: `auth` and how it signs are read by our door. Keys nobody knows are told by `check`."""

    auth: str = "api_key"


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("shippo", Config, settings)
