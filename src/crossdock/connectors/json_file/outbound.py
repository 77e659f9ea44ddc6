"""Canonical commands to JSON, by the partner's own maps. Pure: the same command always gives the same bytes."""

from __future__ import annotations

from crossdock.connectors.json_file.codes import SUFFIX
from crossdock.connectors.json_file.config import Config
from crossdock.formats.json_text.tree import ROOT
from crossdock.formats.json_text.writer import write_json
from crossdock.kernel.tree import Node
from crossdock.mediation.drafting import File, draft, file_name
from crossdock.mediation.library import MapBook
from crossdock.mediation.posting import Compose
from crossdock.ports.connector import IntakeContext, Outbound


def composer(partner: IntakeContext, book: MapBook, config: Config) -> Compose:
    """Writes commands for one partner: the nodes of its map are the members of the object.

    A map whose only node is called `$` says the members of the object itself.
    """

    def compose(command: Outbound, number: int) -> File:
        made = draft(command, book, partner, config.words)
        children = made.root.children
        root = children[0] if len(children) == 1 and children[0].name == ROOT else Node(ROOT, {}, 0, children)
        return File(file_name(made.kind, command, SUFFIX), write_json(root, config.shape))

    return compose
