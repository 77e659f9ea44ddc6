"""The only I/O of this connector: a message gets its number and goes where the partner fetches it.

Delivered means the file is in place. Whether the partner could use it, its CONTRL or APERAK says later, under the
control reference that is the outcome's `reference`.
"""

from __future__ import annotations

from functools import partial

from crossdock.connectors.edifact.config import read_settings
from crossdock.connectors.edifact.outbound import write_file
from crossdock.mediation.drafting import File
from crossdock.mediation.library import MapBook
from crossdock.mediation.posting import DocumentSender, FilePost
from crossdock.ports.connector import IntakeContext, Outbound
from crossdock.ports.messages import ControlNumbers
from crossdock.ports.transport import DropTransport

# One counter a partner for messages and acknowledgments: their numbers never meet another's.
COUNTER = "interchange"


def sender(partner: IntakeContext, book: MapBook, numbers: ControlNumbers, drop: DropTransport) -> DocumentSender:
    """The sender of one partner.

    Raises:
        Rejected: the settings are not those of this connector.
    """
    settings = read_settings(partner.settings)

    def compose(command: Outbound, number: int) -> File:
        return write_file(command, book, settings, partner, number)

    return DocumentSender(compose, FilePost(drop), partial(numbers.number, partner.partner, COUNTER))
