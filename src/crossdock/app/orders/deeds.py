"""What people may say about an order or a freight case from the console, and when it takes two (domain.md §1.7).

A person speaks as OPS. What belongs to another system is said on its behalf, with the reason, and by two people where
it is urgent (P0) or moves more money than one may decide. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

import msgspec

from crossdock.app.fold.scoping import LOAD, ORDER, SHIPMENT, Scoping
from crossdock.app.ingest.correlate import CONSOLE
from crossdock.app.reconcile.dossier import Dossier
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Fact, Source, Subject
from crossdock.canonical.events.money import ApprovalBasis, FreightApproved, FreightDisputed
from crossdock.canonical.events.order import HoldType, OrderCancelRequested, OrderHeld, OrderHoldReleased
from crossdock.canonical.parts import ChargeCode
from crossdock.canonical.vocabulary import Priority, Role
from crossdock.canonical.wire import make_envelope
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Rejected
from crossdock.kernel.instant import Occurrence
from crossdock.kernel.money import Money
from crossdock.ports.asks import Ask, Saying, Wish
from crossdock.process.freight.payment import invoice_set
from crossdock.process.freight.rating import as_charges
from crossdock.process.freight.state import FreightState
from crossdock.process.freight.table import DISPUTED, MATCHED, MISMATCHED
from crossdock.process.order.state import OrderState
from crossdock.process.order.table import LIVE, OPEN
from crossdock.process.sums import money, of_decimal, sum_of
from crossdock.process.terms.money import MoneyTerms

HOLD, UNHOLD, CANCEL = "hold", "release_hold", "cancel"
APPROVE, DISPUTE = "approve_freight", "dispute_freight"
OF_MONEY = frozenset({APPROVE, DISPUTE})
APPROVABLE = (MATCHED, MISMATCHED, DISPUTED)
AMOUNT_MAX = Decimal(10) ** 12
CODES = frozenset(code.value for code in ChargeCode)
# As the log spells it; what is said of money is the console's own to say (OW-11).
SPOKEN = "ops"


class Offer(msgspec.Struct, frozen=True):
    """A deed that can be asked for now. `choices` are the kinds to choose of, `amount` what stands as a proposal.

    `two` says when a second person has to agree, empty where never.
    """

    deed: str
    about: str
    text: str
    choices: tuple[str, ...] = ()
    amount: str = ""
    currency: str = ""
    two: str = ""


def offers(dossier: Dossier) -> tuple[Offer, ...]:
    """What makes sense as the dossier stands."""
    return (*_of_order(dossier), *_of_freight(dossier))


def _of_order(dossier: Dossier) -> Iterator[Offer]:
    order = dossier.one("ORD", OrderState)
    if order is None or not order.header:
        return
    urgent = "It belongs to the ERP and is urgent: a second person has to agree."
    if order.state in (*OPEN, *LIVE):
        yield Offer(HOLD, "", "Hold the order", tuple(HoldType), two=urgent)
        yield Offer(CANCEL, "", "Cancel the order", two=urgent)
        for hold, kind in sorted(order.holds.items()):
            yield Offer(UNHOLD, hold, f"Release the {kind} hold {hold}")


def _of_freight(dossier: Dossier) -> Iterator[Offer]:
    limit = dossier.policy.money.ops_override_limit
    for part, case in freight_of(dossier).items():
        if case.state not in APPROVABLE:
            continue
        two = f"Above {limit} {case.currency} a second person has to agree."
        claimed = money(case.net + case.taxes, case.currency).amount
        yield Offer(APPROVE, part, f"Approve freight {part}".strip(), (), str(claimed), case.currency, two)
        if case.state == MISMATCHED:
            contested = max(case.net - case.owed, sum(_failing(case).values()))
            shown = str(money(contested, case.currency).amount) if contested > 0 else ""
            yield Offer(DISPUTE, part, f"Dispute freight {part}".strip(), (), shown, case.currency, two)


def freight_of(dossier: Dossier) -> Mapping[str, FreightState]:
    """The freight cases by part, the load's under no name."""
    whole = dossier.one("FRT", FreightState)
    return {"": whole} if whole is not None else dict(dossier.groups("FRT", FreightState))


def saying_of(number: int, wish: Wish, person: str, dossier: Dossier) -> Saying:
    """The fact this wish is, under the ask's own number.

    Raises:
        Rejected: it cannot be done as the dossier stands, or its value is none.
    """
    if not any((one.deed, one.about) == (wish.deed, wish.about) for one in offers(dossier)):
        raise Rejected("that cannot be done as it stands by now: load the page again")
    if wish.deed in OF_MONEY:
        kind, payload = _of_case(f"OPS-{number}", wish, person, freight_of(dossier)[wish.about])
        subject = Subject("freight_case", f"{dossier.number}/{wish.about}".rstrip("/"))
    else:
        kind, payload = _of_whole(f"OPS-{number}", wish, person)
        subject = Subject("order", dossier.number)
    return Saying(kind, subject, msgspec.Raw(encode_json(payload)))


