"""Customers pay what was billed, at once and in cash: the clerk books it with Tryton's own wizard.

A wizard is not part of the REST interface, so this speaks the JSON-RPC of Tryton's desktop client, in a session.
"""

from __future__ import annotations

import asyncio
import base64
import sys
from typing import TypeVar

import aiohttp
import msgspec

from crossdock.demo.books import Json
from crossdock.demo.tryton.service import Service, TrytonError

PAUSE_S = 2.0
TIMEOUT = aiohttp.ClientTimeout(total=20)
WIZARD = "wizard.account.invoice.pay"
LOGIN = "clerk"
T = TypeVar("T")


class _View(msgspec.Struct):
    defaults: Json


class _Page(msgspec.Struct):
    view: _View


class _Answer(msgspec.Struct):
    result: msgspec.Raw = msgspec.Raw(b"null")
    error: msgspec.Raw = msgspec.Raw(b"")


class CashDesk:
    """Takes the money for every posted invoice, once. `url` is where Tryton takes remote calls."""

    def __init__(self, session: aiohttp.ClientSession, url: str, password: str, clerk: Service) -> None:
        self._session = session
        self._url = url
        self._password = password
        self._clerk = clerk
        self._proof = ""

    async def watch(self) -> None:
        """Look for posted invoices again and again, until cancelled."""
        while True:
            try:
                await self.collect()
            except (TrytonError, aiohttp.ClientError, TimeoutError) as error:
                # Tried again at once; the verdict names every invoice that stays unpaid.
                sys.stderr.write(f"the cash desk: {error!r}\n")
            await asyncio.sleep(PAUSE_S)

    async def collect(self) -> None:
        """Pay all that is posted.

        Raises:
            TrytonError: the wizard refused.
        """
        due = await self._clerk.find("account.invoice", [["state", "=", "posted"]], "number")
        if due and not self._proof:
            await self._sign_in()
        for invoice in due:
            await self._pay(int(str(invoice["id"])))

    async def _sign_in(self) -> None:
        user, session = (await self._call("common.db.login", list[object], LOGIN, {"password": self._password}))[:2]
        self._proof = base64.b64encode(f"{LOGIN}:{user}:{session}".encode()).decode("ascii")

    async def _pay(self, number: int) -> None:
        """The wizard, as a person goes through it: open, take the proposal, choose the till, confirm."""
        context: Json = {"company": 1, "active_id": number, "active_ids": [number], "active_model": "account.invoice"}
        (till,) = await self._clerk.find("account.invoice.payment.method", [], "name")
        session, start, _ = await self._call(f"{WIZARD}.create", list[object], context)
        page = await self._call(f"{WIZARD}.execute", _Page, session, {}, start, context)
        form = {name: value for name, value in page.view.defaults.items() if not name.endswith(".")}
        form = {**form, "payment_method": till["id"]}
        form.pop("payees", None)
        await self._call(f"{WIZARD}.execute", Json, session, {"start": form}, "choice", context)
        await self._call(f"{WIZARD}.delete", type(None), session, {})

    async def _call(self, method: str, kind: type[T], *parameters: object) -> T:
        body = msgspec.json.encode({"id": 1, "method": method, "params": parameters})
        headers = {"Content-Type": "application/json"}
        if self._proof:
            headers["Authorization"] = f"Session {self._proof}"
        async with self._session.post(self._url, data=body, headers=headers, timeout=TIMEOUT) as reply:
            raw = await reply.read()
        if reply.status >= 400:
            raise TrytonError(f"{method}: HTTP {reply.status} {raw[:300]!r}")
        answer = msgspec.json.decode(raw, type=_Answer)
        if bytes(answer.error):
            raise TrytonError(f"{method}: {bytes(answer.error)[:300]!r}")
        return msgspec.json.decode(answer.result, type=kind)
