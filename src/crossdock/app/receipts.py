"""Receipts that partners owe for documents of ours and send by a connection of their own (AS2, asynchronous).

A receipt is owed for every document, also for the acknowledgments we send, which belong to no dossier: so it is
watched beside the dossiers, while ACK watches what a partner says of the content (997, CONTRL). One that does not come
is a case INT-06 a document; one that objects, or is for other content than was sent, is a case INT-07 at once
(domain.md §5). The receipt that proves receipt closes both.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crossdock.canonical.exceptions import EXCEPTION_TYPES
from crossdock.ports.as2 import SentMessage, SentMessages, SentReceipt
from crossdock.ports.directory import Directory
from crossdock.ports.store import CaseRow

NOT_ACKNOWLEDGED = "INT-06"
REFUSED = "INT-07"
OVERDUE_MAX = 200


class Receipts:
    """What is made of receipts, and of their absence."""

    def __init__(self, sent: SentMessages, directory: Directory) -> None:
        self._sent = sent
        self._directory = directory

    async def overdue(self, now: datetime) -> int:
        """Open a case for each document whose receipt did not come in time, a bounded number at once; how many.

        Raises:
            Transient: the database is away; what is overdue stays so.
        """
        async with self._sent.turn() as turn:
            late = await turn.overdue(now, OVERDUE_MAX)
            await turn.cases([self._overdue(message, now) for message in late])
        return len(late)

    async def answered(self, receipt: SentReceipt, now: datetime) -> bool:
        """Write a receipt down with its case; false when it says nothing new.

        Raises:
            Transient: the database is away; nothing was written.
        """
        message = receipt.message
        async with self._sent.turn() as turn:
            is_news = await turn.answer(message.partner, message.message_id, receipt.disposition, now)
            if is_news:
                await turn.cases(self._cases(receipt, now))
        return is_news

    def _overdue(self, message: SentMessage, now: datetime) -> CaseRow:
        name, owner = self._names(message.partner)
        at = f"{message.sent:%Y-%m-%d %H:%M} UTC"
        detail = (
            f"{name} has sent no receipt in the time agreed for {_shown(message)}, first posted at {at}: {owner} must "
            "ask it whether the document arrived, and whether it reaches our address for receipts. A receipt that "
            "comes late closes this case"
        )
        return _case(NOT_ACKNOWLEDGED, message, detail, "no receipt in time", now, is_open=True)

    def _cases(self, receipt: SentReceipt, now: datetime) -> Sequence[CaseRow]:
        message = receipt.message
        name, owner = self._names(message.partner)
        proof = f"{name} answered: {receipt.disposition}"
        came = _case(NOT_ACKNOWLEDGED, message, "", proof, now, is_open=False)
        if not receipt.objection:
            return (came, _case(REFUSED, message, "", proof, now, is_open=False))
        detail = (
            f"{name} {receipt.objection}. It is about {_shown(message)}: {owner} must settle it with the partner and "
            "have the document sent again"
        )
        return (came, _case(REFUSED, message, detail, receipt.disposition, now, is_open=True))

    def _names(self, partner_id: str) -> tuple[str, str]:
        partner = self._directory.partner(partner_id)
        if partner is None:
            return partner_id, "the integration team"
        return partner.name or partner.id, partner.steward or "the integration team"


def _shown(message: SentMessage) -> str:
    return f"{message.name} ({message.message_id})"


def _case(code: str, message: SentMessage, detail: str, cause: str, now: datetime, *, is_open: bool) -> CaseRow:
    kind = EXCEPTION_TYPES[code]
    return CaseRow(
        code=code,
        subject=f"partner|{message.partner}",
        slot=f"as2:{message.message_id}",
        dossier=0,
        severity=kind.severity,
        queue=kind.queue,
        detail=detail,
        open=is_open,
        cause=cause,
        at=now,
    )
