"""The only input and output of this connector: letters handed to a courier."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from crossdock.canonical.commands.people import Notification, NotifyCustomer, NotifyInternal
from crossdock.connectors.notify.config import Config
from crossdock.connectors.notify.letters import write
from crossdock.kernel.errors import Permanent
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Decoded, Finding, IntakeContext, Outbound, Outcome, OutcomeKind
from crossdock.ports.notices import Contacts, Courier

_customer = msgspec.json.Decoder(NotifyCustomer)
_internal = msgspec.json.Decoder(NotifyInternal)


class Mute:
    """A decoder for those who never speak: people answer elsewhere."""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """See `Decoder.decode`."""
        return Decoded(findings=[Finding("NOT-SPOKEN", "a notify partner sends nothing: say it over canonical_json")])


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
            said = (_internal if command.type == "notify_internal" else _customer).decode(command.payload)
            return await self._write(said)
        except msgspec.MsgspecError as error:
            return Outcome(OutcomeKind.REFUSED, f"{command.type} {command.id} does not fit its contract: {error}")
        except Permanent as error:
            return Outcome(OutcomeKind.REFUSED, error.detail)
        except TimeoutError:
            return Outcome(OutcomeKind.UNKNOWN, f"the letter was not taken in {self._timeout_s:g} s")

    async def _write(self, said: Notification) -> Outcome:
        target = self._config.channels.get(said.channel)
        if target is None:
            return Outcome(OutcomeKind.REFUSED, f"there is no channel {said.channel}: name it in [settings.channels]")
        address = ""
        if "{address}" in target:
            address = self._config.recipients.get(said.recipient) or await self._contacts.address(said.recipient)
            if not address:
                return Outcome(OutcomeKind.REFUSED, f"{said.recipient} has no address, or took its leave back")
        filled = target.replace("{address}", quote(address, safe="@+"))
        if self._secret is not None:
            filled = filled.replace("{secret}", quote(self._secret.reveal(), safe=""))
        values = {"order_no": said.order_no, "shipment": said.shipment, **said.values}
        if isinstance(said, NotifyInternal):
            values |= {"queue": said.queue, "code": said.code, "detail": said.detail}
        letter = write(said.template, values)
        if await self._courier.carry(filled, letter, self._timeout_s):
            return Outcome(OutcomeKind.DELIVERED, f"{said.channel} to {said.recipient}")
        return Outcome(OutcomeKind.TRANSIENT, f"{said.channel} did not take the letter: it is tried again")
