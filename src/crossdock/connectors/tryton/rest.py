"""Calls on Tryton's REST interface, and what their answers mean. The only module of this connector that sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from crossdock.connectors.tryton import queries
from crossdock.connectors.tryton.errors import judge, judge_read
from crossdock.kernel.errors import Permanent, Transient
from crossdock.ports.connector import Outcome, OutcomeKind
from crossdock.ports.json_calls import JsonCall
from crossdock.ports.reaching import Ended, unreached
from crossdock.ports.transport import HttpReply, HttpTransport

T = TypeVar("T")


class Rest:
    """One attempt's calls: all bear its headers. `timeout_s` ends a single call."""

    def __init__(self, transport: HttpTransport, timeout_s: float, headers: Mapping[str, str]) -> None:
        self._transport = transport
        self._timeout_s = timeout_s
        self._headers = headers

    async def read(self, path: str, decoder: msgspec.json.Decoder[T]) -> T:
        """What is asked for.

        Raises:
            Ended: it cannot be read now, or not by us.
            Permanent: the answer is none of Tryton's.
        """
        reply = await self._request(JsonCall("GET", path), self._headers, wrote=False)
        outcome = judge_read(reply)
        if outcome.kind is not OutcomeKind.DELIVERED:
            raise Ended(outcome)
        try:
            return decoder.decode(reply.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Permanent(f"Tryton's answer is not what version 8.2 gives: {error}") from error

    async def write(self, call: JsonCall, company: int) -> Outcome:
        """Make a writing call in a company's name.

        Raises:
            Ended: nobody answered.
        """
        known = {**self._headers, "X-Tryton-Context": queries.company(company)}
        return judge(await self._request(call, known, wrote=True))

    async def _request(self, call: JsonCall, headers: Mapping[str, str], *, wrote: bool) -> HttpReply:
        try:
            return await self._transport.request(
                call.method, call.path, headers=headers, body=call.body, timeout_s=self._timeout_s
            )
        except (Transient, TimeoutError) as error:
            raise Ended(unreached(error, wrote=wrote)) from error
