"""The quantity ledger of an order in two legs (peers.md idea 3.10), and the one document each imbalance names.

A line's quantity goes ordered → released → picked → packed → shipped → delivered (or refused, damaged, lost), or out
by cancellation, shortage and backorder. What a warehouse does not report (picks, packages) is no account of that
release: its next document takes the quantity from the account before. Quantities are millionths of the line's unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from crossdock.process.order.ledger import NOTHING_AT_DOOR
from crossdock.process.order.state import Group, OrderState
from crossdock.process.postings import Account, Posting

RELEASED, PICKED, PACKED, SHIPPED, ENDED = "released", "picked", "packed", "shipped", "ended"
ENDS = ("delivered", "refused", "damaged")


class Gap(msgspec.Struct, frozen=True, gc=False):
    """A document that is missing (`amounts` < 0) or one too many (> 0), by line.

    `account` is what it should have filled, `document` its name where it is known; a missing one is known by `account`.
    """

    group: str
    account: str
    document: str
    amounts: dict[str, int]


def postings(state: OrderState, number: str) -> tuple[Posting, ...]:
    """One line's books."""
    line = state.lines[number]
    ordered = Account("ordered", number)
    found = [Posting("order", Account("customer"), ordered, line.ordered)]
    found += [Posting(one, ordered, Account("cancelled", number), amount) for one, amount in line.cancels.items()]
    found += [Posting(one, ordered, Account("backordered", number), amount) for one, amount in line.backorders.items()]
    for name, group in state.groups.items():
        found += _group(name, group, number)
    return tuple(found)


def _group(name: str, group: Group, number: str) -> Iterator[Posting]:
    slip = group.lines.get(number)
    if slip is None:
        return
    ordered = Account("ordered", number)
    released = Account(RELEASED, f"{name}|{number}")
    yield Posting(f"release {name}", ordered, released, slip.released)
    if slip.short:
        yield Posting(f"short {name}", released, ordered, slip.short)
    before = released
    for account, documents in _reported(group, number):
        here = Account(account, f"{name}|{number}")
        for document, amount in documents.items():
            yield Posting(document, before, here, amount)
        before = here
    for attempt, lines in group.attempts.items():
        for end, amount in zip(ENDS, lines.get(number, NOTHING_AT_DOOR), strict=True):
            if amount:
                yield Posting(f"attempt {attempt}", before, Account(end, number), amount)
    if slip.lost:
        yield Posting(f"loss {name}", before, Account("lost", number), slip.lost)


def _reported(group: Group, number: str) -> Iterator[tuple[str, dict[str, int]]]:
    """The stages this warehouse reports, each with what its documents say of the line."""
    if any(slip.picked for slip in group.lines.values()):
        yield PICKED, {"pick": group.lines[number].picked}
    if group.packages:
        yield PACKED, {sscc: lines.get(number, 0) for sscc, lines in group.packages.items()}
    if group.handovers:
        yield SHIPPED, {no: lines.get(number, 0) for no, lines in group.handovers.items()}


def gaps(state: OrderState) -> tuple[Gap, ...]:
    """What does not add up, one gap a document: a stage out of step with the stages on both sides of it.

    A stage that is merely behind (picked and not packed yet) is work, not a gap; of a delivered release it is one.
    """
    found: list[Gap] = []
    for name, group in state.groups.items():
        by_document: dict[tuple[str, str], dict[str, int]] = {}
        for number in group.lines:
            for account, document, amount in _out_of_step(group, number):
                by_document.setdefault((account, document), {})[number] = amount
        found += [Gap(name, account, document, amounts) for (account, document), amounts in by_document.items()]
    return tuple(found)


def _out_of_step(group: Group, number: str) -> Iterator[tuple[str, str, int]]:
    slip = group.lines[number]
    stages: list[tuple[str, dict[str, int]]] = [
        (RELEASED, {"release": slip.released - slip.short}),
        *_reported(group, number),
    ]
    door = {attempt: sum(lines.get(number, NOTHING_AT_DOOR)) for attempt, lines in group.attempts.items()}
    if group.attempts or slip.lost:
        stages.append((ENDED, {**door, **({"loss": slip.lost} if slip.lost else {})}))
    amounts = [sum(documents.values()) for _, documents in stages]
    expected = amounts[0]
    for place, (account, documents) in enumerate(stages[1:], 1):
        here = amounts[place]
        following = amounts[place + 1 :]
        difference = here - expected
        if not difference:
            continue
        last = not following
        behind = difference < 0 and all(later <= here for later in following)
        if behind and last and group.stage != "DELIVERED":
            # Not all of it has come this far yet.
            continue
        yield account, _named(documents, difference), difference
        if not last and following[0] != expected:
            # The stages after this one follow it: what is missing is missing from here on, and said once.
            expected = here


def _named(documents: Mapping[str, int], difference: int) -> str:
    """The document that is one too many: the latest that says exactly so much; a missing one has no number."""
    if difference < 0:
        return ""
    return next((name for name, amount in reversed(list(documents.items())) if amount == difference), "")
