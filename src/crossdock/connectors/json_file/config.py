"""Settings of a partner that sends and takes JSON of its own; keys of the transport stand beside these."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from crossdock.formats.json_text.writer import JsonShape
from crossdock.mediation.pointing import nodes_at, text_at
from crossdock.ports.settings import read_settings


class Config(msgspec.Struct, frozen=True):
    """One partner's JSON. Paths are those of maps.

    Attributes:
        records: where the documents stand in a message (`orders`, `data/items`); without it the message is one, or
            each element of an array is.
        kind: what all documents are called, the `document` of the maps that read them.
        kind_at: where each document says what it is called (`.type`, `header.event`); `kind` where it says nothing.
        message_at: where each document has the sender's own id of it.
        numbers, booleans, nullable, lists: members of what we send that are written bare, as null where empty, and as
            arrays even with one element.
        words: what the partner's documents never say and its maps may ask for as `$name` (`incoterm`, `currency`).
        path: what we send is posted there, below `base_url`, where the partner has one.
    """

    records: str = ""
    kind: str = "document"
    kind_at: str = ""
    message_at: str = ""
    numbers: frozenset[str] = frozenset()
    booleans: frozenset[str] = frozenset()
    nullable: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    words: dict[str, str] = {}
    path: str = ""

    @property
    def shape(self) -> JsonShape:
        """How what we send is written."""
        return JsonShape(self.numbers, self.booleans, self.nullable, self.lists)


def read_config(settings: Mapping[str, object]) -> Config:
    """Check a partner's settings.

    Raises:
        Permanent: a value of the wrong type, or no path; the steward must mend the partner file.
    """
    config = read_settings("json_file", Config, settings)
    for path in filter(None, (config.kind_at, config.message_at)):
        text_at("json", path)
    if config.records:
        nodes_at("json", config.records)
    return config
