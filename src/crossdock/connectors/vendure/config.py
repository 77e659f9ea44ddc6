"""Settings of a Vendure shop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True):
    """How one shop is spoken to.

    `base_url` ends with the path of its Admin API; the secret `token` is an API key. `channel_token` names the channel
    where the shop has several. `poll_s` are the seconds between two looks at its orders; 0: it is not asked, orders are
    posted to us as its Admin API answers them. `paid` says what counts as paid: money received, or also money a
    provider guarantees. `digits` are the decimal places its amounts are written without. `handler` is the code of the
    fulfilment handler we use. Other settings are our doors' own.
    """

    base_url: str = ""
    auth: str = "api_key"
    channel_token: str = ""
    poll_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 30.0
    paid: Literal["settled", "authorized"] = "settled"
    digits: Annotated[int, msgspec.Meta(ge=0, le=6)] = 2
    handler: str = "manual-fulfillment"


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("vendure", Config, settings)
