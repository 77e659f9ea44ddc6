"""`create_`, `update_` and `cancel_fulfilment_order` to a 940 Warehouse shipping order.

Source: X12 004010 set 940 (reference/x12-sets.md). W05-01: N original, R change, F cancel. The line number goes out
twice, as LX01 where it fits there and as N9*LI always, because warehouses return one or the other in the 945.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from crossdock.canonical.commands.wms import (
    CancelFulfilmentOrder,
    CreateFulfilmentOrder,
    FulfilmentCommand,
    FulfilmentLine,
    UpdateFulfilmentOrder,
)
from crossdock.canonical.parts import LineQuantity, Party, Place
from crossdock.connectors.x12.codes import LINE_NUMBER, RELEASE_NUMBER
from crossdock.connectors.x12.config import Settings
from crossdock.connectors.x12.text_out import address, day_and_time, identifier, unit, words
from crossdock.formats.x12.tree import Delimiters
from crossdock.formats.x12.values import from_number

Rows = list[list[str]]
NEW, CHANGE, CANCEL = "N", "R", "F"
TEXT_LINES_MAX = 10


def write_940(command: CreateFulfilmentOrder, settings: Settings) -> Rows:
    """A new order: header, parties, references, dates, lines, total.

    Raises:
        Rejected: a number or unit does not fit its element.
    """
    marks = settings.delimiters
    purchase = identifier(command.customer_po, 22, "W05-03") if command.customer_po else ""
    rows = _head(NEW, command, purchase, settings)
    rows += _ship_to(command.ship_to, command.customer, marks)
    rows += _references(command)
    if command.request_id:
        rows.append(["N9", "CR", identifier(command.request_id, 30, "N9-02")])
    if command.ship_by is not None:
        rows.append(["G62", "38", day_and_time(command.ship_by)[0], "K", day_and_time(command.ship_by)[1], "UT"])
    if command.requested is not None and command.requested.latest is not None:
        rows.append(["G62", "54", day_and_time(command.requested.latest)[0]])
    rows += [
        ["NTE", "WHI", words(text, 80, marks)] for text in command.handling[:TEXT_LINES_MAX] if words(text, 80, marks)
    ]
    if command.carrier:
        rows.append(
            [
                "W66",
                "PP",
                "M",
                "",
                "",
                words(command.service, 35, marks),
                "",
                "",
                "",
                "",
                identifier(command.carrier, 4, "W66-10"),
            ]
        )
    return rows + _lines(command.lines, settings)


def write_change_940(command: UpdateFulfilmentOrder, settings: Settings) -> Rows:
    """The order as of a later revision: the whole of it, as R change."""
    rows = _head(CHANGE, command, "", settings)
    if command.ship_to is not None:
        rows += _ship_to(command.ship_to, None, settings.delimiters)
    rows += _references(command)
    if command.ship_by is not None:
        rows.append(["G62", "38", day_and_time(command.ship_by)[0], "K", day_and_time(command.ship_by)[1], "UT"])
    return rows + _lines(command.lines, settings)


def write_cancel_940(command: CancelFulfilmentOrder, settings: Settings) -> Rows:
    """Stop the order, or the lines named; the cancellation's own number goes along for the answer."""
    marks = settings.delimiters
    rows = _head(CANCEL, command, "", settings)
    rows += _references(command)
    rows.append(["N9", "TN", identifier(command.cancel_id, 30, "N9-02")])
    if command.reason:
        rows.append(["NTE", "WHI", words(command.reason, 80, marks)])
    total = Decimal(0)
    for number, line in enumerate(command.lines, 1):
        rows += _cancelled(number, line, settings)
        total += line.qty.value
    return [*rows, ["W76", from_number(total)]]


def _head(action: str, command: FulfilmentCommand, purchase: str, settings: Settings) -> Rows:
    theirs = {ours: name for name, ours in settings.sites.items()}.get(command.warehouse, command.warehouse)
    rows: Rows = [["W05", action, identifier(command.order_no, 22, "W05-02"), purchase]]
    if settings.depositor:
        rows.append(["N1", "DE", "", "9", identifier(settings.depositor, 80, "N1-04")])
    rows.append(["N1", "SF", "", "92", identifier(theirs, 80, "N1-04")])
    return rows


def _references(command: FulfilmentCommand) -> Rows:
    return [["N9", RELEASE_NUMBER, str(command.release_no)]]


def _ship_to(place: Place, customer: Party | None, marks: Delimiters) -> Rows:
    name = words(place.name or (customer.name if customer else "") or place.key, 60, marks)
    row = ["N1", "ST", name]
    if place.gln:
        row += ["UL", place.gln]
    elif place.location_no:
        row += ["93", identifier(place.location_no, 80, "N1-04")]
    return [row, *address(place, marks)]


def _lines(lines: Sequence[FulfilmentLine], settings: Settings) -> Rows:
    rows: Rows = []
    total = Decimal(0)
    numbers = _assigned([line.line for line in lines])
    for assigned, line in zip(numbers, lines, strict=True):
        rows.append(["LX", assigned])
        w01 = ["W01", from_number(line.qty.value), unit(line.qty.uom), ""]
        w01 += [settings.item_qualifier, identifier(line.item, 48, "W01-05")]
        if line.gtin:
            w01 += ["UK", line.gtin]
        rows.append(w01)
        if line.description:
            rows.append(["G69", words(line.description, 45, settings.delimiters)])
        rows.append(["N9", LINE_NUMBER, identifier(line.line, 30, "N9-02")])
        total += line.qty.value
    return [*rows, ["W76", from_number(total)]]


def _cancelled(number: int, line: LineQuantity, settings: Settings) -> Rows:
    item = [settings.item_qualifier, identifier(line.item, 48, "W01-05")] if line.item else []
    return [
        ["LX", str(number)],
        ["W01", from_number(line.qty.value), unit(line.qty.uom), "", *item],
        ["N9", LINE_NUMBER, identifier(line.line, 30, "N9-02")],
    ]


def _assigned(lines: list[str]) -> list[str]:
    """LX01: the line numbers themselves when all are numbers of up to six digits, else counted from one."""
    plain = [line.lstrip("0") for line in lines]
    fits = all(line.isdecimal() and len(line) <= 6 for line in plain) and len(set(plain)) == len(plain)
    return plain if fits else [str(number) for number in range(1, len(lines) + 1)]
