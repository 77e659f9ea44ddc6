"""The queued door: the caller is told `accepted` once the bytes are durable in JetStream; workers do the rest.

Behind it stands the same use case. What a worker is handed is exactly what the caller sent, with who sent it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

import msgspec

from crossdock.app.intake import Intake, MessageReceipt, Receipt
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.vocabulary import Priority
from crossdock.kernel.errors import Transient
from crossdock.ports.backbone import Backbone, Publication, Pulled
from crossdock.ports.directory import Directory, Partner

FACTS, MESSAGE = "facts", "message"
RETRY_MAX_S = 60.0
PARTNER, KIND, CHANNEL, TYPE, TRACE = "Partner", "Kind", "Channel", "Content-Type-Of", "Traceparent"


class _Head(msgspec.Struct):
    """As much of an envelope as tells its lane; whatever it is, the worker judges it."""

    type: str = ""


_heads = msgspec.json.Decoder(_Head)


class QueuedIntake:
    """Implements `Intake`; nothing is decoded here but the type that tells the lane."""

    def __init__(self, backbone: Backbone) -> None:
        self._backbone = backbone

    async def facts(self, partner: Partner, bodies: Sequence[bytes], *, traceparent: str = "") -> list[Receipt]:
        """See `Intake.facts`; every receipt says `queued`, and what became of the fact stands in the log of its
        order."""
        headers = {PARTNER: partner.id, KIND: FACTS, TRACE: traceparent}
        await self._backbone.publish(
            [
                Publication(subject(lane_of(body), partner.id), body, name_of(partner.id, body), headers)
                for body in bodies
            ]
        )
        return [Receipt("queued") for _ in bodies]

    async def message(
        self, partner: Partner, body: bytes, content_type: str, *, channel: str, traceparent: str = ""
    ) -> MessageReceipt:
        """See `Intake.message`; the id is the digest of the bytes, under which the worker's receipt is found too."""
        headers = {PARTNER: partner.id, KIND: MESSAGE, TRACE: traceparent, CHANNEL: ascii_of(channel)}
        headers[TYPE] = ascii_of(content_type)
        name = name_of(partner.id, body)
        await self._backbone.publish([Publication(subject(Priority.P1, partner.id), body, name, headers)])
        return MessageReceipt(name, "queued")


async def work_off(pulled: Sequence[Pulled], directory: Directory, intake: Intake) -> int:
    """Hand what was pulled to the intake and acknowledge it after the commit; returns how many facts and messages.

    Facts of one partner in a row go in together, in their order. What was queued by a partner that is no longer
    connected stays in the log and comes again. What fails by itself is put back alone, and all behind it is taken; then
    its error is raised.

    Raises:
        Transient: the database is away; what was not acknowledged comes again within seconds.
    """
    failed: BaseException | None = None
    runs = runs_of(pulled)
    for place, run in enumerate(runs):
        try:
            await _take(run, directory.partner(run[0].headers.get(PARTNER, "")), intake)
        except BaseException as error:
            alone = isinstance(error, Exception) and not isinstance(error, Transient)
            # Said at once: whoever waits for its lease to end waits longer than the trouble lasts.
            for one in (one for left in ([run] if alone else runs[place:]) for one in left):
                await one.nak(backoff_s(one.attempt))
            if not alone:
                raise
            failed = failed or error
    if failed is not None:
        raise failed
    return len(pulled)


def backoff_s(attempt: int) -> float:
    """How long a message that could not be taken rests: a second, doubled every time, at most a minute."""
    return min(1.0 * (1 << min(attempt - 1, 16)), RETRY_MAX_S)


async def _take(run: Sequence[Pulled], partner: Partner | None, intake: Intake) -> None:
    if partner is None:
        for one in run:
            await one.nak(RETRY_MAX_S)
    elif run[0].headers.get(KIND) == FACTS:
        await intake.facts(partner, [one.body for one in run], traceparent=run[0].headers.get(TRACE, ""))
        for one in run:
            await one.ack()
    else:
        await _take_message(run[0], partner, intake)


async def _take_message(one: Pulled, partner: Partner, intake: Intake) -> None:
    await intake.message(
        partner,
        one.body,
        text_of(one.headers.get(TYPE, "")),
        channel=text_of(one.headers.get(CHANNEL, "")),
        traceparent=one.headers.get(TRACE, ""),
    )
    await one.ack()


def runs_of(pulled: Sequence[Pulled]) -> list[list[Pulled]]:
    """Consecutive facts of one partner and trace together; every message alone."""
    runs: list[list[Pulled]] = []
    last = None
    for one in pulled:
        is_fact = one.headers.get(KIND) == FACTS
        key = (one.headers.get(PARTNER), one.headers.get(TRACE)) if is_fact else None
        if key is None or key != last:
            runs.append([])
        runs[-1].append(one)
        last = key
    return runs


def lane_of(body: bytes) -> Priority:
    """The lane of a canonical fact by its type; what cannot be read goes with the ordinary ones and is refused
    there."""
    try:
        kind = EVENT_TYPES.get(_heads.decode(body).type)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Priority.P2
    return kind.priority if kind is not None else Priority.P2


def subject(lane: Priority, partner: str) -> str:
    """Where it waits: `inbound.p1.erp1`."""
    return f"inbound.p{lane.value}.{partner}"


def name_of(partner: str, body: bytes) -> str:
    """The same bytes of the same partner within minutes are one message of the log."""
    return hashlib.sha256(partner.encode() + b"\0" + body).hexdigest()


def ascii_of(text: str) -> str:
    """Any text as a header value."""
    return base64.urlsafe_b64encode(text.encode()).decode()


def text_of(header: str) -> str:
    """The text of `ascii_of`."""
    return base64.urlsafe_b64decode(header.encode()).decode()
