"""AS2 out: a document is delivered once a receipt that holds says so (or, asked for later, once it was accepted)."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from datetime import timedelta
from email.utils import format_datetime

from crossdock.kernel.errors import Permanent, Transient
from crossdock.ports.as2 import SentMessage, SentMessages
from crossdock.ports.clock import Clock
from crossdock.ports.transport import HttpReply, HttpTransport
from crossdock.transports.as2.crypto import session_bytes
from crossdock.transports.as2.faults import As2Fault
from crossdock.transports.as2.mdn import Receipt, read_mdn
from crossdock.transports.as2.message import Built, Chance, Relationship, build
from crossdock.transports.as2.profile import Cipher
from crossdock.transports.names import name_to_put

OK_FIRST, OK_LAST = 200, 299
TRY_AGAIN = frozenset((408, 425, 429))
SERVER_FIRST = 500


class As2Drop:
    """ports.transport.DropTransport over AS2.

    The same name and bytes always get the same Message-ID, so that a partner recognises a repetition; the MIC makes it
    sure that what arrived is what was sent.
    """

    def __init__(
        self, partner: str, relationship: Relationship, http: HttpTransport, sent: SentMessages, clock: Clock
    ) -> None:
        self._partner = partner
        self._relationship = relationship
        self._settings = relationship.settings
        self._http = http
        self._sent = sent
        self._clock = clock

    async def put(self, name: str, body: bytes) -> None:
        """Post it and judge the receipt.

        Raises:
            Transient: not reached, or no answer: the same message is posted again.
            Permanent: the partner refused it, or its receipt does not hold: a person must look.
        """
        now = self._clock.now()
        message_id = message_id_of(self._settings.as2_from, name_to_put(name), body)
        later = bool(self._settings.async_mdn_url)
        if later and await self._is_done(message_id):
            return
        built = await asyncio.to_thread(
            build,
            self._relationship,
            header_name(name),
            body,
            message_id=message_id,
            date=format_datetime(now),
            chance=fresh_chance(self._settings.cipher),
        )
        if later:
            await self._sent.add(SentMessage(message_id, self._partner, name, built.mic, now))
        reply = await self._post(built)
        if later:
            answer_by = self._clock.now() + timedelta(seconds=self._settings.receipt_within_s)
            await self._sent.await_receipt(self._partner, message_id, now, answer_by)
        else:
            await self._judge(built, reply)

    async def _is_done(self, message_id: str) -> bool:
        known = await self._sent.find(self._partner, message_id)
        return known is not None and Receipt(message_id, known.disposition, "", None, signed=True).positive

    async def _post(self, built: Built) -> HttpReply:
        try:
            reply = await self._http.request(
                "POST", "", headers=built.headers, body=built.body, timeout_s=self._settings.timeout_s
            )
        except TimeoutError as error:
            # Not unknown: the partner knows the Message-ID again, so posting it once more is harmless.
            raise Transient(
                f"{self._settings.as2_to} gave no receipt: {error}; the same message is sent again"
            ) from error
        if OK_FIRST <= reply.status <= OK_LAST:
            return reply
        text = f"{self._settings.as2_to} answered {reply.status} to {built.message_id}"
        if reply.status >= SERVER_FIRST or reply.status in TRY_AGAIN:
            raise Transient(f"{text}; it is sent again")
        raise Permanent(f"{text}: check url, as2_from and as2_to with the partner")

    async def _judge(self, built: Built, reply: HttpReply) -> None:
        headers = {name.lower(): value for name, value in reply.headers.items()}
        them = self._settings.as2_to
        try:
            receipt = await asyncio.to_thread(read_mdn, self._relationship, headers, reply.body, self._clock.now())
        except As2Fault as fault:
            raise Permanent(f"the receipt of {them} cannot be used: {fault.detail}") from fault
        if receipt.original_message_id != built.message_id:
            raise Permanent(f"the receipt of {them} is for {receipt.original_message_id[:100]}, not {built.message_id}")
        wrong = objection(receipt, built.mic)
        if wrong:
            raise Permanent(f"{them} {wrong}")


def objection(receipt: Receipt, mic: str) -> str:
    """Why a receipt does not prove that the partner has what was sent; empty when it does."""
    if not receipt.positive:
        return f"refused the message: {receipt.disposition}. It says: {receipt.text or 'nothing more'}"
    if receipt.mic != mic:
        return "received other content than was sent (the MIC differs): send it again, and check what lies between"
    return ""


def message_id_of(sender: str, name: str, body: bytes) -> str:
    """RFC 5322 §3.6.4, from what the message is: nothing random, nothing that changes when it is sent again."""
    digest = hashlib.sha256(name.encode() + b"\x00" + body).hexdigest()[:40]
    host = re.sub(r"[^A-Za-z0-9-]", "-", sender).strip("-") or "crossdock"
    return f"<{digest}@{host}.as2.crossdock>"


def header_name(name: str) -> str:
    """A file name as it can stand between quotes in a header."""
    return re.sub(r'[^\x20-\x7e]|["\\]', "_", name)


def fresh_boundary() -> str:
    """A boundary that no content holds."""
    return f"=_{secrets.token_hex(16)}"


def fresh_chance(cipher: Cipher) -> Chance:
    """Random values for one message, from the machine's generator for keys."""
    key, vector = session_bytes(cipher)
    boundaries = (fresh_boundary(), fresh_boundary())
    return Chance(boundaries, secrets.token_bytes(key), secrets.token_bytes(vector))
