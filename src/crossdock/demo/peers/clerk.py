"""The clerk: a person who works through the hub's open cases and says what only people say, as a dispute."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import NamedTuple

import aiohttp
import msgspec

from crossdock.demo.books import Books, Json
from crossdock.demo.faults import Point
from crossdock.demo.speaker import Message, Speaker
from crossdock.demo.stage import Stage
from crossdock.demo.tariff import FreightBill

LOOK_S = 1.0
TARIFF = "CUS-02"
OVERCHARGED = ("FIN-01", "FIN-11")

Bills = Callable[[str, str], FreightBill | None]
Mend = Callable[[str, datetime], None]


class OpenCase(msgspec.Struct, frozen=True):
    """What the clerk reads of a case."""

    code: str
    subject: str


class Window(NamedTuple):
    """The hub's API as the clerk may use it."""

    session: aiohttp.ClientSession
    url: str
    key: str

    def get(self, path: str, params: Mapping[str, str]) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """A read."""
        headers = {"Authorization": f"Bearer {self.key}"}
        return self.session.get(f"{self.url}{path}", params=params, headers=headers)


class _Page(msgspec.Struct, frozen=True):
    items: tuple[OpenCase, ...]
    next: str = ""


class Clerk:
    """Asks the hub for open cases and settles those a person has to settle. `bills` finds a carrier's invoice."""

    def __init__(
        self,
        stage: Stage,
        books: Books,
        speaker: Speaker,
        window: Window,
        bills: Bills,
        mend: Mend,
    ) -> None:
        self.books, self.speaker = books, speaker
        self._stage = stage
        self._window = window
        self._bills = bills
        self._mend = mend
        self._worked: set[tuple[str, str]] = set()

    async def watch(self) -> None:
        """Look for work, for ever; a hub that does not answer is asked again."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                for case in await self._cases():
                    self._work(case)
            except (aiohttp.ClientError, TimeoutError, msgspec.DecodeError):
                continue

    async def _cases(self) -> list[OpenCase]:
        found: list[OpenCase] = []
        cursor = ""
        while True:
            params = {"cursor": cursor} if cursor else {}
            async with self._window.get("/v1/cases", params) as reply:
                if reply.status != 200:
                    return found
                page = msgspec.json.decode(await reply.read(), type=_Page)
            found += page.items
            if not page.next:
                return found
            cursor = page.next

    def _work(self, case: OpenCase) -> None:
        if case.code == TARIFF:
            self._correct(case.subject)
        if case.code not in OVERCHARGED:
            return
        key = case.subject
        order_no, _, rest = key.partition("/")
        bill = self._bills(order_no, rest.partition("/")[0])
        if bill is None or not bill.over or ("contest", key) in self._worked:
            return
        self._worked.add(("contest", key))
        self._stage.start(self._contest(key, bill))

    def _correct(self, key: str) -> None:
        """Customs did not like a tariff code: whoever keeps the articles corrects it, and says so."""
        if ("correct", key) not in self._worked:
            self._worked.add(("correct", key))
            self._stage.start(self._have_mended(key))

    async def _have_mended(self, key: str) -> None:
        order_no = key.partition("/")[0]
        at = await self._stage.step(order_no, f"correct {key}", (10, 40))
        self.books.write("corrected", key, order_no)
        self._mend(order_no, at)

    async def _contest(self, key: str, bill: FreightBill) -> None:
        """Contest what was not agreed, a while after the invoice came."""
        at = await self._stage.step(bill.order_no, f"contest {bill.invoice_no}", (5, 30))
        number = f"DSP-{bill.invoice_no}"
        amount = sum(bill.over.values())
        self.books.write("contested", number, bill.order_no, invoice=bill.invoice_no, amount=str(amount))
        charges = [{"code": code, "amount": _euro(str(value))} for code, value in bill.over.items()]
        payload: Json = {"dispute_no": number, "charges": charges, "amount": _euro(str(amount))}
        body: Json = {
            "type": "freight.disputed",
            "subject": {"type": "freight_case", "id": key},
            "source": {"system": "OPS", "instance": self.books.system, "message_id": f"ops-{number}"},
            "occurred": {"instant": at.astimezone(UTC).isoformat()},
            "payload": payload,
        }
        point = Point(self.books.system, "freight.disputed", bill.order_no, bill.site)
        self.speaker.say(Message(f"ops-{number}", msgspec.json.encode(body), bill.order_no, point))


def _euro(amount: str) -> Json:
    return {"amount": amount, "currency": "EUR"}
