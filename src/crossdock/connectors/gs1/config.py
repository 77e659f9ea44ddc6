"""Settings of a partner that sends and takes GS1 XML; keys of the transport stand beside these."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True):
    """One partner's GS1 XML.

    Attributes:
        us, partner: our GLN and the partner's, in the header of what we send.
        words: what the partner's documents never say and maps may ask for as `$name`: `site` (our id of the warehouse),
            `currency`, `incoterm`, `carrier`.
        path: what we send is posted there, below `base_url`, where the partner has one.
        strict: a document that breaks its standard's own structure is refused; else it is used and told.
    """

    us: str = ""
    partner: str = ""
    words: dict[str, str] = {}
    path: str = ""
    strict: bool = False


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("gs1", Config, settings)
