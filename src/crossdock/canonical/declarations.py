"""How an event type and a command type are declared; the tables are in `events/` and `commands/`."""

from __future__ import annotations

import msgspec

from crossdock.canonical.vocabulary import Lane, Priority, Role

_SECONDS = {"m": 60, "h": 3600, "d": 86_400}


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False, kw_only=True):
    """Base of every payload. `ext` holds local extensions as `namespace -> name -> text` (domain.md §0.3)."""

    ext: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)


class EventType(msgspec.Struct, frozen=True):
    """One row of domain.md §2.1–2.9.

    Attributes:
        owners: roles whose statement is authoritative (domain.md §1.7).
        observers: delegated observers: their statement is only an observation.
        subject: type of the subject; `subjects` are all types accepted, empty for any.
        idem: what makes the business key unique beside type and subject, in the grammar of `keys`.
        late_s: lateness in seconds above which a fact is marked late, `None` where nobody outside says it.
        opens: kind of the dossier this type may open, `order`, `load`, or empty; of several, the subject's type.
        rank: causal rank; at equal instants the lower rank is folded first.
        to: letters of the mandatory consumers (domain.md §2).
        portal: `Y`, or `M` and its softer label, or empty for never.
    """

    name: str
    version: int
    payload: type[Payload]
    owners: frozenset[Role]
    observers: frozenset[Role]
    subject: str
    subjects: frozenset[str]
    idem: tuple[str, ...]
    priority: Priority
    late_s: int | None
    lane: Lane
    opens: str
    rank: int
    to: tuple[str, ...]
    portal: str


class CommandType(msgspec.Struct, frozen=True):
    """One row of domain.md §2.10.

    Attributes:
        role: whom it is for; `roles` are all roles that may take its place.
        key: payload fields that make the idempotency key.
        mode: `S` the call answers, `A` an event answers later, `S→A` accepted now and answered later.
        ack, nack: event types that answer yes and no; `message ack` is a `command.acknowledged`.
        timer: policy that names how long we wait, empty for not at all.
        on_negative: exception code raised when refused.
        undo: command that compensates it, or a sentence saying what does.
        ordering: payload field that orders commands to one partner, and what kind of key it is.
    """

    name: str
    payload: type[Payload]
    role: Role
    roles: frozenset[Role]
    key: tuple[str, ...]
    mode: str
    ack: tuple[str, ...]
    nack: tuple[str, ...]
    timer: str
    on_negative: str
    undo: str
    priority: Priority
    ordering: str
    ordering_field: str


def event(  # noqa: PLR0913, PLR0917  (the columns of the specification)
    name: str,
    payload: type[Payload],
    auth: str,
    subject: str,
    idem: str,
    urgency: str,
    to: str,
    portal: str,
    *,
    lane: Lane,
    rank: int,
    opens: str = "",
) -> EventType:
    """Declare a type as the row of the specification reads.

    Args:
        auth: owners, then delegated observers after `;` (`TMS LMD; CAR`).
        subject: subject types accepted, the usual one first; `*` for any.
        idem: key parts, see `keys`.
        urgency: class and lateness limit (`P1 15m`).
    """
    owners, _, observers = auth.partition(";")
    subjects = subject.split()
    priority, *late = urgency.split()
    return EventType(
        name=name,
        version=1,
        payload=payload,
        owners=frozenset(Role(role) for role in owners.split()),
        observers=frozenset(Role(role) for role in observers.split()),
        subject=subjects[0],
        subjects=frozenset() if subjects == ["*"] else frozenset(subjects),
        idem=tuple(idem.split()),
        priority=Priority[priority],
        late_s=int(late[0][:-1]) * _SECONDS[late[0][-1]] if late else None,
        lane=lane,
        opens=opens,
        rank=rank,
        to=tuple(to.split()),
        portal=portal,
    )


def command(  # noqa: PLR0913, PLR0917  (the columns of the specification)
    name: str,
    payload: type[Payload],
    to: str,
    key: str,
    answer: str,
    timer: str,
    on_negative: str,
    undo: str,
    *,
    ordering: str,
    priority: Priority = Priority.P1,
) -> CommandType:
    """Declare a command as the row of the specification reads.

    Args:
        to: roles, the usual one first.
        key: payload fields of the idempotency key.
        answer: `mode: ack, ack / nack` (`A: fulfilment.accepted / fulfilment.rejected`).
        ordering: `kind=field` (`order=order_no`).
    """
    mode, _, events = answer.partition(":")
    yes, _, no = events.partition("/")
    roles = [Role(role) for role in to.split()]
    kind, _, field = ordering.partition("=")
    return CommandType(
        name=name,
        payload=payload,
        role=roles[0],
        roles=frozenset(roles),
        key=tuple(key.split()),
        mode=mode,
        ack=tuple(part.strip() for part in yes.split(",") if part.strip()),
        nack=tuple(part.strip() for part in no.split(",") if part.strip()),
        timer=timer,
        on_negative=on_negative,
        undo=undo,
        priority=priority,
        ordering=kind,
        ordering_field=field or kind,
    )
