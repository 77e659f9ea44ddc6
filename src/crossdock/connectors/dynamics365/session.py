"""Calls on one environment of Dynamics 365 with a token of its tenant.

A token is kept until Dynamics does not take it any more, which means that nothing was done: then another is asked for
and the call is made once more. Source: RFC 6749 §4.4, Microsoft identity platform.
"""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import urlencode

import msgspec

from crossdock.connectors.dynamics365.config import Config
from crossdock.connectors.dynamics365.errors import judge
from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outcome, OutcomeKind
from crossdock.ports.json_calls import JsonCall
from crossdock.ports.reaching import Ended, harmless, unreached
from crossdock.ports.transport import HttpReply, HttpTransport

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
JSON = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "OData-Version": "4.0",
    "OData-MaxVersion": "4.0",
}
UNAUTHORIZED = 401
T = TypeVar("T")


class _Granted(msgspec.Struct, frozen=True):
    access_token: str


_granted = msgspec.json.Decoder(_Granted)


class Session:
    """One application's calls: `data` goes to the environment, `tokens` to the tenant's token endpoint. `timeout_s`
    ends a call."""

    def __init__(
        self, data: HttpTransport, tokens: HttpTransport, timeout_s: float, secret: Secret | None, config: Config
    ) -> None:
        self._data = data
        self._tokens = tokens
        self._timeout_s = timeout_s
        self._form = urlencode(
            {
                "grant_type": "client_credentials",
                "client_id": config.client_id,
                "client_secret": secret.reveal() if secret is not None else "",
                "scope": f"{config.base_url.rstrip('/')}/.default",
            }
        ).encode()
        self._token = ""

    async def read(self, call: JsonCall, decoder: msgspec.json.Decoder[T]) -> T:
        """Make a call that changes nothing.

        Raises:
            Ended: it was refused, or there was no answer.
            Permanent: the answer is not what these entities give.
        """
        reply = await self._call(call, wrote=False)
        outcome = harmless(judge(reply))
        if outcome.kind is not OutcomeKind.DELIVERED:
            raise Ended(outcome)
        return _decoded(reply, decoder)

    async def change(self, call: JsonCall) -> Outcome:
        """Make a call that changes something."""
        return judge(await self._call(call, wrote=True))

    async def _call(self, call: JsonCall, *, wrote: bool) -> HttpReply:
        known = bool(self._token)
        reply = await self._try(call, wrote=wrote)
        if known and reply.status == UNAUTHORIZED:
            self._token = ""
            reply = await self._try(call, wrote=wrote)
        return reply

    async def _try(self, call: JsonCall, *, wrote: bool) -> HttpReply:
        if not self._token:
            self._token = await self._grant()
        headers = {**JSON, "Authorization": f"Bearer {self._token}"}
        return await self._request(self._data, call, headers, wrote=wrote)

    async def _grant(self) -> str:
        reply = await self._request(self._tokens, JsonCall("POST", "", self._form), FORM, wrote=False)
        outcome = harmless(judge(reply))
        if outcome.kind is not OutcomeKind.DELIVERED:
            detail = f"no token for our application: {outcome.detail}"
            raise Ended(Outcome(outcome.kind, detail, retry_after_s=outcome.retry_after_s))
        return _decoded(reply, _granted).access_token

    async def _request(self, line: HttpTransport, call: JsonCall, headers: dict[str, str], *, wrote: bool) -> HttpReply:
        try:
            return await line.request(
                call.method, call.path, headers=headers, body=call.body, timeout_s=self._timeout_s
            )
        except (Transient, TimeoutError) as error:
            raise Ended(unreached(error, wrote=wrote)) from error


def _decoded(reply: HttpReply, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        return decoder.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Permanent(f"the answer of Dynamics is not what its entities give: {error}") from error
