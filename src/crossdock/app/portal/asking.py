"""What a customer asks for: returns, and that we look into something. Each becomes a canonical fact of the portal's.

A wish is known by what it says and by the page it was sent from, so sending the page twice is one wish.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import msgspec

from crossdock.app.intake import Intake
from crossdock.app.portal.look import Portal
from crossdock.app.portal.words import TOPICS
from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.events.returns import ReturnLine, ReturnRequested
from crossdock.canonical.events.service import ServiceRequested, ServiceTopic
from crossdock.canonical.vocabulary import Disposition, Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.quantity import Quantity
from crossdock.ports.clock import Clock
from crossdock.ports.directory import Partner
from crossdock.ports.portal import PortalOrder, ShownLine

# Who speaks for customers where no system of theirs does.
PORTAL = Partner("portal", Role.PRT, "canonical_json", name="Customer portal")

# Why goods come back (domain.md §9.5), in the customer's words.
REASONS: Mapping[str, str] = {
    "damaged": "It arrived damaged",
    "wrong_item": "It is not what we ordered",
    "not_as_described": "It is not as described",
    "no_longer_needed": "We do not need it any more",
}
NOT_TAKEN = frozenset({Disposition.REJECT, Disposition.ESCALATE, Disposition.QUARANTINE})
ONCE_MAX = 64
LINES_MAX = 200
TEXT_MAX = 1_000


class Wish(msgspec.Struct, frozen=True):
    """A return as asked for: quantity by line, as typed; `once` names the page it was sent from."""

    order_no: str
    lines: Mapping[str, str]
    reason: str
    once: str


class Question(msgspec.Struct, frozen=True):
    """Something to look into; `once` names the page it was sent from."""

    order_no: str
    topic: str
    text: str
    once: str


@dataclass(frozen=True, slots=True)
class Asking:
    """Takes wishes to the intake."""

    portal: Portal
    intake: Intake
    clock: Clock

    async def give_back(self, customer: str, wish: Wish) -> str:
        """Ask for a return; the request's number.

        Raises:
            Rejected: no such order of this customer, a quantity or reason that is none, or the hub refused it.
            Overloaded: the hub is full; nothing was taken.
        """
        answer = await self.portal.order(customer, wish.order_no)
        if answer is None:
            raise Rejected("there is no such order")
        if wish.reason not in REASONS:
            raise Rejected("choose a reason from the list")
        lines = tuple(_wanted(answer.order, wish))
        if not lines:
            raise Rejected("say of at least one line how much comes back")
        number = request_number(customer, wish)
        receipt = (await self.intake.facts(PORTAL, [self._fact(wish.order_no, number, lines)]))[0]
        if receipt.status == "refused" or receipt.disposition in NOT_TAKEN:
            raise Rejected("this return cannot be taken as it was asked for: contact us")
        return number

    async def look_into(self, customer: str, question: Question) -> str:
        """Ask us to look into something; the request's number.

        Raises:
            Rejected: no such order of this customer, no such topic, too long a text, or the hub refused it.
            Overloaded: the hub is full; nothing was taken.
        """
        if await self.portal.order(customer, question.order_no) is None:
            raise Rejected("there is no such order")
        if question.topic not in TOPICS or len(question.text) > TEXT_MAX or "\x00" in question.text:
            raise Rejected(f"choose what it is about, and say it in at most {TEXT_MAX} characters")
        number = _number("RS", customer, question.order_no, question.once)
        body = make_envelope(
            "service.requested",
            Subject("order", question.order_no),
            Source(Role.PRT, PORTAL.id, message_id=number),
            Occurrence(self.clock.now()),
            ServiceRequested(
                request_id=number,
                topic=ServiceTopic(question.topic),
                text=question.text,
                order_no=question.order_no,
            ),
        )
        receipt = (await self.intake.facts(PORTAL, [body]))[0]
        if receipt.status == "refused" or receipt.disposition in NOT_TAKEN:
            raise Rejected("this cannot be taken as it was asked: contact us")
        return number

    def _fact(self, order_no: str, number: str, lines: tuple[ReturnLine, ...]) -> bytes:
        return make_envelope(
            "return.requested",
            Subject("return", number),
            Source(Role.PRT, PORTAL.id, message_id=number),
            Occurrence(self.clock.now()),
            ReturnRequested(request_id=number, lines=lines, order_no=order_no),
            refs=(Reference("order", order_no),),
        )


def request_number(customer: str, wish: Wish) -> str:
    """The same page of the same customer about the same order asks for the same return."""
    return _number("RQ", customer, wish.order_no, wish.once)


def _number(prefix: str, customer: str, order_no: str, once: str) -> str:
    if not once or len(once) > ONCE_MAX:
        raise Rejected("load the page again before you send it")
    text = f"{customer}|{order_no}|{once}"
    return f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:16].upper()}"


def returnable(line: ShownLine) -> Decimal:
    """How much of a line can come back: what was delivered of it."""
    return line.delivered


def _wanted(order: PortalOrder, wish: Wish) -> list[ReturnLine]:
    known = {line.no: line for line in order.lines}
    found = []
    for number, text in list(wish.lines.items())[:LINES_MAX]:
        amount = _amount(text)
        if not amount:
            continue
        line = known.get(number)
        if line is None or amount > returnable(line):
            raise Rejected(f"of line {number[:20]} no more than was delivered can come back")
        found.append(ReturnLine(number, Quantity(amount, line.uom), reason=wish.reason))
    return found


def _amount(text: str) -> Decimal:
    if not text.strip():
        return Decimal(0)
    try:
        amount = Decimal(text.strip()[:20].replace(",", "."))
    except InvalidOperation as error:
        raise Rejected(f"{text[:20]} is no quantity: write a number such as 2 or 1.5") from error
    if not amount.is_finite() or amount < 0 or amount != round(amount, 6):
        raise Rejected(f"{text[:20]} is no quantity: write a number such as 2 or 1.5")
    return amount
