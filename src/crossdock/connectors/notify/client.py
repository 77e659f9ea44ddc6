"""The only input and output of this connector: letters handed to a courier."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.connectors.notify.codes import ADDRESS
from crossdock.connectors.notify.config import Config
from crossdock.connectors.notify.errors import no_address, no_answer, no_channel, not_taken
from crossdock.connectors.notify.letters import write
from crossdock.connectors.notify.outbound import filled, page_of, read, values_of
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind
from crossdock.ports.notices import Contacts, Courier


class Client:
    """Writes for one partner. Addresses are looked up when they are written to."""

    def __init__(
        self, courier: Courier, contacts: Contacts, config: Config, timeout_s: float, secret: Secret | None = None
    ) -> None:
        self._courier = courier
        self._contacts = contacts
        self._config = config
        self._timeout_s = timeout_s
        self._secret = secret

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """See `Sender.send`; one letter after the other."""
        return [await self._send_one(command) for command in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """Nobody can be asked whether a letter arrived (resolution person)."""
        return Outcome(OutcomeKind.UNKNOWN, "a letter cannot be asked for: look whether it arrived, then decide")

    async def _send_one(self, command: Outbound) -> Outcome:
        try:
            return await self._write(command)
        except Permanent as error:
            return Outcome(OutcomeKind.REFUSED, error.detail)
        except TimeoutError:
            return no_answer(self._timeout_s)

    async def _write(self, command: Outbound) -> Outcome:
        said = read(command)
        target = self._config.channels.get(said.channel)
        if target is None:
            return no_channel(said.channel)
        address = ""
        if ADDRESS in target:
            address = self._config.recipients.get(said.recipient) or await self._contacts.address(said.recipient)
            if not address:
                return no_address(said.recipient)
        letter = write(said.template, values_of(said), page_of(said, self._config.portal))
        if await self._courier.carry(filled(target, address, self._secret), letter, self._timeout_s):
            return Outcome(OutcomeKind.DELIVERED, f"{said.channel} to {said.recipient}")
        return not_taken(said.channel)
