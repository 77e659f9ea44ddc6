"""Events as they stand in a message: attributes and the bytes of their data (CloudEvents 1.0.2).

Three modes: structured (one JSON object), batch (a JSON array of them), binary (attributes in headers, which reach us
as parameters of the content type, and the body is the data).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

import msgspec

from crossdock.connectors.cloudevents import codes
from crossdock.kernel.codec import decode_json, decode_part
from crossdock.kernel.errors import Rejected
from crossdock.ports.described import CLOUD_EVENT, media_type, said_of

_objects = msgspec.json.Decoder(dict[str, msgspec.Raw])
_lists = msgspec.json.Decoder(list[msgspec.Raw])
_texts = msgspec.json.Decoder(str)


class Event(msgspec.Struct, frozen=True):
    """One event: what it is, what its data is, and where in the message it stands."""

    id: str
    source: str
    type: str
    data: bytes
    data_type: str
    schema: str = ""
    where: str = "$"


def binary_event(body: bytes, content_type: str) -> Event | None:
    """The event whose attributes came in headers; `None` when none did.

    Raises:
        Rejected: a mandatory attribute is missing, or it is of another version.
    """
    said = said_of(content_type)
    attributes = {name.removeprefix(CLOUD_EVENT): text for name, text in said.items() if name.startswith(CLOUD_EVENT)}
    if not attributes:
        return None
    charset = f"; charset={said['charset']}" if "charset" in said else ""
    return _event(attributes, body, media_type(content_type) + charset, "header ce-", "$")


def entries(body: bytes, content_type: str) -> list[tuple[msgspec.Raw, str]]:
    """The events of a JSON message with their places, none of them read yet.

    Raises:
        Rejected: it is in a format we do not read, or no JSON.
    """
    media = media_type(content_type)
    if media.startswith(codes.STRUCTURED) and not media.endswith(("cloudevents", "cloudevents-batch", "+json")):
        raise Rejected(f"{media} is not read: send CloudEvents as {codes.STRUCTURED}+json, or in binary mode")
    if not body.lstrip().startswith(b"["):
        return [(msgspec.Raw(body), "$")]
    listed = decode_json(body, _lists)
    if len(listed) > codes.EVENTS_MAX:
        raise Rejected(f"{len(listed)} events in one batch: send at most {codes.EVENTS_MAX}")
    return [(raw, f"$[{place}]") for place, raw in enumerate(listed)]


def structured_event(raw: msgspec.Raw, where: str) -> Event:
    """One event in JSON.

    Raises:
        Rejected: it is none, a mandatory attribute is missing, or its data cannot be used; `where` is the place.
    """
    members = decode_json(bytes(raw), _objects) if where == "$" else decode_part(raw, _objects, at=where)
    attributes = {
        name: _text(value, f"{where}.{name}")
        for name, value in members.items()
        if name in ("specversion", "id", "source", "type", "dataschema", "datacontenttype")
    }
    data_type = attributes.get("datacontenttype", "") or codes.JSON
    return _event(attributes, _data(members, data_type, where), data_type, f"{where}.", where)


def _event(attributes: Mapping[str, str], data: bytes, data_type: str, at: str, where: str) -> Event:
    version = attributes.get("specversion", "")
    if version != codes.SPECVERSION:
        told = f"specversion is {version!r}" if version else "specversion is missing"
        raise Rejected(f"{told}: send CloudEvents {codes.SPECVERSION}", where=f"{at}specversion")
    for name in ("id", "source", "type"):
        if not attributes.get(name):
            raise Rejected(f"the event has no {name}: send it", where=f"{at}{name}")
    known = (attributes["id"], attributes["source"], attributes["type"])
    return Event(*known, data, data_type, attributes.get("dataschema", ""), where)


def _data(members: Mapping[str, msgspec.Raw], data_type: str, where: str) -> bytes:
    """The data as bytes of its own type: JSON as it stands, text unquoted, the rest from base 64."""
    plain, packed = members.get("data"), members.get("data_base64")
    if plain is not None and packed is not None:
        raise Rejected("data and data_base64 exclude each other: send one", where=f"{where}.data_base64")
    if packed is not None:
        try:
            return base64.b64decode(_text(packed, f"{where}.data_base64"), validate=True)
        except (binascii.Error, ValueError) as error:
            raise Rejected(f"no base 64: {error}", where=f"{where}.data_base64") from error
    if plain is None:
        raise Rejected("the event carries no data: send it with its data", where=where)
    media = media_type(data_type)
    if media in (codes.JSON, "text/json") or media.endswith("+json") or not bytes(plain).startswith(b'"'):
        return bytes(plain)
    return _text(plain, f"{where}.data").encode()


def _text(raw: msgspec.Raw, where: str) -> str:
    return "" if bytes(raw) == b"null" else decode_part(raw, _texts, at=where)
