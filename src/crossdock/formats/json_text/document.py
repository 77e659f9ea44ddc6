"""JSON and NDJSON messages as positioned documents.

Objects are nodes, their scalar members fields: text as it is written (`1.50` stays `1.50`), `true`, `false`, and
nothing for null. A member that is an object is a child of that name; an array gives a child of that name for each
element, a scalar element one with the field `` only. Arrays in arrays are children called `item`, and so are the
elements of a text that is an array itself. The root is called `$`.
"""

from __future__ import annotations

import json
import re
from functools import cached_property

import msgspec

from crossdock.formats.charset import Text, decoded, marked
from crossdock.formats.json_text.scan import Spot, find_constant, scan
from crossdock.formats.json_text.tree import Refused, build, decode
from crossdock.formats.reading import BYTES_MAX, FAULTS_MAX, Fault, Reading, refused, too_large
from crossdock.kernel.tree import Node, Place

VALUES_MAX = 2_000_000
DOCUMENTS_MAX = 200_000
_BLANKS = re.compile(r"[ \t\r\n]*")
_ESCAPES = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


class JsonDocument(msgspec.Struct, dict=True):
    """One JSON value of a message, with the kind and version the caller gave it. `start` and `end` span its text."""

    text: Text
    root: Node
    start: int
    end: int
    kind: str = ""
    version: str = ""
    syntax: str = "json"

    @cached_property
    def spots(self) -> list[Spot]:
        """The places of the nodes, by `Node.at`."""
        return scan(self.text.text, self.start)

    def where(self, node: Node, field: str) -> Place:
        """The JSON pointer and the bytes of a member's raw value (quotes included), or of the whole node."""
        spot = self.spots[node.at]
        begin, end = spot.members.get(field, (spot.start, spot.end))
        step = f"/{field.replace('~', '~0').replace('/', '~1')}" if field and field in spot.members else ""
        start = self.text.byte(begin)
        return Place(f"{spot.pointer}{step} (byte {start})", start, self.text.byte(end) - start)


def read_json(body: bytes, kind: str = "", version: str = "") -> Reading[JsonDocument]:
    """Read one JSON text in UTF-8; RFC 8259, with every key once and no NUL in any text."""
    text = _text(body)
    if isinstance(text, Fault):
        return Reading([], [text])
    begin = _begin(text.text, 0)
    read = _read(text, begin, kind, version)
    if isinstance(read, JsonDocument):
        read = _alone(text, read)
    return Reading([], [read]) if isinstance(read, Fault) else Reading([read], [])


def _alone(text: Text, read: JsonDocument) -> JsonDocument | Fault:
    rest = _begin(text.text, read.end)
    if rest == len(text.text):
        return read
    at = text.byte(rest)
    detail = "there is more behind the JSON value: send one value, or one a line and declare the format as ndjson"
    return refused("JSON-MORE", detail, at, text.byte(len(text.text)) - at)


def read_ndjson(body: bytes, kind: str = "", version: str = "") -> Reading[JsonDocument]:
    """Read JSON lines: a document for each line that is not blank; a bad line is a fault, the others are read."""
    text = _text(body)
    if isinstance(text, Fault):
        return Reading([], [text])
    reading: Reading[JsonDocument] = Reading([], [])
    position = 0
    for number, line in enumerate(text.text.split("\n"), 1):
        if line.strip(" \t\r"):
            if len(reading.documents) >= DOCUMENTS_MAX or len(reading.faults) >= FAULTS_MAX:
                detail = f"more than {DOCUMENTS_MAX} lines or {FAULTS_MAX} faults: split or correct the file"
                reading.faults.append(refused("JSON-BOUND", detail, text.byte(position)))
                break
            read = _line(text, position, position + len(line), number, kind, version)
            if isinstance(read, Fault):
                reading.faults.append(read)
            else:
                reading.documents.append(read)
        position += len(line) + 1
    return reading


def _line(text: Text, begin: int, end: int, number: int, kind: str, version: str) -> JsonDocument | Fault:
    # A line is cut out so that a value cannot run on into the next one.
    line = Text(text.text[begin:end], text.charset)
    read = _read(line, _begin(line.text, 0), kind, version)
    if isinstance(read, JsonDocument):
        read = _alone(line, read)
    if isinstance(read, JsonDocument):
        return JsonDocument(text, read.root, begin + read.start, begin + read.end, kind, version)
    place = Place(f"line {number}, {read.place.words}", text.byte(begin) + read.place.start, read.place.length)
    return msgspec.structs.replace(read, place=place)


def _text(body: bytes) -> Text | Fault:
    large = too_large(body, "JSON-SIZE", BYTES_MAX)
    if large is not None:
        return large
    if marked(body)[1].startswith("utf-16"):
        return refused("JSON-CHARSET", "JSON is exchanged in UTF-8: send it without UTF-16", 0, 2)
    text = decoded(body, "utf-8", "JSON-CHARSET")
    if isinstance(text, Text) and sum(map(text.text.count, "{[,")) > VALUES_MAX:
        return refused("JSON-BOUND", f"more than {VALUES_MAX} values: split the message")
    return text


def _begin(text: str, position: int) -> int:
    found = _BLANKS.match(text, position)
    return found.end() if found else position


def _read(text: Text, begin: int, kind: str, version: str) -> JsonDocument | Fault:
    try:
        value, end = decode(text.text, begin)
        root = build(value, check_text=_ESCAPES.search(text.text) is not None or "\0" in text.text)
    except json.JSONDecodeError as error:
        if begin == len(text.text):
            return refused("JSON-EMPTY", "there is no JSON value: send one", text.byte(begin))
        detail = f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}; correct it and resend"
        return refused("JSON-SYNTAX", detail, text.byte(error.pos))
    except Refused as error:
        return _placed(text, begin, error)
    except RecursionError:
        return refused("JSON-DEPTH", "nested too deep: flatten the message")
    return JsonDocument(text, root, begin, end, kind, version)


def _placed(text: Text, begin: int, error: Refused) -> Fault:
    if error.at < 0:
        first, last = find_constant(text.text, begin)
        pointer = ""
    else:
        spot = scan(text.text, begin)[error.at]
        first, last, pointer = spot.start, spot.end, f"{spot.pointer} "
    start = text.byte(first)
    return Fault(error.code, error.detail, Place(f"{pointer}(byte {start})", start, text.byte(last) - start))
