"""Parts of an order's page as a reader may see them: what was clicked, and the fields `why` can be asked of."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from crossdock.app.masking import is_personal
from crossdock.app.orders.masking import hides_money, masked
from crossdock.app.orders.sheet import OrderSheet
from crossdock.app.queries import Fact
from crossdock.app.states import is_digest
from crossdock.app.why import leaves
from crossdock.kernel.codec import encode_json
from crossdock.ports.principal import Verb
from crossdock.ports.views import CaseView, CommandView

FIELDS_MAX = 400
MayDo = Callable[[Verb], bool]


class Picked(msgspec.Struct, frozen=True):
    """What was clicked: one of the three, with the payload of a fact as this reader may see it."""

    fact: Fact | None = None
    command: CommandView | None = None
    case: CaseView | None = None
    payload: str = ""


def picked_of(sheet: OrderSheet, pick: str, may: MayDo) -> Picked | None:
    """The fact, command or case of that mark, where there is one on this page."""
    kind, name = pick[:1], pick[1:]
    if kind == "f":
        facts = {fact.id: fact for fact in (*sheet.trace.elsewhere, *sheet.trace.facts)}
        return Picked(fact=facts[name], payload=payload_of(facts[name], may)) if name in facts else None
    if kind == "c":
        commands = {f"{one.id}.{one.attempts}": one for one in sheet.trace.commands}
        commands |= {str(one.id): one for one in sheet.trace.commands}
        return Picked(command=commands[name]) if name in commands else None
    cases = {str(case.id): case for case in sheet.trace.cases}
    return Picked(case=cases[name]) if kind == "k" and name in cases else None


def payload_of(fact: Fact, may: MayDo) -> str:
    """What a fact says, indented, without what this reader may not see."""
    said = msgspec.json.decode(fact.payload)
    shown = masked(said, personal=may(Verb.SEE_PERSONAL_DATA), money=may(Verb.SEE_MONEY))
    return msgspec.json.format(encode_json(shown), indent=2).decode()


def fields_of(states: Mapping[str, object], may: MayDo) -> tuple[str, ...]:
    """Every field of every process manager that this reader may ask about."""
    paths = sorted(path for name, state in states.items() for path, leaf in leaves(state, name).items()
                   if not is_digest(leaf))  # fmt: skip
    shown = [path for path in paths if may(Verb.SEE_MONEY) or not hides_money(path)]
    persons = may(Verb.SEE_PERSONAL_DATA)
    return tuple(path for path in shown if persons or not is_personal(tuple(path.split("."))))[:FIELDS_MAX]
