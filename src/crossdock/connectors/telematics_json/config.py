"""Settings of a partner that speaks this dialect."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from crossdock.canonical.milestones import Milestone
from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`event_codes` are the partner's own codes over those of the dialect; `auth` is read by our own door."""

    auth: str = "api_key"
    event_codes: dict[str, Milestone] = {}


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("telematics_json", Config, settings)
