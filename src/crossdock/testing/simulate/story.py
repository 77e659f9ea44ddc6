"""What the partners of one run say: the worked example of domain.md §10 told once an order, with what else may happen.

An order has names of its own and its seed's choice of twists. Its facts keep the instants at which they occurred, so
their bytes are the same in every run. A partner says most of them when it got the command they answer, never before.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from crossdock.canonical.wire import decode_fact
from crossdock.kernel.identifiers_checks import gs1_digit
from crossdock.process.declaring import lrn_of
from crossdock.testing.golden import said
from crossdock.testing.golden.cast import LRN_KEY, MRN, SSCC_GB, SSCC_NL, when
from crossdock.testing.golden.trace import TRACE
from crossdock.testing.golden.twists import TWISTS, Told
from crossdock.testing.simulate.dialects import dialect_of, said_as

START = when("01 04:00")
# All is told, and the clocks that matter to anybody have run out.
END = START + timedelta(days=40)

# Numbers a partner, the ERP or we give out; each order gets its own by more digits.
_NUMBER = re.compile(
    rb"\b(SO-|SHP-|LD-|APT-|RUN-|DT-|TND-|NV-INV-|INV-9|NV-CRN-|HO-GB-|HO-NL-|BOL-|DSP-|POD-NV|POD-|HP-PO-|CN-|RC-|RMA-|"
    rb"ACC-|PAY-|NV)(\d+)\b"
)
_SAID_AS = re.compile(rb'"message_id":"([^"]+)"')

# Twists after which everybody still does all of the story, and one that takes a word back.
PLAIN = (
    "held and free", "another carrier first", "slot moved", "invoice not posted", "invoice credited and paid",
    "claimed twice", "accrual not booked", "goods come back", "delivery corrected", "scan taken back",
)  # fmt: skip
# The stock of Venlo is counted once, whoever buys.
OF_STOCK = ("stock is counted", "movement not booked")
STOCK_ROWS = frozenset({"R0", "R20", "R21"})

# What a row answers: the command, and what stands in its idempotency key.
ANSWERS = {
    "R3": ("create_fulfilment_order", "SO-100234|WH-GB1"),
    "R7": ("create_fulfilment_order", "SO-100234|WH-NL1"),
    "R4": ("plan_shipment", "SO-100234|WH-GB1"),
    "R5": ("plan_shipment", "SO-100234|WH-NL1"),
    "R6": ("plan_shipment", "SO-100234|WH-NL1"),
    "R13": ("create_delivery_task", "SHP-88002"),
    "R24": ("submit_declaration", said.LRN),
    "R44a": ("post_freight_accrual", "SO-100234/WH-NL1"),
    "R49": ("request_invoice", "SO-100234/WH-GB1"),
    "R56": ("request_invoice", "SO-100234/WH-NL1"),
    "R60": ("approve_freight_invoice", "SO-100234/WH-NL1"),
}


# A short story begins with these: without the order nothing happens.
OPENING = ("R0", "R1")
# How many stories a thousand seeds tell: each is told by some eight seeds, whose faults are their own.
SHORT_A_THOUSAND = 120
# Of these many rows beside the opening a short story keeps some; what is left out is never said by anybody.
KEPT_MIN, KEPT_MAX = 4, 12
ANSWERED = tuple(row.name for row in TRACE if row.partner and row.name not in OPENING)


class Line(msgspec.Struct, frozen=True):
    """One message: who says it when, about which order, which command it answers (type, part of its key), and in
    which dialect, none for canonical JSON."""

    name: str
    order: int
    order_no: str
    partner: str
    at: datetime
    body: bytes
    answers: tuple[str, str] | None = None
    dialect: str = ""


class Order(msgspec.Struct, frozen=True):
    """One order of a run: its number, its name, what happens beside the example."""

    index: int
    order_no: str
    twists: tuple[str, ...]
    dialect: str = ""


def tale_of(seed: int) -> int:
    """Which short story a seed tells."""
    thousand, place = divmod(seed, 1000)
    return 1 + thousand * SHORT_A_THOUSAND + place % SHORT_A_THOUSAND


def order_of(tale: int, index: int, *, short: bool = False) -> Order:
    """The order of this story and number."""
    dice = random.Random(f"order {tale} {index}")
    names = (*PLAIN, *OF_STOCK) if index == 0 else PLAIN
    order_no = renamed(said.APPROVED.order_no.encode(), index).decode()
    most = (1 if tale % 3 == 0 else 0) if short else 3
    return Order(index, order_no, tuple(dice.sample(names, min(dice.randrange(4), most))), dialect_of(tale))


def kept(tale: int, index: int) -> frozenset[str]:
    """The rows a short story keeps: the beginning of the example and something of the rest, or any."""
    dice = random.Random(f"kept {tale} {index}")
    count = dice.randrange(KEPT_MIN, KEPT_MAX)
    if dice.random() < 0.5:
        return frozenset((*OPENING, *dice.sample(ANSWERED, count)))
    return frozenset((*OPENING, *ANSWERED[:8], *dice.sample(ANSWERED[8:], count // 2)))


def lines(tale: int, index: int, *, short: bool = False) -> Iterator[Line]:
    """Everything that is said about this order."""
    order = order_of(tale, index, short=short)
    dice = random.Random(f"times {tale} {index}")
    some = kept(tale, index) if short else None
    for row in TRACE:
        if row.partner and (index == 0 or row.name not in STOCK_ROWS) and (some is None or row.name in some):
            at = row.received + timedelta(seconds=dice.uniform(0, 90))
            yield _line(row.name, order, (row.partner, row.body()), at, ANSWERS.get(row.name))
    for twist in order.twists:
        for place, told in enumerate(TWISTS[twist]):
            occurred = decode_fact(told[1], END).at
            at = occurred + timedelta(seconds=dice.uniform(1, 90))
            yield _line(f"{twist} {place}", order, told, at, None)


def rows(orders: int, tale: int | None = None) -> tuple[tuple[str, float], ...]:
    """What messages of the example, or of a short story, are called, and at what hour they are said."""
    return tuple(
        (f"{row.name}#{index}", (row.received - START) / timedelta(hours=1))
        for index in range(orders)
        for row in TRACE
        if row.partner and (tale is None or row.name in kept(tale, index))
    )


def renamed(body: bytes, index: int) -> bytes:
    """The same said of another order."""
    if index == 0:
        return body
    mark = b"%03d" % index
    body = _NUMBER.sub(lambda found: found[1] + found[2] + mark, body)
    body = _SAID_AS.sub(lambda found: b'"message_id":"%s#%s"' % (found[1], mark), body)
    key = _NUMBER.sub(lambda found: found[1] + found[2] + mark, LRN_KEY.encode()).decode()
    body = body.replace(said.LRN.encode(), lrn_of(key).encode())
    body = body.replace(MRN.encode(), f"26NL0005{1012 + index:04d}AB34A6".encode())
    for sscc in (*SSCC_NL, SSCC_GB):
        serial = f"{int(sscc[:-1]) + 1000 * index:017d}"
        body = body.replace(sscc.encode(), f"{serial}{gs1_digit(serial)}".encode())
    return body


def _line(name: str, order: Order, told: Told, at: datetime, answers: tuple[str, str] | None) -> Line:
    partner, body = told
    asked = None if answers is None else (answers[0], renamed(answers[1].encode(), order.index).decode())
    body = renamed(body, order.index)
    dialect = said_as(order.dialect, partner, body)
    kind = "" if dialect is None else order.dialect
    return Line(f"{name}#{order.index}", order.index, order.order_no, partner, at, dialect or body, asked, kind)
