"""Canonical commands to files of rows, by the partner's layout and maps. Pure: the same command always gives the same
bytes."""

from __future__ import annotations

from crossdock.connectors.flat_file.codes import DELIMITED, FIXED, SUFFIXES
from crossdock.connectors.flat_file.config import Plan
from crossdock.formats.delimited.layout import DelimitedLayout
from crossdock.formats.delimited.writer import write_delimited
from crossdock.formats.fixed_width.writer import write_fixed
from crossdock.mediation.drafting import File, draft, file_name
from crossdock.mediation.library import MapBook
from crossdock.mediation.posting import Compose
from crossdock.ports.connector import IntakeContext, Outbound


def composer(partner: IntakeContext, book: MapBook, plan: Plan) -> Compose:
    """Writes commands for one partner: the nodes of its map are rows, called like the layout's kinds of rows."""
    layout = plan.outward

    def compose(command: Outbound, number: int) -> File:
        made = draft(command, book, partner, plan.words)
        if isinstance(layout, DelimitedLayout):
            return File(file_name(made.kind, command, SUFFIXES[DELIMITED]), write_delimited(made.root, layout))
        return File(file_name(made.kind, command, SUFFIXES[FIXED]), write_fixed(made.root, layout))

    return compose
