"""Canonical commands to IDocs, by the partner's maps. Pure: the same command under the same number always gives the
same bytes.

The map writes the segments and, in `EDI_DC40`, what kind of message it is; whom it is from and for, its number and date
are put in here.
"""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from crossdock.connectors.idoc.codes import SUFFIXES
from crossdock.connectors.idoc.config import Config
from crossdock.formats.idoc.flat_writer import write_idoc_flat
from crossdock.formats.idoc.layouts import CONTROL, CONTROL_RECORD
from crossdock.formats.idoc.xml_form import write_idoc_xml
from crossdock.kernel.errors import Rejected
from crossdock.kernel.tree import Node
from crossdock.mediation.drafting import Draft, File, draft, file_name
from crossdock.mediation.library import MapBook
from crossdock.mediation.posting import Compose
from crossdock.ports.connector import IntakeContext, Outbound

DOCNUM_LENGTH = 16
# What SAP says of an IDoc that came from outside and is to be processed.
ALWAYS = {"TABNAM": CONTROL, "DIRECT": "2"}


def composer(partner: IntakeContext, book: MapBook, config: Config) -> Compose:
    """Writes commands for one partner; the number of the document is DOCNUM, and what an audit message names."""
    zone = ZoneInfo(partner.tz)

    def compose(command: Outbound, number: int) -> File:
        made = draft(command, book, partner, config.words)
        at = command.created.astimezone(zone)
        fields = {**ALWAYS, "DOCNUM": f"{number:0{DOCNUM_LENGTH}d}", "IDOCTYP": made.kind, **config.control}
        fields |= {"CREDAT": f"{at:%Y%m%d}", "CRETIM": f"{at:%H%M%S}"}
        root = _addressed(made, fields)
        body = write_idoc_xml([root]) if config.form == "xml" else write_idoc_flat([root], config.style())
        return File(file_name(made.kind, command, SUFFIXES[config.form], number), body, str(number))

    return compose


def _addressed(made: Draft, fields: Mapping[str, str]) -> Node:
    """The map's IDoc with its whole control record; fields stand in the order SAP has them."""
    children = made.root.children
    if not children or children[0].name != CONTROL:
        raise Rejected(f"the map of {made.kind} does not begin with {CONTROL}: write its MESTYP there", where=made.kind)
    own = children[0].fields if isinstance(children[0].fields, Mapping) else {}
    said = {**fields, **own}
    if not said.get("MESTYP"):
        raise Rejected(f"the map of {made.kind} names no MESTYP in {CONTROL}: correct the map", where=made.kind)
    ordered = {cut.name: said[cut.name] for cut in CONTROL_RECORD.cuts if said.get(cut.name)}
    return Node("IDOC", {}, 0, [Node(CONTROL, ordered, 0), *children[1:]])
