"""The ERP's freight accounts: accruals booked revision by revision, carriers paid what was approved, each once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

import msgspec

from crossdock.demo import world
from crossdock.demo.books import Books, Json
from crossdock.demo.door import Call, Door, Refusal
from crossdock.demo.faults import Point
from crossdock.demo.speaker import Message, Speaker
from crossdock.demo.stage import Stage

# One accrual in fifteen is refused at first, because its cost centre is closed; a person opens it again.
FAILS_ONE_IN = 15


class FreightAccounts:
    """Keeps accruals by case and revision, and payments by case."""

    def __init__(self, stage: Stage, books: Books, speaker: Speaker, door: Door) -> None:
        self.books, self.speaker = books, speaker
        self._stage = stage
        self._documents = 0
        self._paid: set[str] = set()
        self._revisions: set[tuple[str, object]] = set()
        self._paid_for: set[tuple[str, str]] = set()
        door.on("POST", "/api/v1/freight-accruals", "post_freight_accrual", self._accrue, _whose)
        door.on("POST", "/api/v1/freight-payments", "approve_freight_invoice", self._approve, _whose)

    def _accrue(self, call: Call) -> Json:
        """Take an accrual: each revision of a case once."""
        case, revision = call.text("caseKey"), call.body.get("revision")
        if (case, revision) in self._revisions:
            raise Refusal(409, "already_accrued", f"revision {revision} of {case} is booked under another key")
        self._revisions.add((case, revision))
        self._stage.start(self._book(case, _whose(call), revision, _amount(call)))
        return {"documentNo": f"AQ-{case}-{revision}"}

    async def _book(self, case: str, whose: tuple[str, str], revision: object, amount: Decimal) -> None:
        at = await self._stage.step(whose[0], f"accrue {case} {revision}", (2, 10))
        if revision == 1 and world.pick(self._stage.seed, FAILS_ONE_IN, "cost centre", case) == 0:
            self.books.write("accrual_failed", case, whose[0], revision=revision)
            details: Json = {"revision": revision, "reason": "the cost centre is closed", "attempt": 1}
            self._say("FreightAccrual.Failed", "freight.accrual_failed", case, whose, at, f"{revision}-failed", details)
            at = await self._stage.step(whose[0], f"open cost centre {case}", (15, 60))
        number = self._number("47")
        self.books.write("accrual", number, whose[0], case=case, site=whose[1], amount=str(amount), revision=revision)
        booked: Json = {"revision": revision, "documentNo": number, "amount": str(amount), "currency": "EUR"}
        booked["period"] = f"{at:%Y-%m}"
        self._say("FreightAccrual.Posted", "freight.accrual_posted", case, whose, at, number, booked)
        if case in self._paid:
            self.speaker.say_late(whose[0])

    def _approve(self, call: Call) -> Json:
        """Take a payment order: each set of invoices of a case once."""
        case, invoices = call.text("caseKey"), call.text("invoices")
        if (case, invoices) in self._paid_for:
            raise Refusal(409, "already_paid", f"{invoices} of {case} is approved under another key")
        self._paid_for.add((case, invoices))
        self._stage.start(self._pay(case, _whose(call), _amount(call)))
        return {"documentNo": f"PO-{case}"}

    async def _pay(self, case: str, whose: tuple[str, str], amount: Decimal) -> None:
        number = self._number("15")
        at = await self._stage.step(whose[0], f"pay freight {case}", (30, 90))
        self.books.write("freight_paid", number, whose[0], case=case, site=whose[1], amount=str(amount))
        paid: Json = {"documentNo": number, "amount": str(amount), "currency": "EUR", "paidAt": at.isoformat()}
        self._say("FreightInvoice.Settled", "freight.settled", case, whose, at, number, paid)
        self._paid.add(case)
        self.speaker.say_late(whose[0])

    def _number(self, series: str) -> str:
        self._documents += 1
        return f"{series}{self._documents:08d}"

    def _say(
        self,
        kind: str,
        name: str,
        case: str,
        whose: tuple[str, str],
        at: datetime,
        suffix: str,
        details: Mapping[str, object],
    ) -> None:
        ident = f"erp-{case.replace('/', '-')}-{suffix}"
        data: Json = {"caseKey": case, **details}
        body = {"eventId": ident, "eventType": kind, "occurredAt": at.isoformat(), "client": "100", "data": data}
        point = Point(self.books.system, name, *whose)
        self.speaker.say(Message(ident, msgspec.json.encode(body), whose[0], point))


def _whose(call: Call) -> tuple[str, str]:
    return call.whose("caseKey")


def _amount(call: Call) -> Decimal:
    """The amount of a call.

    Raises:
        Refusal: there is none.
    """
    try:
        return Decimal(str(call.body.get("amount")))
    except InvalidOperation as error:
        raise Refusal(422, "field_missing", "amount is required") from error
