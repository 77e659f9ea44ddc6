"""Settings of a partner that speaks this dialect."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True):
    """Which connector reads the data of an event: by its `dataschema`, else by its `type`, else `default`.

    `schemas` and `types` name connectors (`"com.acme.parcel" = "easypost"`); a name that ends with `*` holds for all
    that begin so. Types that begin with `crossdock.` carry canonical facts. `dialects` are the settings of those
    connectors.
    `auth` and how it signs are read by our door. Keys nobody knows are told by `check`.
    """

    types: dict[str, str] = {}
    schemas: dict[str, str] = {}
    default: str = ""
    dialects: dict[str, dict[str, object]] = {}
    auth: str = "api_key"


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("cloudevents", Config, settings)


def chosen(table: Mapping[str, str], name: str) -> str:
    """The connector a table names for this, exactly or by the longest beginning; empty where it names none."""
    if name in table:
        return table[name]
    begins = [key for key in table if key.endswith("*") and name.startswith(key[:-1])]
    return table[max(begins, key=len)] if name and begins else ""
