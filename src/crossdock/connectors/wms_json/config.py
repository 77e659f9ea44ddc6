"""Settings of a partner that speaks this dialect."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`base_url` is where its API begins; the transport is built with it. `auth` is read by our own door.

    `reconcile`: it offers the lists of `extracts`, which are set against our books.
    """

    base_url: str = ""
    auth: str = "api_key"
    reconcile: bool = False


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("wms_json", Config, settings)
