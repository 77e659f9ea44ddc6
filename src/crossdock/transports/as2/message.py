"""AS2 messages (RFC 4130 §5, §7; RFC 5402 for compression), built and opened. Pure: no socket, no clock, no dice."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from cryptography import x509

from crossdock.transports.as2 import crypto
from crossdock.transports.as2.faults import As2Fault, Modifier
from crossdock.transports.as2.identity import Identity, certificate_of
from crossdock.transports.as2.mime import (
    Entity,
    MimeError,
    base64_lines,
    entity_of,
    join_parts,
    parse_entity,
    split_parts,
)
from crossdock.transports.as2.profile import As2Settings, Digest, digest_named, quoted_name

VERSION = "1.2"
SIGNATURE = "application/pkcs7-signature"
ENVELOPED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
LAYERS_MAX = 4


class Relationship(msgspec.Struct, frozen=True):
    """A profile with its keys, read once: `ours` decrypt (the first signs), `theirs` verify (the first encrypts)."""

    settings: As2Settings
    ours: tuple[Identity, ...]
    theirs: tuple[x509.Certificate, ...]


class Chance(msgspec.Struct, frozen=True):
    """Fresh random values for one message: two boundaries, a session key and a vector for its cipher."""

    boundaries: tuple[str, str]
    key: bytes
    vector: bytes


class Built(msgspec.Struct, frozen=True):
    """A message ready to be posted; `mic` is what the receipt must say of it, in base64."""

    message_id: str
    headers: Mapping[str, str]
    body: bytes
    mic: str
    digest: Digest


class Opened(msgspec.Struct, frozen=True):
    """A message without its wrapping. `raw_mic` is what a MIC is taken over; `digest` the signature's, if signed."""

    entity: Entity
    signed: bool
    encrypted: bool
    raw_mic: bytes
    digest: Digest | None = None


def relationship_of(settings: As2Settings, identities: Sequence[str]) -> Relationship:
    """Raises: Permanent: a key or certificate cannot be read."""
    ours = tuple(Identity(pem) for pem in identities)
    return Relationship(settings, ours, tuple(certificate_of(pem) for pem in settings.certificates))


def build(relationship: Relationship, name: str, body: bytes, *, message_id: str, date: str, chance: Chance) -> Built:
    """Compress, sign, encrypt (in this order, each as agreed) and address one document."""
    settings = relationship.settings
    entity = entity_of(
        [
            ("Content-Type", settings.content_type),
            ("Content-Transfer-Encoding", "binary"),
            ("Content-Disposition", f'attachment; filename="{name}"'),
        ],
        body,
    )
    raw_mic = entity.raw if settings.sign or settings.encrypt or settings.compress else body
    if settings.compress:
        entity = _wrapped("compressed-data", "smime.p7z", crypto.compress(entity.raw))
        # Compressed and then signed, the signed bytes count; only compressed, what was compressed (RFC 5402 §4.1).
        raw_mic = entity.raw if settings.sign else raw_mic
    if settings.sign:
        entity = signed_entity(entity, relationship.ours[0], settings.digest, chance.boundaries[0])
    if settings.encrypt:
        sealed = crypto.encrypt(entity.raw, relationship.theirs[0], settings.cipher, chance.key, chance.vector)
        entity = _wrapped("enveloped-data", "smime.p7m", sealed)
    headers = {
        **address(settings.as2_from, settings.as2_to, message_id, date),
        "Subject": name,
        **_content_headers(entity),
        **_receipt_wishes(settings),
    }
    mic = base64.b64encode(crypto.digest_of(raw_mic, settings.digest)).decode()
    return Built(message_id, headers, entity.body, mic, settings.digest)


def open_message(relationship: Relationship, headers: Mapping[str, str], body: bytes, now: datetime) -> Opened:
    """Decrypt, verify over the raw bytes, decompress: whatever was done to it, at most four layers.

    `headers` are the request's, by lower-case name.

    Raises:
        As2Fault: it cannot be opened.
    """
    try:
        return _unwrap(relationship, Entity(body, headers, body), now)
    except MimeError as error:
        raise As2Fault(Modifier.UNEXPECTED, f"the message is no MIME as AS2 wants it: {error}") from error


def require_protection(settings: As2Settings, opened: Opened) -> None:
    """Raises: As2Fault: a document came with less protection than agreed."""
    if settings.encrypted_in and not opened.encrypted:
        raise As2Fault(Modifier.INSUFFICIENT_SECURITY, "the message is not encrypted: it was agreed that it is")
    if settings.signed_in and not opened.signed:
        raise As2Fault(Modifier.INSUFFICIENT_SECURITY, "the message is not signed: it was agreed that it is")


