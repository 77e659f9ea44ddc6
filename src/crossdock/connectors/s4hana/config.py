"""Settings of an S/4HANA partner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from crossdock.canonical.scalars import Id
from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True):
    """How one S/4HANA system is spoken to.

    `base_url` ends with `/sap/opu/odata/sap`; `user` is the communication user, the secret `token` its password, and
    `client` the SAP client where the system has several. `text_id` and `language` name the header text of an order in
    which we say what became of it. `incoterm` stands in orders that have none. `zone` is where its dates are days, an
    IANA zone. `poll_s` are the seconds between two looks at its orders; 0: it is not asked. Other settings are our
    doors' own.
    """

    base_url: str = ""
    auth: str = "api_key"
    user: str = ""
    client: Annotated[str, msgspec.Meta(pattern=r"^(\d{3})?$")] = ""
    text_id: Annotated[str, msgspec.Meta(pattern=r"^\w{1,4}$")] = "TX02"
    language: Annotated[str, msgspec.Meta(pattern="^[A-Z0-9]{2}$")] = "EN"
    poll_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 60.0
    incoterm: Id = "DAP"
    zone: str = ""


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("s4hana", Config, settings)
