"""How a declaration's state follows from the rows taken. Pure, and keyed by what the fact says."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from msgspec.structs import replace

from crossdock.canonical.commands.customs import AmendDeclaration, SubmitDeclaration
from crossdock.canonical.envelope import Fact
from crossdock.canonical.events.customs import (
    CustomsAccepted,
    CustomsDeclared,
    CustomsDocsRequested,
    CustomsExitConfirmed,
    CustomsGoodsStated,
    CustomsHeld,
    CustomsReleased,
)
from crossdock.canonical.events.fulfilment import ShipmentHandedOver
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.instant import micros
from crossdock.process.customs.goods import declared, essence
from crossdock.process.customs.state import DeclarationState, Declared, pack
from crossdock.process.customs.table import (
    AMENDING,
    CANCEL_PENDING,
    CANCELLED,
    EXITED,
    HELD,
    REFUSED,
    RELEASED,
    UNSEEN,
)
from crossdock.process.customs.trade_book import by_line
from crossdock.process.declaring import lrn_of
from crossdock.process.machine import Row
from crossdock.process.step import entered

Learn = Callable[[DeclarationState, Fact], DeclarationState]

# Controls a declaration remembers; customs does not announce more of one consignment.
CONTROLS_MAX = 20
CONTROL, AMENDMENT = "control", "amendment"
OVERTAKES = {"customs.released": RELEASED, "customs.held": HELD, "customs.docs_requested": HELD}


def evolve(state: DeclarationState, fact: Fact, row: Row) -> DeclarationState:
    """The state after a row: what the fact taught, and the state name it leads to."""
    learn = LEARN.get(fact.type)
    learned = replace(state, lifted=()) if state.lifted else state
    if fact.source.system is Role.CUS and not state.authority:
        learned = replace(learned, authority=fact.source.instance)
    if learn is not None:
        learned = learn(learned, fact)
    after, prior = entered(state, row)
    if state.state == AMENDING:
        prior = OVERTAKES.get(fact.type, state.prior) if after in (AMENDING, CANCEL_PENDING) else AMENDING
        if after != AMENDING:
            learned = unblocked(learned, AMENDMENT)
    if state.state == after == CANCEL_PENDING and fact.type == "customs.release_refused":
        prior = REFUSED
    if after in (CANCELLED, EXITED):
        learned = unblocked(learned, *learned.holds)
    return replace(learned, state=after, prior=prior)


def taught(state: DeclarationState, stated: CustomsGoodsStated) -> DeclarationState:
    """What there is to declare by now."""
    return replace(state, stated=pack(stated))


def blocked(state: DeclarationState, reason: str, hold_id: str) -> DeclarationState:
    """The goods must not move, for one more reason; a reason that holds already keeps its hold."""
    return state if reason in state.holds else replace(state, holds={**state.holds, reason: hold_id})


def unblocked(state: DeclarationState, *reasons: str) -> DeclarationState:
    """These reasons are gone; the holds they had are named in `lifted`."""
    gone = tuple(state.holds[reason] for reason in reasons if reason in state.holds)
    left = {reason: hold for reason, hold in state.holds.items() if reason not in reasons}
    return replace(state, holds=left, lifted=(*state.lifted, *gone)) if gone else state


def _stated(state: DeclarationState, fact: Fact) -> DeclarationState:
    stated = cast(CustomsGoodsStated, fact.payload)
    required = stated.required
    key = f"{required.order_no}/{required.warehouse}/{required.release_no}"
    return taught(replace(state, lrn=state.lrn or lrn_of(key)), stated)


def _declared(state: DeclarationState, fact: Fact) -> DeclarationState:
    version = max(state.version, cast(CustomsDeclared, fact.payload).version)
    return replace(lodged(state), version=version, overdue=0, disputed=False)


def lodged(state: DeclarationState) -> DeclarationState:
    """What was offered is declared; where somebody else handed it in, what there was to declare by then."""
    return replace(state, lodged=state.offered if state.offered.goods else declared(state.content()))


def _accepted(state: DeclarationState, fact: Fact) -> DeclarationState:
    state = lodged(state) if state.state in UNSEEN else state
    return replace(state, mrn=cast(CustomsAccepted, fact.payload).mrn, overdue=0)


def _rejected(state: DeclarationState, fact: Fact) -> DeclarationState:
    return replace(state, answered=state.version, overdue=0)


def _answered(state: DeclarationState, fact: Fact) -> DeclarationState:
    return replace(state, overdue=0)


def _held(state: DeclarationState, fact: Fact) -> DeclarationState:
    held = cast(CustomsHeld, fact.payload)
    control = f"{held.kind} {held.since.isoformat()}"
    if control not in state.controls:
        state = replace(state, controls=(*state.controls, control)[-CONTROLS_MAX:])
    state = _numbered(lodged(state) if state.state in UNSEEN else state, held.mrn)
    return blocked(state, CONTROL, f"{state.lrn}:{held.kind}:{held.since:%Y%m%dT%H%M%S}")


def _asked(state: DeclarationState, fact: Fact) -> DeclarationState:
    asked = cast(CustomsDocsRequested, fact.payload)
    state = replace(state, request=asked.request_ref or fact.key, wanted=asked.documents)
    return blocked(state, CONTROL, f"{state.lrn}:documents:{fact.at:%Y%m%dT%H%M%S}")


def _released(state: DeclarationState, fact: Fact) -> DeclarationState:
    gone = cast(CustomsReleased, fact.payload)
    state = lodged(state) if state.state in UNSEEN else state
    state = replace(_numbered(state, gone.mrn), released_us=micros(gone.released_at), request="", wanted=())
    return unblocked(state, CONTROL)


def _refused(state: DeclarationState, fact: Fact) -> DeclarationState:
    state = replace(state, answered=state.version)
    return blocked(state, CONTROL, f"{state.lrn}:refused:{fact.at:%Y%m%dT%H%M%S}")


def submitting(state: DeclarationState, fact: Fact) -> DeclarationState:
    """Our own submission: what it says, and its version."""
    sent = cast(SubmitDeclaration, fact.payload)
    return replace(
        state, version=sent.version, offered=declared(state.content()), submitted=essence(state.content()), overdue=0
    )


def _amending(state: DeclarationState, fact: Fact) -> DeclarationState:
    number = cast(AmendDeclaration, fact.payload).amendment_no
    state = replace(
        state, amendment=number, amendments=state.amendments + 1, offered=declared(state.content()), overdue=0
    )
    return blocked(state, AMENDMENT, f"{state.lrn}:amendment:{number}")


def _amended(state: DeclarationState, fact: Fact) -> DeclarationState:
    state = replace(state, lodged=state.offered, amendment="", refused=Declared(), overdue=0)
    return unblocked(state, AMENDMENT)


def _not_amended(state: DeclarationState, fact: Fact) -> DeclarationState:
    return unblocked(replace(state, refused=state.offered, amendment="", overdue=0), AMENDMENT)


def _cancelling(state: DeclarationState, fact: Fact) -> DeclarationState:
    return replace(state, cancel=str(getattr(fact.payload, "request_id", "")))


def handed(state: DeclarationState, fact: Fact) -> DeclarationState:
    """What left the dock, once a hand-over number."""
    gone = cast(ShipmentHandedOver, fact.payload)
    return replace(state, handed={**state.handed, gone.handover_no: by_line(gone.lines)})


def _enquired(state: DeclarationState, fact: Fact) -> DeclarationState:
    return replace(state, request=str(getattr(fact.payload, "enquiry_no", "")) or "exit")


def _gone(state: DeclarationState, fact: Fact) -> DeclarationState:
    return replace(state, departed_us=state.departed_us or micros(fact.at))


def _exited(state: DeclarationState, fact: Fact) -> DeclarationState:
    gone = cast(CustomsExitConfirmed, fact.payload)
    if state.released_us:
        return state
    return replace(_numbered(state, gone.mrn), released_us=micros(gone.exit_at), inferred=True)


def _numbered(state: DeclarationState, mrn: str) -> DeclarationState:
    """The number an answer names, where the acceptance that gave it was not seen (CD-23, CD-25)."""
    return replace(state, mrn=state.mrn or mrn, inferred=state.inferred or not state.mrn)


LEARN: dict[str, Learn] = {
    "customs.goods_stated": _stated,
    "customs.declared": _declared,
    "customs.accepted": _accepted,
    "customs.rejected": _rejected,
    "customs.held": _held,
    "customs.docs_requested": _asked,
    "customs.released": _released,
    "customs.release_refused": _refused,
    "cmd:amend_declaration": _amending,
    "customs.amended": _amended,
    "customs.amendment_rejected": _not_amended,
    "cmd:cancel_declaration": _cancelling,
    "customs.cancel_denied": _answered,
    "customs.exit_confirmed": _exited,
    "customs.exit_enquiry": _enquired,
    "timer.elapsed": _enquired,
    "shipment.departed": _gone,
    "shipment.handed_over": handed,
}
