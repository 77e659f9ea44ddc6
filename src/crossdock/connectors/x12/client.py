"""The only I/O of this connector: a document gets its number and goes where the partner fetches it.

Delivered means the file is in place. Whether the partner could use it, its 997 says later, under the control number
that is the outcome's `reference`.
"""

from __future__ import annotations

from functools import partial

from crossdock.connectors.x12.config import read_settings
from crossdock.connectors.x12.outbound import write_file
from crossdock.mediation.drafting import File
from crossdock.mediation.library import MapBook
from crossdock.mediation.posting import DocumentSender, FilePost
from crossdock.ports.connector import Outbound
from crossdock.ports.messages import ControlNumbers
from crossdock.ports.transport import DropTransport

# One counter a partner for interchanges, groups and acknowledgments: their numbers never meet another's.
COUNTER = "interchange"


def sender(
    partner: str,
    settings: dict[str, object],
    numbers: ControlNumbers,
    drop: DropTransport,
    book: MapBook | None = None,
) -> DocumentSender:
    """The sender of one partner; `book` are its maps, and what it has none for our own Python writes.

    Raises:
        Rejected: the settings are not those of this connector.
    """
    read = read_settings(settings)

    def compose(command: Outbound, number: int) -> File:
        return write_file(command, read, number, book)

    return DocumentSender(compose, FilePost(drop), partial(numbers.number, partner, COUNTER))
