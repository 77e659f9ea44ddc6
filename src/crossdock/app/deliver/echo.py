"""How a command ended is a fact for its dossier: fed to the hub's own intake, which is idempotent.

What is owed is marked in the transaction that ended the run, and cleared after the intake's. A crash between the two
costs a duplicate, which the intake suppresses; it never costs the fact.
"""

from __future__ import annotations

from datetime import timedelta

import msgspec

from crossdock.app.intake import Intake
from crossdock.canonical.envelope import Envelope, Reference, Source, Subject
from crossdock.canonical.events.platform import CommandAcknowledged, CommandRefused
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.codec import encode_json
from crossdock.kernel.errors import Bug
from crossdock.kernel.instant import Occurrence
from crossdock.ports.directory import Directory, Partner
from crossdock.ports.outbox import Echo, Ending, Outbox

ECHOES_MAX = 500

# An alert concerns no dossier: nobody waits for how it ended, and a delivery that failed has its case.
TO_OUR_OWN = "notify_internal"

NEVER_DONE = {
    Ending.REFUSED: "refused",
    Ending.PARKED: "not delivered, a person has it",
    Ending.SKIPPED: "given up by a person",
}


async def echo_once(
    outbox: Outbox, intake: Intake, ourselves: Partner, directory: Directory, *, limit: int = ECHOES_MAX
) -> int:
    """Feed what is owed; returns how many. The directory tells who is to acknowledge documents, and until when.

    Raises:
        Transient: the intake or the database is away; what is owed stays owed.
        Bug: our own intake refused a fact of ours. It is kept there as a refused message and owed no longer.
    """
    echoes = await outbox.echoes(limit)
    if not echoes:
        return 0
    owed = [echo for echo in echoes if echo.ident or echo.type != TO_OUR_OWN]
    receipts = await intake.facts(ourselves, [echo_body(echo, ourselves, directory) for echo in owed]) if owed else []
    await outbox.echoed(echoes)
    for echo, receipt in zip(owed, receipts, strict=True):
        if receipt.status == "refused":
            raise Bug(f"the outcome of delivery {echo.id} was refused by our own intake: {receipt.findings}")
    return len(echoes)


def echo_body(echo: Echo, ourselves: Partner, directory: Directory) -> bytes:
    """The canonical envelope: about the order or load whose dossier sent the command, at the instant it ended.

    `revision` is the attempt's number: a command that was refused, corrected and refused again is not a contradiction.
    """
    scheme, scope, number = (echo.ident or f"command||{echo.idempotency_key}").split("|", 2)
    delivered = echo.ending is Ending.DELIVERED
    envelope = Envelope(
        type="command.acknowledged" if delivered else "command.refused",
        subject=Subject(scheme, number),
        source=Source(Role.SYNC, ourselves.id, event_id=f"delivery-{echo.id}.{echo.run}"),
        occurred=Occurrence(echo.at),
        payload=msgspec.Raw(encode_json(_payload(echo, directory))),
        revision=echo.run,
        causation_id=echo.cause,
        refs=(Reference(scheme, number, scope), *_control(echo)),
    )
    return encode_json(envelope)


def _control(echo: Echo) -> tuple[Reference, ...]:
    """The number the partner will acknowledge the document under: its 997 then finds the same dossier."""
    return (Reference("control", echo.reference, echo.partner),) if echo.reference else ()


def _payload(echo: Echo, directory: Directory) -> CommandAcknowledged | CommandRefused:
    if echo.ending is Ending.DELIVERED:
        partner = directory.partner(echo.partner)
        within_s = partner.acknowledge_within_s if partner is not None and echo.reference else 0
        return CommandAcknowledged(
            command=echo.type,
            idempotency_key=echo.idempotency_key,
            reference=echo.reference,
            answer_by=echo.at + timedelta(seconds=within_s) if within_s else None,
        )
    verdict = NEVER_DONE[echo.ending]
    reason = f"{verdict}: {echo.detail}" if echo.detail else verdict
    return CommandRefused(command=echo.type, idempotency_key=echo.idempotency_key, reason=reason)
