"""Canonical commands to XML, by the partner's own maps. Pure: the same command always gives the same bytes."""

from __future__ import annotations

from crossdock.connectors.xml_file.codes import SUFFIX
from crossdock.connectors.xml_file.config import Config
from crossdock.formats.xml.writer import write_xml
from crossdock.mediation.drafting import File, draft, file_name
from crossdock.mediation.library import MapBook
from crossdock.mediation.posting import Compose
from crossdock.ports.connector import IntakeContext, Outbound


def composer(partner: IntakeContext, book: MapBook, config: Config) -> Compose:
    """Writes commands for one partner: the kind of the map's document is the root element, its nodes stand under it."""

    def compose(command: Outbound, number: int) -> File:
        made = draft(command, book, partner, config.words)
        return File(file_name(made.kind, command, SUFFIX), write_xml(made.root, config.namespaces))

    return compose
