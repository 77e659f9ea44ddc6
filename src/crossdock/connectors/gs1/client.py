"""The only I/O of this connector: what `outbound` wrote goes to the partner as a file or a call."""

from __future__ import annotations

from crossdock.connectors.gs1.config import read_config
from crossdock.connectors.gs1.outbound import composer
from crossdock.mediation.library import MapBook
from crossdock.mediation.posting import DocumentSender, Post
from crossdock.ports.connector import IntakeContext


def sender(partner: IntakeContext, book: MapBook, post: Post) -> DocumentSender:
    """The sender of one partner.

    Raises:
        Permanent: its settings cannot be used.
    """
    return DocumentSender(composer(partner, book, read_config(partner.settings)), post)
