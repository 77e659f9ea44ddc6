"""The connector port: bytes of one partner kind to canonical facts, canonical commands to calls on it.

The runtime knows only these answers; what went wrong on the wire is translated here, once, into one of four.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

import msgspec

from crossdock.kernel.errors import CrossdockError, Permanent, Rejected, Transient


class Resolution(StrEnum):
    """How an unknown outcome (a timeout after sending) is resolved; declared, never guessed (architecture.md §2 rule
    3)."""

    IDEMPOTENT_RESEND = "idempotent_resend"
    READ_BACK = "read_back"
    AWAIT_ACKNOWLEDGEMENT = "await_acknowledgement"
    PERSON = "person"


class OutcomeKind(StrEnum):
    """What became of one attempt."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    TRANSIENT = "transient"
    UNKNOWN = "unknown"


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """The result of one attempt at one command.

    `detail` is a sentence for people, `reference` the partner's own id of what it did, `retry_after_s` its wish.
    """

    kind: OutcomeKind
    detail: str = ""
    reference: str = ""
    retry_after_s: float = 0.0


def unsent(error: CrossdockError) -> Outcome:
    """The outcome of what could not be handed over: what was refused or needs a person is not tried again, all else is.

    For ways without an unknown outcome: a file is there under its name or it is not, a broker confirms a message or it
    is published again under the same id.
    """
    match error:
        case Rejected(detail=detail, where=where):
            return Outcome(OutcomeKind.REFUSED, f"{where}: {detail}" if where else detail)
        case Permanent(detail=detail):
            return Outcome(OutcomeKind.REFUSED, detail)
        case Transient(detail=detail, retry_after_s=wait):
            return Outcome(OutcomeKind.TRANSIENT, detail, retry_after_s=wait)
        case _:
            return Outcome(OutcomeKind.TRANSIENT, error.detail)


class Outbound(msgspec.Struct, frozen=True, gc=False):
    """One command as a connector gets it. `payload` is canonical JSON of the command named by `type`."""

    id: int
    type: str
    idempotency_key: str
    ordering_key: str
    payload: bytes
    traceparent: str
    attempt: int
    created: datetime


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How hard a partner may be pressed. `rate_per_s` 0 means no limit of ours.

    `window` is the daily send window in the partner's zone as `("08:00", "18:00")`, empty for always.
    """

    concurrency: int = 4
    rate_per_s: float = 0.0
    burst: int = 10
    batch_max: int = 1
    timeout_s: float = 10.0
    attempts_max: int = 12
    breaker_failures: int = 5
    breaker_open_s: float = 5.0
    window: tuple[str, str] | None = None


class Maturity(StrEnum):
    """What a connector was run against; declared honestly, shown in its page."""

    VENDOR = "run against the vendor's system"
    TESTS = "run against a real server in our tests"
    NOT_YET = "not yet run against the vendor's system"


class Manifest(msgspec.Struct, frozen=True):
    """A connector's declaration; importing it does nothing else (style.md, plugin registration)."""

    kind: str
    title: str
    roles: tuple[str, ...]
    facts_in: tuple[str, ...]
    commands_out: tuple[str, ...]
    resolution: Resolution
    limits: Limits
    source: str
    maturity: Maturity = Maturity.NOT_YET


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One exact remark on received bytes: what is wrong, where, who must do what.

    `cause` tells causes of one code apart (the rule of a map that could not be followed): messages with one cause make
    one case.
    """

    code: str
    detail: str
    where: str = ""
    severity: str = "error"
    cause: str = ""


class Decoded(msgspec.Struct):
    """What a connector made of one message.

    `facts` are canonical envelopes in JSON, each with the position it came from; `replies` are documents owed to the
    sender (997, TA1); `refused` facts' findings say why. `control` identifies an interchange for duplicate detection.
    `reply_keys` name the documents owed that need a control number of ours first: one number a key (the same key always
    gets the same number), then `Replier.replies` writes them.
    """

    facts: list[DecodedFact] = []
    findings: list[Finding] = []
    replies: list[bytes] = []
    control: str = ""
    reply_keys: tuple[str, ...] = ()
    series: tuple[tuple[str, int], ...] = ()


class DecodedFact(msgspec.Struct, frozen=True):
    """One canonical envelope (JSON bytes) and where in the message it stands (`segments 4-9`, `$[3]`)."""

    body: bytes
    where: str = ""


class IntakeContext(msgspec.Struct, frozen=True):
    """What a decoder may know beside the bytes: who sent them, when they reached us, in whose zone local times are."""

    partner: str
    role: str
    received_at: datetime
    tz: str
    settings: dict[str, object] = {}


class Decoder(Protocol):
    """Pure: bytes to canonical facts. Never raises on content; what is wrong is a `Finding`."""

    def decode(self, body: bytes, content_type: str, context: IntakeContext) -> Decoded:
        """Read one message."""


@runtime_checkable
class Replier(Protocol):
    """A decoder whose partners are owed acknowledgments that carry our own control numbers. Pure."""

    def replies(self, body: bytes, context: IntakeContext, numbers: Sequence[int]) -> list[bytes]:
        """The documents owed for a message, one for each of its `reply_keys`, numbered with `numbers` in that order."""


class Sender(Protocol):
    """The only I/O of a connector, one instance a partner."""

    async def send(self, commands: Sequence[Outbound]) -> list[Outcome]:
        """Deliver in this order; one outcome each. At most `limits.batch_max` at once. Never raises."""

    async def look_up(self, command: Outbound) -> Outcome:
        """Read back by our reference whether an earlier attempt took effect: DELIVERED, REFUSED (it did not),
        UNKNOWN."""
