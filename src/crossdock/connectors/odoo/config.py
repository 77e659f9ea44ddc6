"""Settings of an Odoo partner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from crossdock.canonical.scalars import Id
from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True):
    """How one Odoo database is spoken to.

    `base_url` is the server's address without a path, `database` and `user` whose books they are and who we are there;
    the secret `token` is that user's API key. `series` is Odoo's version. `poll_s` are the seconds between two looks at
    its sales; 0: it is not asked. `incoterm` stands in every order of this ERP. Other settings are our doors' own.
    """

    base_url: str = ""
    auth: str = "api_key"
    database: str = ""
    user: str = ""
    series: Literal["17", "18", "19"] = "18"
    poll_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 60.0
    incoterm: Id = "DAP"


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("odoo", Config, settings)
