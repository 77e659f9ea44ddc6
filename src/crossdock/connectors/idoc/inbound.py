"""IDocs from a partner to canonical facts, by maps. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crossdock.connectors.idoc.codes import family, number
from crossdock.connectors.idoc.config import Config, read_config
from crossdock.formats.fields import named
from crossdock.formats.idoc.flat import FlatIdoc, read_idoc_flat
from crossdock.formats.idoc.layouts import CONTROL
from crossdock.formats.idoc.xml_form import XmlIdoc, read_idoc_xml
from crossdock.formats.reading import Reading
from crossdock.formats.sniff import sniff
from crossdock.kernel.tree import Node
from crossdock.mediation.files import FileDecoder
from crossdock.mediation.library import Library
from crossdock.mediation.pieces import Piece
from crossdock.ports.connector import IntakeContext

Idoc = FlatIdoc | XmlIdoc
XML = ("xml", "idoc-xml")
# Words of the control record that maps ask for.
WORDS = {"message": "MESTYP", "variant": "MESCOD", "function": "MESFCT", "sender": "SNDPRN"}


def decoder(library: Library) -> FileDecoder[Idoc, Config]:
    """The decoder with the maps of an installation."""
    return FileDecoder("idoc", library, read_config, read, split, numbered=True)


def read(body: bytes, config: Config) -> Reading[Idoc]:
    """The IDocs of a message, in whichever form they are."""
    is_xml = sniff(body).syntax in XML
    found = read_idoc_xml(body) if is_xml else read_idoc_flat(body, config.charset, config.own_segments())
    return Reading(list(found.documents), found.faults)


def split(document: Idoc, config: Config, context: IntakeContext) -> Sequence[Piece]:
    """One IDoc, under the name its maps have."""
    control = next((child for child in document.root.children if child.name == CONTROL), Node(CONTROL, {}, 0))
    identity = number(named(control, "DOCNUM"))
    sender = named(control, "SNDPRN")
    message_id = "/".join(filter(None, (sender, identity))) if identity else ""
    words: Mapping[str, str] = {name: value for name, field in WORDS.items() if (value := named(control, field))}
    kind = family(document.kind)
    return [Piece(document, document.root, kind, document.version, message_id, values={**config.words, **words})]
