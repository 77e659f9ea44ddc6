"""What a partner file says for people and for the commands of the project, beside what the hub runs on."""

from __future__ import annotations

import msgspec

from crossdock.canonical.catalogue import EVENT_TYPES


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to ask at the partner. `crossdock partners` and `check --strict` miss one without email or phone."""

    name: str = ""
    email: str = ""
    phone: str = ""

    @property
    def is_reachable(self) -> bool:
        """Whether there is a way to reach somebody."""
        return bool(self.email or self.phone)


class Slo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was agreed, in hours; 0 where nothing was. `crossdock partners` shows it.

    `answer_within_h` is until what we send is answered in substance, a tender by its response; `quiet_at_most_h` the
    longest time without any message that is usual.
    """

    answer_within_h: float = 0.0
    quiet_at_most_h: float = 0.0

    def __post_init__(self) -> None:
        """Refuse times that are none."""
        if min(self.answer_within_h, self.quiet_at_most_h) < 0:
            raise ValueError("hours count from 0")

    @property
    def words(self) -> str:
        """`answer within 24 h, quiet at most 48 h`, empty where nothing was agreed."""
        told = (("answer within", self.answer_within_h), ("quiet at most", self.quiet_at_most_h))
        return ", ".join(f"{name} {hours:g} h" for name, hours in told if hours)


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the partner sends: `documents` by the type `crossdock inspect` shows.

    `partners` asks for a sample of each, and `drift` tells of any other. `quiet_h` is by fact type (`carrier.accepted`)
    the longest usual time without one, `moves_within_h` the longest in which nothing it says moves an order; both count
    the hours of `calendar`, one of the policy's, as `slo.quiet_at_most_h` does. Longer is a case INT-10.
    """

    documents: tuple[str, ...] = ()
    quiet_h: dict[str, float] = {}
    moves_within_h: float = 0.0
    calendar: str = ""

    def __post_init__(self) -> None:
        """Refuse facts there are not, and times that are none."""
        unknown = sorted(set(self.quiet_h) - set(EVENT_TYPES))
        if unknown:
            raise ValueError(f"{unknown[0]} is no fact type: docs/reference/events.md lists them")
        if min(self.moves_within_h, *self.quiet_h.values(), 0.0) < 0:
            raise ValueError("hours count from 0")


class Profile(msgspec.Struct, frozen=True):
    """These parts of one partner's file."""

    contact: Contact = Contact()
    slo: Slo = Slo()
    expected: Expected = Expected()
