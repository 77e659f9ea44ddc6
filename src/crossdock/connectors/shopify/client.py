"""The only input and output of this connector: reads the shop's books, then makes the one call that is missing."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.connectors.shopify.books import Done, Look, Step
from crossdock.connectors.shopify.config import Config
from crossdock.connectors.shopify.errors import explain
from crossdock.connectors.shopify.outbound import plan
from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outbound, Outcome, OutcomeKind
from crossdock.ports.json_calls import JsonCall, call_headers, outcome_of, perform
from crossdock.ports.transport import HttpTransport

LOOKS_MAX = 4
TOKEN = "X-Shopify-Access-Token"  # noqa: S105  (a header's name)


class Client:
    """Sends to one shop. `token` is the access token of our app there; `timeout_s` ends a single call."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None, config: Config) -> None:
        self._transport = transport
        self._timeout_s = timeout_s
        self._token = token
        self._config = config

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """See `Sender.send`; one after the other, because looking before doing is only safe alone."""
        return [await self._attempt(command, act=True) for command in commands]

    async def look_up(self, command: Outbound) -> Outcome:
        """Read the books (resolution read_back): nothing left to do is delivered, a call left to make is refused."""
        outcome = await self._attempt(command, act=False)
        if outcome.kind is OutcomeKind.TRANSIENT:
            return Outcome(OutcomeKind.UNKNOWN, outcome.detail, retry_after_s=outcome.retry_after_s)
        return outcome

    async def _attempt(self, command: Outbound, *, act: bool) -> Outcome:
        headers = self._headers(command)
        try:
            step: Step | Outcome = plan(command.type, command.payload, self._config)
            for _ in range(LOOKS_MAX):
                if not isinstance(step, Look):
                    break
                step = await self._look(step, headers)
        except Permanent as error:
            return Outcome(OutcomeKind.REFUSED, error.detail)
        if isinstance(step, Outcome):
            return step
        if isinstance(step, Done):
            return Outcome(OutcomeKind.DELIVERED, reference=step.reference)
        if isinstance(step, JsonCall) and act:
            return await perform(self._transport, step, headers, explain, self._timeout_s)
        return Outcome(OutcomeKind.REFUSED, "the shop's books do not show it: the attempt had no effect")

    async def _look(self, look: Look, headers: dict[str, str]) -> Step | Outcome:
        """Read; whatever keeps us from reading has changed nothing and may be tried again."""
        try:
            reply = await self._transport.request("GET", look.path, headers=headers, timeout_s=self._timeout_s)
        except Transient as error:
            return Outcome(OutcomeKind.TRANSIENT, error.detail, retry_after_s=error.retry_after_s)
        except TimeoutError:
            return Outcome(OutcomeKind.TRANSIENT, f"GET {look.path} was not answered in {self._timeout_s:g} s")
        if 200 <= reply.status < 300:
            return look.then(reply.body)
        told = outcome_of(reply, explain)
        if told.kind is OutcomeKind.UNKNOWN:
            return Outcome(OutcomeKind.TRANSIENT, told.detail)
        return told

    def _headers(self, command: Outbound) -> dict[str, str]:
        headers = call_headers(command, None)
        if self._token is not None:
            headers[TOKEN] = self._token.reveal()
        return headers
