"""What may be wished anew of a released order: where to, by when, by whom; and who is told (domain.md §3.2.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from msgspec.structs import replace

from crossdock.canonical.envelope import Fact, Subject
from crossdock.canonical.events.order import OrderApproved, OrderPromiseChanged
from crossdock.canonical.parts import Address, Place
from crossdock.kernel.instant import AwareDatetime as Instant
from crossdock.process.effects import CloseCase, Derive, Effect, Tell
from crossdock.process.order.header import header_of, with_header
from crossdock.process.order.ledger import DEAD_STAGES
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.process.told import WISHES, Wishes

Effects = tuple[Effect, ...]
Set = Callable[[OrderApproved, str], OrderApproved | None]

COUNTRY = "ship_to.address.country"


def _of_place(name: str) -> Set:
    return lambda order, text: replace(order, ship_to=replace(order.ship_to, **{name: text}))


def _of_address(name: str) -> Set:
    def put(order: OrderApproved, text: str) -> OrderApproved | None:
        known = order.ship_to.address
        if known is None and name != "country":
            return None
        try:
            # As a message would bring it: a country that is none is refused here.
            address = msgspec.convert({**(msgspec.to_builtins(known) if known else {}), name: text}, Address)
        except msgspec.ValidationError:
            return None
        return replace(order, ship_to=replace(order.ship_to, address=address))

    return put


def _of_policies(name: str) -> Set:
    return lambda order, text: replace(order, policies=replace(order.policies, **{name: text}))


SETTERS: Mapping[str, Set] = {
    **{f"ship_to.{name}": _of_place(name) for name in ("location_no", "name", "gln", "unlocode", "tz")},
    **{f"ship_to.address.{name}": _of_address(name) for name in ("country", "city", "region", "postal")},
    "policies.carrier_pref": _of_policies("carrier_pref"),
    "carrier": _of_policies("carrier_pref"),
    "carrier_pref": _of_policies("carrier_pref"),
    "policies.service_pref": _of_policies("service_pref"),
    "service": _of_policies("service_pref"),
    "service_pref": _of_policies("service_pref"),
}


def with_lines_of(place: Place, text: str) -> Place | None:
    """The place with another street: lines parted by line breaks."""
    if place.address is None:
        return None
    return replace(place, address=replace(place.address, lines=tuple(text.splitlines())))


def wished(state: OrderState, path: str, new: str) -> OrderState | None:
    """The state with this part of the header changed; `None` for a part or a text that is none."""
    order = header_of(state)
    if path.startswith("ship_to.address.lines"):
        place = with_lines_of(order.ship_to, new)
        changed = replace(order, ship_to=place) if place is not None else None
    else:
        put = SETTERS.get(path)
        changed = put(order, new) if put is not None else None
    return with_header(state, changed) if changed is not None else None


def with_date(state: OrderState, path: str, text: str) -> OrderState | None:
    """The state with another date wished for; `None` for a text that is no instant."""
    try:
        instant = msgspec.convert(text, type=Instant)
    except msgspec.ValidationError:
        return None
    header = header_of(state)
    side = "earliest" if path.endswith("earliest") else "latest"
    return with_header(state, replace(header, requested=replace(header.requested, **{side: instant})))


def promise_anew(before: OrderState, after: OrderState, key: str) -> Effects:
    """Another wish is another promise: told to whoever was told the first."""
    old, new = header_of(before), header_of(after).requested
    if new == old.requested or new.latest is None:
        return ()
    promised = OrderPromiseChanged(old=old.promise or old.requested, new=new, cause="the customer wishes it")
    return (Derive("order.promise_changed", Subject("order", key), promised),)


def promised(state: OrderState, key: str, fact: Fact, policy: Policy) -> tuple[OrderState | None, Effects]:
    """A promise holds from now on: shipments measure themselves by it, and what put the old one at risk is settled."""
    said = fact.payload
    if not isinstance(said, OrderPromiseChanged) or not state.header:
        return None, ()
    changed = with_header(state, replace(header_of(state), promise=said.new))
    return changed, (*tell_wishes(changed), *(CloseCase("CSR-01", key, slot) for slot in ("release", *state.groups)))


def tell_wishes(state: OrderState) -> Effects:
    """Every live shipment learns all that is wished for: of several tellings the last one counts."""
    order = header_of(state)
    wishes = Wishes(
        rev=max(state.rev, 1),
        promise=order.promise or order.requested,
        ship_to=order.ship_to,
        carrier=order.policies.carrier_pref,
        service=order.policies.service_pref,
    )
    ended = (*DEAD_STAGES, "DELIVERED")
    return tuple(Tell(WISHES, wishes, name) for name, group in state.groups.items() if group.stage not in ended)


def wishes_between(before: OrderState, after: OrderState) -> Effects:
    """Where to and by whom, where that changed."""
    old, new = header_of(before), header_of(after)
    return tell_wishes(after) if (old.ship_to, old.policies) != (new.ship_to, new.policies) else ()
