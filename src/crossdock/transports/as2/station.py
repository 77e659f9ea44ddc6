"""AS2 in: what is posted to our address, from whichever partner, and the receipts we owe for it (ports.as2.As2Door)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime

from yarl import URL

from crossdock.kernel.errors import Overloaded
from crossdock.ports.as2 import As2Answer, As2AnswerKind, As2Desk, As2Document, As2Refusal, SentMessages, SentReceipt
from crossdock.ports.clock import Clock
from crossdock.ports.connector import Finding
from crossdock.ports.replies import ClaimState, Replies, StoredReply
from crossdock.transports.as2.client import fresh_boundary, header_name, message_id_of, objection
from crossdock.transports.as2.faults import As2Fault, Modifier
from crossdock.transports.as2.mdn import Receipt, Verdict, Wish, build_mdn, receipt_in, wish_of
from crossdock.transports.as2.message import Opened, Relationship, mic_of, open_message, require_protection
from crossdock.transports.as2.mime import MimeError
from crossdock.transports.as2.postman import Postman
from crossdock.transports.as2.profile import quoted_name, unquoted_name

MESSAGE_ID_CHARS_MAX = 998
# A stored receipt is no HTTP answer: `web` alone gives it a status.
NO_STATUS = 0


@dataclass(frozen=True, slots=True)
class Stores:
    """What the station remembers by. `replies` holds each receipt for a day under its Message-ID."""

    desk: As2Desk
    replies: Replies
    sent: SentMessages
    clock: Clock


class As2Station:
    """One a process; partners do not change while it runs."""

    def __init__(self, relationships: Mapping[str, Relationship], stores: Stores, postman: Postman) -> None:
        self._by_names = {
            (one.settings.as2_from, one.settings.as2_to): (partner, one) for partner, one in relationships.items()
        }
        self._stores = stores
        self._postman = postman

    async def receive(self, headers: Mapping[str, str], body: bytes) -> As2Answer:
        """See `As2Door.receive`."""
        them, us = (unquoted_name(headers.get(name, "")) for name in ("as2-from", "as2-to"))
        known = self._by_names.get((us, them))
        if known is None:
            return As2Answer(
                As2AnswerKind.STRANGER,
                detail="AS2-From and AS2-To are not a pair that was agreed with us: check both, upper and lower case",
            )
        message_id = headers.get("message-id", "").strip()
        if not message_id or len(message_id) > MESSAGE_ID_CHARS_MAX:
            return As2Answer(As2AnswerKind.MALFORMED, detail="send a Message-ID of at most 998 characters")
        letter = _Letter(*known, message_id, headers, body, wish_of(headers))
        try:
            if letter.wish.deliver_to and not _may_deliver(letter.relationship, letter.wish.deliver_to):
                raise As2Fault(
                    Modifier.UNEXPECTED, "Receipt-Delivery-Option leads elsewhere than to the host agreed: correct it"
                )
            opened = await asyncio.to_thread(open_message, letter.relationship, headers, body, self._stores.clock.now())
            receipt = receipt_in(opened)
            if receipt is not None:
                return await self._take_receipt(letter, receipt)
            require_protection(letter.relationship.settings, opened)
            return await self._take(letter, opened)
        except As2Fault as fault:
            return await self._refuse(letter, fault)
        except MimeError as error:
            return await self._refuse(letter, As2Fault(Modifier.UNEXPECTED, str(error)))

    async def close(self) -> None:
        """End what is under way to partners; what was not delivered they ask for by sending again."""
        await self._postman.close()

    async def _take(self, letter: _Letter, opened: Opened) -> As2Answer:
        content = opened.entity.content()
        digest = hashlib.sha256(content).digest()
        owner, key = f"as2:{letter.partner}", hashlib.sha256(letter.message_id.encode()).hexdigest()
        replies = self._stores.replies
        claim = await replies.claim(owner, key, digest, self._stores.clock.now())
        if claim.state is ClaimState.RUNNING:
            raise Overloaded(f"{letter.message_id} is being taken on another connection: post it again")
        if claim.state is ClaimState.OTHER_REQUEST:
            raise As2Fault(Modifier.UNEXPECTED, "this Message-ID was used for other content: send it under a new one")
        if claim.reply is not None:
            return await self._give(letter, claim.reply.content_type, claim.reply.body)
        try:
            filename = header_name(opened.entity.filename)
            content_type = opened.entity.headers.get("content-type", "application/octet-stream")
            await self._stores.desk.take(
                As2Document(letter.partner, content, content_type, filename, letter.message_id)
            )
        except BaseException:
            await replies.forget(owner, key)
            raise
        mic, name = mic_of(opened, letter.wish.digests, letter.relationship.settings.digests())
        content_type, body = await self._mdn(letter, Verdict(letter.message_id, mic, name))
        await replies.settle(owner, key, StoredReply(NO_STATUS, content_type, body))
        return await self._give(letter, content_type, body)

    async def _refuse(self, letter: _Letter, fault: As2Fault) -> As2Answer:
        finding = Finding(f"AS2-{fault.modifier.value.upper()}", fault.detail)
        content_type = letter.headers.get("content-type", "")
        await self._stores.desk.keep(As2Refusal(letter.partner, content_type, letter.body, letter.message_id, finding))
        verdict = Verdict(letter.message_id, modifier=fault.modifier.value, text=f"Not taken: {fault.detail}.")
        trusted = not letter.wish.deliver_to or _may_deliver(letter.relationship, letter.wish.deliver_to)
        return await self._give(letter, *await self._mdn(letter, verdict), at_once=not trusted)

    async def _mdn(self, letter: _Letter, verdict: Verdict) -> tuple[str, bytes]:
        """Content type and body of a receipt; both empty when none is wanted."""
        if not letter.wish.wanted:
            return "", b""
        headers, body = await asyncio.to_thread(
            build_mdn,
            letter.relationship,
            verdict,
            signed=letter.wish.signed,
            message_id="",
            date="",
            boundaries=(fresh_boundary(), fresh_boundary()),
        )
        return headers["Content-Type"], body

    async def _give(self, letter: _Letter, content_type: str, body: bytes, *, at_once: bool = False) -> As2Answer:
        """The receipt as the answer, or as a post of its own to where the sender wants it."""
        settings = letter.relationship.settings
        now = self._stores.clock.now()
        headers = {
            "AS2-Version": "1.2",
            "AS2-From": quoted_name(settings.as2_from),
            "AS2-To": quoted_name(settings.as2_to),
            "Message-ID": message_id_of(settings.as2_from, f"mdn {letter.message_id}", body),
            "Date": format_datetime(now),
            "MIME-Version": "1.0",
        }
        if not content_type:
            return As2Answer(As2AnswerKind.ANSWERED, headers)
        headers |= {"Subject": "Message disposition notification", "Content-Type": content_type}
        if letter.wish.deliver_to and not at_once:
            self._postman.post(letter.wish.deliver_to, headers, body, private=settings.private_network)
            return As2Answer(As2AnswerKind.ANSWERED)
        return As2Answer(As2AnswerKind.ANSWERED, headers, body)

    async def _take_receipt(self, letter: _Letter, receipt: Receipt) -> As2Answer:
        settings, stores = letter.relationship.settings, self._stores
        sent = await stores.sent.find(letter.partner, receipt.original_message_id)
        if settings.signed_mdn and not receipt.signed:
            wrong = "sent a receipt that is not signed: it was agreed that it is"
        elif sent is None:
            wrong = f"sent a receipt for {receipt.original_message_id[:100]}, which we did not send"
        else:
            wrong = objection(receipt, sent.mic)
            disposition = f"objected: {wrong}" if wrong else receipt.disposition
            if not await stores.desk.answered(SentReceipt(sent, disposition, wrong)):
                wrong = ""
        if wrong:
            finding = Finding("AS2-RECEIPT", f"{settings.as2_to} {wrong}", sent.name if sent is not None else "")
            content_type = letter.headers.get("content-type", "")
            await stores.desk.keep(As2Refusal(letter.partner, content_type, letter.body, letter.message_id, finding))
        return As2Answer(As2AnswerKind.ANSWERED)


@dataclass(frozen=True, slots=True)
class _Letter:
    """One post on its way through the station."""

    partner: str
    relationship: Relationship
    message_id: str
    headers: Mapping[str, str]
    body: bytes
    wish: Wish


def relationships_overlap(relationships: Sequence[Relationship]) -> str:
    """The first pair of names that two partners share, as text; empty when each has its own."""
    seen: set[tuple[str, str]] = set()
    for one in relationships:
        pair = (one.settings.as2_from, one.settings.as2_to)
        if pair in seen:
            return f"{pair[0]} and {pair[1]}"
        seen.add(pair)
    return ""


def _may_deliver(relationship: Relationship, url: str) -> bool:
    """A receipt goes to the host we send documents to: whoever posts here must not choose whom we call."""
    try:
        wanted = URL(url)
    except ValueError:
        return False
    agreed = URL(relationship.settings.url)
    return wanted.scheme in ("http", "https") and wanted.host is not None and wanted.host == agreed.host
