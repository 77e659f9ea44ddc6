"""MIME entities as bytes (RFC 2045, 2046): what is signed and digested is exactly what was received, so nothing here is
decoded and encoded again.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from email.message import Message

import msgspec

CRLF = b"\r\n"
HEADER_BYTES_MAX = 64 * 1024
HEADERS_MAX = 100
PARTS_MAX = 20
LINE_CHARS = 64


class MimeError(ValueError):
    """The bytes are no MIME entity; the text says what is missing."""


class Entity(msgspec.Struct, frozen=True):
    """One entity: its raw bytes as they stood, its headers by lower-case name, and its body as transferred."""

    raw: bytes
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """`type/subtype` in lower case; RFC 2045 §5.2 says what an entity without one is."""
        return self._message().get_content_type()

    def parameter(self, name: str) -> str:
        """A parameter of Content-Type, unquoted; empty when absent."""
        value = self._message().get_param(name, "")
        return value if isinstance(value, str) else str(value[2])

    @property
    def filename(self) -> str:
        """What the sender calls it; empty when it does not."""
        return self._message().get_filename("") or ""

    def content(self) -> bytes:
        """The body without its transfer encoding.

        Raises:
            MimeError: an encoding we do not know, or base64 that is none.
        """
        encoding = self.headers.get("content-transfer-encoding", "binary").strip().lower()
        if encoding in ("binary", "8bit", "7bit", ""):
            return self.body
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        if encoding != "base64":
            raise MimeError(f"the transfer encoding {encoding[:40]} is not known: send binary or base64")
        try:
            return base64.b64decode(b"".join(self.body.split()), validate=True)
        except binascii.Error as error:
            raise MimeError("the body says it is base64 and is not") from error

    def _message(self) -> Message:
        message = Message()
        message["Content-Type"] = self.headers.get("content-type", "text/plain")
        if "content-disposition" in self.headers:
            message["Content-Disposition"] = self.headers["content-disposition"]
        return message


def entity_of(headers: Sequence[tuple[str, str]], body: bytes) -> Entity:
    """An entity of ours, with the bytes it is made of."""
    head = b"".join(f"{name}: {value}".encode() + CRLF for name, value in headers)
    return Entity(head + CRLF + body, {name.lower(): value for name, value in headers}, body)


def parse_entity(raw: bytes) -> Entity:
    """Headers and body of an entity, split at the first empty line; folded headers are unfolded.

    Raises:
        MimeError: no empty line within 64 KiB, more than 100 headers, or a line that is no header.
    """
    if raw.startswith((CRLF, b"\n")):
        return Entity(raw, {}, raw[2:] if raw.startswith(CRLF) else raw[1:])
    head, body = _split_head(raw)
    headers: dict[str, str] = {}
    name = ""
    for line in head.decode("latin-1").replace("\r\n", "\n").split("\n"):
        if line[:1] in (" ", "\t") and name:
            headers[name] += " " + line.strip()
            continue
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or len(headers) == HEADERS_MAX:
            raise MimeError("a line among the headers is none")
        name = name.strip().lower()
        headers[name] = value.strip()
    return Entity(raw, headers, body)


def split_parts(entity: Entity) -> list[Entity]:
    """The parts of a multipart entity: each raw as it stands between the boundaries (the line end before a boundary
    belongs to the boundary, RFC 2046 §5.1.1).

    Raises:
        MimeError: no boundary, one that does not occur, no end, or more than 20 parts.
    """
    boundary = entity.parameter("boundary")
    if not boundary:
        raise MimeError("the multipart names no boundary")
    mark = b"--" + boundary.encode("latin-1", "replace")
    pieces = (b"\n" + entity.body).split(b"\n" + mark)
    if len(pieces) < 3 or not any(piece.startswith(b"--") for piece in pieces[1:]):
        raise MimeError("the multipart is not closed by its boundary")
    parts: list[Entity] = []
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            break
        if len(parts) == PARTS_MAX:
            raise MimeError(f"the multipart has more than {PARTS_MAX} parts")
        _rest_of_line, _, raw = piece.partition(b"\n")
        parts.append(parse_entity(raw.removesuffix(b"\r")))
    return parts


def join_parts(boundary: str, parts: Sequence[Entity]) -> bytes:
    """The body of a multipart with these parts, each standing there raw."""
    mark = b"--" + boundary.encode()
    return b"".join(mark + CRLF + part.raw + CRLF for part in parts) + mark + b"--" + CRLF


def base64_lines(data: bytes) -> bytes:
    """Base64 in lines, as mail programs expect it."""
    text = base64.b64encode(data)
    return CRLF.join(text[at : at + LINE_CHARS] for at in range(0, len(text), LINE_CHARS))


def _split_head(raw: bytes) -> tuple[bytes, bytes]:
    ends = [(at, len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (at := raw.find(mark, 0, HEADER_BYTES_MAX)) >= 0]
    if not ends:
        raise MimeError("no empty line ends the headers")
    at, length = min(ends)
    return raw[:at], raw[at + length :]