def _of_whole(number: str, wish: Wish, person: str) -> tuple[str, Payload]:
    if wish.deed == HOLD:
        if wish.value not in tuple(HoldType):
            raise Rejected("choose what kind of hold it is")
        return "order.held", OrderHeld(hold_id=number, type=HoldType(wish.value), reason=wish.reason)
    if wish.deed == UNHOLD:
        return "order.hold_released", OrderHoldReleased(hold_id=wish.about, by=person)
    return "order.cancel_requested", OrderCancelRequested(request_id=number, reason=wish.reason, requested_by=person)


def _of_case(number: str, wish: Wish, person: str, case: FreightState) -> tuple[str, Payload]:
    amount = Money(amount_of(wish.value), case.currency)
    if wish.deed == DISPUTE:
        charges = as_charges(_failing(case), case.currency)
        return "freight.disputed", FreightDisputed(dispute_no=number, charges=charges, amount=amount)
    basis = ApprovalBasis.DISPUTE if case.state == DISPUTED else ApprovalBasis.OVERRIDE
    approved = FreightApproved(approved_amount=amount, by=person, basis=basis, invoices=invoice_set(case))
    return "freight.approved", approved


def _failing(case: FreightState) -> dict[str, int]:
    """The charges that failed the match and are too high, by code."""
    return {one.charge: one.amount for one in case.failing if one.charge in CODES and one.amount > 0}


def amount_of(text: str) -> Decimal:
    """An amount as typed, to the cent or finer as far as amounts go.

    Raises:
        Rejected: it is none, or none that anybody could owe.
    """
    try:
        amount = Decimal(text.replace(",", ".").replace(" ", ""))
    except InvalidOperation as error:
        raise Rejected("say the amount as a number, such as 1180.00") from error
    if not amount.is_finite() or not 0 < amount < AMOUNT_MAX or amount != round(amount, 4):
        raise Rejected("the amount is to be above zero, with four places at most")
    return amount


def fact_of(ask: Ask) -> bytes:
    """The envelope an ask is carried out with: the same bytes however often, for all of it is kept with the ask."""
    saying = said_by(ask)
    kind = EVENT_TYPES[saying.type]
    spoken = {"by": ask.person, "reason": ask.reason, "ask": str(ask.id)}
    owner = on_behalf_of(saying.type)
    ext = {SPOKEN: spoken | ({"on_behalf_of": owner} if owner else {}) | ({"second": ask.second} if ask.second else {})}
    if ask.second:
        ext["approval"] = {"second": ask.second}
    payload = msgspec.structs.replace(msgspec.json.decode(saying.payload, type=kind.payload), ext=ext)
    source = Source(CONSOLE.role, CONSOLE.id, message_id=f"ask-{ask.id}")
    return make_envelope(kind.name, saying.subject, source, Occurrence(ask.agreed or ask.asked), payload)


def said_by(ask: Ask) -> Saying:
    """What the ask says."""
    return msgspec.json.decode(ask.said, type=Saying)


def on_behalf_of(kind: str) -> str:
    """Whose fact it is where it is not the console's own to say; of several owners the first by name."""
    owners = EVENT_TYPES[kind].owners
    return "" if Role.OPS in owners else min(role.value for role in owners)


def why_two(fact: Fact, dossier: Dossier, about: str) -> str:
    """Why a second person has to agree to this, empty where one is enough.

    Amounts are compared in the currency of the case, by the policy of its customer, carrier and warehouse.
    """
    if EVENT_TYPES[fact.type].priority is Priority.P0:
        return "it is urgent"
    match fact.payload:
        case FreightApproved(approved_amount=amount):
            case_ = freight_of(dossier)[about]
            excess = abs(sum_of(amount) - case_.taxes - case_.owed)
        case FreightDisputed(amount=amount):
            excess = 0
        case _:
            return ""
    terms = _terms(dossier, about, fact)
    if sum_of(amount) > of_decimal(terms.ops_override_limit):
        return f"it is more than {terms.ops_override_limit} {amount.currency}"
    if excess > of_decimal(terms.freight_override_limit):
        return f"it is more than {terms.freight_override_limit} {amount.currency} away from what was accrued"
    return ""


def _terms(dossier: Dossier, part: str, fact: Fact) -> MoneyTerms:
    """The money terms as the fold will judge by them."""
    suffix = f":{part}" if part else ""
    states = {
        ORDER: dossier.states.get(ORDER),
        SHIPMENT: dossier.states.get(f"{SHIPMENT}{suffix}"),
        LOAD: dossier.states.get(LOAD),
    }
    return Scoping(dossier.policy).policy(states, part, fact).money
