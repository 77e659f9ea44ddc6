"""The only I/O of this connector: an IDoc gets its number and goes to the partner as a file or a call."""

from __future__ import annotations

from functools import partial

from crossdock.connectors.idoc.config import read_config
from crossdock.connectors.idoc.outbound import composer
from crossdock.mediation.library import MapBook
from crossdock.mediation.posting import DocumentSender, Post
from crossdock.ports.connector import IntakeContext
from crossdock.ports.messages import ControlNumbers

# One counter a partner: an audit message names an IDoc of ours by its number alone.
COUNTER = "docnum"


def sender(partner: IntakeContext, book: MapBook, post: Post, numbers: ControlNumbers) -> DocumentSender:
    """The sender of one partner.

    Raises:
        Permanent: its settings cannot be used.
    """
    compose = composer(partner, book, read_config(partner.settings))
    return DocumentSender(compose, post, partial(numbers.number, partner.partner, COUNTER))
