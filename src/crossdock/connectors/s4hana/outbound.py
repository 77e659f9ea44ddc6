"""Canonical commands to the next call on S/4HANA, given what its books say now. Pure.

What ties the two books together is the hand-over number, kept as the delivery's external number, and one header text of
the order with a line for everything we said of it. Source: SAP Business Accelerator Hub, domain.md §2.10.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crossdock.canonical.commands import erp as ask
from crossdock.connectors.s4hana import queries, wire
from crossdock.connectors.s4hana.config import Config
from crossdock.connectors.s4hana.queries import Change
from crossdock.connectors.s4hana.shipping import Wanted, back_call, ship_call
from crossdock.kernel.codec import encode_json
from crossdock.ports.book_tasks import book_tasks, handed_over
from crossdock.ports.fields import zone
from crossdock.ports.notes import Said
from crossdock.ports.reaching import Task

# A text is read and written whole: what was said first is forgotten first.
LINES_MAX = 200
Sap = Task[wire.Ledger, Change]


def tasks(config: Config) -> Mapping[str, Callable[[bytes], Sap]]:
    """How each command is read for one system."""
    return book_tasks(
        lambda command: _goods_issue(command, config),
        _reversal,
        lambda order_no, said: _telling(order_no, said, config),
    )


def _goods_issue(command: ask.PostGoodsIssue, config: Config) -> Sap:
    quantities, units = handed_over(command)
    wanted = Wanted(
        handover_no=command.handover_no,
        plant=command.warehouse,
        lines={line: quantity for line, quantity in quantities.items() if quantity},
        units=units,
        day=command.at.astimezone(zone(config.zone, "this partner")).date(),
        bol=command.bol,
    )
    return Task(command.order_no, lambda ledger: ship_call(ledger, wanted))


def _reversal(command: ask.ReverseGoodsIssue) -> Sap:
    return Task(command.order_no, lambda ledger: back_call(ledger, command.handover_no))


def _telling(order_no: str, say: Said, config: Config) -> Sap:
    """A line in the text, once."""
    mark = f"[{say.mark}]"

    def following(ledger: wire.Ledger) -> Change | None:
        if ledger.note is None:
            text = {"Language": config.language, "LongTextID": config.text_id, "LongText": f"{say.text} {mark}"}
            path = f"{queries.ORDERS}/A_SalesOrder({queries.literal(order_no)})/to_Text"
            return Change("POST", path, encode_json(text))
        lines = ledger.note.long_text.splitlines()
        if any(mark in line for line in lines):
            return None
        kept = "\n".join([*lines, f"{say.text} {mark}"][-LINES_MAX:])
        path = queries.note(order_no, config.language, config.text_id)
        return Change("PATCH", path, encode_json({"LongText": kept}), ledger.note.metadata.etag)

    return Task(order_no, following, say.mark)
