"""Settings of a Dynamics 365 partner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from crossdock.canonical.scalars import Id
from crossdock.ports.settings import read_settings

Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z]\w*$", max_length=80)]
Service = Annotated[str, msgspec.Meta(pattern=r"^([A-Za-z]\w*/[A-Za-z]\w*)?$", max_length=160)]


class Config(msgspec.Struct, frozen=True):
    """How one environment of Dynamics 365 is spoken to.

    `base_url` is its address without a path, `company` the legal entity (`dataAreaId`) whose orders these are.
    `token_url` is the tenant's token endpoint, `client_id` the registered application; the secret `token` is that
    application's client secret. `modified_field` is the field by which the entity Sales order headers V2 was extended
    to say when an order was changed; the entity as delivered has none. `confirmed` are the processing statuses that
    make an open order an approved one; empty: each does. `posting` is the custom service that posts packing slips, as
    `group/service`; empty: there is none, and no goods issue is posted. `note_type` is the document type of our notes.
    `zone` is where its dates are days, `incoterm` stands in orders that have none. `poll_s` are the seconds between two
    looks at its orders; 0: it is not asked. Other settings are our doors' own.
    """

    base_url: str = ""
    auth: str = "api_key"
    company: str = ""
    token_url: str = ""
    client_id: str = ""
    modified_field: Name = "ModifiedDateTime"
    confirmed: tuple[str, ...] = ()
    posting: Service = ""
    note_type: Name = "Note"
    poll_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 60.0
    incoterm: Id = "DAP"
    zone: str = ""


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("dynamics365", Config, settings)
