"""The only I/O of this connector: number a message, write it, put it where the partner fetches it.

Delivered means the file is in place. Whether the partner could use it, its CONTRL or APERAK says later, under the
control reference that is the outcome's `reference`.
"""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.connectors.edifact.acknowledgement import control_id
from crossdock.connectors.edifact.config import read_settings
from crossdock.connectors.edifact.errors import outcome_of
from crossdock.connectors.edifact.outbound import file_name, write_document
from crossdock.kernel.errors import CrossdockError
from crossdock.mediation.library import MapBook
from crossdock.ports.connector import IntakeContext, Outbound, Outcome, OutcomeKind
from crossdock.ports.messages import ControlNumbers
from crossdock.ports.transport import DropTransport

# One counter a partner for messages and acknowledgments: their numbers never meet another's.
COUNTER = "interchange"


class EdifactSender:
    """Implements `ports.connector.Sender` for one partner."""

    def __init__(self, partner: IntakeContext, book: MapBook, numbers: ControlNumbers, drop: DropTransport) -> None:
        """Raises: Rejected: the settings are not those of this connector."""
        self._partner = partner
        self._settings = read_settings(partner.settings)
        self._book = book
        self._numbers = numbers
        self._drop = drop

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """One file a command, in order; sending again replaces the same file with the same bytes."""
        return [await self._send(command) for command in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """A folder cannot be asked what became of a file; putting it again is harmless, so nobody needs to know."""
        return Outcome(OutcomeKind.UNKNOWN, "resend: the same file under the same name changes nothing")

    async def _send(self, command: Outbound) -> Outcome:
        try:
            # Written once with a number that is never sent, so that what cannot be written uses up none.
            self._write(command, 1)
            number = await self._numbers.number(self._partner.partner, COUNTER, command.idempotency_key)
            kind, body = self._write(command, number)
            name = file_name(kind, command, number)
            await self._drop.put(name, body)
        except CrossdockError as error:
            return outcome_of(error)
        return Outcome(OutcomeKind.DELIVERED, f"put as {name}", control_id(number))

    def _write(self, command: Outbound, number: int) -> tuple[str, bytes]:
        return write_document(command, self._book, self._settings, self._partner, number)
