"""What both simulated warehouses do with their hands: pick, sometimes short, pack and label. No messages."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.demo import world
from crossdock.demo.door import Refusal
from crossdock.demo.stage import Stage
from crossdock.demo.world import OrderLine
from crossdock.demo.yard import Pallet

PIECES_A_PALLET = 25
COMPANY_PREFIX = "8712345"


class Job:
    """One fulfilment order on the floor: what was asked for by line, what was picked, where it stands."""

    def __init__(self, reference: str, order_no: str, site: str, asked: dict[str, int]) -> None:
        self.reference = reference
        self.order_no = order_no
        self.site = site
        self.asked = asked
        self.picked: dict[str, int] = {}
        self.pallets: tuple[Pallet, ...] = ()
        self.handover_no = ""
        self.cancel_id = ""


def check(stage: Stage, order_no: str, site: str, asked: dict[str, tuple[str, int]]) -> dict[str, int]:
    """The quantities by line, if this warehouse can take the job. `asked` is line → (item, quantity).

    Raises:
        Refusal: an item this warehouse does not keep, or nothing to pick.
    """
    known = {item.item_no for item in world.ITEMS}
    strange = sorted(item for item, _ in asked.values() if item not in known)
    if strange:
        raise Refusal(422, "unknown_item", f"{site} does not keep {', '.join(strange)}")
    if not asked or any(quantity <= 0 for _, quantity in asked.values()):
        raise Refusal(422, "nothing_to_pick", f"order {order_no} asks for no pieces")
    if order_no not in stage.orders:
        raise Refusal(422, "unknown_depositor_order", f"no depositor announced order {order_no}")
    return {line: quantity for line, (_, quantity) in asked.items()}


def pick_job(stage: Stage, job: Job) -> list[tuple[str, int, int]]:
    """Pick the job; returns `(line, asked, picked)` of the lines that came out short."""
    short = []
    scarce = stage.fate(job.order_no).short
    for line, asked in job.asked.items():
        found = asked
        if line in scarce and asked > 1:
            found = asked - 1 - asked // 10
            short.append((line, asked, found))
        job.picked[line] = found
    return short


def pack_job(stage: Stage, job: Job) -> None:
    """Pack what was picked, line by line, on pallets of at most 25 pieces."""
    lines: Sequence[OrderLine] = stage.orders[job.order_no].lines
    weights = {line.line_no: line.item.gross_kg for line in lines}
    pallets = []
    for line, pieces in job.picked.items():
        left = pieces
        while left > 0:
            count = min(left, PIECES_A_PALLET)
            serial = f"{job.order_no}|{job.site}|{line}|{left}"
            kilograms = str(weights[line] * count)
            pallets.append(Pallet(sscc(stage.seed, serial), kilograms, ((line, _item(lines, line), count),)))
            left -= count
    job.pallets = tuple(pallets)


def sscc(seed: int, serial: str) -> str:
    """A valid SSCC-18: extension digit, company prefix, serial, GS1 mod-10 check digit."""
    body = f"3{COMPANY_PREFIX}{world.pick(seed, 10**9, 'sscc', serial):09d}"
    total = sum(int(digit) * (3 if position % 2 == 0 else 1) for position, digit in enumerate(body))
    return body + str(-total % 10)


def _item(lines: Sequence[OrderLine], line_no: str) -> str:
    return next(line.item.item_no for line in lines if line.line_no == line_no)
