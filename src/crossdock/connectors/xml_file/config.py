"""Settings of a partner that sends and takes XML of its own; keys of the transport stand beside these."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from crossdock.formats.xml.namespaces import NAMESPACES
from crossdock.mediation.pointing import nodes_at, text_at
from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True):
    """One partner's XML. Paths are those of maps.

    Attributes:
        namespaces: the prefix a namespace has in maps, whatever prefix the sender writes, and the one it is written
            with: `{ a = "urn:acme:orders" }`. The prefix of the empty name is the namespace of names without one.
        records: where the documents stand in a message (`Orders/Order`); without it the whole message is one. What it
            is called is the name of its element without a prefix.
        message_at: where each document has the sender's own id of it.
        words: what the partner's documents never say and its maps may ask for as `$name` (`incoterm`, `currency`).
        path: what we send is posted there, below `base_url`, where the partner has one.
    """

    namespaces: dict[str, str] = {}
    records: str = ""
    message_at: str = ""
    words: dict[str, str] = {}
    path: str = ""

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefix of each namespace: the partner's before those everybody has."""
        return {**NAMESPACES, **{name: prefix for prefix, name in self.namespaces.items()}}


def read_config(settings: Mapping[str, object]) -> Config:
    """Check a partner's settings.

    Raises:
        Permanent: a value of the wrong type, or no path; the steward must mend the partner file.
    """
    config = read_settings("xml_file", Config, settings)
    if config.message_at:
        text_at("xml", config.message_at)
    if config.records:
        nodes_at("xml", config.records)
    return config
