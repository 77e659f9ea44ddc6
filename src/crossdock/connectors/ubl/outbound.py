"""Canonical commands to UBL, by maps. Pure: the same command always gives the same bytes."""

from __future__ import annotations

from crossdock.connectors.ubl.codes import COMPONENTS, SUFFIX, UBL
from crossdock.connectors.ubl.config import Config
from crossdock.formats.xml.writer import write_xml
from crossdock.mediation.drafting import File, draft, file_name
from crossdock.mediation.library import MapBook
from crossdock.mediation.posting import Compose
from crossdock.ports.connector import IntakeContext, Outbound


def composer(partner: IntakeContext, book: MapBook, config: Config) -> Compose:
    """Writes commands for one partner; what the map's document is called is the root element and its namespace."""

    def compose(command: Outbound, number: int) -> File:
        made = draft(command, book, partner, config.words)
        body = write_xml(made.root, {"": f"{UBL}{made.kind}-2", **COMPONENTS})
        return File(file_name(made.kind, command, SUFFIX), body)

    return compose
