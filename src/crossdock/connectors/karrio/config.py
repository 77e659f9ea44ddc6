"""Settings of a Karrio gateway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True):
    """How one gateway is spoken to.

    `base_url` is the server's address; the secret `token` is an API key. `account` is the carrier connection labels are
    bought with (its `carrier_id`), `service` the service of it, `scac` what that carrier is called here. `parcel_kg` is
    what a parcel weighs whose tender does not say. `poll_s` are the seconds between two looks at its shipments; 0: its
    webhooks are all we hear. Other settings are our doors' own.
    """

    base_url: str = ""
    auth: str = "api_key"
    account: str = ""
    service: str = ""
    scac: str = ""
    parcel_kg: Annotated[float, msgspec.Meta(gt=0, le=10_000)] = 1.0
    poll_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 30.0


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("karrio", Config, settings)
