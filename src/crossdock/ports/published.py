"""Commands and documents that go out over a partner's broker instead of its API or a folder.

What a connector would call or put is published: under the idempotency key as message id, so that publishing again is
harmless and no outcome stays unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crossdock.kernel.errors import CrossdockError
from crossdock.ports.broker import Letter, Publisher
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind, unsent
from crossdock.ports.json_calls import CallFor, to_call

JSON = "application/json"


class PublishedCommands:
    """Implements `ports.connector.Sender`: the body of each call as one message, what it asks for as a header.

    `operation` is the call as it would be made over HTTP (`POST /api/v1/orders`), `command` the canonical type.
    """

    def __init__(self, publisher: Publisher, calls: Mapping[str, CallFor]) -> None:
        self._publisher = publisher
        self._calls = calls

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """See `Sender.send`; one after the other, so that their order is kept."""
        return [await self._send(command) for command in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """See `Sender.look_up`; a broker cannot be asked, so the same message is published under the same id."""
        outcome = await self._send(command)
        if outcome.kind is OutcomeKind.TRANSIENT:
            return Outcome(OutcomeKind.UNKNOWN, outcome.detail, retry_after_s=outcome.retry_after_s)
        return outcome

    async def _send(self, command: Outbound) -> Outcome:
        try:
            call = to_call(command, self._calls)
            letter = Letter(
                call.body,
                message_id=command.idempotency_key,
                content_type=JSON,
                ordering_key=command.ordering_key,
                traceparent=command.traceparent,
                headers={"command": command.type, "operation": f"{call.method} {call.path}"},
            )
            await self._publisher.publish(letter)
        except CrossdockError as error:
            return unsent(error)
        return Outcome(OutcomeKind.DELIVERED, "confirmed by the broker", command.idempotency_key)


class PublishedFiles:
    """Implements `ports.transport.DropTransport`: each file as one message under its name."""

    def __init__(self, publisher: Publisher, content_type: str) -> None:
        self._publisher = publisher
        self._content_type = content_type

    async def put(self, name: str, body: bytes) -> None:
        """Publish; the same name again is the same message.

        Raises:
            Transient, Permanent: as `Publisher.publish`.
        """
        await self._publisher.publish(
            Letter(body, message_id=name, content_type=self._content_type, headers={"file-name": name})
        )
