"""What is handed in at once, in parts that may be committed one without the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Self

import msgspec

from crossdock.app.ingest.arrival import Arrival, Item
from crossdock.app.ingest.correlate import identifiers
from crossdock.app.ingest.shared import parts_of
from crossdock.ports.store import MessageRow


class Bundle(msgspec.Struct, frozen=True):
    """What may not be parted: the facts of one message with the message, or a fact that came by itself.

    `places` are those of the facts in what was handed in, where their receipts go.
    """

    arrivals: Sequence[Arrival]
    places: Sequence[int]
    messages: Sequence[MessageRow] = ()

    def halves(self) -> tuple[list[Bundle], list[Bundle]]:
        """Parted after all, because the database refuses it as a whole; the first half keeps the messages."""
        middle = len(self.arrivals) // 2
        first = Bundle(self.arrivals[:middle], self.places[:middle], self.messages)
        return [first], [Bundle(self.arrivals[middle:], self.places[middle:])]


class Entered(msgspec.Struct, frozen=True):
    """A bundle inside a transaction, with the items of each fact: one, or the parts it was divided into."""

    bundle: Bundle
    items: list[list[Item]]

    @classmethod
    def of(cls, bundle: Bundle) -> Self:
        """Fresh items; an attempt that lost the fence starts from new ones."""
        return cls(bundle, [[item_of(part) for part in parts_of(arrival)] for arrival in bundle.arrivals])

    def messages(self) -> Sequence[MessageRow]:
        """Its messages, knowing into how many facts theirs were divided."""
        more = sum(len(parts) - 1 for parts in self.items)
        if not more:
            return self.bundle.messages
        return [msgspec.structs.replace(one, facts=one.facts + more) for one in self.bundle.messages]


def bundles(arrivals: Sequence[Arrival], messages: Sequence[MessageRow]) -> deque[Bundle]:
    """Everything handed in, in its order; messages no fact was read from come first."""
    kept = {message.id: message for message in messages}
    together: dict[str | int, list[int]] = {}
    for place, arrival in enumerate(arrivals):
        together.setdefault(arrival.message or place, []).append(place)
    formed: deque[Bundle] = deque()
    for name, places in together.items():
        message = kept.pop(name, None) if isinstance(name, str) else None
        formed.append(Bundle([arrivals[place] for place in places], places, () if message is None else (message,)))
    if kept:
        formed.appendleft(Bundle((), (), tuple(kept.values())))
    return formed


def facts_in(bundled: Iterable[Bundle]) -> int:
    """How many facts these hold."""
    return sum(len(bundle.arrivals) for bundle in bundled)


def items_in(entered: Iterable[Entered]) -> list[Item]:
    """All items of these, in their order."""
    return [item for one in entered for parts in one.items for item in parts]


def item_of(arrival: Arrival) -> Item:
    """A fresh item."""
    fact = arrival.fact
    return Item(
        fact,
        arrival.body,
        arrival.partner,
        identifiers(fact),
        fact.received_at,
        message=arrival.message,
        traceparent=arrival.traceparent,
        dossier=arrival.dossier,
        cause=fact.causation_id,
    )