def signed_entity(entity: Entity, identity: Identity, digest: Digest, boundary: str) -> Entity:
    """multipart/signed over exactly the bytes of this entity (RFC 1847)."""
    signature = crypto.sign(entity.raw, identity, digest)
    part = entity_of(
        [
            ("Content-Type", f'{SIGNATURE}; name="smime.p7s"'),
            ("Content-Transfer-Encoding", "base64"),
            ("Content-Disposition", 'attachment; filename="smime.p7s"'),
        ],
        base64_lines(signature),
    )
    content_type = f'multipart/signed; protocol="{SIGNATURE}"; micalg="{digest.value}"; boundary="{boundary}"'
    return entity_of([("Content-Type", content_type)], join_parts(boundary, (entity, part)))


def address(sender: str, receiver: str, message_id: str, date: str) -> dict[str, str]:
    """The headers that say who writes to whom."""
    return {
        "AS2-Version": VERSION,
        "AS2-From": quoted_name(sender),
        "AS2-To": quoted_name(receiver),
        "Message-ID": message_id,
        "Date": date,
        "MIME-Version": "1.0",
    }


def mic_of(opened: Opened, wished: str, allowed: Sequence[Digest]) -> tuple[str, str]:
    """The MIC of a message in base64 and the name of its digest, in the spelling of the sender's wish.

    `wished` is `signed-receipt-micalg` of the sender: the first digest allowed counts, else that of the signature.
    """
    names = [name.strip() for name in wished.split(",")]
    known = [(name, digest) for name in names for digest in allowed if digest is digest_named(name)]
    name, digest = known[0] if known else ("", opened.digest or Digest.SHA256)
    return base64.b64encode(crypto.digest_of(opened.raw_mic, digest)).decode(), name.lower() or digest.value


def _unwrap(relationship: Relationship, entity: Entity, now: datetime) -> Opened:
    settings = relationship.settings
    bare = True
    signed, encrypted = False, False
    digest: Digest | None = None
    mic: bytes | None = None
    for _ in range(LAYERS_MAX):
        if entity.media_type == "multipart/signed":
            content, digest = _verified(relationship, entity, now)
            signed, mic, entity = True, mic or content.raw, content
        elif entity.media_type in ENVELOPED:
            data = entity.content()
            if crypto.kind_of(data) == "compressed_data":
                entity = parse_entity(crypto.decompress(data, settings.bytes_max))
            else:
                entity = parse_entity(crypto.decrypt(data, relationship.ours, settings.ciphers()))
                encrypted = True
        else:
            raw = entity.body if bare else entity.raw
            return Opened(entity, signed, encrypted, mic or raw, digest)
        bare = False
    raise As2Fault(Modifier.UNEXPECTED, f"the message is wrapped more than {LAYERS_MAX} times")


def _verified(relationship: Relationship, entity: Entity, now: datetime) -> tuple[Entity, Digest]:
    parts = split_parts(entity)
    if len(parts) != 2 or not parts[1].media_type.endswith("pkcs7-signature"):
        raise As2Fault(Modifier.AUTHENTICATION_FAILED, "multipart/signed holds the content and one signature, no more")
    content, signature = parts
    allowed = relationship.settings.digests()
    return content, crypto.verify(content.raw, signature.content(), relationship.theirs, allowed, now)


def _wrapped(kind: str, filename: str, data: bytes) -> Entity:
    return entity_of(
        [
            ("Content-Type", f'application/pkcs7-mime; smime-type={kind}; name="{filename}"'),
            ("Content-Transfer-Encoding", "binary"),
            ("Content-Disposition", f'attachment; filename="{filename}"'),
        ],
        data,
    )


def _content_headers(entity: Entity) -> dict[str, str]:
    names = {"content-type": "Content-Type", "content-disposition": "Content-Disposition"}
    return {shown: entity.headers[name] for name, shown in names.items() if name in entity.headers}


def _receipt_wishes(settings: As2Settings) -> dict[str, str]:
    wishes = {"Disposition-Notification-To": quoted_name(settings.as2_from)}
    if settings.signed_mdn:
        wishes["Disposition-Notification-Options"] = (
            "signed-receipt-protocol=optional, pkcs7-signature; "
            f"signed-receipt-micalg=optional, {settings.digest.value}"
        )
    if settings.async_mdn_url:
        wishes["Receipt-Delivery-Option"] = settings.async_mdn_url
    return wishes
