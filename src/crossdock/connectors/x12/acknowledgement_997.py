"""997, 999 and TA1 on what we sent to `command.acknowledged` and `command.refused`.

Source: reference/x12-envelope.md §4. We send one set (ST02 0001) in one group in one interchange, all three under one
number of ours, so that an answer on any level names the command. Which command that number was for is known where
numbers are given out: the fact carries the reference `control|<partner>|<number>.0001`.
"""

from __future__ import annotations

from crossdock.canonical.declarations import Payload
from crossdock.canonical.envelope import Reference, Source, Subject
from crossdock.canonical.events.platform import CommandAcknowledged, CommandRefused
from crossdock.canonical.vocabulary import Role
from crossdock.canonical.wire import make_envelope
from crossdock.connectors.x12.codes import FUNCTIONAL
from crossdock.connectors.x12.facts import About, Desk
from crossdock.formats.x12.answers import SetAnswer, read_acknowledgement, read_note
from crossdock.formats.x12.tree import Interchange, Row
from crossdock.kernel.instant import Occurrence
from crossdock.ports.connector import DecodedFact, IntakeContext

# Of what this reader makes, as provenance tells it; raise it with every change.
VERSION = "1"
ACCEPTING = frozenset("AE")
OUR_SET = "0001"
SCHEME = "control"
# What a set of ours carried; the command itself is found by its number, so a set that carries several names one.
COMMAND_OF = {
    "940": "create_fulfilment_order",
    "204": "transmit_tender",
    "943": "expect_return",
    "944": "post_return_receipt",
    "945": "post_goods_issue",
    "947": "post_inventory_movement",
    "856": "confirm_handover",
    "753": "plan_shipment",
    "850": "create_sales_order",
    "860": "cancel_sales_order",
    "180": "request_return",
    "810": "request_invoice",
    "820": "approve_freight_invoice",
    "846": "request_inventory_snapshot",
    "855": "update_order_status",
}
FUNCTIONAL_OF = {FUNCTIONAL[code]: code for code in COMMAND_OF}


def control_id(number: int | str, transaction: str = OUR_SET) -> str:
    """The identifier a document of ours is answered under: `<GS06>.<ST02>`, without padding."""
    plain = str(number).strip()
    return f"{plain.lstrip('0') or '0'}.{transaction}"


def read_997(desk: Desk) -> list[DecodedFact]:
    """One fact for each set of ours that is answered."""
    answer = read_acknowledgement(desk.transaction)
    if answer is None:
        return []
    code = FUNCTIONAL_OF.get(answer.functional, answer.functional)
    sets = answer.sets or (SetAnswer(code, OUR_SET, answer.verdict, answer.notes),)
    facts: list[DecodedFact] = []
    for one in sets:
        control = control_id(answer.control, one.control)
        payload = _payload(one, control)
        about = _about(desk.context, control)
        name = "command.acknowledged" if isinstance(payload, CommandAcknowledged) else "command.refused"
        facts.append(desk.fact(name, about, desk.spoken, payload, (1, 2)))
    return facts


def read_ta1(interchange: Interchange, row: Row, context: IntakeContext, spoken: Occurrence) -> DecodedFact | None:
    """A TA1 that rejects our interchange refuses the command in it; one that accepts it says no more than that."""
    answer = read_note(row)
    if answer.verdict != "R":
        return None
    control = control_id(answer.control)
    about = _about(context, control)
    reason = f"the partner rejected our interchange {answer.control} with TA1 note I18-{answer.note}"
    payload = CommandRefused(command="unknown", idempotency_key=f"{SCHEME}:{control}", reason=reason)
    source = Source(Role(context.role), context.partner, interchange.control, "X12 TA1")
    body = make_envelope("command.refused", about.subject, source, spoken, payload, refs=about.refs)
    return DecodedFact(body, f"ISA {interchange.control} / TA1")


def _about(context: IntakeContext, control: str) -> About:
    return About(Subject("command", f"{SCHEME}:{control}"), (Reference(SCHEME, control, context.partner),))


def _payload(one: SetAnswer, control: str) -> Payload:
    command = COMMAND_OF.get(one.code, one.code or "unknown")
    key = f"{SCHEME}:{control}"
    if one.verdict in ACCEPTING:
        return CommandAcknowledged(command=command, idempotency_key=key, reference=control)
    reason = f"the partner rejected {one.code} {control} ({one.verdict}): " + (
        "; ".join(one.notes) or "no reason given"
    )
    return CommandRefused(command=command, idempotency_key=key, reason=reason[:2000])
