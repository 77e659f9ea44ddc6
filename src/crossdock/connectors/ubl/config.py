"""Settings of a partner that sends and takes UBL; keys of the transport stand beside these."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True):
    """One partner's UBL.

    Attributes:
        words: what the partner's documents never say and maps may ask for as `$name`: `incoterm`, `currency`, `site`
            (our id of the warehouse), `carrier`, `depositor` (our id with this partner), and `customization` and
            `profile` of what we send (Peppol's, where the partner wants them).
        path: what we send is posted there, below `base_url`, where the partner has one.
        strict: a document that breaks its standard's own structure is refused; else it is used and told.
    """

    words: dict[str, str] = {}
    path: str = ""
    strict: bool = False


def read_config(settings: Mapping[str, object]) -> Config:
    """A partner's settings; see `read_settings`."""
    return read_settings("ubl", Config, settings)
