"""Calls on one S/4HANA system: who we are, the token against forged requests, the session it belongs to.

SAP Gateway takes a change only with a token it gave before, in the session it gave it in. When it is too old, SAP says
`X-CSRF-Token: Required` and has done nothing: then one is fetched again and the change is made once more.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from crossdock.connectors.s4hana.config import Config
from crossdock.connectors.s4hana.errors import judge
from crossdock.connectors.s4hana.queries import Change
from crossdock.kernel.errors import Permanent, Transient
from crossdock.kernel.secret import Secret
from crossdock.ports.connector import Outcome, OutcomeKind
from crossdock.ports.json_calls import basic
from crossdock.ports.reaching import Ended, harmless, header, unreached
from crossdock.ports.transport import HttpReply, HttpTransport

TOKEN = "x-csrf-token"  # noqa: S105  (the name of a header)
NOT_FOUND = 404
FORBIDDEN = 403
T = TypeVar("T")


class Session:
    """One user's calls. `timeout_s` ends a call."""

    def __init__(self, transport: HttpTransport, timeout_s: float, token: Secret | None, config: Config) -> None:
        self._transport = transport
        self._timeout_s = timeout_s
        self._client = config.client
        self._headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if token is not None:
            self._headers["Authorization"] = basic(Secret(f"{config.user}:{token.reveal()}"))
        self._given: dict[str, str] = {}

    async def find(self, path: str, decoder: msgspec.json.Decoder[T]) -> T | None:
        """Read something; `None` where there is none.

        Raises:
            Ended: it was refused, or there was no answer.
            Permanent: the answer is not what these services give.
        """
        reply = await self._request("GET", path, {}, wrote=False)
        if reply.status == NOT_FOUND:
            return None
        outcome = harmless(judge(reply))
        if outcome.kind is not OutcomeKind.DELIVERED:
            raise Ended(outcome)
        try:
            return decoder.decode(reply.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Permanent(f"S/4HANA's answer is not what its services give: {error}") from error

    async def read(self, path: str, decoder: msgspec.json.Decoder[T]) -> T:
        """Read something that must be there; raises as `find`."""
        found = await self.find(path, decoder)
        if found is None:
            raise Permanent(f"S/4HANA has no {path.partition('?')[0]}: correct settings.base_url")
        return found

    async def change(self, change: Change) -> Outcome:
        """Make a changing call."""
        again = bool(self._given)
        reply = await self._try(change)
        if again and reply.status == FORBIDDEN and header(reply, TOKEN).lower() == "required":
            self._given = {}
            reply = await self._try(change)
        return judge(reply)

    async def _try(self, change: Change) -> HttpReply:
        if not self._given:
            self._given = await self._fetch(change.path)
        more = {**self._given, "If-Match": change.etag} if change.etag else self._given
        return await self._request(change.method, change.path, more, change.body, wrote=True)

    async def _fetch(self, path: str) -> dict[str, str]:
        """The token, and the cookies of the session it holds in."""
        service = f"/{path.split('/')[1]}/"
        reply = await self._request("GET", service, {"X-CSRF-Token": "Fetch"}, wrote=False)
        outcome = harmless(judge(reply))
        if outcome.kind is not OutcomeKind.DELIVERED:
            raise Ended(outcome)
        cookies = [line.partition(";")[0] for line in header(reply, "set-cookie").splitlines()]
        return {"X-CSRF-Token": header(reply, TOKEN), **({"Cookie": "; ".join(cookies)} if cookies else {})}

    async def _request(
        self, method: str, path: str, more: dict[str, str], body: bytes = b"", *, wrote: bool
    ) -> HttpReply:
        where = f"{path}{'&' if '?' in path else '?'}sap-client={self._client}" if self._client else path
        try:
            return await self._transport.request(
                method, where, headers={**self._headers, **more}, body=body, timeout_s=self._timeout_s
            )
        except (Transient, TimeoutError) as error:
            raise Ended(unreached(error, wrote=wrote)) from error
