"""Settings of a Tryton partner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from crossdock.canonical.scalars import Id
from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True):
    """How one Tryton database is spoken to.

    `base_url` ends with the database and `rest/model`; `auth` is read by our own door. `poll_s` are the seconds between
    two looks at its sales; 0: it is not asked, sales are posted to us. `incoterm` stands in every order of this ERP,
    for a sale has none. `invoices` says who posts what Tryton drafts once goods were delivered: we, or a person there.
    `zone` is where its dates are days, an IANA zone. Orders of channels are entered for `company` (Tryton's id of it,
    0: the only one our user sees), to leave from `channel_warehouse` (its code, empty: Tryton's usual one);
    `carriage_item` is the code of the product that sells carriage. Other settings are our doors' own.
    """

    base_url: str = ""
    auth: str = "api_key"
    poll_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 60.0
    incoterm: Id = "DAP"
    invoices: Literal["post", "leave"] = "post"
    zone: str = ""
    company: Annotated[int, msgspec.Meta(ge=0)] = 0
    channel_warehouse: str = ""
    carriage_item: str = ""


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("tryton", Config, settings)
