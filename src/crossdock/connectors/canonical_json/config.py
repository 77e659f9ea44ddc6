"""Settings of a partner that speaks our own language."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`auth` is read by the door: `api_key`, `standard_webhooks` or `hmac`."""

    auth: str = "api_key"


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("canonical_json", Config, settings)
