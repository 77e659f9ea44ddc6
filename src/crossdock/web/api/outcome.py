"""From receipts to answers: which status a fact's fate has, and when it is a problem."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from crossdock.app.intake import MessageReceipt, Receipt
from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.codec import encode_json
from crossdock.ports.connector import Finding
from crossdock.web.api.problems import Problem


class Reply(msgspec.Struct, frozen=True, gc=False):
    """An answer ready to be sent."""

    status: int
    body: bytes


class BatchReceipt(msgspec.Struct, frozen=True):
    """The answer to a batch: how many were taken and refused, and a receipt each, in order."""

    taken: int
    refused: int
    receipts: Sequence[Receipt]


def reply_to_fact(receipt: Receipt) -> Reply:
    """200 when it is committed, 202 when it is only durable.

    Raises:
        Problem: it is no fact (`fact-refused`), or its sender may not say it (`fact-rejected`, the negative
            acknowledgement of domain.md §0.5; the fact is kept as evidence).
    """
    if receipt.status == "refused":
        raise Problem(
            "fact-refused",
            _first(receipt.findings, "the body is not a fact of the contract"),
            message_id=receipt.message_id,
            findings=receipt.findings,
        )
    if receipt.disposition is Disposition.REJECT:
        raise Problem("fact-rejected", receipt.reason or "the fact is not yours to state", receipt=receipt)
    return Reply(202 if receipt.status == "queued" else 200, encode_json(receipt))


def reply_to_message(receipt: MessageReceipt) -> Reply:
    """200 when its facts are committed (some may be refused: `partial`), 202 when it is only durable.

    Raises:
        Problem: nothing in it could be read (`message-refused`).
    """
    if receipt.status == "refused":
        raise Problem(
            "message-refused",
            _first(receipt.findings, "the message could not be read"),
            message_id=receipt.message_id,
            findings=receipt.findings,
        )
    return Reply(202 if receipt.status == "queued" else 200, encode_json(receipt))


def reply_to_batch(receipts: Sequence[Receipt]) -> Reply:
    """200 with a receipt each, whatever became of them; 202 when they are only durable."""
    refused = sum(receipt.status == "refused" for receipt in receipts)
    queued = any(receipt.status == "queued" for receipt in receipts)
    return Reply(202 if queued else 200, encode_json(BatchReceipt(len(receipts) - refused, refused, receipts)))


def _first(findings: Sequence[Finding], default: str) -> str:
    if not findings:
        return default
    finding = findings[0]
    return f"{finding.detail} (at {finding.where})" if finding.where else finding.detail
