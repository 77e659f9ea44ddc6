"""Canonical commands to the next call on Odoo, given what its books say now. Pure.

What ties the two books together is the hand-over number among the documents a transfer comes from (`origin`), and one
note at the sale for everything we said of it. Source: Odoo 17 to 19 (modules sale_stock, mail), domain.md §2.10.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping

from crossdock.canonical.commands import erp as ask
from crossdock.connectors.odoo import wire
from crossdock.connectors.odoo.queries import Execute
from crossdock.connectors.odoo.shipping import cancel_call, ship_call
from crossdock.ports.book_tasks import book_tasks, handed_over
from crossdock.ports.notes import Said
from crossdock.ports.reaching import Task

Odoo = Task[wire.Ledger, Execute]


def _goods_issue(command: ask.PostGoodsIssue) -> Odoo:
    wanted, units = handed_over(command)
    return Task(
        command.order_no, lambda ledger: ship_call(ledger, command.handover_no, command.warehouse, wanted, units)
    )


def _reversal(command: ask.ReverseGoodsIssue) -> Odoo:
    return Task(command.order_no, lambda ledger: cancel_call(ledger, command.handover_no))


def _telling(order_no: str, say: Said) -> Odoo:
    """A note at the sale, once; an internal one, which Odoo mails to nobody."""
    # The mark stands in brackets, so that attempt 1 is not found in attempt 10.
    mark = f"[{say.mark}]"

    def following(ledger: wire.Ledger) -> Execute | None:
        if any(mark in html.unescape(wire.said(message.body)) for message in ledger.messages):
            return None
        note = {"body": f"{say.text} {mark}", "message_type": "comment", "subtype_xmlid": "mail.mt_note"}
        return Execute("sale.order", "message_post", ([ledger.order.id],), note)

    return Task(order_no, following, say.mark)


TASKS: Mapping[str, Callable[[bytes], Odoo]] = book_tasks(_goods_issue, _reversal, _telling)
