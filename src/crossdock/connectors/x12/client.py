"""The only I/O of this connector: number a document, write it, put it where the partner fetches it.

Delivered means the file is in place. Whether the partner could use it, its 997 says later, under the control number
that is the outcome's `reference`.
"""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.connectors.x12.acknowledgement_997 import control_id
from crossdock.connectors.x12.config import read_settings
from crossdock.connectors.x12.errors import outcome_of
from crossdock.connectors.x12.outbound import write_file
from crossdock.kernel.errors import CrossdockError
from crossdock.mediation.library import MapBook
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind
from crossdock.ports.messages import ControlNumbers
from crossdock.ports.transport import DropTransport

# One counter a partner for interchanges, groups and acknowledgments: their numbers never meet another's.
COUNTER = "interchange"


class X12Sender:
    """Implements `ports.connector.Sender` for one partner."""

    def __init__(
        self,
        partner: str,
        settings: dict[str, object],
        numbers: ControlNumbers,
        drop: DropTransport,
        book: MapBook | None = None,
    ) -> None:
        """`book` are the partner's maps; what it has none for our own Python writes.

        Raises: Rejected: the settings are not those of this connector."""
        self._partner = partner
        self._settings = read_settings(settings)
        self._numbers = numbers
        self._drop = drop
        self._book = book

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """One file a command, in order; sending again replaces the same file with the same bytes."""
        return [await self._send(command) for command in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """A folder cannot be asked what became of a file; putting it again is harmless, so nobody needs to know."""
        return Outcome(OutcomeKind.UNKNOWN, "resend: the same file under the same name changes nothing")

    async def _send(self, command: Outbound) -> Outcome:
        try:
            # Written once with a number that is never sent, so that what cannot be written uses up none.
            write_file(command, self._settings, 1, self._book)
            number = await self._numbers.number(self._partner, COUNTER, command.idempotency_key)
            name, body = write_file(command, self._settings, number, self._book)
            await self._drop.put(name, body)
        except CrossdockError as error:
            return outcome_of(error)
        return Outcome(OutcomeKind.DELIVERED, f"put as {name}", control_id(number))
