"""Receipts (message disposition notifications, RFC 3798 as RFC 4130 §7 uses them), built and read. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from crossdock.transports.as2.faults import As2Fault, Modifier
from crossdock.transports.as2.message import Opened, Relationship, address, open_message, signed_entity
from crossdock.transports.as2.mime import Entity, MimeError, entity_of, join_parts, parse_entity, split_parts
from crossdock.transports.as2.profile import Digest, digest_named, quoted_name

REPORT = "multipart/report"
NOTIFICATION = "message/disposition-notification"
AUTOMATIC = "automatic-action/MDN-sent-automatically"
REPORTING_UA = "crossdock"
TEXT_CHARS_MAX = 500


class Wish(msgspec.Struct, frozen=True):
    """What receipt a sender wants: none at all, signed or not, at once or to an address, with which digests."""

    wanted: bool
    signed: bool = False
    deliver_to: str = ""
    digests: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """What a receipt of ours says. `modifier` empty: processed. `text` is for the people of the partner."""

    original_message_id: str
    mic: str = ""
    mic_digest: str = ""
    modifier: str = ""
    text: str = "The message was received, verified and stored."


class Receipt(msgspec.Struct, frozen=True):
    """What a partner's receipt says. `disposition` is its last word (`processed`, `processed/error: …`)."""

    original_message_id: str
    disposition: str
    mic: str
    mic_digest: Digest | None
    signed: bool
    text: str = ""

    @property
    def positive(self) -> bool:
        """The partner has the message: processed, or processed with no more than a warning (RFC 4130 §7.4.3)."""
        plain = self.disposition.lower().replace(" ", "")
        return plain == "processed" or plain.startswith("processed/warning:")


def wish_of(headers: Mapping[str, str]) -> Wish:
    """What the sender asks for; `headers` by lower-case name."""
    if not headers.get("disposition-notification-to", "").strip():
        return Wish(wanted=False)
    options: dict[str, str] = {}
    for option in headers.get("disposition-notification-options", "").split(";"):
        name, _, value = option.partition("=")
        _importance, _, values = value.partition(",")
        options[name.strip().lower()] = values.strip()
    return Wish(
        wanted=True,
        signed="pkcs7-signature" in options.get("signed-receipt-protocol", "").lower(),
        deliver_to=headers.get("receipt-delivery-option", "").strip(),
        digests=options.get("signed-receipt-micalg", ""),
    )


def build_mdn(
    relationship: Relationship,
    verdict: Verdict,
    *,
    signed: bool,
    message_id: str,
    date: str,
    boundaries: tuple[str, str],
) -> tuple[dict[str, str], bytes]:
    """Headers and body of a receipt for a message this partner sent us."""
    settings = relationship.settings
    entity = _report(settings.as2_from, verdict, boundaries[0])
    if signed and relationship.ours:
        digest = digest_named(verdict.mic_digest) or settings.digest
        usable = digest if digest in settings.digests() else settings.digest
        entity = signed_entity(entity, relationship.ours[0], usable, boundaries[1])
    headers = {
        **address(settings.as2_from, settings.as2_to, message_id, date),
        "Subject": "Message disposition notification",
        "Content-Type": entity.headers["content-type"],
    }
    return headers, entity.body


def read_mdn(relationship: Relationship, headers: Mapping[str, str], body: bytes, now: datetime) -> Receipt:
    """A partner's receipt, its signature checked.

    Raises:
        As2Fault: it is none, its signature does not hold, or it is not signed although that was agreed.
    """
    opened = open_message(relationship, headers, body, now)
    receipt = receipt_in(opened)
    if receipt is None:
        raise As2Fault(Modifier.UNEXPECTED, f"the answer is {opened.entity.media_type}, not a receipt")
    if relationship.settings.signed_mdn and not receipt.signed:
        raise As2Fault(Modifier.INSUFFICIENT_SECURITY, "the receipt is not signed: it was agreed that it is")
    return receipt


def receipt_in(opened: Opened) -> Receipt | None:
    """The receipt an opened message is; `None` when it is a document.

    Raises:
        As2Fault: a report that lacks its notification.
    """
    if opened.entity.media_type != REPORT:
        return None
    try:
        parts = split_parts(opened.entity)
        notification = next(part for part in parts if part.media_type == NOTIFICATION)
        fields = parse_entity(notification.content().rstrip() + b"\r\n\r\n").headers
    except (MimeError, StopIteration) as error:
        raise As2Fault(Modifier.UNEXPECTED, "the report holds no disposition notification that can be read") from error
    mic, _, name = fields.get("received-content-mic", "").partition(",")
    text = next((part.body for part in parts if part.media_type == "text/plain"), b"")
    return Receipt(
        original_message_id=fields.get("original-message-id", "").strip(),
        disposition=fields.get("disposition", "").rpartition(";")[2].strip(),
        mic=mic.strip(),
        mic_digest=digest_named(name),
        signed=opened.signed,
        text=text.decode("utf-8", "replace").strip()[:TEXT_CHARS_MAX],
    )


def _report(us: str, verdict: Verdict, boundary: str) -> Entity:
    disposition = f"{AUTOMATIC}; processed"
    if verdict.modifier:
        disposition += f"/error: {verdict.modifier}"
    lines = [
        ("Reporting-UA", REPORTING_UA),
        ("Original-Recipient", f"rfc822; {quoted_name(us)}"),
        ("Final-Recipient", f"rfc822; {quoted_name(us)}"),
        ("Original-Message-ID", verdict.original_message_id),
        ("Disposition", disposition),
    ]
    if verdict.mic:
        lines.append(("Received-Content-MIC", f"{verdict.mic}, {verdict.mic_digest}"))
    fields = b"".join(f"{name}: {value}\r\n".encode() for name, value in lines)
    text = entity_of(
        [("Content-Type", "text/plain; charset=utf-8"), ("Content-Transfer-Encoding", "8bit")],
        verdict.text.encode() + b"\r\n",
    )
    notification = entity_of([("Content-Type", NOTIFICATION), ("Content-Transfer-Encoding", "7bit")], fields)
    content_type = f'{REPORT}; report-type=disposition-notification; boundary="{boundary}"'
    return entity_of([("Content-Type", content_type)], join_parts(boundary, (text, notification)))
