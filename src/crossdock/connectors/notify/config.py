"""Settings of a partner that is reached by notices.

[settings]
portal = "https://orders.example.com/portal"
[settings.channels]
email = "mailto://mail.example.com:25/?from=orders@example.com&to={address}"
console = "json://console.example.com/notices"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`channels` are targets by channel; `{address}` is the contact's address and `{secret}` the secret `channel`.

    `recipients` are addresses by name for people of ours (queues). `portal` is where customers open theirs: a letter
    about an order ends with the address of its page there, empty for no such line.
    """

    channels: dict[str, str] = {}
    portal: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s?#]+)?$", max_length=200)] = ""
    recipients: dict[str, str] = {}
    auth: str = "api_key"


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("notify", Config, settings)
