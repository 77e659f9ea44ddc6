"""Documents to a partner that takes them as files, as calls of one address or of a SOAP service: the sender mapped
connectors share.

Delivered means that the file is in place, or that the partner's server took the call. The same command always makes the
same bytes under the same name and key, so that sending it again changes nothing at a partner that looks at either.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import msgspec

from crossdock.kernel.errors import CrossdockError
from crossdock.kernel.secret import Secret
from crossdock.mediation.drafting import File
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind, unsent
from crossdock.ports.json_calls import Explain, JsonCall, Told, call_headers, perform
from crossdock.ports.transport import DropTransport, HttpTransport, SoapTransport

TEXT_MAX = 500
# The document of one command under a number of ours; Rejected for what cannot be said to this partner.
Compose = Callable[[Outbound, int], File]
# The number of an idempotency key: the next free one at first, the same ever after.
Numbering = Callable[[str], Awaitable[int]]


class Post(Protocol):
    """How documents reach a partner."""

    async def send(self, file: File, command: Outbound) -> Outcome:
        """Send one.

        Raises:
            CrossdockError: it could not be sent; the class says who must act.
        """


class FilePost:
    """Documents as files where the partner fetches them, or has them sent."""

    def __init__(self, drop: DropTransport) -> None:
        self._drop = drop

    async def send(self, file: File, command: Outbound) -> Outcome:
        """See `Post.send`; a file is there under its name or it is not, so no outcome is unknown."""
        await self._drop.put(file.name, file.body)
        return Outcome(OutcomeKind.DELIVERED, f"put as {file.name}", file.reference)


class Counter(msgspec.Struct, frozen=True):
    """How calls are made: `path` below the partner's base address, `content_type` of the documents."""

    path: str
    content_type: str
    timeout_s: float


class CallPost:
    """Documents as bodies of POST to one address, the idempotency key in a header."""

    def __init__(
        self, transport: HttpTransport, counter: Counter, explain: Explain, token: Secret | None = None
    ) -> None:
        self._transport = transport
        self._counter = counter
        self._explain = explain
        self._token = token

    async def send(self, file: File, command: Outbound) -> Outcome:
        """See `Post.send`; what each status means is decided in `ports.json_calls`."""
        kind = self._counter.content_type
        headers = {**call_headers(command, self._token), "Content-Type": kind, "Accept": f"{kind}, */*;q=0.5"}
        call = JsonCall("POST", self._counter.path, file.body)
        outcome = await perform(self._transport, call, headers, self._explain, self._counter.timeout_s)
        if outcome.kind is OutcomeKind.DELIVERED and not outcome.reference:
            return msgspec.structs.replace(outcome, reference=file.reference)
        return outcome


class SoapPost:
    """Documents as calls of a SOAP service. What it answers stands in the log of the delivery."""

    def __init__(self, transport: SoapTransport) -> None:
        self._transport = transport

    async def send(self, file: File, command: Outbound) -> Outcome:
        """See `Post.send`; a call without an answer that can be used is unknown, and resolved as the partner file
        says."""
        try:
            answer = await self._transport.submit(
                file.body, key=command.idempotency_key, traceparent=command.traceparent
            )
        except TimeoutError as error:
            return Outcome(OutcomeKind.UNKNOWN, str(error))
        return Outcome(OutcomeKind.DELIVERED, answer.text, answer.reference or file.reference)


class DocumentSender:
    """Implements `ports.connector.Sender` for one partner; `numbering` where its documents are numbered by us."""

    def __init__(self, compose: Compose, post: Post, numbering: Numbering | None = None) -> None:
        self._compose = compose
        self._post = post
        self._numbering = numbering

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """See `Sender.send`; one after the other, so that their order is kept."""
        return [await self._send(command) for command in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """Nobody can be asked; the same document under the same name and key changes nothing."""
        return Outcome(OutcomeKind.UNKNOWN, "resend: the same document under the same name and key changes nothing")

    async def _send(self, command: Outbound) -> Outcome:
        try:
            # Written once with a number that is never sent, so that what cannot be written uses up none.
            file = self._compose(command, 1)
            if self._numbering is not None:
                file = self._compose(command, await self._numbering(command.idempotency_key))
            return await self._post.send(file, command)
        except CrossdockError as error:
            return unsent(error)


def explain_text(body: bytes) -> Told:
    """A partner's answer where it is plain text: its first line. A page of markup tells nothing."""
    line = body[:TEXT_MAX].decode("utf-8", "replace").strip().partition("\n")[0].strip()
    return Told(detail="" if line.startswith(("<", "{", "[")) else line)
